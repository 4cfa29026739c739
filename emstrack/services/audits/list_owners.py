"""Who may own a measure: people with an account and a role in what the scope may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.storage.models import Membership, User
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


def list_owners(session: Session) -> list[tuple[int, str]]:
    """Return (id, name) of everybody a measure may be given to, by name."""
    statement = scoped(session, Membership.user_id).join(User, User.id == Membership.user_id)
    rows = session.execute(statement.add_columns(User.name, User.email).distinct())
    return sorted(((row.user_id, row.name or row.email) for row in rows), key=lambda each: each[1].casefold())


def names_of(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of people who stand on rows that the scope may see."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return {}
    rows = session.execute(sa.select(User.id, User.name, User.email).where(User.id.in_(wanted)))
    return {row.id: row.name or row.email for row in rows}


def is_owner(session: Session, user_id: int) -> bool:
    """Tell whether somebody may own a measure."""
    statement = scoped(session, Membership.user_id).where(Membership.user_id == user_id).limit(1)
    return session.scalar(statement) is not None
