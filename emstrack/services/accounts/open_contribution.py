"""Open a contributor's month by the secret of its link: their buildings' missing fields, and nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission, Role, Scope
from emstrack.domain.errors import NotFoundError
from emstrack.domain.periods import Month
from emstrack.storage.models import Membership, OneTimeLink, Organisation, User
from emstrack.storage.queries.contributions import AskedMeter, OwnEntry, asked_meters, own_entries
from emstrack.storage.scope import every_tenant, scoped, set_scope, tenant_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

KIND = "contribution"


@dataclass(frozen=True, slots=True)
class Field:
    """One meter on the page: what is asked, and what this person has entered already."""

    meter: AskedMeter
    entry: OwnEntry | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """A contributor's month."""

    organisation: str
    currency: str
    language: str
    month: Month
    user_id: int
    until: datetime
    fields: tuple[Field, ...]

    def field(self, meter_id: int) -> Field:
        """Return one field; a meter that is not asked about is not there."""
        for each in self.fields:
            if each.meter.id == meter_id:
                return each
        raise NotFoundError("record.not_found", thing="meter")

    @property
    def done(self) -> int:
        """How many are entered."""
        return sum(each.entry is not None for each in self.fields)


def open_contribution(session: Session, token: str, *, now: datetime) -> Contribution:
    """Check the link and put its narrow scope on the session: the organisation's part of the tree, to record only.

    Raises
    ------
    NotFoundError
        ``contribution.closed`` where the link is unknown or over, or the role has ended: all look alike.
    """
    link = session.scalars(
        sa.select(OneTimeLink).where(
            OneTimeLink.kind == KIND, OneTimeLink.token_hash == hash_of(token), OneTimeLink.expires_at > now
        )
    ).one_or_none()
    if link is None or link.tenant_id is None or link.user_id is None:
        raise NotFoundError("contribution.closed")
    set_scope(session, Scope(tenant_id=link.tenant_id))
    organisation_id = int(link.payload["organisation_id"])
    found = session.execute(
        scoped(session, Membership, Organisation)
        .join(User, User.id == Membership.user_id)
        .add_columns(User)
        .where(
            Organisation.id == Membership.organisation_id,
            Membership.organisation_id == organisation_id,
            Membership.user_id == link.user_id,
            Membership.role == Role.CONTRIBUTOR,
            Organisation.archived_at.is_(None),
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError("contribution.closed")
    _, organisation, user = found
    set_scope(session, contributor_scope(session, organisation_id, user.id))
    month = Month.parse(link.payload["month"])
    entries = own_entries(session, month, user_id=user.id, since=link.created_at)
    meters = asked_meters(session, month, or_among=frozenset(entries))
    return Contribution(
        organisation=organisation.name,
        currency=organisation.currency,
        language=user.language or organisation.language,
        month=month,
        user_id=user.id,
        until=link.expires_at,
        fields=tuple(Field(meter, entries.get(meter.id)) for meter in meters),
    )


def contributor_scope(session: Session, organisation_id: int, user_id: int) -> Scope:
    """Return the scope of a contributor: an organisation with its descendants, and the right to record there."""
    with every_tenant(session, "the tree below an organisation, of its own tenant only"):
        children: dict[int | None, list[int]] = {}
        for id_, parent in session.execute(
            sa.select(Organisation.id, Organisation.parent_id).where(Organisation.tenant_id == tenant_of(session))
        ):
            children.setdefault(parent, []).append(id_)
    reached, waiting = {organisation_id}, [organisation_id]
    while waiting:
        below = [each for each in children.get(waiting.pop(), []) if each not in reached]
        reached.update(below)
        waiting += below
    return Scope(
        tenant_id=tenant_of(session),
        organisation_ids=frozenset(reached),
        user_id=user_id,
        permissions=frozenset({Permission.RECORD_READINGS}),
    )


def hash_of(token: str) -> str:
    """Return what is kept of a link's secret."""
    return hashlib.sha256(token.encode()).hexdigest()
