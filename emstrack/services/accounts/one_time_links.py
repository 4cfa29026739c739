"""Links that open once and for a while: only a hash of their secret is kept, and using one is a single statement."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.errors import NotFoundError
from emstrack.services.accounts.sign_in import token_hash
from emstrack.storage.models import OneTimeLink

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session


def issue_link(
    session: Session, kind: str, *, now: datetime, lifetime: timedelta, email: str = "", **values: Any
) -> str:
    """Create a link and return its secret; values are its tenant_id, user_id and payload."""
    secret = secrets.token_urlsafe(24)
    session.add(
        OneTimeLink(
            kind=kind,
            token_hash=token_hash(secret),
            email=email,
            created_at=now,
            expires_at=now + lifetime,
            **values,
        )
    )
    session.flush()
    return secret


def look_at_link(session: Session, kind: str, secret: str, *, now: datetime) -> OneTimeLink:
    """Return an open link without using it.

    Raises
    ------
    NotFoundError
        ``link.closed`` where it is unknown, used or too old: all look alike.
    """
    found = session.scalars(sa.select(OneTimeLink).where(*_open(kind, secret, now))).one_or_none()
    if found is None:
        raise NotFoundError("link.closed")
    return found


def use_link(session: Session, kind: str, secret: str, *, now: datetime) -> OneTimeLink:
    """Use a link up; of two at once, one only gets it.

    Raises
    ------
    NotFoundError
        ``link.closed``.
    """
    statement = sa.update(OneTimeLink).where(*_open(kind, secret, now)).values(used_at=now).returning(OneTimeLink.id)
    used = session.execute(statement).scalar_one_or_none()
    if used is None:
        raise NotFoundError("link.closed")
    return session.scalars(
        sa.select(OneTimeLink).where(OneTimeLink.id == used).execution_options(populate_existing=True)
    ).one()


def close_links(session: Session, kind: str, *criteria: sa.ColumnElement[bool], now: datetime) -> None:
    """Close the open links of a kind that meet the criteria."""
    session.execute(
        sa.update(OneTimeLink)
        .where(OneTimeLink.kind == kind, OneTimeLink.used_at.is_(None), *criteria)
        .values(used_at=now)
    )


def _open(kind: str, secret: str, now: datetime) -> list[sa.ColumnElement[bool]]:
    return [
        OneTimeLink.kind == kind,
        OneTimeLink.token_hash == token_hash(secret),
        OneTimeLink.used_at.is_(None),
        OneTimeLink.expires_at > now,
    ]
