"""A finding is corrected by its owner, closed once its effect was verified, or opened again with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.domain.audit_findings import FindingStatus, check_close
from emstrack.domain.audits import AuditKind, AuditStatus
from emstrack.domain.errors import RefusedError
from emstrack.services.audits.open_audit import open_finding
from emstrack.services.audits.record_finding import finding_details
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.scope import scope_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.storage.models import Audit, AuditFinding


def correct_finding(session: Session, finding_id: int, *, text: str, version: int, now: datetime) -> AuditFinding:
    """Say what was done about a finding.

    Raises
    ------
    RefusedError
        ``audit_finding.closed_already`` or ``audit_finding.correction_missing``.
    """
    audit, finding = open_finding(session, finding_id)
    if finding.status == FindingStatus.CLOSED.value:
        raise RefusedError("audit_finding.closed_already")
    if not text.strip():
        raise RefusedError("audit_finding.correction_missing", field="correction")
    _write(session, audit, finding, {"status": FindingStatus.CORRECTED.value, "correction": text.strip()}, version, now)
    return finding


def close_finding(session: Session, finding_id: int, *, note: str, version: int, now: datetime) -> AuditFinding:
    """Close a finding; of a management system, only after somebody else than its owner verified the effect."""
    audit, finding = open_finding(session, finding_id)
    who = scope_of(session).user_id
    check_close(
        finding_details(finding),
        of_a_system=AuditKind(audit.kind).is_of_a_system,
        status=FindingStatus(finding.status),
        who=who,
        note=note,
    )
    values = {
        "status": FindingStatus.CLOSED.value,
        "verification": note.strip(),
        "verified_by": who,
        "verified_at": now,
    }
    _write(session, audit, finding, values, version, now)
    return finding


def reopen_finding(session: Session, finding_id: int, *, reason: str, version: int, now: datetime) -> AuditFinding:
    """Open a finding again; what was said before stays in the history.

    Raises
    ------
    RefusedError
        ``audit.reason_missing``, ``audit_finding.open_already``, or ``audit.closed`` where the audit has ended.
    """
    audit, finding = open_finding(session, finding_id)
    if finding.status == FindingStatus.OPEN.value:
        raise RefusedError("audit_finding.open_already")
    if audit.status == AuditStatus.CLOSED.value and AuditKind(audit.kind).is_of_a_system:
        raise RefusedError("audit.closed")
    if not reason.strip():
        raise RefusedError("audit.reason_missing", field="reason")
    values = {"status": FindingStatus.OPEN.value, "verification": "", "verified_by": None, "verified_at": None}
    _write(session, audit, finding, values, version, now, reason=reason)
    return finding


def _write(
    session: Session,
    audit: Audit,
    finding: AuditFinding,
    values: dict[str, Any],
    version: int,
    now: datetime,
    *,
    reason: str = "",
) -> None:
    subject = Subject("audit", audit.id, f"finding {finding.number}")
    change_row(session, finding, values, subject, version=version, now=now, reason=reason)
