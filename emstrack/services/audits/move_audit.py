"""An audit goes on: from plan to field, report and end; and back, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.audits import AuditKind, AuditStatus, check_step
from emstrack.domain.errors import RefusedError
from emstrack.services.audits.open_audit import open_audit
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.queries.audits import progress_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.storage.models import Audit


def move_audit(session: Session, audit_id: int, to: str, *, version: int, reason: str = "", now: datetime) -> Audit:
    """Take a step, if the rules of `domain.audits.check_step` allow it."""
    audit = open_audit(session, audit_id)
    if to not in set(AuditStatus):
        raise RefusedError("audit.no_such_step")
    status, wanted = AuditStatus(audit.status), AuditStatus(to)
    if status is not wanted:
        check_step(AuditKind(audit.kind), status, wanted, progress_of(session, audit), reason=reason)
    values = {"status": wanted.value}
    change_row(session, audit, values, Subject("audit", audit_id), version=version, now=now, reason=reason)
    return audit
