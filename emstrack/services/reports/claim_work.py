"""Take due work under a lease, so that two processes never do it at once and a killed one loses nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from emstrack.storage.models import DueWork

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

LEASE = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=1)
_MESSAGE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Work:
    """Claimed work; `due_at` tells how late it is."""

    id: int
    kind: str
    key: str
    due_at: datetime
    tenant_id: int | None
    payload: dict[str, Any]
    attempts: int


def claim_work(session: Session, kinds: Collection[str], *, owner: str, now: datetime) -> Work | None:
    """Claim the oldest due work of these kinds by a conditional update; None where nothing is free."""
    free = (
        DueWork.done_at.is_(None)
        & (DueWork.due_at <= now)
        # a lease further ahead than any is given was taken by a clock that has been set back since
        & (DueWork.lease_until.is_(None) | (DueWork.lease_until <= now) | (DueWork.lease_until > now + LONGEST_WAIT))
    )
    candidates = (
        sa.select(DueWork.id).where(free, DueWork.kind.in_(kinds)).order_by(DueWork.due_at, DueWork.id).limit(20)
    )
    for id_ in session.scalars(candidates).all():
        taken = session.execute(
            sa.update(DueWork)
            .where(DueWork.id == id_, free)
            .values(lease_until=now + LEASE, lease_by=owner, attempts=DueWork.attempts + 1)
            .execution_options(synchronize_session=False)
        )
        if cast("sa.CursorResult[Any]", taken).rowcount == 1:
            row = session.scalars(sa.select(DueWork).where(DueWork.id == id_)).one()
            session.refresh(row)
            return Work(row.id, row.kind, row.dedupe_key, row.due_at, row.tenant_id, dict(row.payload), row.attempts)
    return None


def finish_work(session: Session, work: Work, *, owner: str, now: datetime, next_due_at: datetime | None) -> None:
    """Mark work done, or due again where it recurs; nothing happens where the lease was lost meanwhile."""
    values: dict[str, Any] = {"lease_until": None, "lease_by": "", "attempts": 0, "last_error": ""}
    values |= {"done_at": now, "attempts": work.attempts} if next_due_at is None else {"due_at": next_due_at}
    session.execute(
        sa.update(DueWork)
        .where(DueWork.id == work.id, DueWork.lease_by == owner)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def delay_work(session: Session, work: Work, *, owner: str, now: datetime, error: str) -> datetime:
    """Put failed work off, each time twice as long up to an hour; it is never given up. Return when it comes back."""
    again = now + min(timedelta(minutes=2 ** min(work.attempts - 1, 10)), LONGEST_WAIT)
    session.execute(
        sa.update(DueWork)
        .where(DueWork.id == work.id, DueWork.lease_by == owner)
        .values(lease_until=again, lease_by="", last_error=error[:_MESSAGE_LENGTH])
        .execution_options(synchronize_session=False)
    )
    return again
