"""Open a contributor's month by the secret of its link: their buildings' missing fields, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission, Role, Scope, descendants
from emstrack.domain.errors import NotFoundError
from emstrack.domain.periods import Month
from emstrack.services.accounts.one_time_links import look_at_link
from emstrack.storage.models import Bill, Membership, Organisation, User
from emstrack.storage.queries.contributions import AskedMeter, OwnEntry, asked_meters, own_entries
from emstrack.storage.scope import every_tenant, scoped, set_scope, tenant_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

KIND = "contribution"
_LONGEST_BILL = 4
"""Months that a bill may cover before it is taken for a gap."""


@dataclass(frozen=True, slots=True)
class Field:
    """One meter on the page: what is asked, for which days, and what this person has entered already."""

    meter: AskedMeter
    entry: OwnEntry | None
    start: date
    end: date
    has_picture: bool = False


@dataclass(frozen=True, slots=True)
class Contribution:
    """A contributor's month."""

    organisation: str
    currency: str
    language: str
    month: Month
    user_id: int
    since: datetime
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
    try:
        link = look_at_link(session, KIND, token, now=now)
    except NotFoundError:
        raise NotFoundError("contribution.closed") from None
    if link.tenant_id is None or link.user_id is None:
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
    pictured = set(
        session.scalars(
            scoped(session, Bill.meter_id).where(Bill.created_by == user.id, Bill.created_at >= link.created_at)
        )
    )
    return Contribution(
        organisation=organisation.name,
        currency=organisation.currency,
        language=user.language or organisation.language,
        month=month,
        user_id=user.id,
        since=link.created_at,
        until=link.expires_at,
        fields=tuple(_field(meter, entries.get(meter.id), month, pictured) for meter in meters),
    )


def _field(meter: AskedMeter, entry: OwnEntry | None, month: Month, pictured: set[int]) -> Field:
    """Bills rarely run from the first to the last: one that follows its predecessor starts where that ended."""
    if entry is not None:
        start, end = entry.start, entry.end
    else:
        follows = meter.last_end is not None and month.plus(-_LONGEST_BILL).start < meter.last_end < month.end
        start, end = meter.last_end if follows and meter.last_end else month.start, month.end
    return Field(meter, entry, start, end, has_picture=meter.id in pictured)


def contributor_scope(session: Session, organisation_id: int, user_id: int) -> Scope:
    """Return the scope of a contributor: an organisation with its descendants, and the right to record there."""
    with every_tenant(session, "the tree below an organisation, of its own tenant only"):
        tree = session.execute(
            sa.select(Organisation.id, Organisation.parent_id).where(Organisation.tenant_id == tenant_of(session))
        )
        parents = {row.id: row.parent_id for row in tree}
    return Scope(
        tenant_id=tenant_of(session),
        organisation_ids=descendants(parents, [organisation_id]),
        user_id=user_id,
        permissions=frozenset({Permission.RECORD_READINGS}),
    )
