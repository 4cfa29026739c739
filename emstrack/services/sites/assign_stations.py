"""Sites whose place is known and that have no station yet are given the nearest that knows enough of their days.

One that has a station keeps it, though a nearer one may come: a baseline may rest on it, and a person changes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.services.readings.describe_state import state_of
from emstrack.services.readings.write_history_link import Change
from emstrack.services.sites.nearby_stations import find_surroundings
from emstrack.storage.queries import stations as queries

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def assign_stations(session: Session) -> list[Change]:
    """Give stations to the sites that wait for one; return the changes for the link of who is writing."""
    session.flush()
    sites = queries.unassigned(session)
    if not sites:
        return []
    windows = queries.metered(session, [site.id for site in sites])
    around = find_surroundings(session, sites, [windows.get(site.id, (None, None)) for site in sites])
    changes = []
    for site, station in zip(sites, around.choose(), strict=True):
        if station is not None:
            old = state_of(site)
            site.weather_station_id = station.id
            site.version += 1
            changes.append(Change("site", site.id, old, state_of(site)))
    session.flush()
    return changes
