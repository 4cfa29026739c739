"""The person behind a cookie, decided anew at each request: an ended session, a lost role, a share is felt at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Actor
from emstrack.domain.errors import NotFoundError
from emstrack.services.accounts.find_places import find_places
from emstrack.services.accounts.sign_in import token_hash
from emstrack.storage.models import User, UserSession
from emstrack.storage.scope import set_scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Resumed:
    """Who is signed in, and whether it is time to note that they were seen."""

    actor: Actor
    note_seen: bool


def resume_session(
    session: Session, token: str, *, now: datetime, idle: timedelta, lifetime: timedelta
) -> Resumed | None:
    """Return who a cookie's secret stands for, with the scope they have now; None where it is nobody."""
    found = session.execute(
        sa.select(
            *(User.id, User.name, User.email, User.language),
            *(UserSession.id.label("session_id"), UserSession.organisation_id, UserSession.last_seen_at),
        )
        .join(User, User.id == UserSession.user_id)
        .where(
            UserSession.token_hash == token_hash(token),
            UserSession.ended_at.is_(None),
            UserSession.created_at > now - lifetime,
            UserSession.last_seen_at > now - idle,
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return None
    places = find_places(session, found.id, today=now.date())
    if not places:
        return None
    place = next((each for each in places if each.organisation_id == found.organisation_id), places[0])
    actor = Actor(
        user_id=found.id,
        name=found.name,
        email=found.email,
        language=found.language,
        organisation_id=place.organisation_id,
        organisation_name=place.name,
        role=place.role,
        scope=place.scope(found.id),
        modules=place.modules,
        elsewhere=tuple((each.organisation_id, each.name) for each in places if each is not place),
        tenant_name=place.tenant_name,
        shared=place.shared,
        is_demonstration=place.is_demonstration,
        session_id=found.session_id,
    )
    return Resumed(actor, now - found.last_seen_at >= SEEN_EVERY)


def act_as(session: Session, actor: Actor) -> None:
    """Open what this person may see, and nothing else."""
    set_scope(session, actor.scope)


def note_seen(session: Session, actor: Actor, *, now: datetime) -> None:
    """Keep a session in use from ending; in a short transaction of its own, at most every five minutes."""
    session.execute(sa.update(UserSession).where(UserSession.id == actor.session_id).values(last_seen_at=now))


def change_place(session: Session, actor: Actor, organisation_id: int) -> None:
    """Work in another of one's organisations from the next request on.

    Raises
    ------
    NotFoundError
        Where it is none of the person's.
    """
    if organisation_id != actor.organisation_id and organisation_id not in {id_ for id_, _ in actor.elsewhere}:
        raise NotFoundError("record.not_found", thing="organisation")
    session.execute(
        sa.update(UserSession).where(UserSession.id == actor.session_id).values(organisation_id=organisation_id)
    )
