"""Columns of files to the portfolio that the engine computes on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.overlaps import overlapping
from emstrack.analysis.portfolio import FLOOR_AREA, LEVELS, RAIN, ROOMS, MeterFacts, Portfolio, SiteFacts, SiteSeries
from emstrack.analysis.readings import Readings
from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.readings import Direction
from emstrack.domain.resources import Resource
from emstrack.reference.units import convert

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

    from emstrack.domain.units import Conversion
    from emstrack.readers.rows import DriverRows, ReadingRows, SiteRows, WeatherRows


_IDENTITY = ("site", "meter", "resource", "variety", "destination", "direction")


@dataclass(frozen=True, slots=True)
class Sources:
    """What the files hold; only the readings have to be there. `rooms` is for the one site there is."""

    readings: ReadingRows
    sites: SiteRows | None = None
    drivers: DriverRows | None = None
    weather: WeatherRows | None = None
    rooms: int | None = None


def build_portfolio(sources: Sources) -> tuple[Portfolio, list[Finding]]:
    """Put the files together; what does not fit anywhere is a finding, never silence."""
    findings: list[Finding] = []
    names, known = _site_names(sources)
    stations, temperatures, rain = _weather(sources.weather)
    sites = tuple(_site(name, known.get(name), sources.sites, stations) for name in names)
    lost = [site.name for site in sites if stations and site.station < 0]
    if lost:
        findings.append(Finding("weather.which_station", Severity.WARNING, {"sites": lost[:20]}))
    if sources.rooms is not None and len(sites) != 1:
        raise RefusedError("analyse.rooms_of_which_site", sites=len(sites))
    place = {name: index for index, name in enumerate(names)}
    meters, readings = _meters(sources, sites, place, findings)
    series = _series(sources, sites, place, known, rain, readings, findings)
    return Portfolio(sites, meters, readings, series, temperatures), findings


def _key(name: str) -> str:
    return name.strip().casefold()


def _site_names(sources: Sources) -> tuple[list[str], dict[str, int]]:
    """Return the names of the sites that have readings, and the row of the sites file for each."""
    names = list(dict.fromkeys(sources.readings.site.tolist()))
    if sources.sites is None:
        return names, {}
    rows: dict[str, int] = {}
    for row, (name, external) in enumerate(
        zip(sources.sites.site.tolist(), sources.sites.external_id.tolist(), strict=True)
    ):
        rows.setdefault(_key(name), row)
        if external:
            rows.setdefault(_key(external), row)
    return names, {name: rows[_key(name)] for name in names if _key(name) in rows}


def _weather(rows: WeatherRows | None) -> tuple[dict[str, int], DailySeries, DailySeries]:
    if rows is None or not len(rows):
        return {}, DailySeries.empty(), DailySeries.empty()
    stations = {name: index for index, name in enumerate(dict.fromkeys(rows.station.tolist()))}
    place = np.array([stations[name] for name in rows.station.tolist()], dtype=np.int64)
    return (
        stations,
        DailySeries.of_days(place, rows.day, rows.mean_c, len(stations)),
        DailySeries.of_days(place, rows.day, rows.rain_mm, len(stations)),
    )


def _site(name: str, row: int | None, sites: SiteRows | None, stations: dict[str, int]) -> SiteFacts:
    """A lone weather station serves all sites; of several, a site names its own."""
    station = 0 if len(stations) == 1 else -1
    if row is None or sites is None:
        return SiteFacts(name, station=station)
    named = str(sites.station[row])
    by_key = {_key(each): index for each, index in stations.items()}
    return SiteFacts(name, country=str(sites.country[row]), station=by_key.get(_key(named), station))


def _meters(
    sources: Sources, sites: tuple[SiteFacts, ...], place: dict[str, int], findings: list[Finding]
) -> tuple[tuple[MeterFacts, ...], Readings]:
    rows = sources.readings
    identities = list(zip(*(getattr(rows, name).tolist() for name in _IDENTITY), strict=True))
    order = {identity: index for index, identity in enumerate(dict.fromkeys(identities))}
    meter = np.array([order[identity] for identity in identities], dtype=np.int64)
    countries = [sites[place[name]].country for name in rows.site.tolist()]
    factor, basis, good = _conversions(rows, meter, countries, findings)
    currency = _currencies(rows, meter, len(order), findings)
    readings = Readings.of(
        meter,
        rows.start,
        rows.end,
        rows.quantity * factor,
        kind=rows.kind.tolist(),
        cost=rows.cost,
        has_cost=rows.has_cost & (rows.currency != ""),
    ).take(good)
    meters = tuple(
        MeterFacts(
            site=place[identity[0]],
            name=identity[1],
            resource=Resource(identity[2]),
            unit=Resource(identity[2]).canonical_unit,
            heating_value_basis=basis.get(index),
            direction=Direction(identity[5] or "import"),
            currency=currency.get(index),
            variety=identity[3],
        )
        for identity, index in order.items()
    )
    return meters, _without_overlaps(readings, rows.row[good], findings)


def _without_overlaps(readings: Readings, row: NDArray[np.int64], findings: list[Finding]) -> Readings:
    refused, other = overlapping(readings)
    findings += [
        Finding(
            "reading.overlaps",
            Severity.REFUSED,
            {"start": str(readings.start[at]), "end": str(readings.end[at]), "other": int(row[clash])},
            row=int(row[at]),
        )
        for at, clash in zip(refused.tolist(), other.tolist(), strict=True)
    ]
    keep = np.ones(len(readings), dtype=bool)
    keep[refused] = False
    return readings.take(keep)


def _conversions(
    rows: ReadingRows, meter: NDArray[np.int64], countries: list[str], findings: list[Finding]
) -> tuple[NDArray[np.float64], dict[int, str], NDArray[np.bool_]]:
    """Return each row's factor, each meter's basis, and the rows that can be used: net and gross never mix."""
    cache: dict[tuple[str, str, str, date], Conversion | RefusedError] = {}
    factor, good = np.ones(len(rows)), np.ones(len(rows), dtype=bool)
    basis: dict[int, str] = {}
    keys = zip(rows.resource.tolist(), rows.unit.tolist(), countries, rows.start.tolist(), strict=True)
    for at, key in enumerate(keys):
        if key not in cache:
            cache[key] = _conversion(*key)
        found = cache[key]
        if isinstance(found, RefusedError):
            good[at] = False
            findings.append(Finding(found.code, Severity.REFUSED, found.evidence, row=int(rows.row[at]), column="unit"))
            continue
        factor[at] = found.factor
        if found.basis is not None and basis.setdefault(int(meter[at]), str(found.basis)) != found.basis:
            good[at] = False
            evidence = {"basis": str(found.basis), "meter_basis": basis[int(meter[at])], "unit": key[1]}
            findings.append(
                Finding("reading.mixed_heating_basis", Severity.REFUSED, evidence, row=int(rows.row[at]), column="unit")
            )
    return factor, basis, good


def _conversion(resource: str, unit: str, country: str, on: date) -> Conversion | RefusedError:
    try:
        return convert(resource, unit, country=country, on=on)
    except RefusedError as refused:
        return refused


def _currencies(rows: ReadingRows, meter: NDArray[np.int64], meters: int, findings: list[Finding]) -> dict[int, str]:
    """Return the one currency of each meter's costs; costs in several currencies, or in none, are not used."""
    codes: list[set[str]] = [set() for _ in range(meters)]
    for at in np.flatnonzero(rows.has_cost).tolist():
        codes[int(meter[at])].add(str(rows.currency[at]))
    without = int((rows.has_cost & (rows.currency == "")).sum())
    if without:
        findings.append(Finding("cost.no_currency", Severity.WARNING, {"count": without}))
    mixed = sum(len(each - {""}) > 1 for each in codes)
    if mixed:
        findings.append(Finding("cost.several_currencies", Severity.WARNING, {"count": mixed}))
    return {index: next(iter(each - {""})) for index, each in enumerate(codes) if len(each - {""}) == 1}


