"""Open-Meteo's CSV, by the hour or the day: the place stands above the table, or in the file's name."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from emstrack.domain.errors import RefusedError
from emstrack.domain.weather import StationFacts, StationSource, grid_code
from emstrack.readers.canonical import blocks_of
from emstrack.readers.columns import Block
from emstrack.readers.headers import Header, key
from emstrack.readers.hours import Hours
from emstrack.readers.problems import shown
from emstrack.readers.rows import Chunk, WeatherRows
from emstrack.readers.surveying import survey
from emstrack.readers.weather import NUMBERS, add_hours, daily

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emstrack.readers.rows import Options
    from emstrack.readers.source import Table

ATTRIBUTION = "Weather data by Open-Meteo.com (CC BY 4.0)"
_HOURLY = {"temperature 2m (°c)": False, "temperature 2m (°f)": True}
_DAILY = {"temperature 2m mean (°c)": False, "temperature 2m mean (°f)": True}
_RAIN = ("precipitation (mm)", "rain (mm)", "precipitation sum (mm)", "rain sum (mm)")
_NAMED = re.compile(r"open-meteo-(\d+(?:\.\d+)?)([NS])(\d+(?:\.\d+)?)([EW])(-?\d+)m", re.ASCII | re.IGNORECASE)


class Columns(NamedTuple):
    """The header of the table, whether its rows are hours, and whether its degrees are Fahrenheit's."""

    header: Header
    by_hour: bool
    fahrenheit: bool


def place_of_columns(table: Table) -> Columns | None:
    """The row with Open-Meteo's own column names; None where the table is none of its."""
    for row, cells in table.top:
        keys = [key(cell) for cell in cells]
        temperature = next((name for name in keys if name in _HOURLY or name in _DAILY), None)
        if temperature is None or "time" not in keys or "station" in keys or "location id" in keys:
            continue
        by_hour = temperature in _HOURLY
        places = {"time" if by_hour else "date": keys.index("time"), "temperature_c": keys.index(temperature)}
        rain = next((name for name in _RAIN if name in keys), None)
        if rain is not None:
            places["rain_mm"] = keys.index(rain)
        header = Header("weather", row, tuple(shown(cell).strip() for cell in cells), places)
        return Columns(header, by_hour, (_HOURLY | _DAILY)[temperature])
    return None


def read_open_meteo(table: Table, options: Options) -> Iterator[Chunk]:
    """Yield the days of a table.

    Raises
    ------
    RefusedError
        ``file.is_weather_without_station`` where neither the table nor the file's name says the place.
    """
    columns = place_of_columns(table)
    if columns is None:
        return
    facts = _place_above(table, columns.header.row) or _place_in_name(options.name)
    if facts is None:
        raise RefusedError("file.is_weather_without_station")
    header, by_hour, fahrenheit = columns
    formats = survey(table, header, options, NUMBERS, ("date",))
    hours = Hours()
    for numbers, records, again in blocks_of(table, header):
        if not records:
            continue
        block = Block(table, header, formats, numbers, records)
        stations, rows = [facts.code] * len(block), WeatherRows.empty()
        if by_hour:
            add_hours(block, stations, hours, fahrenheit=fahrenheit)
        else:
            rows = daily(block, stations, fahrenheit=fahrenheit)
        yield Chunk(rows, block.refusals.findings() + again, table.done(numbers[-1]), stations=(facts,))
    if by_hour:
        rows, findings = hours.days(table.sheet)
        yield Chunk(rows, findings, stations=(facts,))


def _place_above(table: Table, row: int) -> StationFacts | None:
    above = [(number, cells) for number, cells in table.top if number < row]
    for (_, names), (_, values) in pairwise(above):
        said = dict(zip(map(key, names), values, strict=False))
        try:
            place = [float(str(said[name])) for name in ("latitude", "longitude", "elevation")]
        except (KeyError, ValueError):
            continue
        return _facts(*place)
    return None


def _place_in_name(name: str) -> StationFacts | None:
    found = _NAMED.search(name)
    if found is None:
        return None
    north, east = (float(found[1]), float(found[3]))
    return _facts(-north if found[2] in "Ss" else north, -east if found[4] in "Ww" else east, float(found[5]))


def _facts(latitude: float, longitude: float, elevation: float) -> StationFacts | None:
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return StationFacts(
        code=grid_code(StationSource.OPEN_METEO, latitude, longitude),
        name=f"Open-Meteo {latitude:.2f}, {longitude:.2f}",
        latitude=latitude,
        longitude=longitude,
        elevation_m=elevation if -450 < elevation < 8900 else None,
        source=StationSource.OPEN_METEO,
        attribution=ATTRIBUTION,
    )
