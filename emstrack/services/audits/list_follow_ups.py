"""Follow-ups as lists and as one: what is due, whose it is, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError
from emstrack.domain.follow_ups import FollowUpKind, FollowUpStatus, days_overdue
from emstrack.storage.models import FollowUp, Site, User
from emstrack.storage.queries import follow_ups as queries
from emstrack.storage.queries.sites import subtree
from emstrack.storage.scope import require, scope_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

PAGE = 50
SOON_DAYS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFollowUp:
    """One follow-up of a list, with the names of what it is about."""

    id: int
    kind: FollowUpKind
    title: str
    span: int | None
    span_unit: str
    subject: str
    site_id: int
    site: str
    due: date
    owner_id: int | None
    owner: str
    status: FollowUpStatus
    days_overdue: int
    escalated: bool
    version: int


@dataclass(frozen=True, slots=True)
class FollowUpPage:
    """A page of them, and how many there are in all."""

    rows: list[ListedFollowUp]
    total: int
    page: int
    size: int = PAGE

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpFilter:
    """What to look for; nothing set is everything that is open."""

    show: str = "open"
    """open, overdue, soon, done or cancelled."""
    mine: bool = False
    site_id: int | None = None
    organisation_id: int | None = None
    measure_id: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFollowUp:
    """One follow-up with all that is kept of it."""

    row: FollowUp
    listed: ListedFollowUp
    after: ListedFollowUp | None
    people: Sequence[tuple[int, str]]
    closed_by: str


def list_follow_ups(
    session: Session, wanted: FollowUpFilter | None = None, *, today: date, page: int = 1
) -> FollowUpPage:
    """Return a page of follow-ups, those that wait longest first; closed ones newest first."""
    require(session, Permission.VIEW)
    wanted, page = wanted or FollowUpFilter(), max(1, page)
    closed = wanted.show in {"done", "cancelled"}
    order = FollowUp.closed_at.desc() if closed else FollowUp.due
    criteria = _criteria(session, wanted, today)
    statement = queries.listed(session, *criteria).add_columns(queries.number_of(session, *criteria).label("total"))
    rows = session.execute(statement.order_by(order, FollowUp.id).limit(PAGE).offset((page - 1) * PAGE)).all()
    if not rows and page > 1:
        return list_follow_ups(session, wanted, today=today)
    return FollowUpPage([_listed(row, today) for row in rows], rows[0].total if rows else 0, page)


def follow_ups_due(session: Session, organisation_id: int, *, on: date) -> list[ListedFollowUp]:
    """Return every open follow-up of an organisation and its descendants that is due by a day."""
    require(session, Permission.VIEW)
    inside = Site.organisation_id.in_(subtree(session, organisation_id))
    return follow_ups_of(session, FollowUp.due <= on, inside, today=on)


def follow_ups_of(session: Session, *criteria: sa.ColumnElement[bool], today: date) -> list[ListedFollowUp]:
    """Return the open follow-ups that meet the criteria, those that wait longest first."""
    rows = session.execute(queries.listed(session, queries.OPEN, *criteria).order_by(FollowUp.due, FollowUp.id))
    return [_listed(row, today) for row in rows]


def first_follow_ups(
    session: Session, *criteria: sa.ColumnElement[bool], today: date, most: int
) -> tuple[list[ListedFollowUp], int]:
    """Return the open follow-ups that wait longest, so many at most, and how many there are in all."""
    criteria = (queries.OPEN, *criteria)
    statement = queries.listed(session, *criteria).add_columns(queries.number_of(session, *criteria).label("total"))
    rows = session.execute(statement.order_by(FollowUp.due, FollowUp.id).limit(most)).all()
    return [_listed(row, today) for row in rows], rows[0].total if rows else 0


def follow_ups_of_measure(session: Session, measure_id: int, *, today: date) -> list[ListedFollowUp]:
    """Return what was looked at after a measure and what waits, by day; what was called off is left out."""
    criteria = (FollowUp.measure_id == measure_id, FollowUp.status != FollowUpStatus.CANCELLED.value)
    rows = session.execute(queries.listed(session, *criteria).order_by(FollowUp.due, FollowUp.id).limit(PAGE))
    return [_listed(row, today) for row in rows]


def follow_ups_in_meeting(session: Session, meeting_id: int, *, today: date) -> list[ListedFollowUp]:
    """Return every task a meeting decided on, whatever became of it."""
    rows = session.execute(queries.listed(session, FollowUp.meeting_id == meeting_id).order_by(FollowUp.id))
    return [_listed(row, today) for row in rows]


def show_follow_up(session: Session, follow_up_id: int, *, today: date) -> ShownFollowUp:
    """Return one follow-up.

    Raises
    ------
    NotFoundError
        ``record.not_found``.
    """
    require(session, Permission.VIEW)
    row = session.execute(queries.listed(session, FollowUp.id == follow_up_id)).one_or_none()
    if row is None:
        raise NotFoundError("record.not_found", thing="follow-up")
    found: FollowUp = row.FollowUp
    before = None
    if found.after_id is not None:
        before = session.execute(queries.listed(session, FollowUp.id == found.after_id)).one_or_none()
    people = [(each.id, each.name or each.email) for each in queries.people_of_site(session, found.site_id)]
    closed_by = session.scalar(sa.select(User.name).where(User.id == found.closed_by)) if found.closed_by else ""
    return ShownFollowUp(
        row=found,
        listed=_listed(row, today),
        after=_listed(before, today) if before is not None else None,
        people=people,
        closed_by=closed_by or "",
    )


def possible_owners(session: Session) -> list[tuple[int, str]]:
    """Return everybody in the tenant who may be given a follow-up somewhere the scope may see."""
    require(session, Permission.VIEW)
    return [(row.id, row.name or row.email) for row in queries.people(session)]


def _criteria(session: Session, wanted: FollowUpFilter, today: date) -> list[sa.ColumnElement[bool]]:
    criteria: list[sa.ColumnElement[bool]] = []
    if wanted.show in {"done", "cancelled"}:
        criteria.append(FollowUp.status == wanted.show)
    else:
        criteria.append(queries.OPEN)
    if wanted.show == "overdue":
        criteria.append(FollowUp.due < today)
    if wanted.show == "soon":
        criteria += [FollowUp.due >= today, FollowUp.due <= today + timedelta(days=SOON_DAYS)]
    if wanted.mine:
        criteria.append(FollowUp.owner_id == (scope_of(session).user_id or 0))
    if wanted.site_id is not None:
        criteria.append(FollowUp.site_id == wanted.site_id)
    if wanted.measure_id is not None:
        criteria.append(FollowUp.measure_id == wanted.measure_id)
    if wanted.organisation_id is not None:
        criteria.append(Site.organisation_id.in_(subtree(session, wanted.organisation_id)))
    if text := wanted.text.strip()[:100]:
        criteria.append(FollowUp.title.icontains(text, autoescape=True) | Site.name.icontains(text, autoescape=True))
    return criteria


def _listed(row: Any, today: date) -> ListedFollowUp:
    found: FollowUp = row.FollowUp
    is_open = found.status == FollowUpStatus.OPEN
    return ListedFollowUp(
        id=found.id,
        kind=FollowUpKind(found.kind),
        title=found.title,
        span=found.span,
        span_unit=found.span_unit,
        subject=row.measure or row.meter or row.site,
        site_id=found.site_id,
        site=row.site,
        due=found.due,
        owner_id=found.owner_id,
        owner=row.owner_name or row.owner_email or "",
        status=FollowUpStatus(found.status),
        days_overdue=days_overdue(found.due, today) if is_open else 0,
        escalated=is_open and found.escalated_at is not None,
        version=found.version,
    )
