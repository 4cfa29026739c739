"""A typical year made of a station's measured days, kept as a station of its own kind beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.analysis.typical_year import typical_year
from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.weather import LEAST_YEARS, StationKind, StationSource
from emstrack.services.sites.show_station import observed_days
from emstrack.storage import bulk
from emstrack.storage.models import WeatherStation, WeatherTypicalDay, WeatherTypicalYear
from emstrack.storage.queries import stations as queries
from emstrack.storage.scope import find, require
from emstrack.storage.uniqueness import first_come

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def compute_typical_year(session: Session, station_id: int, *, now: datetime) -> WeatherStation:
    """Make the typical year of a station (M-14.3).

    Raises
    ------
    RefusedError
        ``station.not_observed``, ``station.typical_exists``, ``station.few_years`` naming the months.
    """
    scope = require(session, Permission.EDIT_SITES)
    station = find(session, WeatherStation, station_id)
    if station.kind != StationKind.OBSERVED:
        raise RefusedError("station.not_observed", station=station.name)
    _refuse_second(session, station)
    day, mean, _ = observed_days(session, station_id)
    found = typical_year(day, mean)
    if not found.is_complete:
        months = [int(each) + 1 for each in np.flatnonzero(found.years < LEAST_YEARS)]
        raise RefusedError("station.few_years", station=station.name, least=LEAST_YEARS, months=months)
    made = WeatherStation(
        tenant_id=scope.tenant_id,
        code=f"{station.code} TMY",
        name=f"{station.name} {found.first_year}–{found.last_year}",
        kind=StationKind.TYPICAL_YEAR.value,
        latitude=station.latitude,
        longitude=station.longitude,
        elevation_m=station.elevation_m,
        source=StationSource.COMPUTED.value,
        attribution=station.attribution,
        created_at=now,
        created_by=scope.user_id,
    )
    with first_come(session, lambda: _refuse_second(session, station)):
        session.add(made)
    session.add(
        WeatherTypicalYear(
            tenant_id=scope.tenant_id,
            station_id=made.id,
            based_on_id=station.id,
            first_year=found.first_year,
            last_year=found.last_year,
            least_years=int(found.years.min()),
            created_at=now,
            created_by=scope.user_id,
        )
    )
    table: Any = WeatherTypicalDay.__table__
    columns = {"day_of_year": list(range(1, len(found.mean_c) + 1)), "mean_c": found.mean_c.round(4).tolist()}
    bulk.insert_columns(session, table, columns, station_id=made.id)
    return made


def _refuse_second(session: Session, station: WeatherStation) -> None:
    if queries.typical_years_of(session, station.id):
        raise RefusedError("station.typical_exists", station=station.name)
