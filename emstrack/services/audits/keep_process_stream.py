"""Streams of a balance: added, changed, taken out; each change is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.balances import MOST_STREAMS, LoadParameter, StreamDetails, StreamKind
from emstrack.domain.errors import RefusedError
from emstrack.services.audits.check_balance import check_stream
from emstrack.services.audits.keep_balance import writable_balance
from emstrack.services.audits.keep_unit_operation import operations_of
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import ProcessStream
from emstrack.storage.scope import find, scoped, tenant_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def streams_of(session: Session, balance_id: int) -> list[ProcessStream]:
    """Return the streams of a balance as they were written down."""
    statement = scoped(session, ProcessStream).where(ProcessStream.balance_id == balance_id)
    return list(session.scalars(statement.order_by(ProcessStream.id)))


def add_stream(session: Session, balance_id: int, details: StreamDetails, *, now: datetime) -> ProcessStream:
    """Add a stream."""
    writable_balance(session, balance_id)
    others = streams_of(session, balance_id)
    if len(others) >= MOST_STREAMS:
        raise RefusedError("balance.too_many_streams", most=MOST_STREAMS)
    values = check_stream(details, {row.id for row in operations_of(session, balance_id)})
    row = ProcessStream(tenant_id=tenant_of(session), balance_id=balance_id, **values)
    session.add(row)
    session.flush()
    _keep_one_basis(row, others)
    record_change(session, _subject(row), old=None, new=_facts(row), now=now)
    session.flush()
    return row


def change_stream(
    session: Session, stream_id: int, details: StreamDetails, *, version: int, now: datetime
) -> ProcessStream:
    """Change a stream."""
    row = find(session, ProcessStream, stream_id)
    writable_balance(session, row.balance_id)
    values = check_stream(details, {each.id for each in operations_of(session, row.balance_id)})
    change_row(session, row, values, _subject(row), version=version, now=now)
    _keep_one_basis(row, streams_of(session, row.balance_id))
    session.flush()
    return row


def remove_stream(session: Session, stream_id: int, *, now: datetime, reason: str = "") -> int:
    """Take a stream out that was never there. Returns the balance."""
    row = find(session, ProcessStream, stream_id)
    writable_balance(session, row.balance_id)
    record_change(session, _subject(row), old=_facts(row), new=None, reason=reason, now=now)
    session.delete(row)
    session.flush()
    return row.balance_id


def details_of(row: ProcessStream) -> StreamDetails:
    """Return a stream as a form shows it."""
    return StreamDetails(
        name=row.name,
        kind=StreamKind(row.kind),
        from_id=row.from_id,
        to_id=row.to_id,
        quantity=row.quantity,
        unit=row.unit,
        kg_per_unit=row.kg_per_unit,
        is_water=row.is_water,
        is_basis=row.is_basis,
        unit_cost=row.unit_cost,
        disposal_unit_cost=row.disposal_unit_cost,
        concentrations={LoadParameter(name): value for name, value in row.concentrations.items()},
        note=row.note,
    )


def _keep_one_basis(row: ProcessStream, others: list[ProcessStream]) -> None:
    """Indicators are per unit of one stream: the last one that was said."""
    if row.is_basis:
        for each in others:
            if each.id != row.id and each.is_basis:
                each.is_basis, each.version = False, each.version + 1


def _subject(row: ProcessStream) -> Subject:
    return Subject("balance", row.balance_id, row.name)


def _facts(row: ProcessStream) -> dict[str, object]:
    return {"quantity": row.quantity, "unit": row.unit, "kind": row.kind}