def _series(
    sources: Sources,
    sites: tuple[SiteFacts, ...],
    place: dict[str, int],
    known: dict[str, int],
    rain: DailySeries,
    readings: Readings,
    findings: list[Finding],
) -> SiteSeries:
    """Return drivers, rooms and floor areas, and rain, as series of the sites."""
    entries: list[tuple[int, str, np.datetime64, np.datetime64, float]] = []
    if sources.drivers is not None:
        entries += _driver_entries(sources.drivers, place, findings)
    if len(readings):
        first, last = readings.start.min(), readings.end.max()
        if sources.drivers is not None and len(sources.drivers):
            first, last = min(first, sources.drivers.start.min()), max(last, sources.drivers.end.max())
        entries += [(site, name, first, last, value) for site, name, value in _attributes(sources, place, known)]
    names = tuple(dict.fromkeys(entry[1] for entry in entries))
    column = {name: index for index, name in enumerate(names)}
    rows = len(sites) * len(names)
    daily = DailySeries.of_periods(
        [site * len(names) + column[name] for site, name, *_ in entries],
        [entry[2] for entry in entries],
        [entry[3] for entry in entries],
        [entry[4] for entry in entries],
        rows,
        level=[name in LEVELS for _, name, *_ in entries],
    )
    series = SiteSeries(names, daily)
    return _with_rain(series, sites, rain) if not np.isnan(rain.values).all() else series


