"""A reading corrected later, with the reason typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.services.readings.open_meter import open_meter
from emstrack.services.readings.settle_entries import entries
from emstrack.services.readings.store_reading import EnteredReading, store_reading
from emstrack.storage.models import Reading
from emstrack.storage.scope import find

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.typed import Writing
    from emstrack.services.readings.interpret_reading import TypedReading

LONGEST_REASON = 1000


def change_reading(
    session: Session,
    reading_id: int,
    typed: TypedReading,
    *,
    version: int,
    reason: str,
    writing: Writing,
    now: datetime,
) -> EnteredReading:
    """Change a reading; its old values and the reason stay in its history."""
    with entries(session, now=now) as block:
        because = checked_reason(reason)
        meter = open_meter(session, find(session, Reading, reading_id).meter_id)
        return store_reading(
            session, block, meter, typed, reading_id=reading_id, version=version, reason=because, writing=writing
        )


def checked_reason(reason: str) -> str:
    """Return the reason a person typed; without one nothing is changed after the fact."""
    if not reason.strip():
        raise RefusedError("entry.reason_missing")
    return reason.strip()[:LONGEST_REASON]
