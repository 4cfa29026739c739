"""Who holds which role where, in what the scope may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission, Role, may_give
from emstrack.storage.models import Membership, Organisation, User
from emstrack.storage.scope import require, scoped, within

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Person:
    """One role of one person."""

    membership_id: int
    user_id: int
    name: str
    email: str
    role: Role
    organisation_id: int
    organisation: str
    disabled: bool
    changeable: bool
    """Whether who looks may change or take this role."""


def list_people(session: Session) -> list[Person]:
    """Return every role in the organisations that may be seen, by organisation and name."""
    scope = require(session, Permission.MANAGE_PEOPLE)
    rows = session.execute(
        scoped(session, Membership)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(*within(session, Organisation))
        .join(User, User.id == Membership.user_id)
        .add_columns(User.name, User.email, User.disabled_at, Organisation.name.label("organisation"))
        .order_by(Organisation.name, User.name, User.email, Membership.id)
    )
    return [
        Person(
            membership_id=membership.id,
            user_id=membership.user_id,
            name=name,
            email=email,
            role=Role(membership.role),
            organisation_id=membership.organisation_id,
            organisation=organisation,
            disabled=disabled_at is not None,
            changeable=may_give(scope.permissions, Role(membership.role)),
        )
        for membership, name, email, disabled_at, organisation in rows
    ]
