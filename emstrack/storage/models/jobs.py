"""What is due, what is to be mailed, what ran: the clock only ticks, the work lives here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.storage.base import Base
from emstrack.storage.types import Id, Instant, JsonText


class DueWork(Base):
    """A piece of work with its moment; claimed by a conditional update, so that two schedulers never do it twice."""

    __tablename__ = "due_work"
    __table_args__ = (sa.UniqueConstraint("dedupe_key"), sa.Index("ix_due_work_due_at", "done_at", "due_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    tenant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.Text)
    payload: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    due_at: Mapped[datetime] = mapped_column(Instant)
    local_rule: Mapped[str] = mapped_column(sa.Text, default="")
    dedupe_key: Mapped[str] = mapped_column(sa.Text)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    lease_by: Mapped[str] = mapped_column(sa.Text, default="")
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    last_error: Mapped[str] = mapped_column(sa.Text, default="")
    done_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)


class OutboxMail(Base):
    """A mail to be sent: at least once, always under the same Message-ID."""

    __tablename__ = "outbox_mail"
    __table_args__ = (sa.UniqueConstraint("message_id"), sa.Index("ix_outbox_mail_next", "sent_at", "next_attempt_at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    tenant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(sa.Text)
    recipient: Mapped[str] = mapped_column(sa.Text)
    subject: Mapped[str] = mapped_column(sa.Text)
    text: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    next_attempt_at: Mapped[datetime] = mapped_column(Instant)
    lease_until: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(sa.Integer, default=0)
    last_error: Mapped[str] = mapped_column(sa.Text, default="")
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    failed_at: Mapped[datetime | None] = mapped_column(Instant)


class JobRun(Base):
    """The log of what ran, shown to the administrator."""

    __tablename__ = "job_run"
    __table_args__ = (sa.Index("ix_job_run_started_at", "started_at"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.Text)
    started_at: Mapped[datetime] = mapped_column(Instant)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str] = mapped_column(sa.Text, default="running")
    counts: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    message: Mapped[str] = mapped_column(sa.Text, default="")
