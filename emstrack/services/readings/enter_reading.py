"""A reading typed by hand, one or a pasted block: checked, stored, split into months, kept in history."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.domain.readings import ReadingKind
from emstrack.domain.typed import Writing
from emstrack.services.readings.answer_once import answer_once
from emstrack.services.readings.interpret_reading import TypedReading
from emstrack.services.readings.open_meter import open_meter
from emstrack.services.readings.settle_entries import Entries, entries
from emstrack.services.readings.store_reading import EnteredReading, store_reading

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.periods import Month

POINT = Writing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One typed reading on its way in: for which meter, over which row as it was read, under which key."""

    meter_id: int
    typed: TypedReading
    reading_id: int | None = None
    version: int | None = None
    key: str | None = None
    reason: str = ""


def enter_reading(  # noqa: PLR0913 - one argument per field of a bill
    session: Session,
    meter_id: int,
    *,
    start: date | None = None,
    end: date | None = None,
    month: Month | None = None,
    quantity_text: str = "",
    index_text: str = "",
    unit: str | None = None,
    cost_text: str | None = None,
    currency: str = "",
    kind: ReadingKind = ReadingKind.ACTUAL,
    bill_number: str = "",
    note: str = "",
    reason: str = "",
    reading_id: int | None = None,
    version: int | None = None,
    key: str | None = None,
    writing: Writing = POINT,
    now: datetime,
) -> EnteredReading:
    """Enter one reading: over a month or a period, by quantity or by register index.

    Without `version` the person saw no value there: a different one already stored is a conflict, an equal one is
    unchanged. With `version` (and `reading_id`, where the dates may change too) the row read is changed.

    Raises
    ------
    RefusedError
        One finding per field, its name in `column`.
    ConflictError
        Where somebody else wrote the row meanwhile; evidence `mine`, `theirs`, `current`.
    """
    if month is not None:
        start, end = start or month.start, end or month.end
    if start is None or end is None:
        raise RefusedError("entry.period_missing")
    typed = TypedReading(
        start=start,
        end=end,
        quantity_text=quantity_text,
        index_text=index_text,
        unit=unit or "",
        cost_text=cost_text or "",
        currency=currency,
        kind=kind,
        bill_number=bill_number,
        note=note,
    )
    entry = Entry(meter_id=meter_id, typed=typed, reading_id=reading_id, version=version, key=key, reason=reason)
    with entries(session, now=now) as block:
        return store_entry(session, block, entry, writing=writing)


def store_entry(session: Session, block: Entries, entry: Entry, *, writing: Writing) -> EnteredReading:
    """Store one entry of a block."""
    meter = open_meter(session, entry.meter_id)
    body = {
        "meter": entry.meter_id,
        "typed": asdict(entry.typed),
        "reading": entry.reading_id,
        "version": entry.version,
    }

    def store() -> dict[str, object]:
        entered = store_reading(
            session,
            block,
            meter,
            entry.typed,
            reading_id=entry.reading_id,
            version=entry.version,
            reason=entry.reason,
            writing=writing,
        )
        return entered.as_json()

    return EnteredReading.from_json(answer_once(session, entry.key, body, store, now=block.now))
