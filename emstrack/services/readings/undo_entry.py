"""The last entry taken back: a new row goes, a changed one gets its old values, as long as nobody was there since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.errors import NotFoundError
from emstrack.services.readings.amend_rows import Typed, amend_row, check_version, last_state, read_again, remove_row
from emstrack.services.readings.follow_index import follow_index
from emstrack.services.readings.open_meter import open_meter
from emstrack.services.readings.settle_entries import entries
from emstrack.storage.models import DriverValue, Reading, StockLevel

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

UNDONE = "Undone on the month page"
"""The reason kept; it is a message id, shown in the reader's language."""
_MODELS: dict[str, type[Typed]] = {"reading": Reading, "driver": DriverValue, "stock": StockLevel}


def undo_entry(session: Session, kind: str, id_: int, *, version: int, now: datetime) -> Typed | None:
    """Take back the last write of a row; return it as it stands now, None where it is gone."""
    if kind not in _MODELS:
        raise NotFoundError("record.not_found", thing="entry")
    with entries(session, now=now) as block:
        row = read_again(session, _MODELS[kind], id_)
        check_version(session, row, version, mine="–")
        if isinstance(row, Reading | StockLevel):
            block.meters.add(row.meter_id)
        before, days = last_state(session, row), _index_days(row)
        if before is None:
            remove_row(session, block.link, row, reason=UNDONE)
        else:
            amend_row(session, block.link, row, before, reason=UNDONE)
        days |= _index_days(row)
        if isinstance(row, Reading) and days:
            follow_index(session, block, open_meter(session, row.meter_id), days)
        return None if before is None else row


def _index_days(row: Typed) -> set[date]:
    """Return the day on which a reading's index is known: what starts there counts from it."""
    return {row.end} if isinstance(row, Reading) and row.index_end is not None else set()
