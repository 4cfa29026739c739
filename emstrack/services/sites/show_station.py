"""One weather station: its values by the month, what is missing of them, who uses it, and where they came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from emstrack.analysis.missing_days import MissingDays, missing_days
from emstrack.domain.weather import LEAST_COVERAGE, StationKind
from emstrack.services.sites.nearby_stations import measure, or_none
from emstrack.storage.models import WeatherStation
from emstrack.storage.queries import stations as queries
from emstrack.storage.scope import find

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class StationMonth:
    """A month's mean and rain, and the days it is made of; the months of a typical year are those of 2001."""

    month: date
    mean_c: float | None
    rain_mm: float | None
    known: int
    of: int


@dataclass(frozen=True, slots=True)
class UsingSite:
    """A site that uses the station: how far it is, how much higher, and who chose."""

    id: int
    name: str
    by: str
    distance_km: float | None
    climb_m: float | None


@dataclass(frozen=True, slots=True)
class ShownStation:
    """What a station's page shows."""

    station: WeatherStation
    months: list[StationMonth]
    gaps: MissingDays | None
    sites: list[UsingSite]
    batches: list[Any]
    origin: Any
    typical_years: list[int] = field(default_factory=list)

    @property
    def kind(self) -> StationKind:
        """What its values are."""
        return StationKind(self.station.kind)

    @property
    def full_years(self) -> int:
        """Years that know enough of the calendar month that is known least."""
        full = [0] * 12
        for each in self.months:
            full[each.month.month - 1] += each.known >= LEAST_COVERAGE * each.of
        return min(full)


def show_station(session: Session, station_id: int) -> ShownStation:
    """Return a station of the tenant."""
    station = find(session, WeatherStation, station_id)
    kind = StationKind(station.kind)
    gaps = None
    if kind is StationKind.OBSERVED:
        day, mean, rain = observed_days(session, station_id)
        months, gaps = by_month(day, mean, rain), missing_days(day, mean)
    elif kind is StationKind.TYPICAL_YEAR:
        months = by_month(*_typical_days(session, station_id))
    else:
        rows = queries.months(session, station_id)
        months = [StationMonth(row.month, row.mean_c, row.rain_mm, int(row.mean_c is not None), 1) for row in rows]
    return ShownStation(
        station,
        months,
        gaps,
        _sites(session, station),
        list(queries.batches_of(session, kind, station_id)),
        queries.origin_of(session, station_id),
        queries.typical_years_of(session, station_id),
    )


Days = tuple["NDArray[np.datetime64]", "NDArray[np.float64]", "NDArray[np.float64]"]


def observed_days(session: Session, station_id: int) -> Days:
    """Return day, mean [°C] and rain [mm] of a station, NaN where missing."""
    rows = queries.days(session, station_id)
    day = np.array([str(row.day) for row in rows], dtype="datetime64[D]")
    return day, _column(rows, 2), _column(rows, 3)


def _typical_days(session: Session, station_id: int) -> Days:
    rows = queries.typical_days(session, station_id)
    day = np.datetime64("2001-01-01") + np.array([row.day_of_year - 1 for row in rows], dtype=np.int64)
    return day, _column(rows, 1), _column(rows, 2)


def _column(rows: Sequence[Any], place: int) -> NDArray[np.float64]:
    return np.array([row[place] for row in rows], dtype=np.float64)


def by_month(day: NDArray[np.datetime64], mean: NDArray[np.float64], rain: NDArray[np.float64]) -> list[StationMonth]:
    """Return each month from the first to the last, those without a day too."""
    if not len(day):
        return []
    month = day.astype("datetime64[M]").astype(np.int64)
    low, width = int(month.min()), int(np.ptp(month)) + 1
    warm, wet = ~np.isnan(mean), ~np.isnan(rain)
    known = np.bincount(month[warm] - low, minlength=width)
    rained = np.bincount(month[wet] - low, minlength=width)
    total = np.bincount(month[warm] - low, weights=mean[warm], minlength=width)
    fallen = np.bincount(month[wet] - low, weights=rain[wet], minlength=width)
    edges = np.arange(low, low + width + 1).astype("datetime64[M]").astype("datetime64[D]")
    length = np.diff(edges).astype(np.int64).tolist()
    return [
        StationMonth(
            cast("date", edges[index].item()),
            float(total[index] / known[index]) if known[index] else None,
            float(fallen[index]) if rained[index] else None,
            int(known[index]),
            length[index],
        )
        for index in range(width)
    ]


def _sites(session: Session, station: WeatherStation) -> list[UsingSite]:
    rows = queries.sites_of(session, station.id)
    distance, climb = measure(list(rows), [station])
    return [
        UsingSite(row.id, row.name, row.station_by, or_none(distance[index, 0]), or_none(climb[index, 0]))
        for index, row in enumerate(rows)
    ]
