"""What was answered to a write that may be sent twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.storage.base import Base, TenantOwned
from emstrack.storage.types import Id, Instant, JsonText


class IdempotencyKey(TenantOwned, Base):
    """A key the sender chose, what came with it (as a digest) and what was answered: sent again, it writes nothing."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        sa.UniqueConstraint("tenant_id", "key"),
        sa.Index("ix_idempotency_key_tenant_id_at", "tenant_id", "at"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(sa.Text)
    digest: Mapped[str] = mapped_column(sa.Text)
    answer: Mapped[dict[str, Any]] = mapped_column(JsonText)
    at: Mapped[datetime] = mapped_column(Instant)
