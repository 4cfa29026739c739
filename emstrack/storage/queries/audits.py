"""Queries on audits that more than one service asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.audit_findings import FindingStatus
from emstrack.domain.audits import Progress
from emstrack.storage.base import Base
from emstrack.storage.models import Audit, AuditAnswer, AuditFinding, Site
from emstrack.storage.scope import scoped, tenant_of, within

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def recommendations_of(session: Session) -> sa.ColumnElement[int]:
    """Return the number of measures that came from an audit, as a column of a query on audits.

    Zero as long as this installation has no table of measures.
    """
    measure = Base.metadata.tables.get("measure")
    if measure is None or "audit_id" not in measure.c:
        return sa.literal(0)
    counted = sa.select(sa.func.count(measure.c.id)).where(*within(session, measure), measure.c.audit_id == Audit.id)
    return counted.correlate(Audit).scalar_subquery()


def list_audits(session: Session) -> sa.Select[Any]:
    """Return a select of audits with their site's name, what was answered and found, and the total."""
    return (
        scoped(session, Audit, Site.name.label("site"))
        .join(Site, Site.id == Audit.site_id)
        .add_columns(
            _count(session, AuditAnswer, AuditAnswer.is_complete.is_(True)).label("answered"),
            _count(session, AuditFinding).label("findings"),
            _count(session, AuditFinding, AuditFinding.status != FindingStatus.CLOSED.value).label("open_findings"),
            recommendations_of(session).label("recommendations"),
            sa.func.count().over().label("total"),
        )
    )


def progress_of(session: Session, audit: Audit) -> Progress:
    """Return how far an audit has come."""
    row = session.execute(
        scoped(session, Audit.question_count)
        .add_columns(
            _count(session, AuditAnswer, AuditAnswer.is_complete.is_(True)).label("answered"),
            _count(session, AuditFinding).label("findings"),
            _count(session, AuditFinding, AuditFinding.status != FindingStatus.CLOSED.value).label("open_findings"),
        )
        .where(Audit.id == audit.id)
    ).one()
    return Progress(row.question_count, row.answered, row.findings, row.open_findings)


def _count(session: Session, model: Any, *criteria: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    counted = sa.select(sa.func.count(model.id)).where(
        model.tenant_id == tenant_of(session), model.audit_id == Audit.id, *criteria
    )
    return counted.correlate(Audit).scalar_subquery()
