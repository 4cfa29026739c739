"""A meter is changed, archived or restored; each leaves its old values in history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.services.readings.recompute_monthly_values import recompute_monthly_values
from emstrack.services.sites.check_meter import check_meter, lock_site, sub_meters
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.models import Meter
from emstrack.storage.scope import find, require
from emstrack.storage.uniqueness import first_come

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.meters import MeterDetails


def change_meter(
    session: Session, meter_id: int, details: MeterDetails, *, version: int, now: datetime, reason: str = ""
) -> Meter:
    """Change a meter as long as nobody else did since this version was read."""
    require(session, Permission.EDIT_SITES)
    meter = find(session, Meter, meter_id)
    site = lock_site(session, meter.site_id)
    values = check_meter(session, site, details, meter=meter)
    splits_anew = meter.calendar_mode != values["calendar_mode"]
    with first_come(session, lambda: check_meter(session, site, details, meter=find(session, Meter, meter_id))):
        change_row(session, meter, values, Subject("meter", meter_id), version=version, now=now, reason=reason)
    if splits_anew:
        recompute_monthly_values(session, [meter_id])
    return meter


def archive_meter(session: Session, meter_id: int, *, version: int, now: datetime, reason: str = "") -> Meter:
    """Take a meter out of the month's page; its readings stay, and what they measured keeps being counted."""
    require(session, Permission.EDIT_SITES)
    meter = find(session, Meter, meter_id)
    lock_site(session, meter.site_id)
    behind = sub_meters(session, meter_id, live=True)
    if behind:
        raise RefusedError("meter.has_sub_meters", meters=behind)
    if meter.archived_at is None:
        values = {"archived_at": now}
        change_row(session, meter, values, Subject("meter", meter_id), version=version, now=now, reason=reason)
    return meter


def restore_meter(session: Session, meter_id: int, *, version: int, now: datetime, reason: str = "") -> Meter:
    """Bring an archived meter back, behind the meter it stood behind if that one is not archived."""
    require(session, Permission.EDIT_SITES)
    meter = find(session, Meter, meter_id)
    lock_site(session, meter.site_id)
    parent = None if meter.parent_id is None else find(session, Meter, meter.parent_id)
    if parent is not None and parent.archived_at is not None:
        raise RefusedError("meter.parent_archived", parent=parent.name)
    values = {"archived_at": None}
    change_row(session, meter, values, Subject("meter", meter_id), version=version, now=now, reason=reason)
    return meter
