"""A meeting from its day to its approved minutes: planned, begun, written, decided, approved, mailed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.documents.mail import render_mail
from emstrack.domain.accounts import Permission
from emstrack.domain.committees import MeetingStatus, Rhythm, next_meeting
from emstrack.domain.errors import RefusedError
from emstrack.language import agendas
from emstrack.language.languages import Language
from emstrack.reference.holidays import holidays_around
from emstrack.services.accounts.queue_mail import queue_mail
from emstrack.services.audits.write_follow_up import NewFollowUp, add_follow_up
from emstrack.services.ems.write_agenda import agenda_of
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import AgendaItem, Committee, FollowUp, Meeting, Organisation
from emstrack.storage.queries import committees as queries
from emstrack.storage.scope import find, require, scoped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

LONGEST_MINUTES = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided: a task at a site, tied to a meter or a measure where it is about one."""

    title: str
    site_id: int
    due: date
    owner_id: int | None = None
    meter_id: int | None = None
    measure_id: int | None = None


def propose_day(session: Session, committee: Committee, *, today: date) -> date:
    """Return the day the committee's rhythm proposes next, after the last meeting there is or after today."""
    last = session.scalar(
        scoped(session, sa.func.max(Meeting.day)).where(
            Meeting.committee_id == committee.id, Meeting.status != MeetingStatus.CALLED_OFF.value
        )
    )
    country = session.scalar(scoped(session, Organisation.country).where(Organisation.id == committee.organisation_id))
    rhythm = Rhythm(committee.every, committee.nth, committee.weekday)
    after = max(last or today, today)
    return next_meeting(rhythm, after, holidays_around(country or "", after))


