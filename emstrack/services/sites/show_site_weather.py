"""Where a site's weather comes from, how much of its days it knows, and which stations could stand for it instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.domain.findings import Finding, Severity
from emstrack.domain.weather import ELEVATION_SAID_M, FARTHEST_KM, LEAST_COVERAGE, StationBy, StationKind
from emstrack.services.sites.list_stations import as_day
from emstrack.services.sites.nearby_stations import Surroundings, find_surroundings, measure, or_none
from emstrack.storage.models import Site
from emstrack.storage.queries import stations as queries
from emstrack.storage.scope import find

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from emstrack.storage.models import WeatherStation

LAPSE_C_PER_M = 0.0065
"""How much colder it is higher up, in the standard atmosphere (ISO 2533) [K/m]."""
NEAREST = 8
"""So many stations around a site are offered."""
NEARER = 0.8
"""A station is called nearer when it is at most so much of the distance."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A station that could stand for the site."""

    station: WeatherStation
    distance_km: float | None
    climb_m: float | None
    coverage: float | None


@dataclass(frozen=True, slots=True)
class SiteWeather:
    """A site's station and what there is to say of it.

    ``coverage`` is the part of the days that the site has values of, None where it has none; ``years`` holds year, days
    known and days there are, of the station's years that the site has values of, or of all its years.
    """

    site: Site
    here: Candidate | None
    by: StationBy
    is_lone: bool
    window: tuple[date, date] | None
    years: list[tuple[int, int, int]]
    candidates: list[Candidate]
    findings: list[Finding]


def show_site_weather(session: Session, site_id: int, *, today: date) -> SiteWeather:
    """Return what a site's page says of its weather; the month that is not over yet lacks nothing."""
    return weather_of(session, find(session, Site, site_id), today=today)


def weather_of(session: Session, site: Site, *, today: date) -> SiteWeather:
    """Return the same of a site that was found already."""
    first, last = map(as_day, queries.metered(session, [site.id]).get(site.id, (None, None)))
    if first is not None and last is not None and last >= today.replace(day=1) > first:
        last = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    stations = queries.list_stations(session)
    only_one = sum(each.kind == StationKind.OBSERVED for each in stations) == 1
    every = _around(site, stations)
    around = find_surroundings(session, [site], [(first, last)], every)
    others = [each for each in every if each.kind == StationKind.MONTHLY_MEANS]
    candidates = _observed(around, with_coverage=first is not None) + _monthly(site, others)
    candidates.sort(key=lambda each: np.inf if each.distance_km is None else each.distance_km)
    here = next((each for each in candidates if each.station.id == site.weather_station_id), None)
    lone = here is None and only_one and bool(around.stations) and site.weather_station_id is None
    if lone:
        here = next(each for each in candidates if each.station.id == around.stations[0].id)
    window = (first, last) if first is not None and last is not None else None
    years = _years(around.known, here.station.id, window) if here is not None else []
    by = StationBy(site.station_by)
    findings = _findings(site, here, around, candidates if by is StationBy.DISTANCE else [])
    return SiteWeather(site, here, by, lone, window, years, candidates, findings)


def _around(site: Site, stations: list[WeatherStation]) -> list[WeatherStation]:
    """Keep the site's own station and the nearest others; the days of far ones need not be counted for a page."""
    usable = [each for each in stations if each.kind != StationKind.TYPICAL_YEAR]
    if len(usable) <= NEAREST:
        return usable
    distance = np.nan_to_num(measure([site], usable)[0][0], nan=np.inf)
    kept = set(np.argsort(distance, kind="stable")[:NEAREST].tolist())
    return [each for at, each in enumerate(usable) if at in kept or each.id == site.weather_station_id]


def _observed(around: Surroundings, *, with_coverage: bool) -> list[Candidate]:
    return [
        Candidate(
            station,
            or_none(around.distance_km[0, index]),
            or_none(around.climb_m[0, index]),
            float(around.coverage[0, index]) if with_coverage else None,
        )
        for index, station in enumerate(around.stations)
    ]


def _monthly(site: Site, stations: list[WeatherStation]) -> list[Candidate]:
    distance, climb = measure([site], stations)
    return [
        Candidate(each, or_none(distance[0, index]), or_none(climb[0, index]), None)
        for index, each in enumerate(stations)
    ]


def _years(months: Sequence[Any], station_id: int, window: tuple[date, date] | None) -> list[tuple[int, int, int]]:
    known: dict[int, int] = {}
    for row in months:
        month = (row.year, row.month)
        if row.station_id == station_id and (
            window is None or (window[0].year, window[0].month) <= month <= (window[1].year, window[1].month)
        ):
            known[row.year] = known.get(row.year, 0) + row.days
    if window is None:
        return [(year, days, _days_of(year, 1, 12)) for year, days in sorted(known.items())]
    first, last = window
    return [
        (
            year,
            known.get(year, 0),
            _days_of(year, first.month if year == first.year else 1, last.month if year == last.year else 12),
        )
        for year in range(first.year, last.year + 1)
    ]


def _days_of(year: int, first_month: int, last_month: int) -> int:
    start = np.datetime64(f"{year:04d}-{first_month:02d}")
    end = np.datetime64(f"{year:04d}-{last_month:02d}") + 1
    return int((end.astype("datetime64[D]") - start.astype("datetime64[D]")).astype(np.int64))


def _findings(site: Site, here: Candidate | None, around: Surroundings, candidates: list[Candidate]) -> list[Finding]:
    if here is None:
        return [Finding("station.none_near", Severity.WARNING, {"limit": int(FARTHEST_KM)})] if site.latitude else []
    named: dict[str, object] = {"station": here.station.name or here.station.code}
    found = []
    if here.station.kind == StationKind.MONTHLY_MEANS:
        found.append(Finding("station.only_months", Severity.INFO, named))
    if here.distance_km is not None and here.distance_km > FARTHEST_KM:
        evidence = {**named, "km": round(here.distance_km), "limit": int(FARTHEST_KM)}
        found.append(Finding("station.far", Severity.WARNING, evidence))
    if here.climb_m is not None and abs(here.climb_m) > ELEVATION_SAID_M:
        evidence = {**named, "metres": round(abs(here.climb_m)), "degrees": round(abs(here.climb_m) * LAPSE_C_PER_M, 1)}
        code = "station.stands_lower" if here.climb_m > 0 else "station.stands_higher"
        found.append(Finding(code, Severity.WARNING, evidence))
    if here.coverage is not None and here.coverage < LEAST_COVERAGE:
        evidence = {**named, "percent": f"{round(here.coverage * 100)} %"}
        found.append(Finding("station.little_coverage", Severity.WARNING, evidence))
    return found + _nearer(here, around, candidates)


def _nearer(here: Candidate, around: Surroundings, candidates: list[Candidate]) -> list[Finding]:
    """A station that distance would choose today, where it is much nearer than the one that it chose then."""
    best = around.choose()[0]
    better = next((each for each in candidates if best is not None and each.station.id == best.id), None)
    if better is None or better.station.id == here.station.id or better.distance_km is None:
        return []
    if here.distance_km is not None and better.distance_km > NEARER * here.distance_km:
        return []
    evidence = {"station": better.station.name or better.station.code, "km": round(better.distance_km)}
    return [Finding("station.nearer", Severity.INFO, evidence)]
