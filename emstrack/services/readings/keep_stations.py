"""Stations that a file names: found by code, made where they are missing, completed where nobody said more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from emstrack.domain.weather import StationFacts, StationKind
from emstrack.services.readings.describe_state import state_of
from emstrack.services.readings.write_history_link import Change
from emstrack.storage import bulk
from emstrack.storage.models import WeatherStation
from emstrack.storage.scope import scope_of, tenant_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy.orm import Session

    from emstrack.services.readings.write_history_link import OpenLink

_TOLD = ("name", "latitude", "longitude", "elevation_m", "attribution")


class Known(NamedTuple):
    """A station that is there."""

    id: int
    kind: StationKind


def known_stations(session: Session, codes: Sequence[str]) -> dict[str, Known]:
    """Return the tenant's stations by code."""
    found: dict[str, Known] = {}
    columns = (WeatherStation.code, WeatherStation.id, WeatherStation.kind)
    for first in range(0, len(codes), 500):
        statement = sa.select(*columns).where(
            WeatherStation.tenant_id == tenant_of(session), WeatherStation.code.in_(codes[first : first + 500])
        )
        found |= {row.code: Known(row.id, StationKind(row.kind)) for row in session.execute(statement)}
    return found


def find_stations(session: Session, codes: Sequence[str]) -> dict[str, int]:
    """Return the ids of the tenant's stations by code."""
    return {code: known.id for code, known in known_stations(session, codes).items()}


def make_stations(session: Session, stations: Iterable[StationFacts], *, link: OpenLink) -> None:
    """Make stations; the batch that made them can take them away again."""
    wanted = list(stations)
    table: Any = WeatherStation.__table__
    columns: dict[str, list[Any]] = {
        "code": [each.code for each in wanted],
        "name": [each.name or each.code for each in wanted],
        "kind": [each.kind.value for each in wanted],
        "source": [each.source.value for each in wanted],
        "attribution": [each.attribution for each in wanted],
        **{name: [getattr(each, name) for each in wanted] for name in ("latitude", "longitude", "elevation_m")},
    }
    who = {"batch_id": link.row.batch_id, "created_at": link.row.at, "created_by": scope_of(session).user_id}
    bulk.insert_columns(session, table, columns, version=1, **who)


def complete_stations(session: Session, facts: Mapping[str, StationFacts]) -> list[Change]:
    """Fill in what is not known of stations that are there; what a person said stays. Return the changes."""
    codes = list(facts)
    changes = []
    for first in range(0, len(codes), 500):
        statement = sa.select(WeatherStation).where(
            WeatherStation.tenant_id == tenant_of(session), WeatherStation.code.in_(codes[first : first + 500])
        )
        for station in session.scalars(statement):
            told = facts[station.code]
            unsaid = {None, "", station.code}  # a station that a file of sites named is called by its code
            empty = [name for name in _TOLD if getattr(station, name) in unsaid and getattr(told, name) not in unsaid]
            if not empty:
                continue
            old = state_of(station)
            for name in empty:
                setattr(station, name, getattr(told, name))
            station.version += 1
            changes.append(Change("weather_station", station.id, old, state_of(station)))
    session.flush()
    return changes
