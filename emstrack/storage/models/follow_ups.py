"""Follow-ups, the rules that make them, and the calendars that read them."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.follow_ups import Awaited, FollowUpKind, FollowUpOutcome, FollowUpStatus
from emstrack.storage.base import Base, TenantOwned, belongs_to, one_of, tenant_key
from emstrack.storage.types import Id, Instant, JsonText


class FollowUpRule(TenantOwned, Base):
    """What makes follow-ups by itself in a tenant, or in one site's case for that site alone."""

    __tablename__ = "follow_up_rule"
    __table_args__ = (
        tenant_key(),
        belongs_to("site_id", "site", ondelete="CASCADE"),
        one_of("waits_for", Awaited),
        sa.Index("ix_follow_up_rule_tenant_id", "tenant_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    waits_for: Mapped[str] = mapped_column(sa.Text)
    days: Mapped[list[int]] = mapped_column(JsonText, default=list)
    months: Mapped[int] = mapped_column(sa.Integer, default=0)
    active: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class FollowUp(TenantOwned, Base):
    """One look to be taken again: at a measure, an audit, a meter or a site, by somebody, on a day."""

    __tablename__ = "follow_up"
    __table_args__ = (
        tenant_key(),
        belongs_to("site_id", "site", ondelete="CASCADE"),
        belongs_to("meter_id", "meter", ondelete="CASCADE"),
        belongs_to("measure_id", "measure", ondelete="CASCADE"),
        belongs_to("audit_id", "audit", ondelete="CASCADE"),
        belongs_to("after_id", "follow_up"),
        belongs_to("meeting_id", "meeting"),
        one_of("kind", FollowUpKind),
        one_of("status", FollowUpStatus),
        one_of("outcome", FollowUpOutcome),
        sa.UniqueConstraint("tenant_id", "made_key"),
        sa.Index("ix_follow_up_due", "tenant_id", "status", "due"),
        sa.Index("ix_follow_up_owner", "owner_id", "status", "due"),
        sa.Index("ix_follow_up_site_id", "site_id"),
        sa.Index("ix_follow_up_measure_id", "measure_id"),
        sa.Index("ix_follow_up_audit_id", "audit_id"),
        sa.Index("ix_follow_up_meeting_id", "meeting_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    measure_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    audit_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    meter_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    after_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    meeting_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    kind: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str] = mapped_column(sa.Text, default="")
    span: Mapped[int | None] = mapped_column(sa.Integer)
    span_unit: Mapped[str] = mapped_column(sa.Text, default="")
    due: Mapped[date] = mapped_column(sa.Date)
    first_due: Mapped[date] = mapped_column(sa.Date)
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    status: Mapped[str] = mapped_column(sa.Text, default="open")
    snoozes: Mapped[int] = mapped_column(sa.Integer, default=0)
    escalated_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(sa.Text)
    result: Mapped[str] = mapped_column(sa.Text, default="")
    signed_as: Mapped[str] = mapped_column(sa.Text, default="")
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    closed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    photo_ids: Mapped[list[int]] = mapped_column(JsonText, default=list)
    made_key: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class CalendarFeed(Base):
    """A person's private calendar address; only its secret's hash is kept, and it can be revoked."""

    __tablename__ = "calendar_feed"
    __table_args__ = (sa.UniqueConstraint("token_hash"), sa.Index("ix_calendar_feed_user_id", "user_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_read_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
