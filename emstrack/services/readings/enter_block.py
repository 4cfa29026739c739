"""A pasted block, or one cell: each entry is taken, refused or in conflict on its own; all are one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.errors import ConflictError, NotFoundError, RefusedError
from emstrack.services.readings.enter_driver import DriverEntry, EnteredDriver, store_driver
from emstrack.services.readings.enter_reading import Entry, store_entry
from emstrack.services.readings.enter_stock_level import EnteredStockLevel, StockEntry, store_stock_level
from emstrack.services.readings.settle_entries import entries
from emstrack.services.readings.store_reading import EnteredReading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.typed import Writing
    from emstrack.services.readings.settle_entries import Entries

MOST = 2_000
AnyEntry = Entry | DriverEntry | StockEntry
Entered = EnteredReading | EnteredDriver | EnteredStockLevel
Outcome = Entered | RefusedError | ConflictError | NotFoundError


def enter_block(session: Session, block: Sequence[AnyEntry], *, writing: Writing, now: datetime) -> list[Outcome]:
    """Enter each in its order and return what became of each; nothing of a refused one is written."""
    if len(block) > MOST:
        raise RefusedError("entry.block_too_large", most=MOST)
    outcomes: list[Outcome] = []
    with entries(session, now=now) as opened:
        for entry in block:
            try:
                outcomes.append(_store(session, opened, entry, writing))
            except (RefusedError, ConflictError, NotFoundError) as told:
                outcomes.append(told)
    return outcomes


def _store(session: Session, opened: Entries, entry: AnyEntry, writing: Writing) -> Entered:
    if isinstance(entry, DriverEntry):
        return store_driver(session, opened, entry, writing=writing)
    if isinstance(entry, StockEntry):
        return store_stock_level(session, opened, entry, writing=writing)
    return store_entry(session, opened, entry, writing=writing)
