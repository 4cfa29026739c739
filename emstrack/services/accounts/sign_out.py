"""Ending sessions: one's own, one of one's others, all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.errors import NotFoundError
from emstrack.storage.models import UserSession

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def sign_out(session: Session, user_id: int, session_id: int, *, now: datetime) -> None:
    """End one session of a person.

    Raises
    ------
    NotFoundError
        Where it is not theirs.
    """
    ended = session.execute(
        sa.update(UserSession)
        .where(UserSession.id == session_id, UserSession.user_id == user_id, UserSession.ended_at.is_(None))
        .values(ended_at=now)
        .returning(UserSession.id)
    ).one_or_none()
    if ended is None:
        raise NotFoundError("record.not_found", thing="session")


def end_sessions(session: Session, user_id: int, *, now: datetime, but: int | None = None) -> int:
    """End every session of a person but one, and return how many that were."""
    ended = session.execute(
        sa.update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.id != (but or 0))
        .values(ended_at=now)
        .returning(UserSession.id)
    ).all()
    return len(ended)
