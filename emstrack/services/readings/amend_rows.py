"""A row typed by hand is added, amended or removed under the transaction's link; what it was stays in history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import sqlalchemy as sa

from emstrack.domain.errors import ConflictError, NotFoundError
from emstrack.services.readings.describe_state import restored, state_of
from emstrack.services.readings.write_history_link import Change, add_changes
from emstrack.storage.models import DriverValue, History, Reading, StockLevel, User
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from emstrack.services.readings.write_history_link import OpenLink

Typed = Reading | DriverValue | StockLevel
Row = TypeVar("Row", bound=Reading | DriverValue | StockLevel)
_KEPT = frozenset({"id", "tenant_id", "link_id", "version", "created_at", "created_by", "batch_id"})


def read_again(session: Session, model: type[Row], id_: int) -> Row:
    """Return a row as it is now, whatever this session saw of it before its link was opened."""
    query = scoped(session, model).where(model.id == id_)
    found: Row | None = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFoundError("record.not_found", thing=model.__tablename__.replace("_", " "))
    return found


def add_row(session: Session, link: OpenLink, row: Typed) -> None:
    """Add a row; a reading carries the link, which stands for its history."""
    if isinstance(row, Reading):
        row.link_id = link.id
    session.add(row)
    session.flush()
    if isinstance(row, Reading):
        link.wrote_states([state_of(row)])


def amend_row(session: Session, link: OpenLink, row: Typed, values: Mapping[str, Any], *, reason: str) -> None:
    """Change a row that was read under this link, and keep what it was."""
    old = state_of(row)
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    if isinstance(row, Reading):
        row.link_id = link.id
    session.flush()
    new = state_of(row)
    add_changes(session, link, [Change(row.__tablename__, row.id, old, new, _meter_of(row))], reason=reason)
    if isinstance(row, Reading):
        link.wrote_states([new])


def remove_row(session: Session, link: OpenLink, row: Typed, *, reason: str) -> None:
    """Delete a row that was read under this link, and keep what it was."""
    change = Change(row.__tablename__, row.id, state_of(row), None, _meter_of(row))
    session.delete(row)
    session.flush()
    add_changes(session, link, [change], reason=reason)


def last_state(session: Session, row: Typed) -> dict[str, Any] | None:
    """Return the values a row had before its last change; None where it never had others."""
    before = session.scalars(
        scoped(session, History)
        .where(History.entity == row.__tablename__, History.entity_id == row.id)
        .order_by(History.id.desc())
        .limit(1)
    ).one_or_none()
    if before is None:
        return None
    return {name: value for name, value in restored(type(row), before.old).items() if name not in _KEPT}


def check_version(session: Session, row: Typed, version: int | None, *, mine: str) -> None:
    """Refuse to overwrite what somebody else wrote since it was read; both sides are in the evidence."""
    if version != row.version:
        raise ConflictError(
            "record.changed_meanwhile", mine=mine, theirs=said(row), current=current_state(session, row)
        )


def current_state(session: Session, row: Typed) -> dict[str, Any]:
    """Return what a person has to see of a row that somebody else wrote: its values, version, and who."""
    state = {name: value for name, value in state_of(row).items() if name not in {"tenant_id", "link_id"}}
    writer = session.scalar(
        scoped(session, History.user_id)
        .where(History.entity == row.__tablename__, History.entity_id == row.id)
        .order_by(History.id.desc())
        .limit(1)
    ) or getattr(row, "created_by", None)
    name = session.scalar(sa.select(User.name).where(User.id == writer)) if writer else None
    return {**state, "by": name or ""}


def said(row: Typed) -> str:
    """Return a row's value as a sentence names it."""
    if isinstance(row, DriverValue):
        return f"{row.value:.15g}"
    if isinstance(row, StockLevel):
        return f"{row.quantity:.15g} {row.unit}"
    quantity = f"{row.quantity_text} {row.unit}"
    return quantity if row.cost is None else f"{quantity}, {row.currency} {row.cost.normalize():f}"


def _meter_of(row: Typed) -> int | None:
    return None if isinstance(row, DriverValue) else row.meter_id
