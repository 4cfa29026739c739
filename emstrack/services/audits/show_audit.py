"""One audit with all that was asked, answered, found and photographed: for its page, its field page and its report."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.audits import AuditKind, AuditStatus, Progress
from emstrack.domain.checklists import Question
from emstrack.domain.errors import NotFoundError
from emstrack.services.audits.open_audit import may_audit
from emstrack.storage.models import Audit, AuditAnswer, AuditFinding, AuditPhoto, Site, User
from emstrack.storage.queries.audits import counts_of
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding with its owner's and verifier's names and its pictures' files."""

    row: AuditFinding
    owner: str
    verifier: str
    photos: list[AuditPhoto] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ShownAudit:
    """An audit and everything below it."""

    audit: Audit
    site: Site
    questions: list[Question]
    answers: dict[str, AuditAnswer]
    answer_photos: dict[int, list[AuditPhoto]]
    findings: list[ShownFinding]
    recommendations: int
    may_write: bool

    @property
    def kind(self) -> AuditKind:
        """What it is."""
        return AuditKind(self.audit.kind)

    @property
    def status(self) -> AuditStatus:
        """Where it stands."""
        return AuditStatus(self.audit.status)

    @property
    def is_open(self) -> bool:
        """Whether the person may still write answers and findings."""
        return self.may_write and self.audit.archived_at is None and self.status.is_open_for_answers

    @property
    def progress(self) -> Progress:
        """How far it has come."""
        return Progress(
            questions=len(self.questions),
            answered=sum(answer.is_complete for answer in self.answers.values()),
            findings=len(self.findings),
            open_findings=sum(each.row.status != "closed" for each in self.findings),
        )


@dataclass(frozen=True, slots=True)
class FindingOnItsPage:
    """A finding with the audit it belongs to."""

    shown: ShownFinding
    audit: Audit
    site: Site
    may_write: bool

    @property
    def of_a_system(self) -> bool:
        """Whether it closes only after its effect was verified."""
        return AuditKind(self.audit.kind).is_of_a_system


def show_audit(session: Session, audit_id: int) -> ShownAudit:
    """Return an audit the person may see."""
    row = session.execute(
        scoped(session, Audit, Site)
        .join(Site, Site.id == Audit.site_id)
        .where(Audit.id == audit_id)
        .add_columns(Audit.questions.label("kept"))
    ).one_or_none()
    if row is None:
        raise NotFoundError("record.not_found", thing="audit")
    photos: dict[int, list[AuditPhoto]] = defaultdict(list)
    behind_answers: dict[int, list[AuditPhoto]] = defaultdict(list)
    for photo in session.scalars(
        scoped(session, AuditPhoto).where(AuditPhoto.audit_id == audit_id).order_by(AuditPhoto.id)
    ):
        if photo.finding_id is not None:
            photos[photo.finding_id].append(photo)
        elif photo.answer_id is not None:
            behind_answers[photo.answer_id].append(photo)
    answers = session.scalars(scoped(session, AuditAnswer).where(AuditAnswer.audit_id == audit_id))
    return ShownAudit(
        audit=row.Audit,
        site=row.Site,
        questions=[Question.from_json(each) for each in row.kept],
        answers={answer.question: answer for answer in answers},
        answer_photos=behind_answers,
        findings=_findings(session, AuditFinding.audit_id == audit_id, photos),
        recommendations=counts_of(session, [audit_id])[audit_id].recommendations,
        may_write=may_audit(session, row.Audit.site_id),
    )


def show_finding(session: Session, finding_id: int) -> FindingOnItsPage:
    """Return a finding the person may see."""
    row = find(session, AuditFinding, finding_id)
    photos = session.scalars(
        scoped(session, AuditPhoto).where(AuditPhoto.finding_id == finding_id).order_by(AuditPhoto.id)
    ).all()
    (shown,) = _findings(session, AuditFinding.id == finding_id, {finding_id: list(photos)})
    return FindingOnItsPage(
        shown, find(session, Audit, row.audit_id), find(session, Site, row.site_id), may_audit(session, row.site_id)
    )


def _findings(
    session: Session, criterion: sa.ColumnElement[bool], photos: dict[int, list[AuditPhoto]]
) -> list[ShownFinding]:
    owner, verifier = sa.orm.aliased(User), sa.orm.aliased(User)
    rows = session.execute(
        scoped(session, AuditFinding)
        .outerjoin(owner, owner.id == AuditFinding.owner_id)
        .outerjoin(verifier, verifier.id == AuditFinding.verified_by)
        .add_columns(owner.name, owner.email, verifier.name.label("by"), verifier.email.label("by_email"))
        .where(criterion)
        .order_by(AuditFinding.number)
    )
    return [
        ShownFinding(
            row.AuditFinding,
            row.AuditFinding.owner_name or row.name or row.email or "",
            row.by or row.by_email or "",
            photos.get(row.AuditFinding.id, []),
        )
        for row in rows
    ]
