"""The ledger of verified savings: which isolated savings a measure has, and what somebody put their name to."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.storage.base import Base, TenantOwned, belongs_to, finite, tenant_key
from emstrack.storage.types import Id, Instant, JsonText, Money


class MeasureSaving(TenantOwned, Base):
    """Which measure a saving that was verified apart from the meter belongs to: one at most."""

    __tablename__ = "measure_saving"
    __table_args__ = (
        belongs_to("saving_id", "isolated_saving", ondelete="CASCADE"),
        belongs_to("measure_id", "measure", ondelete="CASCADE"),
        sa.Index("ix_measure_saving_measure_id", "measure_id"),
    )

    saving_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    measure_id: Mapped[int] = mapped_column(sa.BigInteger)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)


class SignedSaving(TenantOwned, Base):
    """A line of the ledger as it was when somebody other than the owner signed it; never changed, at most withdrawn."""

    __tablename__ = "signed_saving"
    __table_args__ = (
        tenant_key(),
        belongs_to("measure_id", "measure", ondelete="CASCADE"),
        sa.CheckConstraint("kind IN ('isolated_line', 'measured_line')", name="kind"),
        sa.CheckConstraint("option IN ('A', 'B', 'C', 'D')", name="option"),
        *(finite(name) for name in ("quantity", "band_90", "estimated")),
        sa.Index("ix_signed_saving_measure_id", "measure_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.BigInteger)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    meter_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    saving_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    resource: Mapped[str] = mapped_column(sa.Text)
    unit: Mapped[str] = mapped_column(sa.Text)
    basis: Mapped[str] = mapped_column(sa.Text, default="")
    option: Mapped[str] = mapped_column(sa.Text)
    kind: Mapped[str] = mapped_column(sa.Text)
    quantity: Mapped[float] = mapped_column(sa.Double)
    band_90: Mapped[float | None] = mapped_column(sa.Double)
    estimated: Mapped[float | None] = mapped_column(sa.Double)
    cost: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    months: Mapped[list[Any]] = mapped_column(JsonText, default=list)
    fingerprint: Mapped[str] = mapped_column(sa.Text)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    signed_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
