"""EPW, the weather file of building simulation: mostly a typical year whose months come from different years.

Crawley, D. B. et al. (1999), "Improving the weather information available to simulation programs"; columns as in the
Auxiliary Programs manual of EnergyPlus.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.weather import TYPICAL_DAYS, StationFacts, StationKind, StationSource
from emstrack.readers.hours import Hours
from emstrack.readers.rows import CHUNK_ROWS, Chunk, WeatherRows
from emstrack.readers.weather import COLDEST_C, HOTTEST_C

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from emstrack.readers.source import Table

YEAR, MONTH, DAY, HOUR, DRY_BULB, RAIN = 0, 1, 2, 3, 6, 33
MISSING_C, MISSING_RAIN = 99.9, 999.0
NOMINAL_YEAR = 2001
"""The days of a typical year are told as days of this one, which has no 29 February."""
_LEAST_CELLS = 7
_HEADINGS = frozenset(
    {"LOCATION", "DESIGN CONDITIONS", "TYPICAL/EXTREME PERIODS", "GROUND TEMPERATURES", "DATA PERIODS"}
    | {"HOLIDAYS/DAYLIGHT SAVINGS", "HOLIDAYS/DAYLIGHT SAVING", "COMMENTS 1", "COMMENTS 2"}
)


def read_epw(table: Table) -> Iterator[Chunk]:
    """Yield the days of an EPW file: of a typical year, or as observed where it holds several years.

    Raises
    ------
    RefusedError
        ``file.epw_damaged`` where the lines above the hours do not say the place, or there is no hour.
    """
    found: list[NDArray[np.float64]] = []
    findings: list[Finding] = []
    above: dict[str, Sequence[str]] = {}
    for numbers, records in table.blocks(0, CHUNK_ROWS):
        hours = [(number, record) for number, record in zip(numbers, records, strict=True) if str(record[0]).isdigit()]
        for number, record in zip(numbers, records, strict=True):
            if str(record[0]).strip().upper() in _HEADINGS:
                above[str(record[0]).strip().upper()] = [str(cell).strip() for cell in record]
            elif not str(record[0]).isdigit():
                findings.append(Finding("epw.not_an_hour", Severity.REFUSED, row=number, value=str(record[0])[:60]))
        if hours:
            values, refused = _numbers(hours)
            found.append(values)
            findings += refused
        yield Chunk(WeatherRows.empty(), tuple(findings), table.done(numbers[-1]))
        findings = []
    hours_read = np.concatenate(found) if found else np.empty((0, 7))
    if "LOCATION" not in above or len(above["LOCATION"]) < 10 or not len(hours_read):
        raise RefusedError("file.epw_damaged")
    yield _days(hours_read, above)


def _numbers(hours: Sequence[tuple[int, Sequence[object]]]) -> tuple[NDArray[np.float64], list[Finding]]:
    """Rows of year, month, day, hour, temperature, rain and line; an hour that cannot be is refused."""
    rows, findings = [], []
    for number, record in hours:
        try:
            year, month, day, hour = (int(str(record[place])) for place in (YEAR, MONTH, DAY, HOUR))
            temperature = float(str(record[DRY_BULB]))
            rain = float(str(record[RAIN])) if len(record) > RAIN and record[RAIN] else MISSING_RAIN
            np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D")
        except (ValueError, IndexError):
            findings.append(Finding("epw.hour_damaged", Severity.REFUSED, row=number))
            continue
        if not 1 <= hour <= 24 or (temperature != MISSING_C and not COLDEST_C <= temperature <= HOTTEST_C):
            findings.append(Finding("epw.hour_damaged", Severity.REFUSED, row=number))
            continue
        rows.append((year, month, day, hour, temperature, rain, number))
    return np.array(rows, dtype=np.float64).reshape(-1, 7), findings


def _days(hours: NDArray[np.float64], above: dict[str, Sequence[str]]) -> Chunk:
    year, month, day = hours[:, YEAR].astype(np.int64), hours[:, MONTH].astype(np.int64), hours[:, DAY].astype(np.int64)
    of_year, with_year = month * 100 + day, year * 10000 + month * 100 + day
    typical = len(np.unique(with_year)) == len(np.unique(of_year))
    kept = ~((month == 2) & (day == 29)) if typical else np.ones(len(hours), dtype=np.bool_)
    nominal = np.full(len(hours), NOMINAL_YEAR) if typical else year
    months = ((nominal[kept] - 1970) * 12 + month[kept] - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]").astype(np.int64) + day[kept] - 1
    temperature, rain = hours[kept, 4], hours[kept, 5]
    facts = _facts(above, typical=typical)
    read = Hours()
    read.add(
        [facts.code] * int(kept.sum()),
        days,
        hours[kept, HOUR].astype(np.int64) - 1,
        np.where(temperature == MISSING_C, np.nan, temperature),
        np.where((rain >= MISSING_RAIN) | (rain < 0), np.nan, rain),
        hours[kept, 6].astype(np.int64),
    )
    rows, findings = read.days(None)
    return Chunk(rows, (*findings, *_said(rows, facts, year)), stations=(facts,))


def _said(rows: WeatherRows, facts: StationFacts, year: NDArray[np.int64]) -> list[Finding]:
    if facts.kind is not StationKind.TYPICAL_YEAR:
        return []
    years = {"first": int(year.min()), "last": int(year.max()), "station": facts.code}
    said = [Finding("epw.typical_year", Severity.INFO, years)]
    known = int((~np.isnan(rows.mean_c)).sum())
    if known < TYPICAL_DAYS:
        said.append(Finding("epw.typical_year_incomplete", Severity.WARNING, {"days": known, "of": TYPICAL_DAYS}))
    return said


def _facts(above: dict[str, Sequence[str]], *, typical: bool) -> StationFacts:
    city, _, _, source, number, *place = above["LOCATION"][1:10]
    try:
        latitude, longitude, _, elevation = (float(text) for text in place)
    except ValueError:
        raise RefusedError("file.epw_damaged") from None
    comments = chain(above.get("COMMENTS 1", ())[1:], above.get("COMMENTS 2", ())[1:], [source])
    code = number if number.strip("0") else city
    return StationFacts(
        code=f"{code} TMY" if typical else code,
        kind=StationKind.TYPICAL_YEAR if typical else StationKind.OBSERVED,
        name=city,
        latitude=latitude,
        longitude=longitude,
        elevation_m=elevation if -450 < elevation < 8900 else None,
        source=StationSource.EPW,
        attribution=", ".join(dict.fromkeys(text for text in comments if text))[:500],
    )
