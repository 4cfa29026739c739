"""Which station a site's weather comes from: chosen by a person, or left to distance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.weather import StationBy, StationKind
from emstrack.services.sites.nearby_stations import Place, find_surroundings
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.models import Site, WeatherStation
from emstrack.storage.queries import stations as queries
from emstrack.storage.scope import find, require

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def choose_station(
    session: Session, site_id: int, station_id: int | None, *, version: int, now: datetime, reason: str = ""
) -> Site:
    """Give a site a station, or the nearest that knows enough of its days where None.

    Raises
    ------
    RefusedError
        ``station.is_typical_year``.
    ConflictError
        ``record.changed_meanwhile``.
    """
    require(session, Permission.EDIT_SITES)
    site = find(session, Site, site_id)
    values: dict[str, object] = (
        station_by_distance(session, site, site_id) if station_id is None else station_by_person(session, station_id)
    )
    change_row(session, site, values, Subject("site", site_id), version=version, now=now, reason=reason)
    return site


def station_by_person(session: Session, station_id: int) -> dict[str, object]:
    """Return the columns of a site whose station a person names."""
    station = find(session, WeatherStation, station_id)
    if station.kind == StationKind.TYPICAL_YEAR:
        raise RefusedError("station.is_typical_year", station=station.name, field="weather_station_id")
    return {"weather_station_id": station.id, "station_by": StationBy.PERSON.value}


def station_by_distance(session: Session, place: Place, site_id: int | None) -> dict[str, object]:
    """Return the columns of a site whose station distance chooses (M-14.2)."""
    nothing: dict[str, object] = {"weather_station_id": None, "station_by": StationBy.DISTANCE.value}
    if place.latitude is None:
        return nothing
    window = queries.metered(session, [site_id]).get(site_id, (None, None)) if site_id is not None else (None, None)
    station = find_surroundings(session, [place], [window]).choose()[0]
    return {**nothing, "weather_station_id": None if station is None else station.id}
