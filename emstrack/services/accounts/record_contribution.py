"""What a contributor types or photographs: by the same door as entry by hand, for the meters of their link only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.services.readings.amend_rows import amend_row, read_again
from emstrack.services.readings.enter_reading import enter_reading
from emstrack.services.readings.keep_bill import PHOTO_REASON, SentFile, keep_bill, stands_alone
from emstrack.services.readings.settle_entries import entries
from emstrack.storage.models import Bill, Reading
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.typed import Writing
    from emstrack.gateways.stored_files import StoredFiles
    from emstrack.services.accounts.open_contribution import Contribution
    from emstrack.services.readings.store_reading import EnteredReading

REASON = "Entered through the monthly link"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedContribution:
    """What was typed for one meter; `value` is a quantity, or a register's index where the meter is read so."""

    value: str
    cost: str
    start: date
    end: date
    version: int | None


def record_contribution(
    session: Session,
    contribution: Contribution,
    meter_id: int,
    typed: TypedContribution,
    *,
    writing: Writing,
    now: datetime,
) -> EnteredReading:
    """Enter one meter's figures; what this person entered before through the link is changed."""
    field = contribution.field(meter_id)
    by_index = field.meter.reads_index
    entered = enter_reading(
        session,
        meter_id,
        start=typed.start,
        end=typed.end,
        quantity_text="" if by_index else typed.value,
        index_text=typed.value if by_index else "",
        cost_text=typed.cost,
        currency=field.meter.currency or contribution.currency,
        reason=REASON,
        reading_id=field.entry.reading_id if field.entry and typed.version is not None else None,
        version=typed.version,
        writing=writing,
        now=now,
    )
    bill_id = _waiting_bill(session, contribution, meter_id)
    if bill_id is not None:
        _link_bill(session, entered.reading_id, bill_id, now=now)
    return entered


def attach_bill(
    session: Session,
    files: StoredFiles,
    contribution: Contribution,
    meter_id: int,
    content: bytes,
    *,
    name: str,
    now: datetime,
) -> int:
    """Keep the picture (or PDF) of a meter's bill; it joins the figures, whichever comes first."""
    field = contribution.field(meter_id)
    replaces = _waiting_bill(session, contribution, meter_id)
    if replaces is None and field.entry is not None:
        replaces = find(session, Reading, field.entry.reading_id).bill_id
    bill = keep_bill(session, files, meter_id, SentFile(content, name), replaces=replaces, now=now)
    if field.entry is not None:
        _link_bill(session, field.entry.reading_id, bill.id, now=now)
    return bill.id


def _waiting_bill(session: Session, contribution: Contribution, meter_id: int) -> int | None:
    """Return the picture this person sent before the figures, if it stands alone still."""
    found: int | None = session.scalar(
        scoped(session, Bill.id)
        .where(
            Bill.meter_id == meter_id,
            Bill.created_by == contribution.user_id,
            Bill.created_at >= contribution.since,
            stands_alone(session),
        )
        .order_by(Bill.id.desc())
        .limit(1)
    )
    return found


def _link_bill(session: Session, reading_id: int, bill_id: int, *, now: datetime) -> None:
    with entries(session, now=now) as block:
        row = read_again(session, Reading, reading_id)
        amend_row(session, block.link, row, {"bill_id": bill_id}, reason=PHOTO_REASON)
