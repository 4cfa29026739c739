"""Guessing is slowed: so many tries in five minutes for one person, from one address, and in all."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.errors import RefusedError
from emstrack.storage.models import LoginAttempt

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WINDOW = timedelta(minutes=5)
KEPT = timedelta(days=90)
PER_PERSON = PER_ADDRESS = 10
IN_ALL = 1_000
_ONE_AT_A_TIME = 7_355_609


def admit_attempt(session: Session, subject: str, address: str, *, now: datetime) -> int:
    """Record a try and return its id, or refuse it; a refused try does not count, so that nobody is shut out longer.

    Raises
    ------
    RefusedError
        ``sign_in.too_often``, with the minutes to wait.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
    failed = LoginAttempt.succeeded.is_(False)
    recent = sa.select(sa.func.count(), sa.func.min(LoginAttempt.at)).where(LoginAttempt.at > now - WINDOW)
    for statement, limit in (
        (recent.where(failed, LoginAttempt.email == subject), PER_PERSON),
        (recent.where(failed, LoginAttempt.address == address), PER_ADDRESS),
        (recent, IN_ALL),
    ):
        count, first = session.execute(statement).one()
        if count >= limit:
            wait = max(1, -(-int((first + WINDOW - now).total_seconds()) // 60))
            raise RefusedError("sign_in.too_often", minutes=wait)
    attempt = LoginAttempt(email=subject, address=address, at=now, succeeded=False)
    session.add(attempt)
    session.execute(sa.delete(LoginAttempt).where(LoginAttempt.at < now - KEPT))
    session.flush()
    return attempt.id


def mark_succeeded(session: Session, attempt_id: int) -> None:
    """Take a try out of the count of failures."""
    session.execute(sa.update(LoginAttempt).where(LoginAttempt.id == attempt_id).values(succeeded=True))
