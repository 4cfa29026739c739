"""Canonical weather, by the day, the hour or the month; hours become days where at least half of them are there."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.weather import StationFacts, StationKind, StationSource
from emstrack.readers.canonical import FORMAT, blocks_of
from emstrack.readers.columns import EPOCH, Block, as_days, objects
from emstrack.readers.hours import Hours
from emstrack.readers.problems import Bad, Cell
from emstrack.readers.rows import Chunk, WeatherRows
from emstrack.readers.sites import PLACE, read_place
from emstrack.readers.surveying import survey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emstrack.readers.headers import Header
    from emstrack.readers.rows import Options
    from emstrack.readers.source import Table

COLDEST_C, HOTTEST_C = -90.0, 60.0
NUMBERS = ("mean_c", "temperature_c", "rain_mm", *PLACE)
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::\d{2}(?:\.\d+)?)?\s*(?:Z|[+-]\d{2}:?\d{2})?", re.ASCII)
_SOURCES = {each.value: each.value for each in StationSource}


def read_weather(table: Table, header: Header, options: Options) -> Iterator[Chunk]:
    """Yield the days, or the months, of one table."""
    by_hour = "time" in header.places and "date" not in header.places
    by_month = "month" in header.places and not by_hour and "date" not in header.places
    formats = survey(table, header, options, NUMBERS, ("date",))
    hours = Hours()
    for numbers, records, again in blocks_of(table, header):
        if not records:
            continue
        block = Block(table, header, formats, numbers, records)
        stations = block.texts("station", needed=True)
        facts = _facts(block, stations, StationKind.MONTHLY_MEANS if by_month else StationKind.OBSERVED)
        rows = WeatherRows.empty()
        if by_hour:
            add_hours(block, stations, hours)
        else:
            rows = daily(block, stations, months=by_month)
        findings = block.refusals.findings() + again
        yield Chunk(rows, findings, table.done(numbers[-1]), FORMAT, facts)
    if by_hour:
        yield Chunk(*hours.days(table.sheet), format=FORMAT)


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


def temperatures(block: Block, name: str, *, fahrenheit: bool = False) -> NDArray[np.float64]:
    """A column of temperatures in °C; what no place on earth has refuses its row."""
    values = block.floats(name)
    if fahrenheit:
        values = (values - 32) / 1.8
    cells = block.cells(name) or ()
    for index in np.flatnonzero((values < COLDEST_C) | (values > HOTTEST_C)).tolist():
        evidence = {"coldest": COLDEST_C, "hottest": HOTTEST_C}
        block.refusals.refuse(index, Bad("temperature.impossible", evidence), block.column_title(name), cells[index])
    return values


def rains(block: Block) -> NDArray[np.float64]:
    """A column of rain in mm; a negative depth refuses its row."""
    values, cells = block.floats("rain_mm"), block.cells("rain_mm") or ()
    for index in np.flatnonzero(values < 0).tolist():
        block.refusals.refuse(index, Bad("rain.negative"), block.column_title("rain_mm"), cells[index])
    return values


def daily(block: Block, stations: list[str], *, months: bool = False, fahrenheit: bool = False) -> WeatherRows:
    """The days of a block, or its months by their first day."""
    name = "month" if months else "date"
    found = [each and each[0] for each in block.months(name)] if months else block.days(name)
    cells = block.cells(name) or ()
    for index, day in enumerate(found):
        if day is None:
            block.refusals.refuse(index, Bad("date.missing"), block.column_title(name), cells[index])
    mean = temperatures(
        block, "mean_c" if block.cells("mean_c") is not None else "temperature_c", fahrenheit=fahrenheit
    )
    rows = WeatherRows(
        station=objects(stations),
        day=as_days(found),
        mean_c=mean,
        rain_mm=rains(block),
        sheet=objects([block.sheet] * len(block)),
        row=np.array(block.row_numbers, dtype=np.int64),
    )
    return rows.take(block.kept())


def add_hours(block: Block, stations: list[str], hours: Hours, *, fahrenheit: bool = False) -> None:
    """Take the hours of a block in."""
    moments = block.converted("time", read_hour, None, needed="cell.missing")
    name = "temperature_c" if block.cells("temperature_c") is not None else "mean_c"
    temperature, rain = temperatures(block, name, fahrenheit=fahrenheit), rains(block)
    kept = np.flatnonzero(block.kept())
    if not len(kept):
        return
    day, hour = np.array([moments[index] for index in kept], dtype=np.int64).T
    row = np.array(block.row_numbers, dtype=np.int64)[kept]
    hours.add([stations[index] for index in kept], day, hour, temperature[kept], rain[kept], row)


def _facts(block: Block, stations: list[str], kind: StationKind) -> tuple[StationFacts, ...]:
    """What the block says of its stations beside their values: the first row that says it stands."""
    told = [name for name in ("station_name", "source", "attribution", *PLACE) if block.cells(name) is not None]
    if not told and kind is StationKind.OBSERVED:
        return ()
    names, credited = block.texts("station_name"), block.texts("attribution")
    sources = block.coded("source", _SOURCES, StationSource.FILE.value, "source.unknown")
    place = read_place(block)
    found: dict[str, StationFacts] = {}
    for index in np.flatnonzero(block.kept()).tolist():
        if stations[index] not in found:
            where = {name: None if np.isnan(values[index]) else float(values[index]) for name, values in place.items()}
            found[stations[index]] = StationFacts(
                code=stations[index],
                kind=kind,
                name=names[index],
                source=StationSource(sources[index]),
                attribution=credited[index],
                **where,
            )
    return tuple(found.values())
