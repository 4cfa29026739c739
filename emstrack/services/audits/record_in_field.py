"""What was written on the walk, hours ago and without a signal: each item is taken once, however often it comes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emstrack.domain.errors import NotFoundError
from emstrack.services.audits.keep_photo import SentPhoto, keep_photos
from emstrack.services.audits.open_audit import open_for_field
from emstrack.services.audits.record_answer import record_answer
from emstrack.services.audits.record_finding import add_finding, change_finding
from emstrack.services.readings.answer_once import answer_once, forget_old_answers
from emstrack.storage.models import Audit, AuditFinding
from emstrack.storage.scope import find

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.audit_findings import FindingDetails
    from emstrack.domain.checklists import Answer
    from emstrack.gateways.stored_files import StoredFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldItem:
    """An answer (with its question's code) or a finding (new, or known by its id), with photos.

    The key is the sender's: the same item sent again carries the same one. The version is the one that was read, 0 for
    something new.
    """

    version: int = 0
    key: str = ""
    question: str = ""
    answer: Answer | None = None
    finding: FindingDetails | None = None
    finding_id: int | None = None
    photos: tuple[SentPhoto, ...] = ()

    def said(self) -> dict[str, object]:
        """Return what a repetition is compared with."""
        return {
            "question": self.question,
            "answer": repr(self.answer),
            "finding": repr(self.finding),
            "finding_id": self.finding_id,
            "photos": [hashlib.sha256(each.content).hexdigest() for each in self.photos],
        }


def record_in_field(
    session: Session, files: StoredFiles, audit_id: int, item: FieldItem, *, now: datetime
) -> dict[str, Any]:
    """Write an item and return its id, version and number; sent again, return the same and write nothing."""
    audit = open_for_field(session, audit_id)
    told = answer_once(
        session,
        f"audit-{audit_id}-{item.key}" if item.key else None,
        item.said(),
        lambda: _write(session, files, audit, item, now=now),
        now=now,
    )
    forget_old_answers(session, now=now)
    return told


def _write(session: Session, files: StoredFiles, audit: Audit, item: FieldItem, *, now: datetime) -> dict[str, Any]:
    if item.answer is not None:
        answer = record_answer(session, audit, item.question, item.answer, version=item.version, now=now)
        keep_photos(session, files, answer, item.photos, now=now)
        return {"id": answer.id, "version": answer.version, "complete": answer.is_complete}
    if item.finding is None:
        raise NotFoundError("record.not_found", thing="finding")
    if item.finding_id is None:
        finding = add_finding(session, audit, item.finding, now=now)
    else:
        if find(session, AuditFinding, item.finding_id).audit_id != audit.id:
            raise NotFoundError("record.not_found", thing="finding")
        finding = change_finding(session, item.finding_id, item.finding, version=item.version, now=now)
    keep_photos(session, files, finding, item.photos, now=now)
    return {"id": finding.id, "version": finding.version, "number": finding.number}
