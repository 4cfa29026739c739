"""What changes a saving and no driver explains: agreed adjustments of a meter, and days a site was closed."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.savings import ClosedKind
from emstrack.storage.base import Base, TenantOwned, belongs_to, finite, one_of, tenant_key
from emstrack.storage.types import Id, Instant


class NonRoutineAdjustment(TenantOwned, Base):
    """An agreed change of one meter's adjusted baseline; withdrawn rather than deleted, so that its reason stays.

    Triggers of the database mark the meter's prepared saving stale when a row is written.
    """

    __tablename__ = "non_routine_adjustment"
    __table_args__ = (
        tenant_key(),
        belongs_to("meter_id", "meter", ondelete="CASCADE"),
        belongs_to("file_id", "stored_file"),
        sa.CheckConstraint("(per_month IS NULL) <> (fraction IS NULL)", name="one_amount"),
        finite("per_month"),
        finite("fraction"),
        finite("half_width"),
        sa.CheckConstraint("half_width >= 0", name="half_width_not_negative"),
        sa.Index("ix_non_routine_adjustment_meter_id", "meter_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meter_id: Mapped[int] = mapped_column(sa.BigInteger)
    start: Mapped[date] = mapped_column(sa.Date)
    end: Mapped[date | None] = mapped_column(sa.Date)
    per_month: Mapped[float | None] = mapped_column(sa.Double)
    fraction: Mapped[float | None] = mapped_column(sa.Double)
    half_width: Mapped[float] = mapped_column(sa.Double, default=0.0)
    agreed_by: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text)
    file_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    withdrawn_because: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class ClosedPeriod(TenantOwned, Base):
    """Days left out of fit and claim: the site was closed, or a measure was being installed; `meter_id` None is all."""

    __tablename__ = "closed_period"
    __table_args__ = (
        tenant_key(),
        belongs_to("site_id", "site", ondelete="CASCADE"),
        belongs_to("meter_id", "meter", ondelete="CASCADE"),
        one_of("kind", ClosedKind),
        sa.Index("ix_closed_period_site_id", "site_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    meter_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    kind: Mapped[str] = mapped_column(sa.Text)
    start: Mapped[date] = mapped_column(sa.Date)
    end: Mapped[date] = mapped_column(sa.Date)
    reason: Mapped[str] = mapped_column(sa.Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    withdrawn_because: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
