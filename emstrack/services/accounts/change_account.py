"""What a person changes of their own: password, name, language; and which browsers they are signed in with."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

import sqlalchemy as sa

from emstrack.domain.errors import RefusedError
from emstrack.domain.passwords import PasswordCost, check_password
from emstrack.domain.reminders import Reminders
from emstrack.services.accounts.hash_password import hash_password, is_password_right
from emstrack.services.accounts.sign_out import end_sessions
from emstrack.storage.models import User, UserSession

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session

    from emstrack.domain.accounts import Actor

LONGEST_NAME = 120


def change_password(session: Session, actor: Actor, old: str, new: str, *, cost: PasswordCost, now: datetime) -> int:
    """Change one's own password, and return how many other sessions that ended.

    Raises
    ------
    RefusedError
        ``password.wrong_old``, or what is wrong with the new one.
    """
    user = session.scalars(sa.select(User).where(User.id == actor.user_id)).one()
    if not is_password_right(user.password_hash, old, cost):
        raise RefusedError("password.wrong_old")
    return set_password(session, user, new, cost=cost, now=now, keep_session=actor.session_id)


def set_password(
    session: Session, user: User, new: str, *, cost: PasswordCost, now: datetime, keep_session: int | None = None
) -> int:
    """Set somebody's password; every other session of theirs ends."""
    check_password(new, user.email, user.name)
    user.password_hash = hash_password(new, cost)
    user.version += 1
    session.flush()
    return end_sessions(session, user.id, now=now, but=keep_session)


def change_account(session: Session, actor: Actor, *, name: str, language: str) -> None:
    """Change one's own name and language."""
    name = checked_person_name(name)
    session.execute(
        sa.update(User).where(User.id == actor.user_id).values(name=name, language=language, version=User.version + 1)
    )


def reminders_of(session: Session, actor: Actor) -> tuple[str, str]:
    """Return how often a person is written to, and their time zone; empty is the organisation's."""
    row = session.execute(sa.select(User.reminders, User.time_zone).where(User.id == actor.user_id)).one()
    return row.reminders, row.time_zone


def change_reminders(session: Session, actor: Actor, reminders: str, time_zone: str) -> None:
    """Change how often one is written to, and by which clock.

    Raises
    ------
    RefusedError
        ``site.time_zone_unknown``.
    """
    if time_zone and time_zone not in available_timezones():
        raise RefusedError("site.time_zone_unknown", time_zone=time_zone)
    session.execute(
        sa.update(User)
        .where(User.id == actor.user_id)
        .values(reminders=Reminders(reminders).value, time_zone=time_zone, version=User.version + 1)
    )


def checked_person_name(name: str) -> str:
    """Return a name without stray spaces, or refuse it.

    Raises
    ------
    RefusedError
        ``people.name``.
    """
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise RefusedError("people.name", longest=LONGEST_NAME)
    return name


def list_sessions(
    session: Session, actor: Actor, *, now: datetime, idle: timedelta, lifetime: timedelta
) -> list[UserSession]:
    """Return the browsers a person is signed in with, the one seen last first."""
    return list(
        session.scalars(
            sa.select(UserSession)
            .where(
                UserSession.user_id == actor.user_id,
                UserSession.ended_at.is_(None),
                UserSession.created_at > now - lifetime,
                UserSession.last_seen_at > now - idle,
            )
            .order_by(UserSession.last_seen_at.desc(), UserSession.id)
        )
    )
