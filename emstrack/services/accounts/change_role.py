"""Changing and taking roles, and shutting somebody out: felt at their next request."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission, Role, may_give
from emstrack.domain.errors import NotAllowedError, RefusedError
from emstrack.services.accounts.sign_out import end_sessions
from emstrack.storage.models import Membership, User
from emstrack.storage.scope import every_tenant, find, require, tenant_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def change_role(session: Session, membership_id: int, wanted: str) -> None:
    """Give a person another role in the same organisation.

    Raises
    ------
    NotAllowedError
        ``people.role_above_yours``.
    RefusedError
        ``people.last_administrator`` or ``people.role``.
    """
    _changeable(session, membership_id)
    if wanted not in set(Role):
        raise RefusedError("people.role")
    role = Role(wanted)
    membership = _changeable(session, membership_id, role)
    if membership.role == role:
        return
    _keep_an_administrator(session, membership)
    same = sa.select(Membership.id).where(
        Membership.tenant_id == membership.tenant_id,
        Membership.organisation_id == membership.organisation_id,
        Membership.user_id == membership.user_id,
        Membership.role == role,
    )
    if session.execute(same).first() is not None:
        session.delete(membership)
    else:
        membership.role = role
    session.flush()


def remove_member(session: Session, membership_id: int) -> None:
    """Take a role from a person; they keep their account and any other role."""
    membership = _changeable(session, membership_id)
    _keep_an_administrator(session, membership)
    session.delete(membership)
    session.flush()


def disable_person(session: Session, membership_id: int, *, now: datetime) -> None:
    """Shut a person out of the installation, and end their sessions.

    Raises
    ------
    RefusedError
        ``people.works_elsewhere`` for somebody who also works for another tenant: their role here can be taken;
        ``people.yourself``.
    """
    membership, user = _whole_person(session, membership_id)
    _keep_an_administrator(session, membership)
    user.disabled_at = now
    user.version += 1
    session.flush()
    end_sessions(session, user.id, now=now)


def enable_person(session: Session, membership_id: int) -> None:
    """Let a person in again."""
    _, user = _whole_person(session, membership_id)
    user.disabled_at = None
    user.version += 1
    session.flush()


def _changeable(session: Session, membership_id: int, *roles: Role) -> Membership:
    scope = require(session, Permission.MANAGE_PEOPLE)
    membership = find(session, Membership, membership_id)
    for role in (Role(membership.role), *roles):
        if not may_give(scope.permissions, role):
            raise NotAllowedError("people.role_above_yours", role=role.value)
    return membership


def _whole_person(session: Session, membership_id: int) -> tuple[Membership, User]:
    membership = _changeable(session, membership_id)
    scope = require(session, Permission.MANAGE_PEOPLE)
    if membership.user_id == scope.user_id:
        raise RefusedError("people.yourself")
    with every_tenant(session, "whether a person works for other tenants too"):
        held = session.execute(
            sa.select(Membership.tenant_id, Membership.organisation_id, Membership.role).where(
                Membership.user_id == membership.user_id
            )
        ).all()
    if {row.tenant_id for row in held} != {scope.tenant_id}:
        raise RefusedError("people.works_elsewhere")
    seen = scope.organisation_ids
    if any(not may_give(scope.permissions, Role(row.role)) for row in held) or (
        seen is not None and any(row.organisation_id not in seen for row in held)
    ):
        raise NotAllowedError("people.role_above_yours", role=membership.role)
    return membership, session.scalars(sa.select(User).where(User.id == membership.user_id)).one()


def _keep_an_administrator(session: Session, membership: Membership) -> None:
    """A tenant whose last administrator goes could be opened by nobody but the operator."""
    tenant_id = tenant_of(session)
    if membership.role != Role.ADMINISTRATOR or membership.organisation_id != tenant_id:
        return
    others = (
        sa.select(Membership.id)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.tenant_id == tenant_id,
            Membership.organisation_id == tenant_id,
            Membership.role == Role.ADMINISTRATOR,
            Membership.user_id != membership.user_id,
            User.disabled_at.is_(None),
        )
    )
    if session.execute(others).first() is None:
        raise RefusedError("people.last_administrator")
