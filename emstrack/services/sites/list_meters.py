"""A site's meters in the order a page shows them: each with what stands behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.meters import MeterDetails
from emstrack.domain.readings import Cadence, CalendarMode, Direction
from emstrack.domain.resources import Resource
from emstrack.storage.models import Device, Meter, MeterShare, Reading, Site
from emstrack.storage.queries import sites as queries
from emstrack.storage.scope import find, scoped, within

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ListedMeter:
    """One meter of a list: how deep it stands behind others, and how far its readings reach."""

    meter: Meter
    depth: int
    readings: int
    last_end: date | None


@dataclass(frozen=True, slots=True)
class ShownMeter:
    """A meter with its site, what it stands behind, its devices, and the sites that share it."""

    meter: Meter
    site: Site
    parent: Meter | None
    devices: list[Device]
    shares: list[tuple[MeterShare, str]]


def list_meters(session: Session, site_id: int, *, archived: bool = False) -> list[ListedMeter]:
    """Return a site's meters, a sub-meter right after the one it stands behind; archived ones where asked for."""
    find(session, Site, site_id)
    return meters_of(session, site_id, archived=archived)


def meters_of(session: Session, site_id: int, *, archived: bool = False) -> list[ListedMeter]:
    """Return the same of a site that was found already."""
    meters = [m for m in session.scalars(queries.meters_of(session, site_id)) if archived or m.archived_at is None]
    counts = {
        row.meter_id: (row.readings, row.last_end)
        for row in session.execute(
            scoped(
                session,
                Reading.meter_id,
                sa.func.count(Reading.id).label("readings"),
                sa.func.max(Reading.end).label("last_end"),
            )
            .where(Reading.meter_id.in_([meter.id for meter in meters]))
            .group_by(Reading.meter_id)
        )
    }
    present = {meter.id for meter in meters}
    listed: list[ListedMeter] = []

    def place(parent_id: int | None, depth: int) -> None:
        for meter in meters:
            stands_behind = meter.parent_id if meter.parent_id in present else None
            if stands_behind == parent_id:
                listed.append(ListedMeter(meter, depth, *counts.get(meter.id, (0, None))))
                place(meter.id, depth + 1)

    place(None, 0)
    return listed


def show_meter(session: Session, meter_id: int) -> ShownMeter:
    """Return a meter the person may see."""
    meter = find(session, Meter, meter_id)
    site = find(session, Site, meter.site_id)
    parent = None if meter.parent_id is None else find(session, Meter, meter.parent_id)
    devices = session.scalars(
        scoped(session, Device).where(Device.meter_id == meter_id).order_by(Device.installed.desc(), Device.id.desc())
    )
    shares = session.execute(
        sa.select(MeterShare, Site.name)
        .join(Site, Site.id == MeterShare.site_id)
        .where(*within(session, MeterShare), *within(session, Site), MeterShare.meter_id == meter_id)
        .order_by(MeterShare.start.desc(), Site.name)
    )
    return ShownMeter(meter, site, parent, list(devices), [(row[0], row[1]) for row in shares])


def details_of(meter: Meter) -> MeterDetails:
    """Return what a form shows of a meter."""
    return MeterDetails(
        name=meter.name,
        resource=Resource(meter.resource),
        unit=meter.unit,
        variety=meter.variety,
        destination=meter.destination,
        direction=Direction(meter.direction),
        basis=meter.basis,
        supply_point=meter.supply_point,
        provider=meter.provider,
        cadence=Cadence(meter.cadence),
        calendar_mode=CalendarMode(meter.calendar_mode),
        reads_index=meter.reads_index,
        opened=meter.opened,
        closed=meter.closed,
        parent_id=meter.parent_id,
    )
