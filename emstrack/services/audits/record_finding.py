"""A finding is written and changed; its number stays with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.audit_findings import (
    FindingDetails,
    FindingGrade,
    FindingSeverity,
    FindingStatus,
    check_finding,
    usual_due,
)
from emstrack.domain.audits import AuditKind
from emstrack.domain.errors import RefusedError
from emstrack.services.audits.list_people import is_of_the_team
from emstrack.services.audits.open_audit import open_finding
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.models import Audit, AuditFinding
from emstrack.storage.scope import scope_of, tenant_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def add_finding(session: Session, audit: Audit, details: FindingDetails, *, now: datetime) -> AuditFinding:
    """Write a finding of an audit that was opened for the field; it gets the audit's next number.

    A nonconformity that nobody gave a day is due when the policy says.
    """
    _check(session, audit, details)
    details = replace(details, due=details.due or usual_due(details.grade, audit.last_day))
    newest = session.scalar(
        sa.select(sa.func.max(AuditFinding.number)).where(
            AuditFinding.tenant_id == tenant_of(session), AuditFinding.audit_id == audit.id
        )
    )
    finding = AuditFinding(
        tenant_id=audit.tenant_id,
        audit_id=audit.id,
        site_id=audit.site_id,
        number=(newest or 0) + 1,
        created_at=now,
        created_by=scope_of(session).user_id,
        **_values(details),
    )
    session.add(finding)
    session.flush()
    return finding


def change_finding(
    session: Session, finding_id: int, details: FindingDetails, *, version: int, now: datetime
) -> AuditFinding:
    """Change a finding until it is closed; after the report too, because owners and days change.

    Raises
    ------
    RefusedError
        ``audit_finding.closed_already``, or what is wrong with the details.
    """
    audit, finding = open_finding(session, finding_id)
    if finding.status == FindingStatus.CLOSED.value:
        raise RefusedError("audit_finding.closed_already")
    _check(session, audit, details, finding)
    subject = Subject("audit", audit.id, f"finding {finding.number}")
    change_row(session, finding, _values(details), subject, version=version, now=now)
    return finding


def finding_details(finding: AuditFinding) -> FindingDetails:
    """Return what a form shows of a finding."""
    return FindingDetails(
        title=finding.title,
        severity=FindingSeverity(finding.severity),
        description=finding.description,
        place=finding.place,
        evidence=finding.evidence,
        grade=FindingGrade(finding.grade) if finding.grade else None,
        question=finding.question,
        owner_id=finding.owner_id,
        owner_name=finding.owner_name,
        due=finding.due,
    )


def _check(session: Session, audit: Audit, details: FindingDetails, before: AuditFinding | None = None) -> None:
    check_finding(details, of_a_system=AuditKind(audit.kind).is_of_a_system, audit_start=audit.start)
    kept = before is not None and before.owner_id == details.owner_id
    if details.owner_id is not None and not kept and not is_of_the_team(session, audit, details.owner_id):
        raise RefusedError("audit_finding.owner_unknown", field="owner_id")


def _values(details: FindingDetails) -> dict[str, Any]:
    return {
        "title": details.title.strip(),
        "severity": details.severity.value,
        "description": details.description.strip(),
        "place": details.place.strip(),
        "evidence": details.evidence.strip(),
        "grade": details.grade.value if details.grade else "",
        "question": details.question,
        "owner_id": details.owner_id,
        "owner_name": details.owner_name.strip(),
        "due": details.due,
    }
