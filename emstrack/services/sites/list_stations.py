"""The tenant's weather stations, with what each knows and which sites use it: the same few queries however many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from emstrack.domain.weather import TYPICAL_DAYS, StationKind
from emstrack.storage.queries import stations as queries

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import WeatherStation


@dataclass(frozen=True, slots=True)
class ListedStation:
    """One station: first and last day (or month) known, how much of what lies between, and its sites by id and name."""

    station: WeatherStation
    first: date | None
    last: date | None
    known: int
    of: int
    has_rain: bool
    sites: tuple[tuple[int, str], ...]

    @property
    def kind(self) -> StationKind:
        """What its values are."""
        return StationKind(self.station.kind)

    @property
    def coverage(self) -> float | None:
        """Part of the days (or months) that are known; None where there is none."""
        return self.known / self.of if self.of else None


def list_stations(session: Session) -> list[ListedStation]:
    """Return the stations by name."""
    extents = queries.extents(session)
    sites: dict[int, list[tuple[int, str]]] = {}
    for row in queries.sites_of(session):
        sites.setdefault(row.weather_station_id, []).append((row.id, row.name))
    return [_listed(each, extents.get(each.id), sites.get(each.id, [])) for each in queries.list_stations(session)]


def _listed(station: WeatherStation, extent: Any, sites: list[tuple[int, str]]) -> ListedStation:
    first, last, known, wet = extent or (None, None, 0, 0)
    first, last = as_day(first), as_day(last)
    return ListedStation(station, first, last, known, expected(station.kind, first, last), wet > 0, tuple(sites))


def expected(kind: str, first: date | None, last: date | None) -> int:
    """Return how many values a station of a kind would have from its first to its last [d, or months]."""
    if kind == StationKind.TYPICAL_YEAR:
        return TYPICAL_DAYS
    if first is None or last is None:
        return 0
    if kind == StationKind.MONTHLY_MEANS:
        return (last.year - first.year) * 12 + last.month - first.month + 1
    return (last - first).days + 1


def as_day(value: Any) -> date | None:
    """Return a day that came out of an aggregate: text on SQLite."""
    return date.fromisoformat(value) if isinstance(value, str) else value
