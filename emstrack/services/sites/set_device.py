"""Counters come and go on a supply point; each with its register, so that indexes become consumption."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.meters import Counter
from emstrack.domain.sites import BEGINNING, LONGEST_NAME
from emstrack.services.sites.check_meter import lock_site
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import Device, Meter
from emstrack.storage.scope import find, require, scoped

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session


def add_device(session: Session, meter_id: int, counter: Counter, *, now: datetime) -> Device:
    """Put a device on a meter. The one before it has to be off by then: two never count at once."""
    scope = require(session, Permission.EDIT_SITES)
    meter = find(session, Meter, meter_id)
    lock_site(session, meter.site_id)
    values = _checked(session, meter_id, counter)
    device = Device(tenant_id=scope.tenant_id, meter_id=meter_id, **values)
    session.add(device)
    session.flush()
    record_change(session, _subject(device), old=None, new=values, now=now)
    session.flush()
    return device


def change_device(session: Session, device_id: int, counter: Counter, *, version: int, now: datetime) -> Device:
    """Correct a device, or say when and at which index it came off."""
    require(session, Permission.EDIT_SITES)
    device = find(session, Device, device_id)
    lock_site(session, find(session, Meter, device.meter_id).site_id)
    values = _checked(session, device.meter_id, counter, device_id)
    change_row(session, device, values, _subject(device), version=version, now=now)
    return device


def remove_device(session: Session, device_id: int, *, now: datetime, reason: str = "") -> int:
    """Take out a device that never was; one that came off gets its day of removal instead. Returns the meter."""
    require(session, Permission.EDIT_SITES)
    device = find(session, Device, device_id)
    old = {field.name: getattr(device, field.name) for field in fields(Counter)}
    record_change(session, _subject(device), old=old, new=None, now=now, reason=reason)
    session.delete(device)
    session.flush()
    return device.meter_id


def counters_between(session: Session, meter_id: int, start: date, end: date) -> list[Counter]:
    """Return the counters that stood on a meter between two days, in order, for `domain.meters.consumption_between`."""
    rows = session.scalars(scoped(session, Device).where(Device.meter_id == meter_id))
    counters = [counter_of(row) for row in rows]
    standing = [c for c in counters if (c.installed or BEGINNING) < end and (c.removed is None or c.removed > start)]
    return sorted(standing, key=lambda counter: counter.installed or BEGINNING)


def device_of_meter(session: Session, meter_id: int, device_id: int) -> Device:
    """Return a device of this meter."""
    device = find(session, Device, device_id)
    if device.meter_id != meter_id:
        raise NotFoundError("record.not_found", thing="device")
    return device


def counter_of(device: Device) -> Counter:
    """Return a device as the domain knows it."""
    return Counter(**{field.name: getattr(device, field.name) for field in fields(Counter)})


def _checked(session: Session, meter_id: int, counter: Counter, device_id: int | None = None) -> dict[str, object]:
    if not (math.isfinite(counter.multiplier) and 0 < counter.multiplier < 1e9):
        raise RefusedError("device.multiplier_not_positive", field="multiplier")
    if not 1 <= counter.digits <= 15:
        raise RefusedError("device.digits_unknown", digits=counter.digits, field="digits")
    for name in ("install_index", "removal_index"):
        index = getattr(counter, name)
        if index is not None and not 0 <= index < counter.capacity:
            raise RefusedError("device.index_too_long", index=index, digits=counter.digits, field=name)
    if counter.installed and counter.removed and counter.removed < counter.installed:
        raise RefusedError("device.backward", installed=counter.installed, removed=counter.removed, field="removed")
    _check_overlaps(session, meter_id, counter, device_id)
    values = {field.name: getattr(counter, field.name) for field in fields(Counter)}
    return values | {"serial": counter.serial.strip()[:LONGEST_NAME]}


def _check_overlaps(session: Session, meter_id: int, counter: Counter, device_id: int | None) -> None:
    start, end = counter.installed or BEGINNING, counter.removed
    for other in session.scalars(scoped(session, Device).where(Device.meter_id == meter_id)):
        if other.id == device_id:
            continue
        began, ended = other.installed or BEGINNING, other.removed
        if (ended is None or start < ended) and (end is None or began < end):
            raise RefusedError("device.overlaps", serial=other.serial or "–", removed=ended, field="installed")


def _subject(device: Device) -> Subject:
    return Subject("meter", device.meter_id, f"device {device.serial or device.id}")
