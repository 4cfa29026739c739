"""Signing in: the same answer and the same time whether the person is known or not, and no lock held while hashing."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.errors import RefusedError
from emstrack.services.accounts import find_places, hash_password, limit_attempts
from emstrack.storage.models import User, UserSession

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.passwords import PasswordCost


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that began: the secret for the cookie, and the person's language."""

    token: str
    language: str


def sign_in(
    transaction: Callable[[], AbstractContextManager[Session]],
    email: str,
    password: str,
    *,
    address: str,
    cost: PasswordCost,
    now: datetime,
) -> SignedIn:
    """Check a password and begin a session; the try is kept in a transaction of its own, also when it fails.

    Raises
    ------
    RefusedError
        ``sign_in.wrong``, ``sign_in.too_often``, or ``sign_in.no_role`` for somebody whose last role was taken away.
    """
    email = normal_email(email)
    with transaction() as session:
        attempt_id = limit_attempts.admit_attempt(session, email, address, now=now)
        found = session.execute(
            sa.select(User.id, User.password_hash, User.language).where(User.email == email, User.disabled_at.is_(None))
        ).one_or_none()
    stored = found.password_hash if found else None
    if not hash_password.is_password_right(stored, password, cost) or found is None or stored is None:
        raise RefusedError("sign_in.wrong")
    stronger = hash_password.hash_password(password, cost) if hash_password.is_hash_weak(stored, cost) else stored
    with transaction() as session:
        limit_attempts.mark_succeeded(session, attempt_id)
        if stronger != stored:
            session.execute(sa.update(User).where(User.id == found.id).values(password_hash=stronger))
        places = find_places.find_places(session, found.id, today=now.date())
        token = begin_session(session, found.id, places[0].organisation_id, now=now) if places else ""
    if not token:
        raise RefusedError("sign_in.no_role")
    return SignedIn(token, found.language)


def begin_session(session: Session, user_id: int, organisation_id: int | None, *, now: datetime) -> str:
    """Begin a session for somebody who proved who they are, and return the secret that names it."""
    token = secrets.token_urlsafe(32)
    session.add(
        UserSession(
            token_hash=token_hash(token),
            user_id=user_id,
            organisation_id=organisation_id,
            created_at=now,
            last_seen_at=now,
        )
    )
    session.flush()
    return token


def token_hash(token: str) -> str:
    """Return what is stored of a secret: enough to know it again, too little to use it."""
    return hashlib.sha256(token.encode()).hexdigest()


def normal_email(email: str) -> str:
    """Return an address as it is stored and compared."""
    return email.strip().casefold()
