"""Unit operations of a balance: added where they stand, changed, moved, taken out when nothing touches them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.balances import MOST_OPERATIONS
from emstrack.domain.errors import RefusedError
from emstrack.services.audits.check_balance import check_operation
from emstrack.services.audits.keep_balance import writable_balance
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import ProcessStream, UnitOperation
from emstrack.storage.scope import find, scoped, tenant_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.balances import OperationDetails


def operations_of(session: Session, balance_id: int) -> list[UnitOperation]:
    """Return the operations of a balance in the order of the process."""
    statement = scoped(session, UnitOperation).where(UnitOperation.balance_id == balance_id)
    return list(session.scalars(statement.order_by(UnitOperation.position, UnitOperation.id)))


def add_operation(session: Session, balance_id: int, details: OperationDetails, *, now: datetime) -> UnitOperation:
    """Add an operation; the ones from its place on move back."""
    writable_balance(session, balance_id)
    others = operations_of(session, balance_id)
    if len(others) >= MOST_OPERATIONS:
        raise RefusedError("balance.too_many_operations", most=MOST_OPERATIONS)
    row = UnitOperation(tenant_id=tenant_of(session), balance_id=balance_id, position=0, **check_operation(details))
    session.add(row)
    _place(row, others, details.position or len(others) + 1)
    session.flush()
    record_change(session, _subject(row), old=None, new={"position": row.position}, now=now)
    session.flush()
    return row


def change_operation(
    session: Session, operation_id: int, details: OperationDetails, *, version: int, now: datetime
) -> UnitOperation:
    """Change an operation, and its place."""
    row = find(session, UnitOperation, operation_id)
    writable_balance(session, row.balance_id)
    others = [each for each in operations_of(session, row.balance_id) if each.id != operation_id]
    place = min(max(details.position or row.position, 1), len(others) + 1)
    values = {**check_operation(details), "position": place}
    if change_row(session, row, values, _subject(row), version=version, now=now):
        _place(row, others, place)
        session.flush()
    return row


def remove_operation(session: Session, operation_id: int, *, now: datetime, reason: str = "") -> int:
    """Take an operation out that no stream touches. Returns the balance."""
    row = find(session, UnitOperation, operation_id)
    writable_balance(session, row.balance_id)
    touching = session.scalars(
        scoped(session, ProcessStream).where(
            (ProcessStream.from_id == operation_id) | (ProcessStream.to_id == operation_id)
        )
    ).all()
    if touching:
        names = tuple(stream.name for stream in touching[:10])
        raise RefusedError("balance.operation_in_use", operation=row.name, streams=names)
    record_change(session, _subject(row), old={"position": row.position}, new=None, reason=reason, now=now)
    session.delete(row)
    session.flush()
    return row.balance_id


def _place(row: UnitOperation, others: list[UnitOperation], position: int) -> None:
    ordered = list(others)
    ordered.insert(min(max(position, 1), len(others) + 1) - 1, row)
    for number, each in enumerate(ordered, 1):
        each.position = number


def _subject(row: UnitOperation) -> Subject:
    return Subject("balance", row.balance_id, row.name)
