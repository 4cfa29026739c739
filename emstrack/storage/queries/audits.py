"""Queries on audits that more than one service asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.audit_findings import FindingStatus
from emstrack.domain.audits import Progress
from emstrack.storage.base import Base
from emstrack.storage.models import Audit, AuditAnswer, AuditFinding, Site
from emstrack.storage.scope import scoped, tenant_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Counts:
    """What hangs below one audit."""

    answered: int = 0
    findings: int = 0
    open_findings: int = 0
    recommendations: int = 0


def list_audits(session: Session) -> sa.Select[Any]:
    """Return a select of audits with their site's name; what hangs below is counted for a page of them."""
    return scoped(session, Audit, Site.name.label("site")).join(Site, Site.id == Audit.site_id)


def count_columns(session: Session) -> list[sa.ColumnElement[Any]]:
    """Return what hangs below an audit as columns of a query on few audits."""
    unsolved = AuditFinding.status != FindingStatus.CLOSED.value
    return [
        _count(session, AuditAnswer, AuditAnswer.is_complete.is_(True)).label("answered"),
        _count(session, AuditFinding).label("findings"),
        _count(session, AuditFinding, unsolved).label("open_findings"),
        _recommendations(session).label("recommendations"),
    ]


def counts_of(session: Session, audit_ids: Sequence[int]) -> dict[int, Counts]:
    """Return what hangs below some audits; only few are asked for at once, however many there are."""
    if not audit_ids:
        return {}
    statement = scoped(session, Audit.id).add_columns(*count_columns(session)).where(Audit.id.in_(audit_ids))
    return {row.id: counts_in(row) for row in session.execute(statement)}


def counts_in(row: Any) -> Counts:
    """Return the counts that a row of `count_columns` holds."""
    return Counts(row.answered, row.findings, row.open_findings, row.recommendations)


def progress_of(session: Session, audit: Audit) -> Progress:
    """Return how far an audit has come."""
    counts = counts_of(session, [audit.id])[audit.id]
    return Progress(audit.question_count, counts.answered, counts.findings, counts.open_findings)


def _recommendations(session: Session) -> sa.ColumnElement[int]:
    """Return the number of measures that came from an audit: none while there is no table of measures."""
    measure = Base.metadata.tables.get("measure")
    if measure is None or "audit_id" not in measure.c:
        return sa.literal(0)
    return _count(session, measure)


def _count(session: Session, model: Any, *criteria: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    table = model if isinstance(model, sa.Table) else model.__table__
    counted = sa.select(sa.func.count(table.c.id)).where(
        table.c.tenant_id == tenant_of(session), table.c.audit_id == Audit.id, *criteria
    )
    return counted.correlate(Audit).scalar_subquery()
