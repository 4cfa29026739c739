"""The word for each code of audits, with its kind before it, because the same code means several things elsewhere."""

from __future__ import annotations

from emstrack.domain.audit_findings import FindingGrade, FindingSeverity, FindingStatus
from emstrack.domain.audits import AuditKind, AuditStatus, TeamRole
from emstrack.domain.checklists import Choice
from emstrack.domain.sectors import AnswerKind

AUDIT_LABELS: dict[str, str] = {
    f"audit_kind.{AuditKind.WALK_THROUGH}": "Walk-through",
    f"audit_kind.{AuditKind.CP_ASSESSMENT}": "Cleaner-production assessment",
    f"audit_kind.{AuditKind.ENERGY}": "Energy audit",
    f"audit_kind.{AuditKind.WATER}": "Water audit",
    f"audit_kind.{AuditKind.WASTE}": "Waste audit",
    f"audit_kind.{AuditKind.EMS_INTERNAL}": "Internal audit of the management system",
    f"audit_kind.{AuditKind.CERTIFICATION}": "Certification audit",
    f"audit_status.{AuditStatus.PLANNED}": "Planned",
    f"audit_status.{AuditStatus.IN_FIELD}": "In the field",
    f"audit_status.{AuditStatus.REPORTED}": "Report handed in",
    f"audit_status.{AuditStatus.CLOSED}": "Closed",
    f"team_role.{TeamRole.LEAD}": "Lead auditor",
    f"team_role.{TeamRole.AUDITOR}": "Auditor",
    f"team_role.{TeamRole.EXPERT}": "Expert",
    f"team_role.{TeamRole.HOST}": "From the site",
    f"team_role.{TeamRole.OBSERVER}": "Observer",
    f"severity.{FindingSeverity.LOW}": "Minor",
    f"severity.{FindingSeverity.MEDIUM}": "Of some weight",
    f"severity.{FindingSeverity.HIGH}": "Serious",
    f"finding_status.{FindingStatus.OPEN}": "Open",
    f"finding_status.{FindingStatus.CORRECTED}": "Corrected",
    f"finding_status.{FindingStatus.CLOSED}": "Closed",
    f"grade.{FindingGrade.MAJOR}": "Major nonconformity",
    f"grade.{FindingGrade.MINOR}": "Minor nonconformity",
    f"grade.{FindingGrade.OBSERVATION}": "Observation",
    f"grade.{FindingGrade.OPPORTUNITY}": "Opportunity for improvement",
    Choice.YES: "Yes",
    Choice.PARTLY: "Partly",
    Choice.NO: "No",
    Choice.NOT_APPLICABLE: "Not applicable",
    f"answer_kind.{AnswerKind.YES_NO}": "Yes, partly, no",
    f"answer_kind.{AnswerKind.NUMBER}": "A number",
    f"answer_kind.{AnswerKind.TEXT}": "A text",
}
