"""What the pages of committees read: a single query each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.committees import MeetingStatus
from emstrack.domain.measures import MeasureStatus
from emstrack.storage.models import AgendaItem, Committee, CommitteeMember, Measure, Meeting, Organisation, Site, User
from emstrack.storage.queries.sites import subtree
from emstrack.storage.scope import scoped, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session


def committees(session: Session, today: date) -> Sequence[sa.Row[Any]]:
    """Return the visible committees with the number of members and the day of their next meeting."""
    members = (
        sa.select(sa.func.count(CommitteeMember.id))
        .where(
            CommitteeMember.tenant_id == tenant_of(session),
            CommitteeMember.committee_id == Committee.id,
            CommitteeMember.start <= today,
            CommitteeMember.end.is_(None) | (CommitteeMember.end > today),
        )
        .correlate(Committee)
        .scalar_subquery()
    )
    following = (
        sa.select(sa.func.min(Meeting.day))
        .where(
            Meeting.tenant_id == tenant_of(session),
            Meeting.committee_id == Committee.id,
            Meeting.status.in_([MeetingStatus.PLANNED.value, MeetingStatus.IN_SESSION.value]),
        )
        .correlate(Committee)
        .scalar_subquery()
    )
    rows: Sequence[sa.Row[Any]] = session.execute(
        scoped(session, Committee)
        .join(Organisation, Organisation.id == Committee.organisation_id)
        .where(Organisation.tenant_id == tenant_of(session), Committee.archived_at.is_(None))
        .add_columns(Organisation.name.label("organisation"), members.label("members"), following.label("next_day"))
        .order_by(Committee.name)
    ).all()
    return rows


def members(session: Session, committee_id: int) -> Sequence[CommitteeMember]:
    """Return every term on a committee, those who sit on it now first."""
    return session.scalars(
        scoped(session, CommitteeMember)
        .where(CommitteeMember.committee_id == committee_id)
        .order_by(CommitteeMember.end.is_not(None), CommitteeMember.start, CommitteeMember.name)
    ).all()


def addresses(session: Session, committee_id: int, day: date) -> Sequence[sa.Row[Any]]:
    """Return name, e-mail and language of everybody who sits on a committee on a day and has an address."""
    email = sa.func.coalesce(sa.func.nullif(CommitteeMember.email, ""), User.email)
    rows: Sequence[sa.Row[Any]] = session.execute(
        sa.select(CommitteeMember.id, CommitteeMember.name, email.label("email"), User.language)
        .outerjoin(User, User.id == CommitteeMember.user_id)
        .where(
            *within(session, CommitteeMember),
            CommitteeMember.committee_id == committee_id,
            CommitteeMember.start <= day,
            CommitteeMember.end.is_(None) | (CommitteeMember.end > day),
            email.is_not(None),
            email != "",
        )
        .order_by(CommitteeMember.name)
    ).all()
    return rows


def meetings(session: Session, committee_id: int) -> Sequence[Meeting]:
    """Return the meetings of a committee, the latest first."""
    return session.scalars(
        scoped(session, Meeting).where(Meeting.committee_id == committee_id).order_by(Meeting.day.desc(), Meeting.id)
    ).all()


def meeting_before(session: Session, meeting: Meeting) -> Meeting | None:
    """Return the meeting that was held before this one; None where it is the first."""
    return session.scalars(
        scoped(session, Meeting)
        .where(
            Meeting.committee_id == meeting.committee_id,
            Meeting.status.in_([MeetingStatus.IN_SESSION.value, MeetingStatus.APPROVED.value]),
            Meeting.id != meeting.id,
            (Meeting.day < meeting.day) | ((Meeting.day == meeting.day) & (Meeting.id < meeting.id)),
        )
        .order_by(Meeting.day.desc(), Meeting.id.desc())
        .limit(1)
    ).one_or_none()


def items(session: Session, meeting_id: int) -> Sequence[AgendaItem]:
    """Return the items kept of a meeting's agenda."""
    return session.scalars(
        scoped(session, AgendaItem)
        .where(AgendaItem.meeting_id == meeting_id)
        .order_by(AgendaItem.position, AgendaItem.id)
    ).all()


def sites_of(session: Session, committee: Committee) -> sa.Select[Any]:
    """Return a select of the ids of the sites a committee looks after, as far as the scope sees them."""
    inside = scoped(session, Site.id).where(Site.archived_at.is_(None))
    if committee.site_ids:
        return inside.where(Site.id.in_(committee.site_ids))
    return inside.where(Site.organisation_id.in_(subtree(session, committee.organisation_id)))


def awaiting_decision(session: Session, sites: sa.Select[Any], most: int) -> Sequence[sa.Row[Any]]:
    """Return recommendations of some sites that nobody has decided on, the largest savings first, and their number."""
    rows: Sequence[sa.Row[Any]] = session.execute(
        sa.select(
            *(Measure.id, Measure.title, Measure.annual_saving, Measure.currency, Site.name.label("site")),
            sa.func.count().over().label("total"),
        )
        .join(Site, Site.id == Measure.site_id)
        .where(
            *within(session, Measure),
            *within(session, Site),
            Measure.site_id.in_(sites),
            Measure.status == MeasureStatus.PROPOSED.value,
            Measure.archived_at.is_(None),
        )
        .order_by(Measure.annual_saving.desc().nulls_last(), Measure.id)
        .limit(most)
    ).all()  # type: ignore[assignment]  # a row is a row
    return rows
