"""Photos of findings and answers: made anew, so that neither place nor camera comes along."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.audit_findings import MOST_PHOTOS
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.readers import pictures
from emstrack.services.audits.open_audit import open_finding
from emstrack.services.sites.record_change import Subject, record_change
from emstrack.storage.models import AuditAnswer, AuditFinding, AuditPhoto, StoredFile
from emstrack.storage.scope import scope_of, scoped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.gateways.stored_files import StoredFiles


@dataclass(frozen=True, slots=True)
class SentPhoto:
    """A file somebody sent."""

    content: bytes
    name: str


def keep_photos(
    session: Session,
    files: StoredFiles,
    behind: AuditFinding | AuditAnswer,
    sent: Sequence[SentPhoto],
    *,
    now: datetime,
) -> list[AuditPhoto]:
    """Keep pictures behind a finding or an answer; all are looked at before any is kept.

    Raises
    ------
    RefusedError
        ``audit_photo.too_many``, or what is wrong with a picture.
    """
    column = AuditPhoto.finding_id if isinstance(behind, AuditFinding) else AuditPhoto.answer_id
    if not sent:
        return []
    there = session.scalar(scoped(session, AuditPhoto).where(column == behind.id).with_only_columns(sa.func.count()))
    if (there or 0) + len(sent) > MOST_PHOTOS:
        raise RefusedError("audit_photo.too_many", most=MOST_PHOTOS, field="photo")
    ready = [(photo.name, pictures.read_picture(photo.content, photo.name)) for photo in sent]
    return [_keep(session, files, behind, name, picture, now=now) for name, picture in ready]


def add_photos(
    session: Session, files: StoredFiles, finding_id: int, sent: Sequence[SentPhoto], *, now: datetime
) -> list[AuditPhoto]:
    """Keep pictures of a finding, also after the report: what was mended is shown."""
    _, finding = open_finding(session, finding_id)
    if not sent:
        raise RefusedError("picture.empty", field="photo")
    return keep_photos(session, files, finding, sent, now=now)


def remove_photo(session: Session, finding_id: int, photo_id: int, *, now: datetime) -> None:
    """Take a picture off a finding; the file stays stored, as history does."""
    audit, finding = open_finding(session, finding_id)
    photo = session.scalars(
        scoped(session, AuditPhoto).where(AuditPhoto.id == photo_id, AuditPhoto.finding_id == finding_id)
    ).one_or_none()
    if photo is None:
        raise NotFoundError("record.not_found", thing="photo")
    subject = Subject("audit", audit.id, f"finding {finding.number}")
    record_change(session, subject, old={"photo": photo.file_id}, new={"photo": None}, now=now)
    session.delete(photo)
    session.flush()


def _keep(
    session: Session,
    files: StoredFiles,
    behind: AuditFinding | AuditAnswer,
    name: str,
    picture: bytes,
    *,
    now: datetime,
) -> AuditPhoto:
    scope = scope_of(session)
    stored = StoredFile(
        tenant_id=scope.tenant_id,
        path=files.save(picture, ".jpg"),
        name=name[:200],
        media_type=pictures.MEDIA_TYPE,
        size=len(picture),
        sha256=hashlib.sha256(picture).hexdigest(),
        site_id=behind.site_id,
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(stored)
    session.flush()
    photo = AuditPhoto(
        tenant_id=scope.tenant_id,
        audit_id=behind.audit_id,
        site_id=behind.site_id,
        finding_id=behind.id if isinstance(behind, AuditFinding) else None,
        answer_id=behind.id if isinstance(behind, AuditAnswer) else None,
        file_id=stored.id,
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(photo)
    session.flush()
    return photo
