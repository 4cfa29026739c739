"""Put work down with its moment: done once, however many processes look and however long they were away."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.schedules import Every, Rule, next_after
from emstrack.storage.models import DueWork

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Plan:
    """A piece of work to come; the key makes planning it twice the same as once."""

    kind: str
    key: str
    due_at: datetime
    tenant_id: int | None = None
    payload: dict[str, Any] = field(default_factory=dict)
    local_rule: str = ""


def plan_work(session: Session, plan: Plan, *, now: datetime) -> bool:
    """Put one piece of work down; True where it was not there. One not begun yet moves to the new moment."""
    found = session.scalars(sa.select(DueWork).where(DueWork.dedupe_key == plan.key)).one_or_none()
    if found is not None:
        if found.done_at is None and found.attempts == 0 and found.due_at != plan.due_at:
            found.due_at, found.local_rule = plan.due_at, plan.local_rule
        return False
    row = DueWork(
        tenant_id=plan.tenant_id,
        kind=plan.kind,
        payload=plan.payload,
        due_at=plan.due_at,
        local_rule=plan.local_rule,
        dedupe_key=plan.key,
        created_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except sa.exc.IntegrityError:  # another process put it down between our look and our write
        return False
    return True


def keep_recurring(session: Session, kind: str, rule: Rule, *, now: datetime) -> None:
    """See to it that a recurring kind has its one row; one that a clock set back left far ahead comes nearer."""
    following = next_after(rule, now)
    row = session.scalars(sa.select(DueWork).where(DueWork.dedupe_key == kind)).one_or_none()
    if row is None:
        first = now if isinstance(rule, Every) else following
        plan_work(session, Plan(kind=kind, key=kind, due_at=first, local_rule=str(rule)), now=now)
    elif row.local_rule != str(rule) or (isinstance(rule, Every) and row.due_at > following):
        row.due_at, row.local_rule = min(row.due_at, following), str(rule)
