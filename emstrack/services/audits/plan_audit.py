"""An audit is planned and its plan changed; the checklist it begins with is frozen in it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from emstrack.domain.audits import AuditDetails, AuditKind, PlanLine, TeamMember, TeamRole, check_details
from emstrack.domain.errors import RefusedError
from emstrack.services.audits.choose_checklist import choose_checklist
from emstrack.services.audits.open_audit import open_audit, require_site
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.models import Audit, AuditAnswer
from emstrack.storage.scope import scope_of, scoped

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.services.audits.choose_checklist import Chosen


def plan_audit(session: Session, details: AuditDetails, *, checklist: str = "", now: datetime) -> Audit:
    """Plan an audit of a site."""
    site = require_site(session, details.site_id)
    if site.archived_at is not None:
        raise RefusedError("audit.site_archived", field="site_id")
    check_details(details)
    audit = Audit(
        tenant_id=scope_of(session).tenant_id,
        site_id=details.site_id,
        created_at=now,
        created_by=scope_of(session).user_id,
        **_values(details),
        **_frozen(choose_checklist(session, checklist)),
    )
    session.add(audit)
    session.flush()
    return audit


def change_audit(
    session: Session, audit_id: int, details: AuditDetails, *, checklist: str | None = None, version: int, now: datetime
) -> Audit:
    """Change an audit's plan; another checklist only while nothing was answered.

    Raises
    ------
    RefusedError
        ``audit.checklist_in_use``, or what is wrong with the details.
    """
    audit = open_audit(session, audit_id)
    check_details(details)
    values = _values(details)
    if checklist is not None:
        if session.scalar(scoped(session, AuditAnswer.id).where(AuditAnswer.audit_id == audit_id).limit(1)):
            raise RefusedError("audit.checklist_in_use", field="checklist")
        frozen = _frozen(choose_checklist(session, checklist))
        audit.questions = frozen.pop("questions")
        values |= frozen
    change_row(session, audit, values, Subject("audit", audit_id), version=version, now=now)
    return audit


def archive_audit(session: Session, audit_id: int, *, version: int, now: datetime, reason: str = "") -> Audit:
    """Take an audit out of lists; everything written stays."""
    audit = open_audit(session, audit_id, archived=True)
    if audit.archived_at is None:
        values = {"archived_at": now}
        change_row(session, audit, values, Subject("audit", audit_id), version=version, now=now, reason=reason)
    return audit


def restore_audit(session: Session, audit_id: int, *, version: int, now: datetime) -> Audit:
    """Bring an archived audit back."""
    audit = open_audit(session, audit_id, archived=True)
    change_row(session, audit, {"archived_at": None}, Subject("audit", audit_id), version=version, now=now)
    return audit


def details_of(audit: Audit) -> AuditDetails:
    """Return what a form shows of an audit."""
    return AuditDetails(
        site_id=audit.site_id,
        kind=AuditKind(audit.kind),
        start=audit.start,
        last_day=audit.last_day,
        title=audit.title,
        scope=audit.scope,
        summary=audit.summary,
        team=team_of(audit.team),
        plan=tuple(
            PlanLine(date.fromisoformat(each["day"]), each["what"], each["time"], each["who"]) for each in audit.plan
        ),
    )


def team_of(kept: list[dict[str, Any]]) -> tuple[TeamMember, ...]:
    """Return a team as it was kept."""
    return tuple(TeamMember(each["name"], TeamRole(each["role"]), each["user_id"]) for each in kept)


def _values(details: AuditDetails) -> dict[str, Any]:
    return {
        "kind": details.kind.value,
        "start": details.start,
        "last_day": details.last_day,
        "title": details.title.strip(),
        "scope": details.scope.strip(),
        "summary": details.summary.strip(),
        "team": [{"name": each.name, "role": each.role.value, "user_id": each.user_id} for each in details.team],
        "plan": [
            {"day": each.day.isoformat(), "time": each.time, "what": each.what, "who": each.who}
            for each in details.plan
        ],
    }


def _frozen(chosen: Chosen | None) -> dict[str, Any]:
    if chosen is None:
        return {
            "checklist_name": "",
            "checklist_origin": "",
            "checklist_edition": None,
            "questions": [],
            "question_count": 0,
        }
    return {
        "checklist_name": chosen.name,
        "checklist_origin": chosen.origin,
        "checklist_edition": chosen.edition,
        "questions": [each.as_json() for each in chosen.questions],
        "question_count": len(chosen.questions),
    }
