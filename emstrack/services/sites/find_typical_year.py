"""The typical year a site's normalised savings are told in: of its own station, else the nearest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.weather import FARTHEST_KM, TYPICAL_DAYS, StationKind
from emstrack.services.sites.nearby_stations import measure
from emstrack.storage.models import Site
from emstrack.storage.queries import stations as queries
from emstrack.storage.scope import find

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

    from emstrack.storage.models import WeatherStation


@dataclass(frozen=True, slots=True)
class TypicalWeather:
    """365 daily means [°C] from 1 January on, NaN where the year lacks one, and the station they are of."""

    station: WeatherStation
    mean_c: NDArray[np.float64]
    distance_km: float | None


def find_typical_year(session: Session, site_id: int) -> TypicalWeather | None:
    """Return the typical year computed of the site's station, else the nearest one within 200 km; None without one."""
    site = find(session, Site, site_id)
    stations = [each for each in queries.list_stations(session) if each.kind == StationKind.TYPICAL_YEAR]
    if not stations:
        return None
    own = queries.typical_years_of(session, site.weather_station_id) if site.weather_station_id else []
    distance = measure([site], stations)[0][0]
    near = np.where(np.isnan(distance) | (distance > FARTHEST_KM), np.inf, distance)
    index = next((place for place, each in enumerate(stations) if each.id in own), None)
    if index is None:
        if not np.isfinite(near.min()):
            return None
        index = int(near.argmin())
    mean = np.full(TYPICAL_DAYS, np.nan)
    for row in queries.typical_days(session, stations[index].id):
        mean[row.day_of_year - 1] = np.nan if row.mean_c is None else row.mean_c
    return TypicalWeather(stations[index], mean, None if np.isnan(distance[index]) else float(distance[index]))
