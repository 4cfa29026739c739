"""Canonical weather, daily or hourly; hours become days where at least half of them are there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.findings import Finding, Severity
from emstrack.readers.canonical import FORMAT, blocks_of
from emstrack.readers.columns import EPOCH, Block, as_days, objects
from emstrack.readers.problems import Bad, Cell
from emstrack.readers.rows import Chunk, WeatherRows
from emstrack.readers.surveying import survey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emstrack.readers.headers import Header
    from emstrack.readers.rows import Options
    from emstrack.readers.source import Table

LEAST_HOURS = 12
COLDEST_C, HOTTEST_C = -90.0, 60.0
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII)


@dataclass(slots=True)
class _Day:
    row: int
    hours: int = 0
    values: int = 0
    total: float = 0.0
    rain: float = float("nan")


def read_weather(table: Table, header: Header, options: Options) -> Iterator[Chunk]:
    """Yield the days of one table."""
    hourly = "time" in header.places and "date" not in header.places
    formats = survey(table, header, options, ("mean_c", "temperature_c", "rain_mm"), ("date",))
    days: dict[tuple[str, int], _Day] = {}
    for numbers, records, again in blocks_of(table, header):
        if not records:
            continue
        block = Block(table, header, formats, numbers, records)
        if hourly:
            _add_hours(block, days)
            yield Chunk(WeatherRows.empty(), block.refusals.findings() + again, table.done(numbers[-1]), FORMAT)
        else:
            yield Chunk(_daily(block), block.refusals.findings() + again, table.done(numbers[-1]), FORMAT)
    if hourly:
        yield _hourly_days(days, table.sheet)


def read_hour(cell: Cell) -> tuple[int, int] | Bad | None:
    """The local day (from 1970-01-01) and hour of a moment; an offset after it is not needed."""
    if isinstance(cell, datetime):
        return cell.toordinal() - EPOCH, cell.hour
    if isinstance(cell, date):
        return cell.toordinal() - EPOCH, 0
    if isinstance(cell, float):
        return Bad("time.not_a_time")
    text = cell.strip()
    if not text:
        return None
    moment = _MOMENT.fullmatch(text)
    if moment is None or int(moment[2]) > 23 or int(moment[3]) > 59:
        return Bad("time.not_a_time")
    try:
        return date.fromisoformat(moment[1]).toordinal() - EPOCH, int(moment[2])
    except ValueError:
        return Bad("date.not_in_calendar")


def _check_temperature(block: Block, name: str, values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> None:
    cells = block.cells(name) or ()
    for index in np.flatnonzero((values < COLDEST_C) | (values > HOTTEST_C)):
        evidence = {"coldest": COLDEST_C, "hottest": HOTTEST_C}
        block.refusals.refuse(
            int(index), Bad("temperature.impossible", evidence), block.column_title(name), cells[index]
        )


def _daily(block: Block) -> WeatherRows:
    stations = block.texts("station", needed=True)
    days = block.days("date")
    cells = block.cells("date") or ()
    for index, day in enumerate(days):
        if day is None:
            block.refusals.refuse(index, Bad("date.missing"), block.column_title("date"), cells[index])
    mean = block.floats("mean_c")
    _check_temperature(block, "mean_c", mean)
    rows = WeatherRows(
        station=objects(stations),
        day=as_days(days),
        mean_c=mean,
        rain_mm=block.floats("rain_mm"),
        sheet=objects([block.sheet] * len(block)),
        row=np.array(block.row_numbers, dtype=np.int64),
    )
    return rows.take(block.kept())


def _add_hours(block: Block, days: dict[tuple[str, int], _Day]) -> None:
    stations = block.texts("station", needed=True)
    moments = block.converted("time", read_hour, None, needed="cell.missing")
    temperatures, rain = block.floats("temperature_c"), block.floats("rain_mm")
    _check_temperature(block, "temperature_c", temperatures)
    for index in np.flatnonzero(block.kept()):
        day_number, hour = moments[index]
        day = days.setdefault((stations[index], day_number), _Day(block.row_numbers[index]))
        if temperatures[index] == temperatures[index]:
            day.hours |= 1 << hour
            day.values += 1
            day.total += float(temperatures[index])
        if rain[index] == rain[index]:
            day.rain = float(rain[index]) + (0.0 if day.rain != day.rain else day.rain)


def _hourly_days(days: dict[tuple[str, int], _Day], sheet: str | None) -> Chunk:
    keys = sorted(days)
    found = [days[key] for key in keys]
    mean = [day.total / day.values if day.hours.bit_count() >= LEAST_HOURS else np.nan for day in found]
    thin = [key for key, value in zip(keys, mean, strict=True) if value != value]  # noqa: PLR0124 - NaN
    findings = tuple(
        Finding(
            "weather.too_few_hours",
            Severity.WARNING,
            {
                "station": station,
                "day": date.fromordinal(day + EPOCH).isoformat(),
                "hours": days[station, day].hours.bit_count(),
                "least": LEAST_HOURS,
            },
            sheet=sheet,
            row=days[station, day].row,
        )
        for station, day in thin
    )
    rows = WeatherRows(
        station=objects([station for station, _ in keys]),
        day=as_days([day for _, day in keys]),
        mean_c=np.array(mean, dtype=np.float64),
        rain_mm=np.array([day.rain for day in found], dtype=np.float64),
        sheet=objects([sheet or ""] * len(keys)),
        row=np.array([day.row for day in found], dtype=np.int64),
    )
    return Chunk(rows, findings, format=FORMAT)
