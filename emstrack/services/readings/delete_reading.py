"""A reading taken away: its last values and the reason stay in history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.services.readings.amend_rows import check_version, read_again, remove_row
from emstrack.services.readings.change_reading import checked_reason
from emstrack.services.readings.follow_index import follow_index
from emstrack.services.readings.open_meter import open_meter
from emstrack.services.readings.settle_entries import entries
from emstrack.storage.models import Reading

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.findings import Finding


def delete_reading(
    session: Session, reading_id: int, *, version: int, reason: str, now: datetime
) -> tuple[Reading, tuple[Finding, ...]]:
    """Delete a reading as it was read; return what it was, and what became of the one that counted from its index."""
    with entries(session, now=now) as block:
        because = checked_reason(reason)
        row = read_again(session, Reading, reading_id)
        check_version(session, row, version, mine="–")
        block.meters.add(row.meter_id)
        remove_row(session, block.link, row, reason=because)
        if row.index_end is None:
            return row, ()
        return row, tuple(follow_index(session, block, open_meter(session, row.meter_id), {row.end}))
