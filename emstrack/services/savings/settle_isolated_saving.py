"""A saving signed by somebody who did not write it, or withdrawn with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.models import IsolatedSaving
from emstrack.storage.scope import find, require

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

SHORTEST_REASON = 3


def sign_isolated_saving(session: Session, saving_id: int, *, version: int, now: datetime) -> IsolatedSaving:
    """Say that one has looked at a saving and stands behind it: verified is what somebody else signs.

    Raises
    ------
    RefusedError
        ``isolation.signed_by_author`` for whoever wrote or last changed it, ``isolation.withdrawn``.
    ConflictError
        ``record.changed_meanwhile`` where it is no longer the version that was looked at.
    """
    scope = require(session, Permission.SET_BASELINE)
    row = find(session, IsolatedSaving, saving_id)
    if row.withdrawn_at is not None:
        raise RefusedError("isolation.withdrawn")
    if scope.user_id is None or scope.user_id in {row.created_by, row.changed_by}:
        raise RefusedError("isolation.signed_by_author")
    values = {"signed_at": now, "signed_by": scope.user_id}
    change_row(session, row, values, Subject("isolated_saving", row.id), version=version, now=now)
    return row


def withdraw_isolated_saving(
    session: Session, saving_id: int, *, reason: str, version: int, now: datetime
) -> IsolatedSaving:
    """Claim a saving no longer; it stays with everything it rested on, and the reason stands in its history.

    Raises
    ------
    RefusedError
        ``isolation.reason_missing``, ``isolation.withdrawn``.
    ConflictError
        ``record.changed_meanwhile``
    """
    require(session, Permission.SET_BASELINE)
    row = find(session, IsolatedSaving, saving_id)
    if row.withdrawn_at is not None:
        raise RefusedError("isolation.withdrawn")
    if len(reason.strip()) < SHORTEST_REASON:
        raise RefusedError("isolation.reason_missing", field="reason")
    subject = Subject("isolated_saving", row.id)
    change_row(session, row, {"withdrawn_at": now}, subject, version=version, now=now, reason=reason)
    return row
