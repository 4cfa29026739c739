"""A station is named and placed by a person, or removed; each leaves its old values in history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.sites import LONGEST_NAME
from emstrack.services.readings.describe_state import state_of
from emstrack.services.readings.write_history_link import Change, add_changes, close_link, open_link, write_history_link
from emstrack.services.sites.assign_stations import assign_stations
from emstrack.services.sites.check_place import checked_place
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.models import Site, WeatherStation
from emstrack.storage.scope import find, require, tenant_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class StationDetails:
    """What a person says of a station."""

    name: str
    latitude: float | None = None
    longitude: float | None = None
    elevation_m: float | None = None
    attribution: str = ""


def change_station(
    session: Session, station_id: int, details: StationDetails, *, version: int, now: datetime, reason: str = ""
) -> WeatherStation:
    """Change a station as long as nobody else did; sites that wait for one are given it where it is near.

    Raises
    ------
    RefusedError
        With the field it belongs to as evidence ``field``.
    ConflictError
        ``record.changed_meanwhile``.
    """
    require(session, Permission.EDIT_SITES)
    station = find(session, WeatherStation, station_id)
    name = " ".join(details.name.split())[:LONGEST_NAME]
    if not name:
        raise RefusedError("station.name_missing", field="name")
    values: dict[str, Any] = {
        "name": name,
        "attribution": " ".join(details.attribution.split())[:500],
        **checked_place(details.latitude, details.longitude, details.elevation_m),
    }
    change_row(
        session, station, values, Subject("weather_station", station_id), version=version, now=now, reason=reason
    )
    changes = assign_stations(session)
    if changes:
        write_history_link(session, written=[], changes=changes, now=now)
    return station


def remove_station(session: Session, station_id: int, *, version: int, now: datetime) -> None:
    """Remove a station that no site uses, with its values.

    Raises
    ------
    RefusedError
        ``station.in_use``.
    ConflictError
        ``record.changed_meanwhile``.
    """
    require(session, Permission.EDIT_SITES)
    station = find(session, WeatherStation, station_id)
    users = session.scalar(
        sa.select(sa.func.count(Site.id)).where(
            Site.tenant_id == tenant_of(session), Site.weather_station_id == station_id
        )
    )
    if users:
        raise RefusedError("station.in_use", count=users, station=station.name)
    if station.version != version:
        # the same conflict as any other change: what a person removes is what they looked at
        change_row(session, station, {"name": ""}, Subject("weather_station", station_id), version=version, now=now)
    link = open_link(session, now=now)
    add_changes(session, link, [Change("weather_station", station_id, state_of(station), None)])
    session.delete(station)
    session.flush()
    close_link(session, link)
