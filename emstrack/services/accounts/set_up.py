"""The first administrator of an empty installation, let in by a code that only the terminal shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Locality, Permission, Role, Scope
from emstrack.domain.errors import NotFoundError
from emstrack.services.accounts.add_person import add_person
from emstrack.services.accounts.change_account import checked_person_name, set_password
from emstrack.services.accounts.create_organisation import create_tenant
from emstrack.services.accounts.one_time_links import close_links, issue_link, look_at_link, use_link
from emstrack.services.accounts.sign_in import begin_session
from emstrack.storage.models import Membership, OneTimeLink, Organisation, User
from emstrack.storage.scope import every_tenant, set_scope

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.passwords import PasswordCost

KIND = "set_up"
LIFETIME = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the set-up page asks."""

    name: str
    email: str
    password: str
    organisation: str
    kind: str
    locality: Locality


def is_unclaimed(session: Session) -> bool:
    """Tell whether nobody but the demonstration's people works here yet."""
    with every_tenant(session, "whether there is any tenant with people"):
        claimed = (
            sa.select(Membership.id)
            .join(Organisation, Organisation.id == Membership.tenant_id)
            .where(Organisation.is_demonstration.is_(False))
            .limit(1)
        )
        return session.execute(claimed).first() is None


def issue_set_up_code(session: Session, *, now: datetime) -> str | None:
    """Return a new code while the installation is unclaimed, else None; codes given before are closed."""
    if not is_unclaimed(session):
        return None
    close_links(session, KIND, OneTimeLink.expires_at > now, now=now)
    return issue_link(session, KIND, now=now, lifetime=LIFETIME)


def check_set_up_code(session: Session, code: str, *, now: datetime) -> None:
    """Refuse a code that opens nothing.

    Raises
    ------
    NotFoundError
        ``set_up.closed``.
    """
    if not is_unclaimed(session):
        raise NotFoundError("set_up.closed")
    try:
        look_at_link(session, KIND, code, now=now)
    except NotFoundError:
        raise NotFoundError("set_up.closed") from None


def use_set_up_code(session: Session, code: str, *, now: datetime) -> None:
    """Use the code up for what it opened; refused as `check_set_up_code` refuses."""
    check_set_up_code(session, code, now=now)
    use_link(session, KIND, code, now=now)


def set_up(session: Session, code: str, beginning: Beginning, *, cost: PasswordCost, now: datetime) -> str:
    """Create the organisation with its first administrator, and return the secret of their session."""
    use_set_up_code(session, code, now=now)
    root = create_tenant(session, beginning.organisation, beginning.kind, now=now, locality=beginning.locality)
    set_scope(session, Scope(root.id, permissions=frozenset(Permission)))
    user = add_person(
        session,
        beginning.email,
        organisation_id=root.id,
        role=Role.ADMINISTRATOR,
        name=checked_person_name(beginning.name),
        language=beginning.locality.language,
        now=now,
    )
    set_password(session, user, beginning.password, cost=cost, now=now)
    return begin_session(session, user.id, root.id, now=now)


def enter_demonstration(session: Session, email: str, *, now: datetime) -> str:
    """Begin a session for somebody of the demonstration, on the word of who holds the code; nobody else is let in so.

    Raises
    ------
    NotFoundError
        Where there is no such person in a demonstration.
    """
    with every_tenant(session, "the demonstration is a tenant of its own"):
        found = session.execute(
            sa.select(User.id, Membership.organisation_id)
            .join(Membership, Membership.user_id == User.id)
            .join(Organisation, Organisation.id == Membership.tenant_id)
            .where(User.email == email, Organisation.is_demonstration.is_(True))
        ).first()
    if found is None:
        raise NotFoundError("record.not_found", thing="person")
    return begin_session(session, found.id, found.organisation_id, now=now)
