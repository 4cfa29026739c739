"""What waits for a person, on the first page: their follow-ups, measures that are late, audits to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.audits import AuditKind, AuditStatus
from emstrack.domain.follow_ups import FollowUpKind, days_overdue
from emstrack.domain.measures import OPEN
from emstrack.services.audits.list_follow_ups import SOON_DAYS
from emstrack.storage.models import Audit, FollowUp, Measure, Meter, Site
from emstrack.storage.queries import follow_ups as queries
from emstrack.storage.scope import require, scope_of, scoped, tenant_of, within

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MOST, AUDITS = 5, 3
_FOLLOW_UP, _AUDIT, _LATE = "follow_up", "audit", "late"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueFollowUp:
    """A follow-up of one's own that is due within two weeks, or was."""

    id: int
    kind: FollowUpKind
    title: str
    span: int | None
    span_unit: str
    subject: str
    site: str
    due: date
    days_overdue: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedAudit:
    """An audit to come."""

    id: int
    site: str
    title: str
    kind: AuditKind
    start: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """The first of each, and how many there are."""

    follow_ups: list[DueFollowUp]
    follow_ups_in_all: int
    measures_overdue: int
    audits: list[PlannedAudit]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.follow_ups or self.measures_overdue or self.audits)


def show_waiting(session: Session, *, today: date) -> Waiting:
    """Return what waits: one query however much there is, for the first page has others to ask."""
    require(session, Permission.VIEW)
    parts = (_follow_ups(session, today), _audits(session, today), _late(session, today))
    rows = session.execute(sa.union_all(*(sa.select(*part.subquery().c) for part in parts))).all()
    found = [row for row in rows if row.what == _FOLLOW_UP]
    return Waiting(
        follow_ups=sorted((_due(row, today) for row in found), key=lambda each: (each.due, each.id)),
        follow_ups_in_all=found[0].total if found else 0,
        measures_overdue=next(row.total for row in rows if row.what == _LATE),
        audits=sorted(
            (
                PlannedAudit(id=row.id, site=row.site, title=row.title, kind=AuditKind(row.kind), start=row.day)
                for row in rows
                if row.what == _AUDIT
            ),
            key=lambda each: (each.start, each.id),
        ),
    )


def _due(row: Any, today: date) -> DueFollowUp:
    return DueFollowUp(
        id=row.id,
        kind=FollowUpKind(row.kind),
        title=row.title,
        span=row.span,
        span_unit=row.span_unit,
        subject=row.subject,
        site=row.site,
        due=row.day,
        days_overdue=days_overdue(row.day, today),
    )


def _follow_ups(session: Session, today: date) -> sa.Select[Any]:
    statement = (
        sa.select(
            sa.literal(_FOLLOW_UP).label("what"),
            FollowUp.id,
            FollowUp.kind,
            FollowUp.title,
            FollowUp.span,
            FollowUp.span_unit,
            sa.func.coalesce(Measure.title, Meter.name, Site.name).label("subject"),
            Site.name.label("site"),
            FollowUp.due.label("day"),
            sa.func.count().over().label("total"),
        )
        .select_from(FollowUp)
        .join(Site, Site.id == FollowUp.site_id)
        .outerjoin(Meter, sa.and_(Meter.id == FollowUp.meter_id, Meter.tenant_id == tenant_of(session)))
        .outerjoin(Measure, sa.and_(Measure.id == FollowUp.measure_id, Measure.tenant_id == tenant_of(session)))
        .where(
            *within(session, FollowUp),
            *within(session, Site),
            queries.OPEN,
            FollowUp.owner_id == (scope_of(session).user_id or 0),
            FollowUp.due <= today + timedelta(days=SOON_DAYS),
        )
        .order_by(FollowUp.due, FollowUp.id)
        .limit(MOST)
    )
    return cast("sa.Select[Any]", statement)


def _audits(session: Session, today: date) -> sa.Select[Any]:
    nothing = (sa.cast(sa.null(), sa.Integer).label("span"), sa.literal("").label("span_unit"))
    visible = scoped(session, Audit.id, Site.name)
    statement = (
        visible.with_only_columns(
            sa.literal(_AUDIT).label("what"),
            Audit.id,
            Audit.kind,
            Audit.title,
            *nothing,
            sa.literal("").label("subject"),
            Site.name.label("site"),
            Audit.start.label("day"),
            sa.literal(0).label("total"),
        )
        .where(
            Site.id == Audit.site_id,
            Audit.status == AuditStatus.PLANNED.value,
            Audit.archived_at.is_(None),
            Audit.start >= today,
        )
        .order_by(Audit.start, Audit.id)
        .limit(AUDITS)
    )
    return cast("sa.Select[Any]", statement)


def _late(session: Session, today: date) -> sa.Select[Any]:
    words = [sa.literal("").label(name) for name in ("kind", "title", "span_unit", "subject", "site")]
    kind, title, span_unit, subject, site = words
    statement = (
        sa.select(
            sa.literal(_LATE).label("what"),
            sa.literal(0).label("id"),
            kind,
            title,
            sa.cast(sa.null(), sa.Integer).label("span"),
            span_unit,
            subject,
            site,
            sa.cast(sa.null(), sa.Date).label("day"),
            sa.func.count().label("total"),
        )
        .select_from(Measure)
        .where(
            *within(session, Measure),
            Measure.archived_at.is_(None),
            Measure.due < today,
            Measure.status.in_([status.value for status in OPEN]),
        )
    )
    return cast("sa.Select[Any]", statement)
