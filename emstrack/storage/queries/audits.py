"""Queries on audits that more than one service asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.audit_findings import FindingStatus
from emstrack.domain.audits import Progress
from emstrack.storage.base import Base
from emstrack.storage.models import Audit, AuditAnswer, AuditFinding, Site
from emstrack.storage.scope import scoped, within

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


def counts_of(session: Session, audit_ids: Sequence[int]) -> dict[int, Counts]:
    """Return what hangs below some audits; only few are asked for at once, however many there are."""
    answered = _grouped(session, AuditAnswer, audit_ids, AuditAnswer.is_complete.is_(True))
    findings = _grouped(session, AuditFinding, audit_ids)
    unsolved = _grouped(session, AuditFinding, audit_ids, AuditFinding.status != FindingStatus.CLOSED.value)
    measures = recommendations_of(session, audit_ids)
    return {
        id_: Counts(answered.get(id_, 0), findings.get(id_, 0), unsolved.get(id_, 0), measures.get(id_, 0))
        for id_ in audit_ids
    }


def recommendations_of(session: Session, audit_ids: Sequence[int]) -> dict[int, int]:
    """Return the number of measures that came from each audit: none while there is no table of measures."""
    measure = Base.metadata.tables.get("measure")
    if measure is None or "audit_id" not in measure.c:
        return {}
    return _grouped(session, measure, audit_ids)


def progress_of(session: Session, audit: Audit) -> Progress:
    """Return how far an audit has come."""
    counts = counts_of(session, [audit.id])[audit.id]
    return Progress(audit.question_count, counts.answered, counts.findings, counts.open_findings)


def _grouped(
    session: Session, model: Any, audit_ids: Sequence[int], *criteria: sa.ColumnElement[bool]
) -> dict[int, int]:
    table = model if isinstance(model, sa.Table) else model.__table__
    rows = session.execute(
        sa.select(table.c.audit_id, sa.func.count().label("number"))
        .where(*within(session, table), table.c.audit_id.in_(audit_ids), *criteria)
        .group_by(table.c.audit_id)
    )
    return {row.audit_id: row.number for row in rows}
