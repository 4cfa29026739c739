"""The log of what ran: what an administrator reads when something did not come."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.storage.models import DueWork, JobRun, LoginAttempt, OneTimeLink, OutboxMail, UserSession

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

HEARTBEAT = "tick"
RESTORE = "restore"
KEPT = timedelta(days=90)
MAILS_KEPT = timedelta(days=365)


def beat(session: Session, *, now: datetime) -> None:
    """Say that the scheduler lives: one row, whose moment moves on."""
    row = session.scalars(sa.select(JobRun).where(JobRun.kind == HEARTBEAT)).first()
    if row is None:
        session.add(JobRun(kind=HEARTBEAT, started_at=now, finished_at=now, outcome="done"))
    else:
        row.started_at = row.finished_at = now


def start_run(session: Session, kind: str, *, now: datetime) -> int:
    """Open a line in the log; a line of the same kind left open belongs to a process that was killed."""
    session.execute(
        sa.update(JobRun)
        .where(JobRun.kind == kind, JobRun.outcome == "running")
        .values(outcome="interrupted", finished_at=now)
        .execution_options(synchronize_session=False)
    )
    run = JobRun(kind=kind, started_at=now)
    session.add(run)
    session.flush()
    return run.id


def finish_run(
    session: Session, run_id: int, *, outcome: str, now: datetime, counts: Mapping[str, int], message: str = ""
) -> None:
    """Close a line; a run that found nothing to do leaves none."""
    if outcome == "done" and not any(counts.values()):
        session.execute(sa.delete(JobRun).where(JobRun.id == run_id))
        return
    session.execute(
        sa.update(JobRun)
        .where(JobRun.id == run_id)
        .values(outcome=outcome, finished_at=now, counts=dict(counts), message=message[:500])
        .execution_options(synchronize_session=False)
    )


def forget_old(session: Session, *, now: datetime) -> dict[str, int]:
    """Delete what nobody needs any more: old log lines, work long done, expired links, mails' texts after a year."""
    deletions = {
        "runs": sa.delete(JobRun).where(JobRun.started_at < now - KEPT, JobRun.kind != RESTORE),
        "work": sa.delete(DueWork).where(DueWork.done_at < now - MAILS_KEPT),
        "links": sa.delete(OneTimeLink).where(OneTimeLink.expires_at < now - KEPT),
        "attempts": sa.delete(LoginAttempt).where(LoginAttempt.at < now - KEPT),
        "sessions": sa.delete(UserSession).where(UserSession.last_seen_at < now - KEPT),
        "mails": sa.delete(OutboxMail).where(OutboxMail.sent_at < now - MAILS_KEPT),
    }
    return {name: session.execute(each).rowcount for name, each in deletions.items()}  # type: ignore[attr-defined]  # a deletion counts its rows
