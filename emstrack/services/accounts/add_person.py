"""People and the roles they hold, as the other use cases need them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission, Role, may_give
from emstrack.domain.errors import NotAllowedError, RefusedError
from emstrack.services.accounts.sign_in import normal_email
from emstrack.storage.models import Membership, Organisation, User
from emstrack.storage.scope import find, require, tenant_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

_EMAIL = re.compile(
    r"[^@\s\x00-\x1f<>,;:\"()\[\]\\]{1,64}@[^@\s\x00-\x1f<>,;:\"()\[\]\\]{1,190}\.[^@\s.\d][^@\s.]{0,62}"
)


def add_person(
    session: Session,
    email: str,
    *,
    organisation_id: int,
    role: Role,
    now: datetime,
    name: str = "",
    language: str = "",
) -> User:
    """Give somebody a role in an organisation; a person not known yet is added, without a password."""
    require(session, Permission.MANAGE_PEOPLE)
    find(session, Organisation, organisation_id)
    user = find_person(session, email)
    if user is None:
        user = User(email=checked_email(email), name=name.strip(), language=language, created_at=now)
        session.add(user)
        session.flush()
    give_role(session, user.id, organisation_id, role, now=now)
    return user


def give_role(session: Session, user_id: int, organisation_id: int, role: Role, *, now: datetime) -> None:
    """Add a membership, unless it is there; nobody gives more than they hold themselves.

    Raises
    ------
    NotAllowedError
        ``people.role_above_yours``.
    """
    scope = require(session, Permission.MANAGE_PEOPLE)
    if not may_give(scope.permissions, role):
        raise NotAllowedError("people.role_above_yours", role=role.value)
    held = session.execute(
        sa.select(Membership.id).where(
            Membership.tenant_id == scope.tenant_id,
            Membership.organisation_id == organisation_id,
            Membership.user_id == user_id,
            Membership.role == role,
        )
    ).first()
    if held is None:
        session.add(
            Membership(
                tenant_id=tenant_of(session),
                organisation_id=organisation_id,
                user_id=user_id,
                role=role,
                created_at=now,
            )
        )
        session.flush()


def find_person(session: Session, email: str) -> User | None:
    """Return the person with this address, if there is one."""
    return session.scalars(sa.select(User).where(User.email == normal_email(email))).one_or_none()


def checked_email(email: str) -> str:
    """Return an address as it is stored, or refuse what is none.

    Raises
    ------
    RefusedError
        ``people.not_an_address``.
    """
    email = normal_email(email)
    if not _EMAIL.fullmatch(email):
        raise RefusedError("people.not_an_address", email=email[:120])
    return email
