"""What was agreed is withdrawn rather than deleted: it stays in sight with who took it back and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.services.sites.record_change import change_row
from emstrack.storage.scope import scope_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.services.sites.record_change import Subject
    from emstrack.storage.models import ClosedPeriod, NonRoutineAdjustment

SHORTEST_REASON = 3


def withdraw_agreement(
    session: Session,
    row: NonRoutineAdjustment | ClosedPeriod,
    subject: Subject,
    *,
    named: str,
    reason: str,
    version: int,
    now: datetime,
) -> None:
    """Take a row out of every saving from now on; `named` begins the codes of its refusals."""
    refuse_withdrawn(row, named)
    check_reason(reason, named)
    values: dict[str, object] = {
        "withdrawn_at": now,
        "withdrawn_by": scope_of(session).user_id,
        "withdrawn_because": reason.strip(),
    }
    change_row(session, row, values, subject, version=version, now=now, reason=reason)


def refuse_withdrawn(row: NonRoutineAdjustment | ClosedPeriod, named: str) -> None:
    """Refuse to change what was withdrawn."""
    if row.withdrawn_at is not None:
        raise RefusedError(f"{named}.withdrawn_already")


def check_reason(reason: str, named: str) -> None:
    """Refuse what comes without a reason: whoever audits it will ask."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise RefusedError(f"{named}.reason_missing", field="reason")
