"""The last entry taken back: a new reading goes, a changed one gets its old values, as long as nobody was there since."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError
from emstrack.services.readings.delete_reading import remove_row
from emstrack.services.readings.enter_reading import settle
from emstrack.services.readings.open_meter import open_meter
from emstrack.services.readings.store_reading import (
    CHANGED_WITH,
    COMPARED,
    EnteredReading,
    current_state,
    update_reading,
)
from emstrack.storage.models import History, Reading
from emstrack.storage.scope import find, require, scoped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

UNDONE = "Undone on the month page"
"""The reason kept; it is a message id, shown in the reader's language."""


def undo_entry(session: Session, reading_id: int, *, version: int, now: datetime) -> EnteredReading | None:
    """Take back the last write of a reading; return it as it stands now, None where it is gone."""
    require(session, Permission.RECORD_READINGS)
    meter = open_meter(session, find(session, Reading, reading_id).meter_id, lock=True)
    row = find(session, Reading, reading_id)
    session.refresh(row)
    if row.version != version:
        state = current_state(session, row)
        raise ConflictError("record.changed_meanwhile", mine="–", theirs=row.quantity_text, current=state)
    before = session.scalars(
        scoped(session, History)
        .where(History.entity == "reading", History.entity_id == reading_id)
        .order_by(History.id.desc())
        .limit(1)
    ).one_or_none()
    if before is None:
        remove_row(session, row, version=version, reason=UNDONE, now=now)
        settle(session, [meter.id], now=now)
        return None
    update_reading(session, row, _values(before.old), reason=UNDONE, now=now)
    settle(session, [meter.id], now=now)
    return EnteredReading.of("changed", row)


def _values(old: dict[str, Any]) -> dict[str, Any]:
    values = {name: old[name] for name in (*COMPARED, *CHANGED_WITH)}
    values |= {"start": date.fromisoformat(old["start"]), "end": date.fromisoformat(old["end"])}
    values["cost"] = None if old["cost"] is None else Decimal(old["cost"])
    return values
