"""Audits: what was planned, asked, answered, found and photographed at a site."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.audit_findings import FindingSeverity, FindingStatus
from emstrack.domain.audits import AuditKind, AuditStatus
from emstrack.storage.base import Base, TenantOwned, belongs_to, finite, one_of, tenant_key
from emstrack.storage.types import Id, Instant, JsonText


def of_the_audits_site() -> sa.ForeignKeyConstraint:
    """Return the key that keeps a row with its audit and with that audit's site, by which its scope is decided."""
    return sa.ForeignKeyConstraint(
        ["tenant_id", "audit_id", "site_id"], ["audit.tenant_id", "audit.id", "audit.site_id"], ondelete="CASCADE"
    )


class Checklist(TenantOwned, Base):
    """A tenant's own template; each change of its questions is an edition of its own."""

    __tablename__ = "checklist"
    __table_args__ = (tenant_key(), sa.UniqueConstraint("tenant_id", "name"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)
    site_kind: Mapped[str] = mapped_column(sa.Text, default="")
    origin: Mapped[str] = mapped_column(sa.Text, default="")
    edition: Mapped[int] = mapped_column(sa.Integer, default=1)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    archived_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class ChecklistEdition(TenantOwned, Base):
    """A checklist's questions as they stood; never changed once written."""

    __tablename__ = "checklist_edition"
    __table_args__ = (
        tenant_key(),
        belongs_to("checklist_id", "checklist", ondelete="CASCADE"),
        sa.UniqueConstraint("checklist_id", "edition"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    checklist_id: Mapped[int] = mapped_column(sa.BigInteger)
    edition: Mapped[int] = mapped_column(sa.Integer)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)


class Audit(TenantOwned, Base):
    """An inspection of a site, with the checklist it was begun with, frozen.

    `questions` is long and loaded only when it is named: a list of audits never reads it.
    """

    __tablename__ = "audit"
    __table_args__ = (
        tenant_key(),
        sa.UniqueConstraint("tenant_id", "id", "site_id"),
        belongs_to("site_id", "site"),
        one_of("kind", AuditKind),
        one_of("status", AuditStatus),
        sa.CheckConstraint("last_day >= start", name="last_day_not_before_start"),
        sa.Index("ix_audit_tenant_id_site_id_start", "tenant_id", "site_id", "start"),
        sa.Index("ix_audit_tenant_id_start", "tenant_id", "start"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    kind: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.Text, default=AuditStatus.PLANNED.value)
    title: Mapped[str] = mapped_column(sa.Text, default="")
    start: Mapped[date] = mapped_column(sa.Date)
    last_day: Mapped[date] = mapped_column(sa.Date)
    scope: Mapped[str] = mapped_column(sa.Text, default="")
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    team: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)
    plan: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)
    checklist_name: Mapped[str] = mapped_column(sa.Text, default="")
    checklist_origin: Mapped[str] = mapped_column(sa.Text, default="")
    checklist_edition: Mapped[int | None] = mapped_column(sa.Integer)
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list, deferred=True)
    question_count: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    archived_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class AuditAnswer(TenantOwned, Base):
    """The answer to one question of an audit's checklist."""

    __tablename__ = "audit_answer"
    __table_args__ = (
        tenant_key(),
        of_the_audits_site(),
        finite("number"),
        sa.CheckConstraint("choice IN ('', 'yes', 'partly', 'no', 'not_applicable')", name="choice"),
        sa.UniqueConstraint("tenant_id", "audit_id", "question"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    audit_id: Mapped[int] = mapped_column(sa.BigInteger)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    question: Mapped[str] = mapped_column(sa.Text)
    choice: Mapped[str] = mapped_column(sa.Text, default="")
    number: Mapped[float | None] = mapped_column(sa.Double)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    is_complete: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class AuditFinding(TenantOwned, Base):
    """Something seen at a site that somebody should do something about."""

    __tablename__ = "finding"
    __table_args__ = (
        tenant_key(),
        of_the_audits_site(),
        one_of("severity", FindingSeverity),
        one_of("status", FindingStatus),
        sa.CheckConstraint(
            "grade IN ('', 'major_nonconformity', 'minor_nonconformity', 'observation', 'opportunity')", name="grade"
        ),
        sa.UniqueConstraint("tenant_id", "audit_id", "number"),
        sa.Index("ix_finding_tenant_id_site_id", "tenant_id", "site_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    audit_id: Mapped[int] = mapped_column(sa.BigInteger)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    number: Mapped[int] = mapped_column(sa.Integer)
    question: Mapped[str] = mapped_column(sa.Text, default="")
    title: Mapped[str] = mapped_column(sa.Text)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    place: Mapped[str] = mapped_column(sa.Text, default="")
    evidence: Mapped[str] = mapped_column(sa.Text, default="")
    severity: Mapped[str] = mapped_column(sa.Text)
    grade: Mapped[str] = mapped_column(sa.Text, default="")
    status: Mapped[str] = mapped_column(sa.Text, default=FindingStatus.OPEN.value)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    owner_name: Mapped[str] = mapped_column(sa.Text, default="")
    due: Mapped[date | None] = mapped_column(sa.Date)
    correction: Mapped[str] = mapped_column(sa.Text, default="")
    verification: Mapped[str] = mapped_column(sa.Text, default="")
    verified_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    verified_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class AuditPhoto(TenantOwned, Base):
    """A picture behind a finding or an answer, without the place and camera it carried."""

    __tablename__ = "audit_photo"
    __table_args__ = (
        tenant_key(),
        of_the_audits_site(),
        belongs_to("file_id", "stored_file"),
        belongs_to("finding_id", "finding", ondelete="CASCADE"),
        belongs_to("answer_id", "audit_answer", ondelete="CASCADE"),
        sa.CheckConstraint("(finding_id IS NULL) <> (answer_id IS NULL)", name="one_thing"),
        sa.Index("ix_audit_photo_tenant_id_audit_id", "tenant_id", "audit_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    audit_id: Mapped[int] = mapped_column(sa.BigInteger)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    finding_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    answer_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    file_id: Mapped[int] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
