"""One more entry in a financing's account: checked against all that happened, then added; nothing is ever rewritten.

The financing's prepared sums follow in the same transaction, and an approval makes its measures financed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.financing import (
    LARGEST_MONEY,
    LONGEST_TEXT,
    EntryKind,
    Instrument,
    check_approval,
    effective_cover,
)
from emstrack.domain.loan_ledger import Entry, Position, replay
from emstrack.domain.measures import MeasureStatus, Step
from emstrack.services.audits.change_status import change_status
from emstrack.services.programmes.apply_for_financing import hold_financing, measures_of, standing_of
from emstrack.services.programmes.keep_facility import check_left, hold_facility
from emstrack.services.sites.record_change import Subject, conflict_of, record_change
from emstrack.storage.models import Facility, Financing, FinancingEntry, Measure
from emstrack.storage.scope import find, require, scoped
from emstrack.storage.versions import update_if_unchanged

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from fractions import Fraction

    from sqlalchemy.orm import Session

    from emstrack.domain.loan_ledger import Account

PREPARED = (
    *("approved", "disbursed", "repaid", "interest", "recovered", "claimed", "guarantor_recovered", "revenue"),
    *("outstanding", "exposure", "disbursed_on"),
)
_FINANCEABLE = frozenset({MeasureStatus.PROPOSED, MeasureStatus.ACCEPTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What somebody says happened."""

    kind: EntryKind
    day: date
    amount: Decimal = Decimal(0)
    interest: Decimal = Decimal(0)
    note: str = ""
    reverses_id: int | None = None


def record_entry(
    session: Session, financing_id: int, said: Happened, *, version: int, today: date, now: datetime
) -> Financing:
    """Add an entry, or refuse it with what stands against it.

    Raises
    ------
    RefusedError
        ``finance.…``.
    ConflictError
        ``record.changed_meanwhile`` where another entry came since this version was read.
    """
    scope = require(session, Permission.EDIT_SITES)
    row = hold_financing(session, financing_id)
    facility = hold_facility(session, row.facility_id)
    if said.day > today:
        raise RefusedError("finance.in_future", day=said.day, field="day")
    if max(abs(said.amount), abs(said.interest)) >= LARGEST_MONEY or said.interest < 0:
        raise RefusedError("finance.amount_not_positive", field="interest" if said.interest < 0 else "amount")
    entries = entries_of(session, row.id)
    if said.kind is EntryKind.REVERSAL:
        _check_reversal(entries, said)
    added = FinancingEntry(
        tenant_id=scope.tenant_id,
        facility_id=row.facility_id,
        financing_id=row.id,
        kind=said.kind.value,
        day=said.day,
        amount=said.amount,
        interest=said.interest,
        reverses_id=said.reverses_id,
        note=said.note.strip()[:LONGEST_TEXT],
        created_at=now,
        created_by=scope.user_id,
    )
    highest = max((each.id for each in entries), default=0) + 1
    account = account_of(facility, [*entries, added], new_id=highest)
    if said.kind is EntryKind.APPROVAL:
        check_approval(standing_of(facility, row, check_left(session, facility)), said.amount, said.day)
    _prepare(session, row, account, version)
    session.add(added)
    new = {"kind": said.kind, "amount": said.amount, "day": said.day}
    record_change(session, Subject("financing", row.id), old=None, new=new, now=now, reason=said.note)
    session.flush()
    if said.kind is EntryKind.APPROVAL:
        _finance_measures(session, row, today=today, now=now)
    return row


def entries_of(session: Session, financing_id: int) -> list[FinancingEntry]:
    """Return a financing's entries in the order they were written."""
    statement = scoped(session, FinancingEntry).where(FinancingEntry.financing_id == financing_id)
    return list(session.scalars(statement.order_by(FinancingEntry.id)))


def account_of(facility: Facility, entries: Sequence[FinancingEntry], *, new_id: int = 0) -> Account:
    """Return the account that entries come to."""
    position = Position(instrument=Instrument(facility.instrument), currency=facility.currency)
    told = [
        Entry(
            id=each.id or new_id,
            kind=EntryKind(each.kind),
            day=each.day,
            amount=each.amount,
            interest=each.interest or Decimal(0),
            reverses_id=each.reverses_id,
        )
        for each in entries
    ]
    return replay(position, told, cover_of(facility))


def cover_of(facility: Facility) -> Callable[[Decimal], Fraction]:
    """Return how much of a loan the facility covers, by its principal."""
    return lambda loan: effective_cover(facility.cover, facility.cap, loan)


def _check_reversal(entries: Sequence[FinancingEntry], said: Happened) -> None:
    by_id = {each.id: each for each in entries}
    meant = by_id.get(said.reverses_id or 0)
    if meant is None or meant.kind == EntryKind.REVERSAL:
        raise RefusedError("finance.nothing_to_reverse", field="reverses_id")
    if any(each.reverses_id == meant.id for each in entries):
        raise RefusedError("finance.reversed_already", field="reverses_id")
    if not said.note.strip():
        raise RefusedError("finance.reversal_without_reason", field="note")


def _prepare(session: Session, row: Financing, account: Account, version: int) -> None:
    position = account.position
    values = {name: getattr(position, name) for name in PREPARED} | {"stage": position.stage.value}
    if not update_if_unchanged(session, row, version, values):
        raise conflict_of(row, values)


def _finance_measures(session: Session, row: Financing, *, today: date, now: datetime) -> None:
    """Make the measures financed; one that is further on, or was given up since, stays as it is."""
    ids = measures_of(session, row.id)
    for measure in session.scalars(scoped(session, Measure).where(Measure.id.in_(ids), Measure.archived_at.is_(None))):
        status = MeasureStatus(measure.status)
        if status not in _FINANCEABLE:
            continue
        steps = [MeasureStatus.FINANCED]
        if status is MeasureStatus.PROPOSED:
            steps.insert(0, MeasureStatus.ACCEPTED)
        for step in steps:
            found = find(session, Measure, measure.id)
            change_status(
                session, measure.id, Step(status=step, reason=row.title), version=found.version, today=today, now=now
            )
