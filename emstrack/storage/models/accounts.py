"""Organisations and people."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.accounts import OrganisationKind, Role, SharePurpose
from emstrack.storage.base import Base, TenantOwned, belongs_to, one_of, tenant_key
from emstrack.storage.types import Id, Instant, JsonText


class Organisation(TenantOwned, Base):
    """A node of an organisation tree; the root is the tenant, and its tenant_id is its own id."""

    __tablename__ = "organisation"
    __table_args__ = (
        tenant_key(),
        belongs_to("parent_id", "organisation"),
        sa.ForeignKeyConstraint(["tenant_id"], ["organisation.id"], deferrable=True, initially="DEFERRED"),
        one_of("kind", OrganisationKind),
        sa.UniqueConstraint("tenant_id", "name"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    kind: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text)
    country: Mapped[str] = mapped_column(sa.Text, default="")
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    language: Mapped[str] = mapped_column(sa.Text, default="")
    time_zone: Mapped[str] = mapped_column(sa.Text, default="UTC")
    fiscal_year_start_month: Mapped[int] = mapped_column(sa.Integer, default=1)
    is_demonstration: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    profile: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    created_at: Mapped[datetime] = mapped_column(Instant)
    archived_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class User(Base):
    """A person; global, because one person may work for several tenants."""

    __tablename__ = "user"
    __table_args__ = (sa.UniqueConstraint("email"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text, default="")
    password_hash: Mapped[str | None] = mapped_column(sa.Text)
    language: Mapped[str] = mapped_column(sa.Text, default="")
    time_zone: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    reminders: Mapped[str] = mapped_column(sa.Text, default="weekly", server_default="weekly")
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class Membership(TenantOwned, Base):
    """A role in an organisation, which holds for its descendants."""

    __tablename__ = "membership"
    __table_args__ = (
        belongs_to("organisation_id", "organisation", ondelete="CASCADE"),
        one_of("role", Role),
        sa.UniqueConstraint("organisation_id", "user_id", "role"),
        sa.Index("ix_membership_user_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.BigInteger)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(Instant)


class UserSession(Base):
    """A signed-in browser and the organisation it works in; ending the row ends the session at once."""

    __tablename__ = "user_session"
    __table_args__ = (sa.UniqueConstraint("token_hash"), sa.Index("ix_user_session_user_id", "user_id"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    token_hash: Mapped[str] = mapped_column(sa.Text)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class OneTimeLink(Base):
    """An invitation, a reset, a contributor's month or the set-up code: only its secret's hash is kept."""

    __tablename__ = "one_time_link"
    __table_args__ = (
        sa.UniqueConstraint("token_hash"),
        sa.CheckConstraint("kind IN ('invitation', 'reset', 'contribution', 'set_up')", name="kind"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(sa.Text)
    token_hash: Mapped[str] = mapped_column(sa.Text)
    tenant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(sa.Text, default="")
    payload: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class LoginAttempt(Base):
    """A try at signing in, so that guessing is slowed over all processes and leaves a trail."""

    __tablename__ = "login_attempt"
    __table_args__ = (sa.Index("ix_login_attempt_at", "at"), sa.Index("ix_login_attempt_email_at", "email", "at"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    email: Mapped[str] = mapped_column(sa.Text)
    address: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[datetime] = mapped_column(Instant)
    succeeded: Mapped[bool] = mapped_column(sa.Boolean)


class Share(TenantOwned, Base):
    """What a tenant shows to another organisation, or lets it audit, until a day or its revocation."""

    __tablename__ = "share"
    __table_args__ = (
        belongs_to("organisation_id", "organisation", ondelete="CASCADE"),
        belongs_to("site_id", "site", ondelete="CASCADE"),
        one_of("role", Role),
        one_of("purpose", SharePurpose),
        sa.CheckConstraint("(organisation_id IS NULL) <> (site_id IS NULL)", name="one_thing"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    site_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    grantee_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(sa.Text)
    purpose: Mapped[str] = mapped_column(sa.Text, default=SharePurpose.VIEW.value, server_default="view")
    until: Mapped[date | None] = mapped_column(sa.Date)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