def _driver_entries(
    rows: DriverRows, place: dict[str, int], findings: list[Finding]
) -> list[tuple[int, str, np.datetime64, np.datetime64, float]]:
    sites = {_key(name): index for name, index in place.items()}
    unknown = {str(name) for name in rows.site if _key(name) not in sites}
    if unknown:
        findings.append(Finding("driver.site_without_readings", Severity.INFO, {"sites": sorted(unknown)[:20]}))
    return [
        (sites[_key(site)], name, start, end, value)
        for site, name, start, end, value in zip(
            rows.site.tolist(), rows.driver.tolist(), rows.start, rows.end, rows.value.tolist(), strict=True
        )
        if _key(site) in sites
    ]


def _attributes(sources: Sources, place: dict[str, int], known: dict[str, int]) -> list[tuple[int, str, float]]:
    found = []
    if sources.sites is not None:
        for name, row in known.items():
            for series, value in ((ROOMS, sources.sites.rooms[row]), (FLOOR_AREA, sources.sites.floor_area_m2[row])):
                if not np.isnan(value):
                    found.append((place[name], series, float(value)))
    if sources.rooms is not None:
        found = [entry for entry in found if entry[1] != ROOMS] + [(0, ROOMS, float(sources.rooms))]
    return found


def _with_rain(series: SiteSeries, sites: tuple[SiteFacts, ...], rain: DailySeries) -> SiteSeries:
    """Give every site the rain of its station, as one more series."""
    one_day = np.timedelta64(1, "D")
    old = series.daily
    first = min(old.first, rain.first) if old.values.size else rain.first
    last = max(old.first + old.values.shape[1] * one_day, rain.first + rain.values.shape[1] * one_day)
    width, names = int((last - first).astype(int)), len(series.names)
    values = np.full((len(sites), names + 1, width), np.nan)
    if old.values.size:
        low = int((old.first - first).astype(int))
        values[:, :names, low : low + old.values.shape[1]] = old.values.reshape(len(sites), names, -1)
    low = int((rain.first - first).astype(int))
    for index, site in enumerate(sites):
        if site.station >= 0:
            values[index, names, low : low + rain.values.shape[1]] = rain.values[site.station]
    return replace(series, names=(*series.names, RAIN), daily=DailySeries(first, values.reshape(-1, width)))
