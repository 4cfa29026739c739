"""Committees, who sits on them, their meetings with agenda and minutes, and the policies they follow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.committees import AgendaKind, CommitteeRole, MeetingStatus, PolicyStep
from emstrack.storage.base import Base, TenantOwned, belongs_to, one_of, tenant_key
from emstrack.storage.types import Id, Instant, JsonText


class Committee(TenantOwned, Base):
    """An organisation's committee; without sites of its own it looks after all of the organisation's."""

    __tablename__ = "committee"
    __table_args__ = (
        tenant_key(),
        belongs_to("organisation_id", "organisation"),
        belongs_to("programme_id", "programme"),
        sa.CheckConstraint("every BETWEEN 1 AND 12", name="every"),
        sa.CheckConstraint("nth BETWEEN 1 AND 5", name="nth"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.UniqueConstraint("tenant_id", "name"),
        sa.Index("ix_committee_organisation_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.BigInteger)
    programme_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.Text)
    purpose: Mapped[str] = mapped_column(sa.Text, default="")
    every: Mapped[int] = mapped_column(sa.Integer, default=1)
    nth: Mapped[int] = mapped_column(sa.Integer, default=2)
    weekday: Mapped[int] = mapped_column(sa.Integer, default=3)
    hour: Mapped[str] = mapped_column(sa.Text, default="10:00")
    place: Mapped[str] = mapped_column(sa.Text, default="")
    site_ids: Mapped[list[int]] = mapped_column(JsonText, default=list)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    archived_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class CommitteeMember(TenantOwned, Base):
    """A term of somebody's on a committee; guests from outside have a name and an address, and no account."""

    __tablename__ = "committee_member"
    __table_args__ = (
        tenant_key(),
        belongs_to("committee_id", "committee", ondelete="CASCADE"),
        one_of("role", CommitteeRole),
        sa.Index("ix_committee_member_committee_id", "committee_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    committee_id: Mapped[int] = mapped_column(sa.BigInteger)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(sa.Text)
    email: Mapped[str] = mapped_column(sa.Text, default="")
    role: Mapped[str] = mapped_column(sa.Text)
    start: Mapped[date] = mapped_column(sa.Date)
    end: Mapped[date | None] = mapped_column(sa.Date)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class Meeting(TenantOwned, Base):
    """One meeting: the agenda writes itself until it begins; approved minutes are frozen as they were read."""

    __tablename__ = "meeting"
    __table_args__ = (
        tenant_key(),
        belongs_to("committee_id", "committee", ondelete="CASCADE"),
        one_of("status", MeetingStatus),
        sa.Index("ix_meeting_committee_id", "committee_id", "day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    committee_id: Mapped[int] = mapped_column(sa.BigInteger)
    day: Mapped[date] = mapped_column(sa.Date)
    hour: Mapped[str] = mapped_column(sa.Text, default="")
    place: Mapped[str] = mapped_column(sa.Text, default="")
    status: Mapped[str] = mapped_column(sa.Text, default="scheduled")
    agenda_order: Mapped[list[str]] = mapped_column(JsonText, default=list)
    agenda_hidden: Mapped[list[str]] = mapped_column(JsonText, default=list)
    present: Mapped[list[int]] = mapped_column(JsonText, default=list)
    remarks: Mapped[str] = mapped_column(sa.Text, default="")
    began_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"))
    frozen: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    mailed_at: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class AgendaItem(TenantOwned, Base):
    """An item of an agenda: by hand before the meeting, all of them once it has begun; with what was said of it."""

    __tablename__ = "agenda_item"
    __table_args__ = (
        tenant_key(),
        belongs_to("meeting_id", "meeting", ondelete="CASCADE"),
        one_of("kind", AgendaKind),
        sa.UniqueConstraint("meeting_id", "key"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(sa.BigInteger)
    key: Mapped[str] = mapped_column(sa.Text)
    position: Mapped[int] = mapped_column(sa.Integer, default=0)
    kind: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str] = mapped_column(sa.Text, default="")
    evidence: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    minutes: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class PolicyItem(TenantOwned, Base):
    """A rule a committee wants made: who decides, whom it was discussed with, what came of it."""

    __tablename__ = "policy_item"
    __table_args__ = (
        tenant_key(),
        belongs_to("committee_id", "committee", ondelete="CASCADE"),
        one_of("step", PolicyStep),
        sa.Index("ix_policy_item_committee_id", "committee_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    committee_id: Mapped[int] = mapped_column(sa.BigInteger)
    title: Mapped[str] = mapped_column(sa.Text)
    proposal: Mapped[str] = mapped_column(sa.Text, default="")
    body: Mapped[str] = mapped_column(sa.Text, default="")
    step: Mapped[str] = mapped_column(sa.Text, default="proposed")
    consulted: Mapped[str] = mapped_column(sa.Text, default="")
    decided_on: Mapped[date | None] = mapped_column(sa.Date)
    incentive: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
