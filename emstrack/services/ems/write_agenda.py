"""The agenda that writes itself: what is overdue, missing, fading or to be decided, on the day somebody looks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emstrack.domain.accounts import Permission
from emstrack.domain.committees import AgendaKind, MeetingStatus, in_order, moved
from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import Month
from emstrack.services.audits.list_follow_ups import ListedFollowUp, first_follow_ups
from emstrack.services.savings.show_home import answering
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.models import AgendaItem, Committee, FollowUp, Meeting
from emstrack.storage.queries import committees as queries
from emstrack.storage.queries import follow_ups as follow_up_queries
from emstrack.storage.queries import prepared_savings
from emstrack.storage.scope import find, require

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

MOST_LINES = 40
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class Item:
    """An item of an agenda: what kind it is, and the lines under it as evidence, to be worded by whoever shows it."""

    key: str
    kind: AgendaKind
    title: str = ""
    lines: Sequence[dict[str, Any]] = field(default_factory=tuple)
    total: int = 0
    minutes: str = ""
    item_id: int | None = None
    version: int = 0


def agenda_of(session: Session, meeting: Meeting, committee: Committee) -> list[Item]:
    """Return the agenda: as kept once the meeting has begun, else written anew from what there is today."""
    kept = queries.items(session, meeting.id)
    if meeting.status != MeetingStatus.PLANNED:
        return [_kept(row) for row in kept]
    found = {item.key: item for item in [*written(session, meeting, committee), *(_kept(row) for row in kept)]}
    keys = [key for key in in_order(list(found), meeting.agenda_order) if key not in meeting.agenda_hidden]
    return [found[key] for key in keys]


def written(session: Session, meeting: Meeting, committee: Committee) -> list[Item]:
    """Return what puts itself on the agenda, in the order a meeting takes it; nothing for what is in order."""
    sites = queries.sites_of(session, committee)
    inside, ids = FollowUp.site_id.in_(sites), set(session.scalars(sites))
    before = queries.meeting_before(session, meeting)
    many: dict[str, Any] = {"today": meeting.day, "most": MOST_LINES}
    by_decision = FollowUp.meeting_id.is_not(None)
    decided, tasks = first_follow_ups(session, inside, by_decision, FollowUp.due <= meeting.day, **many)
    overdue, late = first_follow_ups(session, inside, ~by_decision, FollowUp.due < meeting.day, **many)
    items = [
        Item("decision_due", AgendaKind.DECISION_DUE, lines=_follow_ups(decided), total=tasks),
        Item("overdue", AgendaKind.OVERDUE, lines=_follow_ups(overdue), total=late),
        _missing(session, meeting.day, ids),
        _fading(session, ids),
        _recommendations(session, committee),
    ]
    if before is not None and before.status != MeetingStatus.APPROVED:
        items.insert(0, Item("minutes", AgendaKind.MINUTES, lines=[{"day": before.day.isoformat()}], total=1))
    return [item for item in items if item.total]


def add_item(session: Session, meeting_id: int, title: str, *, now: datetime) -> AgendaItem:
    """Put something else on the agenda.

    Raises
    ------
    RefusedError
        ``committee.item_title`` or ``committee.frozen``.
    """
    scope = require(session, Permission.EDIT_SITES)
    meeting = find(session, Meeting, meeting_id)
    if meeting.status in {MeetingStatus.APPROVED, MeetingStatus.CALLED_OFF}:
        raise RefusedError("committee.frozen")
    title = " ".join(title.split())
    if not title or len(title) > LONGEST_TITLE:
        raise RefusedError("committee.item_title", limit=LONGEST_TITLE, field="title")
    kept = queries.items(session, meeting_id)
    row = AgendaItem(
        tenant_id=scope.tenant_id,
        meeting_id=meeting_id,
        key=f"free:{int(now.timestamp() * 1000)}:{len(kept)}",
        position=max((each.position for each in kept), default=-1) + 1,
        kind=AgendaKind.FREE.value,
        title=title,
    )
    session.add(row)
    session.flush()
    return row


def move_item(session: Session, meeting_id: int, key: str, step: int, *, now: datetime) -> Meeting:
    """Move an item of a planned meeting up (−1) or down (+1)."""
    meeting, committee = _planned(session, meeting_id)
    order = moved([item.key for item in agenda_of(session, meeting, committee)], key, step)
    change_row(session, meeting, {"agenda_order": order}, _subject(meeting), version=meeting.version, now=now)
    return meeting


def leave_out(session: Session, meeting_id: int, key: str, *, now: datetime) -> Meeting:
    """Take an item off the agenda of a planned meeting; one that wrote itself can be brought back."""
    meeting, _ = _planned(session, meeting_id)
    hidden = sorted({*meeting.agenda_hidden, key})
    change_row(session, meeting, {"agenda_hidden": hidden}, _subject(meeting), version=meeting.version, now=now)
    return meeting


def bring_back(session: Session, meeting_id: int, *, now: datetime) -> Meeting:
    """Bring every item back that was taken off."""
    meeting, _ = _planned(session, meeting_id)
    change_row(session, meeting, {"agenda_hidden": []}, _subject(meeting), version=meeting.version, now=now)
    return meeting


def _planned(session: Session, meeting_id: int) -> tuple[Meeting, Committee]:
    require(session, Permission.EDIT_SITES)
    meeting = find(session, Meeting, meeting_id)
    if meeting.status != MeetingStatus.PLANNED:
        raise RefusedError("committee.begun")
    return meeting, find(session, Committee, meeting.committee_id)


def _subject(meeting: Meeting) -> Subject:
    return Subject("committee", meeting.committee_id, f"meeting {meeting.day}")


def _kept(row: AgendaItem) -> Item:
    lines = row.evidence.get("lines", [])
    total = int(row.evidence.get("total", len(lines)))
    return Item(row.key, AgendaKind(row.kind), row.title, lines, total, row.minutes, row.id, row.version)


def _follow_ups(rows: Sequence[ListedFollowUp]) -> list[dict[str, Any]]:
    return [
        {
            "follow_up_id": row.id,
            "kind": row.kind.value,
            "title": row.title,
            "span": row.span,
            "span_unit": row.span_unit,
            "subject": row.subject,
            "site": row.site,
            "owner": row.owner,
            "due": row.due.isoformat(),
            "days": row.days_overdue,
        }
        for row in rows
    ]


def _missing(session: Session, day: date, sites: set[int]) -> Item:
    month = Month.of(day).plus(-1)
    found = prepared_savings.missing_by_site(session, month.start, month.end, 10_000)
    rows = [row for row in found if row.id in sites]
    tree = prepared_savings.organisations(session) if rows else {}
    lines = [
        {
            "site": row.name,
            "meters": row.missing,
            "month": month.start.isoformat(),
            "who": list(answering(row.organisation_id, tree)),
        }
        for row in rows
    ]
    return Item("missing", AgendaKind.MISSING, lines=lines[:MOST_LINES], total=len(rows))


def _fading(session: Session, sites: set[int]) -> Item:
    rows = [row for row in follow_up_queries.fading(session) if row.site_id in sites]
    lines = [{"site": row.site, "meter": row.meter, "site_id": row.site_id} for row in rows]
    return Item("fading", AgendaKind.FADING, lines=lines[:MOST_LINES], total=len(rows))


def _recommendations(session: Session, committee: Committee) -> Item:
    rows = queries.awaiting_decision(session, queries.sites_of(session, committee), MOST_LINES)
    lines = [
        {
            "measure_id": row.id,
            "title": row.title,
            "site": row.site,
            "saving": None if row.annual_saving is None else str(row.annual_saving),
            "currency": row.currency,
        }
        for row in rows
    ]
    return Item("recommendation", AgendaKind.RECOMMENDATION, lines=lines, total=rows[0].total if rows else 0)
