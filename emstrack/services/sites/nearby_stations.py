"""Stations around sites, with the distance, the difference of elevation and the part of the days each knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from emstrack.analysis.nearby_stations import choose_stations, great_circle_km
from emstrack.domain.weather import StationKind
from emstrack.storage.queries import stations as queries

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

    from emstrack.storage.models import WeatherStation


class Place(Protocol):
    """What stands somewhere: a site, or what a form says of one."""

    @property
    def latitude(self) -> float | None:
        """[degrees]."""

    @property
    def longitude(self) -> float | None:
        """[degrees]."""

    @property
    def elevation_m(self) -> float | None:
        """[m]."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Places against stations, arrays of shape (places, stations); ``known`` holds the days by station and month."""

    stations: list[WeatherStation]
    distance_km: NDArray[np.float64]
    climb_m: NDArray[np.float64]
    coverage: NDArray[np.float64]
    known: Sequence[Any] = ()

    def choose(self) -> list[WeatherStation | None]:
        """Return the station that distance and coverage choose for each place (M-14.2)."""
        chosen = choose_stations(self.distance_km, self.climb_m, self.coverage)
        return [self.stations[index] if index >= 0 else None for index in chosen.tolist()]


def find_surroundings(
    session: Session,
    places: Sequence[Place],
    windows: Sequence[tuple[Any, Any]],
    among: Sequence[WeatherStation] | None = None,
) -> Surroundings:
    """Return the observed stations around places; a window is the first and the last month a place has values of.

    A place without values asks for any day at all: a station with one counts as covered.
    """
    every = queries.list_stations(session) if among is None else among
    stations = [each for each in every if each.kind == StationKind.OBSERVED]
    distance, climb = measure(places, stations)
    ids = None if among is None else [each.id for each in stations]
    known = queries.known_months(session, ids) if stations and len(places) else ()
    return Surroundings(stations, distance, climb, _coverage(stations, known, windows), known)


def measure(
    places: Sequence[Place], stations: Sequence[WeatherStation]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return distance [km] and difference of elevation [m], place against station; NaN where a place is unknown."""
    here, there = _where(places), _where(stations)
    return great_circle_km(here[:, 0], here[:, 1], there[:, 0], there[:, 1]), here[:, 2][:, None] - there[:, 2][None, :]


def or_none(value: np.float64) -> float | None:
    """Return a measure as pages take it: None where it is not known."""
    return None if np.isnan(value) else float(value)


def _where(places: Sequence[Any]) -> NDArray[np.float64]:
    rows = [(each.latitude, each.longitude, each.elevation_m) for each in places]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _coverage(
    stations: list[WeatherStation], known: Sequence[Any], windows: Sequence[tuple[Any, Any]]
) -> NDArray[np.float64]:
    """Return the part of each window's days that each station knows, by cumulative sums over months."""
    if not known or not stations:
        return np.zeros((len(windows), len(stations)))
    row = {station.id: index for index, station in enumerate(stations)}
    table = np.array([(row.get(e.station_id, -1), e.year * 12 + e.month - 1, e.days) for e in known], dtype=np.int64)
    table = table[table[:, 0] >= 0]
    first, width = int(table[:, 1].min()), int(np.ptp(table[:, 1])) + 1
    sums = np.zeros((len(stations), width + 1))
    np.add.at(sums, (table[:, 0], table[:, 1] - first + 1), table[:, 2])
    sums = sums.cumsum(axis=1)
    result = np.zeros((len(windows), len(stations)))
    for index, (begin, last) in enumerate(windows):
        if begin is None:
            result[index] = sums[:, -1] > 0
            continue
        low, high = (np.clip(month - first, 0, width) for month in (_number(begin), _number(last) + 1))
        days = (_start(_number(last) + 1) - _start(_number(begin))).days
        result[index] = (sums[:, high] - sums[:, low]) / max(days, 1)
    return result


def _number(month: date) -> int:
    return month.year * 12 + month.month - 1


def _start(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
