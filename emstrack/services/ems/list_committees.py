"""Committees and their meetings as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.committees import MeetingStatus, Rhythm, meetings_from
from emstrack.domain.periods import Month
from emstrack.services.audits.list_follow_ups import ListedFollowUp, follow_ups_in_meeting
from emstrack.services.ems.hold_meeting import propose_day
from emstrack.services.ems.write_agenda import Item, agenda_of
from emstrack.storage.models import Committee, Meeting, Organisation, PolicyItem, Programme, Site, User
from emstrack.storage.queries import committees as queries
from emstrack.storage.scope import find, require, scoped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.storage.models import CommitteeMember

COMING = 6


@dataclass(frozen=True, slots=True)
class ListedCommittee:
    """A line of the list of committees."""

    id: int
    name: str
    organisation: str
    members: int
    next_day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCommittee:
    """A committee with everybody and everything that belongs to it."""

    committee: Committee
    organisation: str
    sites: Sequence[str]
    members: Sequence[CommitteeMember]
    meetings: Sequence[Meeting]
    policies: Sequence[PolicyItem]
    proposed: date
    calendar: Sequence[date]
    programme: str = ""
    """Name of the programme it steers, where this person sees it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMeeting:
    """A meeting with its agenda, who may be there, and what it decided."""

    meeting: Meeting
    committee: Committee
    agenda: Sequence[Item]
    hidden: int
    members: Sequence[CommitteeMember]
    decisions: Sequence[ListedFollowUp]
    sites: Sequence[tuple[int, str]]
    approved_by: str
    proposed: date | None


def list_committees(session: Session, *, today: date) -> list[ListedCommittee]:
    """Return the committees the scope may see."""
    require(session, Permission.VIEW)
    return [
        ListedCommittee(row.Committee.id, row.Committee.name, row.organisation, row.members, row.next_day)
        for row in queries.committees(session, today)
    ]


def show_committee(session: Session, committee_id: int, *, today: date) -> ShownCommittee:
    """Return one committee."""
    require(session, Permission.VIEW)
    committee = find(session, Committee, committee_id)
    sites = session.execute(
        scoped(session, Site.name).where(Site.id.in_(queries.sites_of(session, committee))).order_by(Site.name)
    )
    organisation = session.scalar(
        scoped(session, Organisation.name).where(Organisation.id == committee.organisation_id)
    )
    policies = scoped(session, PolicyItem).where(PolicyItem.committee_id == committee.id).order_by(PolicyItem.id.desc())
    proposed = propose_day(session, committee, today=today)
    rhythm = Rhythm(committee.every, committee.nth, committee.weekday)
    return ShownCommittee(
        committee=committee,
        organisation=organisation or "",
        sites=[row.name for row in sites],
        members=queries.members(session, committee.id),
        meetings=queries.meetings(session, committee.id),
        policies=session.scalars(policies).all(),
        proposed=proposed,
        calendar=meetings_from(rhythm, Month.of(proposed), count=COMING),
        programme=_programme(session, committee.programme_id),
    )


def _programme(session: Session, programme_id: int | None) -> str:
    if programme_id is None:
        return ""
    return session.scalar(scoped(session, Programme.name).where(Programme.id == programme_id)) or ""


def show_meeting(session: Session, meeting_id: int, *, today: date) -> ShownMeeting:
    """Return one meeting; its agenda as it would be today, or as it was when it began."""
    require(session, Permission.VIEW)
    meeting = find(session, Meeting, meeting_id)
    committee = find(session, Committee, meeting.committee_id)
    named = scoped(session, Site.id, Site.name).where(Site.id.in_(queries.sites_of(session, committee)))
    begun = meeting.status != MeetingStatus.PLANNED  # before that nothing is decided
    sites = session.execute(named.order_by(Site.name)).all() if begun else []
    approver = session.get(User, meeting.approved_by) if meeting.approved_by else None
    done = meeting.status == MeetingStatus.APPROVED
    return ShownMeeting(
        meeting=meeting,
        committee=committee,
        agenda=agenda_of(session, meeting, committee),
        hidden=len(meeting.agenda_hidden),
        members=[
            row
            for row in queries.members(session, committee.id)
            if row.start <= meeting.day and (row.end is None or row.end > meeting.day)
        ],
        decisions=follow_ups_in_meeting(session, meeting.id, today=today) if begun else [],
        sites=[(row.id, row.name) for row in sites],
        approved_by=(approver.name or approver.email) if approver else "",
        proposed=propose_day(session, committee, today=max(today, meeting.day)) if done else None,
    )
