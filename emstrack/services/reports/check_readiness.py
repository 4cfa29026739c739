"""Whether the installation can serve: the database answers, and the scheduler was seen lately."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.storage.models import JobRun

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

SCHEDULER_SILENCE = timedelta(minutes=10)


def check_readiness(session: Session, *, now: datetime) -> dict[str, object]:
    """Return `ready` and what it rests on; a silent scheduler is said but does not stop pages."""
    try:
        last = session.scalar(sa.select(sa.func.max(JobRun.started_at)))
    except sa.exc.SQLAlchemyError:
        return {"ready": False, "database": False, "scheduler": False}
    return {"ready": True, "database": True, "scheduler": last is not None and now - last < SCHEDULER_SILENCE}
