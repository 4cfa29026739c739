"""A reading taken away: its last values and the reason stay in history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.services.readings.amend_rows import check_version, read_again, remove_row
from emstrack.services.readings.change_reading import checked_reason
from emstrack.services.readings.settle_entries import entries
from emstrack.storage.models import Reading

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def delete_reading(session: Session, reading_id: int, *, version: int, reason: str, now: datetime) -> Reading:
    """Delete a reading as it was read; return what it was."""
    with entries(session, now=now) as block:
        because = checked_reason(reason)
        row = read_again(session, Reading, reading_id)
        check_version(session, row, version, mine="–")
        block.meters.add(row.meter_id)
        remove_row(session, block.link, row, reason=because)
        return row
