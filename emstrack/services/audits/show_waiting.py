"""What waits for a person, on the first page: their follow-ups, measures that are late, audits to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.audits import AuditKind, AuditStatus
from emstrack.domain.measures import OPEN
from emstrack.services.audits.list_follow_ups import SOON_DAYS, ListedFollowUp, listed_rows
from emstrack.storage.models import Audit, FollowUp, Measure, Site
from emstrack.storage.queries import follow_ups as queries
from emstrack.storage.scope import require, scope_of, scoped, within

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MOST, AUDITS = 5, 3


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

    follow_ups: list[ListedFollowUp]
    follow_ups_in_all: int
    measures_overdue: int
    audits: list[PlannedAudit]

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not (self.follow_ups or self.measures_overdue or self.audits)


def show_waiting(session: Session, *, today: date) -> Waiting:
    """Return what waits: two queries however much there is."""
    require(session, Permission.VIEW)
    mine = (
        queries.OPEN,
        FollowUp.owner_id == (scope_of(session).user_id or 0),
        FollowUp.due <= today + timedelta(days=SOON_DAYS),
    )
    total = sa.func.count().over().label("total")
    found = session.execute(
        queries.listed(session, *mine).add_columns(total).order_by(FollowUp.due, FollowUp.id).limit(MOST)
    ).all()
    audits = session.execute(_audits(session, today)).all()
    return Waiting(
        follow_ups=listed_rows(found, today),
        follow_ups_in_all=found[0].total if found else 0,
        measures_overdue=audits[0].overdue if audits else 0,
        audits=[
            PlannedAudit(id=row.id, site=row.site, title=row.title, kind=AuditKind(row.kind), start=row.start)
            for row in audits
            if row.id is not None
        ],
    )


def _audits(session: Session, today: date) -> sa.Select[tuple[object, ...]]:
    """Return the next audits beside the count of late measures: one row at least, without an audit where none waits."""
    late = (
        sa.select(sa.func.count())
        .select_from(Measure)
        .where(
            *within(session, Measure),
            Measure.archived_at.is_(None),
            Measure.due < today,
            Measure.status.in_([status.value for status in OPEN]),
        )
        .subquery()
    )
    planned = (
        scoped(session, Audit.id, Audit.title, Audit.kind, Audit.start, Site.name.label("site"))
        .where(
            Site.id == Audit.site_id,
            Audit.status == AuditStatus.PLANNED.value,
            Audit.archived_at.is_(None),
            Audit.start >= today,
        )
        .order_by(Audit.start, Audit.id)
        .limit(AUDITS)
        .subquery()
    )
    count = late.c[0].label("overdue")
    statement: sa.Select[tuple[object, ...]] = (
        sa.select(count, *planned.c).select_from(late.outerjoin(planned, sa.true())).order_by(planned.c.start)
    )
    return statement
