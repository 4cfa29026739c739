"""The reading after an index counts from it: when that index changes, moves or goes, the one after it follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.readings import ReadingKind
from emstrack.services.readings.amend_rows import amend_row
from emstrack.services.readings.interpret_reading import conversion_of
from emstrack.services.readings.read_register import read_register
from emstrack.storage.models import Reading
from emstrack.storage.queries.month import overlapping
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.services.readings.open_meter import OpenMeter
    from emstrack.services.readings.settle_entries import Entries

FOLLOWED = "The index before it changed"
"""The reason kept where a consumption followed its index; a message id, shown in the reader's language."""
_COVERING = {ReadingKind.ACTUAL, ReadingKind.ESTIMATED}


def follow_index(session: Session, block: Entries, meter: OpenMeter, days: Iterable[date]) -> list[Finding]:
    """Count the readings that start on these days from the index known before them, and say what became of each.

    Where the index they counted from is gone, they begin where the one before it was read, as long as nothing else
    lies in between; where no earlier index tells, or the register would run backward, they stay and a warning names
    them: nothing is guessed, and what was typed is not refused for what stands after it.
    """
    found = session.scalars(
        scoped(session, Reading)
        .where(
            Reading.meter_id == meter.id,
            Reading.start.in_(list(days)),
            Reading.index_end.is_not(None),
            Reading.kind != ReadingKind.OPENING,
        )
        .order_by(Reading.start)
        .execution_options(populate_existing=True)
    )
    findings = []
    for row in found.all():
        evidence: dict[str, Any] = {"start": row.start, "end": row.end, "quantity": row.quantity, "unit": row.unit}
        try:
            values = _counted_anew(session, meter, row)
        except RefusedError:
            findings.append(Finding("entry.next_stays", Severity.WARNING, evidence, column="index"))
            continue
        if any(getattr(row, name) != value for name, value in values.items() if name != "canonical_quantity"):
            amend_row(session, block.link, row, values, reason=FOLLOWED)
            block.meters.add(meter.id)
            evidence |= {"start": row.start, "quantity": row.quantity}
            findings.append(Finding("entry.next_follows", Severity.INFO, evidence, column="index"))
    return findings


def _counted_anew(session: Session, meter: OpenMeter, row: Reading) -> dict[str, Any]:
    start = _first_free_day(session, row)
    assert row.index_end is not None  # noqa: S101 - the query asked for it
    try:
        used = read_register(session, meter.id, row.index_end, start=start, end=row.end, largest_plausible=None)
    except RefusedError as error:
        if error.code != "entry.index_known_elsewhere":
            raise
        start = _last_index_day(session, row, error)
        used = read_register(session, meter.id, row.index_end, start=start, end=row.end, largest_plausible=None)
    if used.quantity is None:
        raise RefusedError("entry.next_stays")
    return {
        "start": start,
        "index_start": used.index_start,
        "quantity": used.quantity,
        "quantity_text": f"{used.quantity:.15g}",
        "canonical_quantity": used.quantity * conversion_of(meter, row.unit, start).factor,
    }


def _first_free_day(session: Session, row: Reading) -> date:
    """Give way to a reading that took days of this one back."""
    others = overlapping(session, row.meter_id, row.start, row.end)
    ends = [
        other.end
        for other in others
        if other.id != row.id and other.kind in _COVERING and other.start < row.start < other.end < row.end
    ]
    return max([row.start, *ends])


def _last_index_day(session: Session, row: Reading, error: RefusedError) -> date:
    """Return the day the last index was read, if no other reading speaks for the days since."""
    day: Any = error.evidence["day"]
    others = overlapping(session, row.meter_id, day, row.start)
    if any(other.id != row.id and other.kind in _COVERING for other in others):
        raise error
    known: date = day
    return known
