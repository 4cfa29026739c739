"""The last entry taken back: a new row goes, a changed one gets its old values, as long as nobody was there since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.errors import NotFoundError
from emstrack.services.readings.amend_rows import Typed, amend_row, check_version, last_state, read_again, remove_row
from emstrack.services.readings.settle_entries import entries
from emstrack.storage.models import DriverValue, Reading, StockLevel

if TYPE_CHECKING:
    from datetime import datetime

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
        if isinstance(row, Reading):
            block.meters.add(row.meter_id)
        before = last_state(session, row)
        if before is None:
            remove_row(session, block.link, row, reason=UNDONE)
            return None
        amend_row(session, block.link, row, before, reason=UNDONE)
        return row
