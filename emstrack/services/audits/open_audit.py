"""The one way to an audit that is about to be written: seen, allowed, in use, and held until the transaction ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.audits import AuditStatus
from emstrack.domain.errors import NotAllowedError, NotFoundError, RefusedError
from emstrack.storage.models import Audit, AuditFinding, Site
from emstrack.storage.scope import auditable_sites, find, require, scoped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def may_audit(session: Session, site_id: int) -> bool:
    """Tell whether the scope may write audits of a site."""
    return session.scalar(auditable_sites(session).where(Site.__table__.c.id == site_id)) is not None


def require_site(session: Session, site_id: int) -> Site:
    """Return a site whose audits the scope may write.

    Raises
    ------
    NotFoundError
        Where it is not visible.
    NotAllowedError
        Where it is, but only for reading.
    """
    require(session, Permission.AUDIT)
    site = find(session, Site, site_id)
    if not may_audit(session, site_id):
        raise NotAllowedError("record.not_allowed", permission=Permission.AUDIT.value)
    return site


def open_audit(session: Session, audit_id: int, *, archived: bool = False) -> Audit:
    """Return an audit to be written; others who write the same one wait.

    Raises
    ------
    RefusedError
        ``audit.archived`` unless archived ones are wanted.
    """
    audit: Audit | None = session.scalars(
        scoped(session, Audit).where(Audit.id == audit_id).with_for_update()
    ).one_or_none()
    if audit is None:
        raise NotFoundError("record.not_found", thing="audit")
    require_site(session, audit.site_id)
    if audit.archived_at is not None and not archived:
        raise RefusedError("audit.archived")
    return audit


def open_for_field(session: Session, audit_id: int) -> Audit:
    """Return an audit whose answers and findings may still be written.

    Raises
    ------
    RefusedError
        ``audit.reported`` once its report is out.
    """
    audit = open_audit(session, audit_id)
    if not AuditStatus(audit.status).is_open_for_answers:
        raise RefusedError("audit.reported")
    return audit


def open_finding(session: Session, finding_id: int) -> tuple[Audit, AuditFinding]:
    """Return a finding to be written, with its audit held."""
    finding = find(session, AuditFinding, finding_id)
    return open_audit(session, finding.audit_id), finding
