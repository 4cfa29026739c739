"""A register index becomes a consumption: previous index, multiplier, rollover, a device replaced in between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.domain.meters import Counter, consumption_between
from emstrack.storage.models import Device, Reading
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

NO_DEVICE = Counter(digits=12)
"""Where no device is known the register never rolls over: going back is refused."""


@dataclass(frozen=True, slots=True)
class RegisterUse:
    """What a register says went through; `quantity` None where this index is the meter's first."""

    quantity: float | None
    index_start: float | None
    rolled_over: bool = False


def read_register(
    session: Session,
    meter_id: int,
    index: float,
    *,
    start: date,
    end: date,
    largest_plausible: float | None,
) -> RegisterUse:
    """Return the consumption since the index known for the start of the period."""
    counters = counters_between(session, meter_id, start, end) or [NO_DEVICE]
    first = counters[0]
    before = session.execute(
        scoped(session, Reading.end, Reading.index_end)
        .where(Reading.meter_id == meter_id, Reading.end <= start, Reading.index_end.is_not(None))
        .order_by(Reading.end.desc())
        .limit(1)
    ).one_or_none()
    freshly_installed = first.installed is not None and (before is None or before.end <= first.installed)
    if freshly_installed and first.install_index is not None:
        index_start = first.install_index
    elif before is None:
        return RegisterUse(None, None)
    elif before.end != start:
        raise RefusedError("entry.index_known_elsewhere", day=before.end, start=start)
    else:
        index_start = before.index_end
    used = consumption_between(index_start, index, *counters, largest_plausible=largest_plausible)
    return RegisterUse(used.quantity, index_start, used.rolled_over)


def counters_between(session: Session, meter_id: int, start: date, end: date) -> list[Counter]:
    """Return the devices that counted in a period, in their order."""
    devices = session.scalars(
        scoped(session, Device)
        .where(
            Device.meter_id == meter_id,
            Device.installed.is_(None) | (Device.installed < end),
            Device.removed.is_(None) | (Device.removed > start),
        )
        .order_by(Device.installed.is_not(None), Device.installed)
    )
    return [
        Counter(
            multiplier=device.multiplier,
            digits=device.digits,
            serial=device.serial,
            installed=device.installed,
            install_index=device.install_index,
            removed=device.removed,
            removal_index=device.removal_index,
        )
        for device in devices
    ]
