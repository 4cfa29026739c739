"""Whom an audit may name: the people of the site's organisations, the team's own users, and who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.storage.models import Membership, User
from emstrack.storage.scope import scope_of, within

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Audit


def list_people(session: Session, audit: Audit | None = None) -> list[tuple[int, str]]:
    """Return (id, name) of the users that may be named.

    Somebody of another tenant learns nobody's name by it: they see themselves and who is on the team already.
    """
    named = (User.name, User.email)
    rows = session.execute(
        sa.select(User.id, *named).where(_nameable(session, audit), User.disabled_at.is_(None)).order_by(*named)
    )
    return [(row.id, row.name or row.email) for row in rows]


def is_of_the_team(session: Session, audit: Audit, user_id: int) -> bool:
    """Tell whether a user may be named in an audit."""
    return session.scalar(sa.select(User.id).where(_nameable(session, audit), User.id == user_id)) is not None


def _nameable(session: Session, audit: Audit | None) -> sa.ColumnElement[bool]:
    scope = scope_of(session)
    ids = {each["user_id"] for each in (audit.team if audit is not None else ()) if each["user_id"] is not None}
    ids |= {scope.user_id} if scope.user_id is not None else set()
    known: sa.ColumnElement[bool] = User.id.in_(ids)
    if scope.shared_audits is None:
        known |= User.id.in_(sa.select(Membership.user_id).where(*within(session, Membership)))
    return known