def plan_meeting(session: Session, committee_id: int, day: date, *, hour: str, place: str, now: datetime) -> Meeting:
    """Put a meeting into the calendar.

    Raises
    ------
    RefusedError
        ``committee.day_taken``.
    """
    scope = require(session, Permission.EDIT_SITES)
    committee = find(session, Committee, committee_id)
    taken = scoped(session, Meeting.id).where(
        Meeting.committee_id == committee.id, Meeting.day == day, Meeting.status != MeetingStatus.CALLED_OFF.value
    )
    if session.scalar(taken) is not None:
        raise RefusedError("committee.day_taken", day=day, field="day")
    row = Meeting(
        tenant_id=scope.tenant_id,
        committee_id=committee.id,
        day=day,
        hour=hour or committee.hour,
        place=place.strip() or committee.place,
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(row)
    session.flush()
    record_change(session, _subject(row), old=None, new={"day": day}, now=now)
    return row


def move_meeting(session: Session, meeting_id: int, values: dict[str, Any], *, version: int, now: datetime) -> Meeting:
    """Give a planned meeting another day, hour or place.

    Raises
    ------
    RefusedError
        ``committee.begun``.
    """
    meeting = _meeting(session, meeting_id, MeetingStatus.PLANNED)
    change_row(session, meeting, values, _subject(meeting), version=version, now=now)
    return meeting


def call_off(session: Session, meeting_id: int, reason: str, *, version: int, now: datetime) -> Meeting:
    """Call a planned meeting off."""
    meeting = _meeting(session, meeting_id, MeetingStatus.PLANNED)
    values = {"status": MeetingStatus.CALLED_OFF.value}
    change_row(session, meeting, values, _subject(meeting), version=version, now=now, reason=reason)
    return meeting


def begin_meeting(session: Session, meeting_id: int, *, now: datetime) -> Meeting:
    """Open a meeting: the agenda stays from now on as it is at this moment, and minutes can be typed."""
    meeting = _meeting(session, meeting_id, MeetingStatus.PLANNED)
    committee = find(session, Committee, meeting.committee_id)
    agenda = agenda_of(session, meeting, committee)
    session.execute(
        sa.delete(AgendaItem).where(AgendaItem.tenant_id == meeting.tenant_id, AgendaItem.meeting_id == meeting.id)
    )
    session.flush()
    for position, item in enumerate(agenda):
        session.add(
            AgendaItem(
                tenant_id=meeting.tenant_id,
                meeting_id=meeting.id,
                key=item.key,
                position=position,
                kind=item.kind.value,
                title=item.title,
                evidence={"lines": list(item.lines), "total": item.total},
            )
        )
    values = {"status": MeetingStatus.IN_SESSION.value, "began_at": now}
    change_row(session, meeting, values, _subject(meeting), version=meeting.version, now=now)
    return meeting


def write_minutes(session: Session, item_id: int, text: str, *, version: int, now: datetime) -> AgendaItem:
    """Write what was said of an item.

    Raises
    ------
    RefusedError
        ``committee.frozen`` or ``committee.minutes_too_long``.
    ConflictError
        ``record.changed_meanwhile``: somebody else is typing too.
    """
    require(session, Permission.EDIT_SITES)
    row = find(session, AgendaItem, item_id)
    meeting = _meeting(session, row.meeting_id, MeetingStatus.IN_SESSION)
    if len(text) > LONGEST_MINUTES:
        raise RefusedError("committee.minutes_too_long", limit=LONGEST_MINUTES, field="minutes")
    change_row(session, row, {"minutes": text.strip()}, _subject(meeting), version=version, now=now)
    return row


def write_presence(
    session: Session, meeting_id: int, present: Sequence[int], remarks: str, *, version: int, now: datetime
) -> Meeting:
    """Write who is there, and what else has to be said."""
    meeting = _meeting(session, meeting_id, MeetingStatus.IN_SESSION)
    seated = {row.id for row in queries.members(session, meeting.committee_id)}
    values = {"present": sorted(seated & set(present)), "remarks": remarks.strip()}
    change_row(session, meeting, values, _subject(meeting), version=version, now=now)
    return meeting


def decide(session: Session, meeting_id: int, given: Decision, *, today: date, now: datetime) -> FollowUp:
    """Turn a decision into a task that is reminded of, and comes back on the agenda when it is due."""
    meeting = _meeting(session, meeting_id, MeetingStatus.IN_SESSION)
    task = NewFollowUp(
        site_id=given.site_id,
        title=given.title,
        due=given.due,
        owner_id=given.owner_id,
        meter_id=given.meter_id,
        measure_id=given.measure_id,
        meeting_id=meeting.id,
    )
    return add_follow_up(session, task, today=today, now=now)


def approve_meeting(
    session: Session, meeting_id: int, *, version: int, today: date, link_base: str | None, now: datetime
) -> Meeting:
    """Approve the minutes: frozen as they read now, and mailed to everybody who sits on the committee.

    Without a link base nobody is written to: a demonstration sends no mail.

    Raises
    ------
    RefusedError
        ``committee.nobody_present``: minutes nobody was there for are none.
    """
    scope = require(session, Permission.EDIT_SITES)
    meeting = _meeting(session, meeting_id, MeetingStatus.IN_SESSION)
    if not meeting.present:
        raise RefusedError("committee.nobody_present")
    committee = find(session, Committee, meeting.committee_id)
    values = {
        "status": MeetingStatus.APPROVED.value,
        "approved_at": now,
        "approved_by": scope.user_id,
        "frozen": _as_read(session, meeting, committee),
        "mailed_at": now if link_base is not None else None,
    }
    change_row(session, meeting, values, _subject(meeting), version=version, now=now)
    if link_base is not None:
        _mail(session, meeting, committee, today=today, link_base=link_base, now=now)
    return meeting


def _mail(
    session: Session, meeting: Meeting, committee: Committee, *, today: date, link_base: str, now: datetime
) -> None:
    proposed = propose_day(session, committee, today=today)
    for person in queries.addresses(session, committee.id, meeting.day):
        language = Language(person.language or "")
        mail = render_mail(
            "minutes",
            language,
            committee=committee.name,
            meeting=meeting,
            frozen=meeting.frozen,
            proposed=proposed,
            item_title=agendas.item_title,
            link=f"{link_base}/meetings/{meeting.id}",
        )
        key = f"minutes:{meeting.id}:{person.id}"
        queue_mail(session, person.email, mail, now=now, tenant_id=meeting.tenant_id, key=key)


def decisions_of(session: Session, meeting_id: int) -> list[FollowUp]:
    """Return the tasks that a meeting decided on."""
    rows = scoped(session, FollowUp).where(FollowUp.meeting_id == meeting_id).order_by(FollowUp.id)
    return list(session.scalars(rows))


def _as_read(session: Session, meeting: Meeting, committee: Committee) -> dict[str, Any]:
    """Return everything the minutes say, apart from the rows they were made of."""
    seated = {row.id: row for row in queries.members(session, committee.id)}
    return {
        "committee": committee.name,
        "present": [{"name": seated[id_].name, "role": seated[id_].role} for id_ in meeting.present if id_ in seated],
        "absent": [
            {"name": row.name, "role": row.role}
            for row in seated.values()
            if row.id not in meeting.present and row.start <= meeting.day and (row.end is None or row.end > meeting.day)
        ],
        "remarks": meeting.remarks,
        "items": [
            {"kind": item.kind.value, "title": item.title, "lines": list(item.lines), "minutes": item.minutes}
            for item in agenda_of(session, meeting, committee)
        ],
        "decisions": [
            {"title": row.title, "due": row.due.isoformat(), "owner_id": row.owner_id, "site_id": row.site_id}
            for row in decisions_of(session, meeting.id)
        ],
    }


def _meeting(session: Session, meeting_id: int, wanted: MeetingStatus) -> Meeting:
    require(session, Permission.EDIT_SITES)
    meeting = find(session, Meeting, meeting_id)
    if meeting.status != wanted:
        raise RefusedError("committee.begun" if wanted == MeetingStatus.PLANNED else "committee.frozen")
    return meeting


def _subject(meeting: Meeting) -> Subject:
    return Subject("committee", meeting.committee_id, f"meeting {meeting.day}")
