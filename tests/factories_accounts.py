"""People, organisations and sessions for tests; nothing is hashed unless a password is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from conftest import NOW

from emstrack.domain.accounts import Permission, Role, Scope
from emstrack.domain.passwords import PasswordCost
from emstrack.services.accounts.hash_password import hash_password
from emstrack.services.accounts.sign_in import begin_session
from emstrack.storage.models import Membership, Organisation, User
from emstrack.storage.scope import every_tenant, set_scope

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

CHEAP = PasswordCost(8, 1)
PASSWORD = "perro verde come sol"


def make_person(
    session: Session,
    organisation: Organisation,
    role: Role | str = Role.VIEWER,
    *,
    email: str | None = None,
    name: str = "",
    password: str | None = None,
) -> User:
    """Make a person with a role; a known address gets one more role."""
    email = email or f"{Role(role)}@{organisation.id}.example.org"
    with every_tenant(session, "a test makes a person"):
        user = session.scalars(sa.select(User).where(User.email == email)).one_or_none()
        if user is None:
            hashed = hash_password(password, CHEAP) if password else None
            user = User(email=email, name=name or email.split("@")[0].title(), password_hash=hashed, created_at=NOW)
            session.add(user)
            session.flush()
        session.add(
            Membership(
                tenant_id=organisation.tenant_id,
                organisation_id=organisation.id,
                user_id=user.id,
                role=role,
                created_at=NOW,
            )
        )
        session.flush()
    return user


def make_organisation(session: Session, parent: Organisation, name: str, kind: str = "ministry") -> Organisation:
    """Make an organisation below another."""
    with every_tenant(session, "a test makes an organisation"):
        child = Organisation(
            tenant_id=parent.tenant_id,
            parent_id=parent.id,
            kind=kind,
            name=name,
            country=parent.country,
            currency=parent.currency,
            created_at=NOW,
        )
        session.add(child)
        session.flush()
    return child


def make_session(session: Session, user: User, organisation: Organisation, *, now: datetime) -> str:
    """Begin a session without a password, and return its cookie's value."""
    return begin_session(session, user.id, organisation.id, now=now)


def open_tenant(session: Session, tenant: Organisation, user: User | None = None) -> None:
    """Open the whole of a tenant, with every permission."""
    set_scope(session, Scope(tenant.id, user_id=user.id if user else None, permissions=frozenset(Permission)))
