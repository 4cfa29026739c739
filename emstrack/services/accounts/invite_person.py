"""Inviting somebody to a role by a link, which proves that the address is theirs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.documents.mail import render_mail
from emstrack.domain.accounts import INVITATION_DAYS, Permission, Role, may_give
from emstrack.domain.errors import NotAllowedError, NotFoundError
from emstrack.language.languages import Language
from emstrack.services.accounts.add_person import checked_email, find_person
from emstrack.services.accounts.change_account import checked_person_name, set_password
from emstrack.services.accounts.one_time_links import close_links, issue_link, look_at_link, use_link
from emstrack.services.accounts.queue_mail import queue_mail
from emstrack.storage.models import Membership, OneTimeLink, Organisation, User
from emstrack.storage.scope import every_tenant, find, require, tenant_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.accounts import Actor
    from emstrack.domain.passwords import PasswordCost

KIND = "invitation"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What an open invitation offers, and to whom."""

    email: str
    organisation_id: int
    organisation: str
    role: Role
    known: bool


def invite_person(
    session: Session, actor: Actor, email: str, *, organisation_id: int, role: Role, link_base: str, now: datetime
) -> str:
    """Queue an invitation and return its link, so that it can be handed over where no mail goes out.

    Raises
    ------
    NotAllowedError
        ``people.role_above_yours``.
    """
    scope = require(session, Permission.MANAGE_PEOPLE)
    if not may_give(scope.permissions, role):
        raise NotAllowedError("people.role_above_yours", role=role.value)
    organisation = find(session, Organisation, organisation_id)
    email = checked_email(email)
    close_links(session, KIND, OneTimeLink.tenant_id == scope.tenant_id, OneTimeLink.email == email, now=now)
    secret = issue_link(
        session,
        KIND,
        now=now,
        lifetime=timedelta(days=INVITATION_DAYS),
        email=email,
        tenant_id=scope.tenant_id,
        payload={"organisation_id": organisation.id, "role": role.value},
    )
    link = f"{link_base}/invitations/{secret}"
    known = find_person(session, email)
    spoken = Language((known.language if known else "") or organisation.language or actor.language)
    mail = render_mail(
        "invitation",
        spoken,
        inviter=actor.name or actor.email,
        organisation=organisation.name,
        role=spoken.label(role),
        link=link,
        days=INVITATION_DAYS,
    )
    queue_mail(session, email, mail, now=now, tenant_id=scope.tenant_id)
    return link


def list_invitations(session: Session, *, now: datetime) -> list[OneTimeLink]:
    """Return the open invitations to organisations the scope may see."""
    scope = require(session, Permission.MANAGE_PEOPLE)
    found = session.scalars(
        sa.select(OneTimeLink)
        .where(
            OneTimeLink.kind == KIND,
            OneTimeLink.tenant_id == tenant_of(session),
            OneTimeLink.used_at.is_(None),
            OneTimeLink.expires_at > now,
        )
        .order_by(OneTimeLink.created_at)
    )
    seen = scope.organisation_ids
    return [link for link in found if seen is None or link.payload["organisation_id"] in seen]


def withdraw_invitation(session: Session, link_id: int, *, now: datetime) -> None:
    """Close an invitation that was not accepted yet."""
    if link_id not in {link.id for link in list_invitations(session, now=now)}:
        raise NotFoundError("record.not_found", thing="invitation")
    close_links(session, KIND, OneTimeLink.id == link_id, OneTimeLink.tenant_id == tenant_of(session), now=now)


def open_invitation(session: Session, secret: str, *, now: datetime) -> Invitation:
    """Return what an invitation offers, without accepting it."""
    return _read(session, look_at_link(session, KIND, secret, now=now))


def accept_invitation(
    session: Session, secret: str, *, name: str, password: str, cost: PasswordCost, now: datetime
) -> tuple[int, Invitation]:
    """Take the role; somebody new gets an account, somebody known keeps theirs and its password. Returns the user."""
    link = use_link(session, KIND, secret, now=now)
    invitation = _read(session, link)
    user = find_person(session, link.email)
    if user is None:
        user = User(email=link.email, name="", language="", created_at=now)
        session.add(user)
        session.flush()
    if user.password_hash is None:
        user.name = checked_person_name(name)
        set_password(session, user, password, cost=cost, now=now)
    with every_tenant(session, "an invitation leads into its own tenant"):
        has = sa.select(Membership.id).where(
            Membership.organisation_id == invitation.organisation_id,
            Membership.user_id == user.id,
            Membership.role == invitation.role,
        )
        if session.execute(has).first() is None:
            session.add(
                Membership(
                    tenant_id=link.tenant_id,
                    organisation_id=invitation.organisation_id,
                    user_id=user.id,
                    role=invitation.role,
                    created_at=now,
                )
            )
            session.flush()
    return user.id, invitation


def _read(session: Session, link: OneTimeLink) -> Invitation:
    user = find_person(session, link.email)
    with every_tenant(session, "an invitation leads into its own tenant"):
        organisation = session.scalars(
            sa.select(Organisation).where(
                Organisation.tenant_id == link.tenant_id,
                Organisation.id == link.payload["organisation_id"],
                Organisation.archived_at.is_(None),
            )
        ).one_or_none()
    if organisation is None or (user is not None and user.disabled_at is not None):
        raise NotFoundError("link.closed")
    return Invitation(
        email=link.email,
        organisation_id=organisation.id,
        organisation=organisation.name,
        role=Role(link.payload["role"]),
        known=user is not None and user.password_hash is not None,
    )
