"""What was changed: append-only rows, and a chain of hashes over them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.storage.base import Base, TenantOwned, belongs_to, tenant_key
from emstrack.storage.types import Id, Instant, JsonText


class HistoryLink(TenantOwned, Base):
    """One link per transaction and tenant: the previous link's hash and the digest of the rows written."""

    __tablename__ = "history_link"
    __table_args__ = (tenant_key(), sa.UniqueConstraint("tenant_id", "sequence"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    sequence: Mapped[int] = mapped_column(sa.BigInteger)
    previous_hash: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.Text)
    hash: Mapped[str] = mapped_column(sa.Text)
    rows: Mapped[int] = mapped_column(sa.BigInteger)
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    batch_id: Mapped[int | None] = mapped_column(sa.BigInteger)


class History(TenantOwned, Base):
    """A change or deletion: who, when, old, new, why. A new row's history is its batch and creator."""

    __tablename__ = "history"
    __table_args__ = (
        belongs_to("link_id", "history_link"),
        sa.CheckConstraint("action IN ('update', 'delete')", name="action"),
        sa.Index("ix_history_entity_id", "tenant_id", "entity", "entity_id"),
        sa.Index("ix_history_batch_id", "batch_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    entity: Mapped[str] = mapped_column(sa.Text)
    entity_id: Mapped[int] = mapped_column(sa.BigInteger)
    meter_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    action: Mapped[str] = mapped_column(sa.Text)
    old: Mapped[dict[str, Any]] = mapped_column(JsonText)
    new: Mapped[dict[str, Any] | None] = mapped_column(JsonText)
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    batch_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    link_id: Mapped[int | None] = mapped_column(sa.BigInteger)
