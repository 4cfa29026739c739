"""A reading taken away: its last values and the reason stay in history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError
from emstrack.services.readings.change_reading import checked_reason
from emstrack.services.readings.enter_reading import settle
from emstrack.services.readings.open_meter import open_meter
from emstrack.services.readings.store_reading import current_state, snapshot
from emstrack.services.readings.write_history import record_change
from emstrack.storage.models import Reading
from emstrack.storage.scope import find, require, within

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def delete_reading(session: Session, reading_id: int, *, version: int, reason: str, now: datetime) -> int:
    """Delete a reading as it was read; return its meter."""
    require(session, Permission.RECORD_READINGS)
    because = checked_reason(reason)
    meter = open_meter(session, find(session, Reading, reading_id).meter_id, lock=True)
    row = find(session, Reading, reading_id)
    session.refresh(row)
    remove_row(session, row, version=version, reason=because, now=now)
    settle(session, [meter.id], now=now)
    return meter.id


def remove_row(session: Session, row: Reading, *, version: int, reason: str, now: datetime) -> None:
    """Delete a row whose meter is locked; it has to be the version that was read."""
    old, reading_id, meter_id = snapshot(row), row.id, row.meter_id
    if row.version != version:
        state = current_state(session, row)
        raise ConflictError("record.changed_meanwhile", mine="–", theirs=row.quantity_text, current=state)
    session.expunge(row)
    session.execute(sa.delete(Reading).where(*within(session, Reading), Reading.id == reading_id))
    record_change(
        session,
        entity="reading",
        entity_id=reading_id,
        meter_id=meter_id,
        old=old,
        new=None,
        reason=reason,
        now=now,
    )
