"""A reading with all that stands behind it: the bill, the conversion, the split into months, its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.periods import Month
from emstrack.reference.units import heat_contents
from emstrack.services.readings.keep_bill import KeptBill, bills_by_id, waiting_bills
from emstrack.services.readings.open_meter import OpenMeter, open_meter
from emstrack.services.readings.split_readings import Part, split_readings
from emstrack.storage.models import Bill, History, ImportBatch, MonthlyValue, Reading, User
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from typing import Any

    from sqlalchemy.orm import Session

    from emstrack.domain.findings import Finding
    from emstrack.domain.units import HeatContent


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a reading's history; `new` None is a deletion, `old` None its first entry."""

    at: datetime
    who: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None
    why: str
    batch_id: int | None
    file_name: str
    bill_file_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingFile:
    """Everything a reading's page shows; `factor` is canonical units per typed unit."""

    reading: Reading
    meter: OpenMeter
    factor: float | None
    heat: HeatContent | None
    parts: tuple[Part, ...]
    events: tuple[Event, ...]
    bill: Bill | None
    kept: KeptBill | None
    waiting: tuple[KeptBill, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfMeter:
    """A monthly value and the bills behind it."""

    meter: OpenMeter
    month: Month
    value: MonthlyValue | None
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...] = ()
    waiting: tuple[KeptBill, ...] = ()


def show_reading(session: Session, reading_id: int) -> ReadingFile:
    """Return a reading's page."""
    row = find(session, Reading, reading_id)
    meter = open_meter(session, row.meter_id)
    parts = [
        part for part in split_readings(session, meter).parts if part.reading is not None and part.reading.id == row.id
    ]
    bill = find(session, Bill, row.bill_id) if row.bill_id else None
    return ReadingFile(
        reading=row,
        meter=meter,
        factor=row.canonical_quantity / row.quantity if row.quantity else None,
        heat=next((heat for heat in heat_contents() if heat.key == row.heat_content), None),
        parts=tuple(parts),
        events=tuple(_events(session, row)),
        bill=bill,
        kept=bills_by_id(session, {bill.id}).get(bill.id) if bill else None,
        waiting=tuple(waiting_bills(session, meter.id)),
    )


def show_month_of_meter(session: Session, meter_id: int, text: str) -> MonthOfMeter:
    """Return what a meter's month (``YYYY-MM``) was made of; the meter is looked for first."""
    meter, month = open_meter(session, meter_id), Month.parse(text)
    split = split_readings(session, meter)
    parts = [part for part in split.parts if part.month == month]
    told = [each for each in split.findings if _touches(each, month)]
    query = scoped(session, MonthlyValue).where(MonthlyValue.meter_id == meter_id, MonthlyValue.month == month.start)
    return MonthOfMeter(
        meter=meter,
        month=month,
        value=session.scalars(query).one_or_none(),
        parts=tuple(parts),
        findings=tuple(told),
        waiting=tuple(waiting_bills(session, meter_id)),
    )


def _touches(finding: Finding, month: Month) -> bool:
    first, last = finding.evidence["first"], finding.evidence["last"]
    return isinstance(first, date) and isinstance(last, date) and first < month.end and last >= month.start


def _events(session: Session, row: Reading) -> list[Event]:
    changes = session.scalars(
        scoped(session, History)
        .where(History.entity == "reading", History.entity_id == row.id)
        .order_by(History.id.desc())
    ).all()
    first_batch = changes[-1].old.get("batch_id") if changes else row.batch_id
    people = _names(session, {change.user_id for change in changes} | {row.created_by})
    files = _files(session, {change.batch_id for change in changes} | {first_batch})
    bills = bills_by_id(session, {bill for bill in map(_new_bill, changes) if bill is not None})
    events = [
        Event(
            at=change.at,
            who=people.get(change.user_id, ""),
            old=change.old,
            new=change.new,
            why=change.reason,
            batch_id=change.batch_id,
            file_name=files.get(change.batch_id, ""),
            bill_file_id=bills[bill].file.id if (bill := _new_bill(change)) in bills else None,
        )
        for change in changes
    ]
    created = Event(
        at=row.created_at,
        who=people.get(row.created_by, ""),
        old=None,
        new=None,
        why="",
        batch_id=first_batch,
        file_name=files.get(first_batch, ""),
    )
    return [*events, created]


def _new_bill(change: History) -> int | None:
    """Return the bill that a change put behind the reading."""
    bill: int | None = (change.new or {}).get("bill_id")
    return None if bill == change.old.get("bill_id") else bill


def _names(session: Session, ids: Collection[int | None]) -> dict[int | None, str]:
    known = [id_ for id_ in ids if id_ is not None]
    return {row.id: row.name for row in session.execute(sa.select(User.id, User.name).where(User.id.in_(known)))}


def _files(session: Session, ids: Collection[int | None]) -> dict[int | None, str]:
    known = [id_ for id_ in ids if id_ is not None]
    query = scoped(session, ImportBatch.id, ImportBatch.file_name).where(ImportBatch.id.in_(known))
    return {row.id: row.file_name for row in session.execute(query)}
