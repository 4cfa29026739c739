"""What entering a reading needs to know of its meter; nobody else writes to the meter meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from emstrack.domain.errors import NotFoundError
from emstrack.domain.readings import Cadence, CalendarMode
from emstrack.storage.models import Meter, Organisation, Site
from emstrack.storage.queries.month import of_site
from emstrack.storage.scope import within

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenMeter:
    """A meter with what its site and organisation say of it."""

    id: int
    name: str
    resource: str
    unit: str
    basis: str
    cadence: Cadence
    calendar_mode: CalendarMode
    reads_index: bool
    opened: date | None
    closed: date | None
    site_id: int
    site_name: str
    country: str
    currency: str
    time_zone: str

    @property
    def is_delivered(self) -> bool:
        """Whether its readings are deliveries on a day."""
        return self.cadence is Cadence.ON_DELIVERY or self.calendar_mode is CalendarMode.BETWEEN_DELIVERIES

    def day_at(self, now: datetime) -> date:
        """Return the day it is at the site."""
        return now.astimezone(ZoneInfo(self.time_zone or "UTC")).date()


def open_meter(session: Session, meter_id: int, *, lock: bool = False) -> OpenMeter:
    """Return a meter that may be seen; locked, two entries into it wait for one another."""
    query = (
        sa.select(Meter, Site, Organisation)
        .where(*within(session, Meter), Meter.id == meter_id, Site.id == Meter.site_id)
        .where(*of_site(session))
    )
    if lock:
        query = query.with_for_update(of=Meter)
    row = session.execute(query.execution_options(populate_existing=lock)).one_or_none()
    if row is None:
        raise NotFoundError("record.not_found", thing="meter")
    meter, site, organisation = row
    return OpenMeter(
        id=meter.id,
        name=meter.name,
        resource=meter.resource,
        unit=meter.unit,
        basis=meter.basis,
        cadence=Cadence(meter.cadence),
        calendar_mode=CalendarMode(meter.calendar_mode),
        reads_index=meter.reads_index,
        opened=meter.opened,
        closed=meter.closed,
        site_id=site.id,
        site_name=site.name,
        country=site.country or organisation.country,
        currency=site.currency or organisation.currency,
        time_zone=site.time_zone or organisation.time_zone,
    )
