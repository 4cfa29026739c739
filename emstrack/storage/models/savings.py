"""Baselines, and their results as prepared for pages."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.savings import BaselineStatus, Method
from emstrack.storage.base import Base, TenantOwned, belongs_to, finite, one_of, tenant_key
from emstrack.storage.types import Id, Instant, JsonText, Money


class Baseline(TenantOwned, Base):
    """A period and a method, with the inputs frozen as they were; a change is a new revision."""

    __tablename__ = "baseline"
    __table_args__ = (
        tenant_key(),
        belongs_to("meter_id", "meter", ondelete="CASCADE"),
        belongs_to("supersedes_id", "baseline"),
        one_of("method", [each for each in Method if each.can_be_kept]),
        one_of("status", BaselineStatus),
        sa.CheckConstraint("fixed_per IN ('month', 'year')", name="fixed_per"),
        finite("fixed_quantity"),
        sa.UniqueConstraint("meter_id", "revision"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meter_id: Mapped[int] = mapped_column(sa.BigInteger)
    revision: Mapped[int] = mapped_column(sa.Integer)
    supersedes_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    status: Mapped[str] = mapped_column(sa.Text)
    method: Mapped[str] = mapped_column(sa.Text)
    start: Mapped[date] = mapped_column(sa.Date)
    end: Mapped[date] = mapped_column(sa.Date)
    in_months: Mapped[bool] = mapped_column(sa.Boolean)
    reporting_start: Mapped[date] = mapped_column(sa.Date)
    reporting_end: Mapped[date | None] = mapped_column(sa.Date)
    drivers: Mapped[list[str]] = mapped_column(JsonText, default=list)
    fixed_quantity: Mapped[float | None] = mapped_column(sa.Double)
    fixed_per: Mapped[str] = mapped_column(sa.Text, default="month")
    inputs: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    fingerprint: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    adopted_at: Mapped[datetime | None] = mapped_column(Instant)
    adopted_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    locked_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


_TOTALLED = (
    "tenant_id", "resource", "unit", "basis", "site_id", "counted", "stale", "disqualified", "avoided",
    "adjusted_baseline", "band_90", "cost_avoided", "currency", "rooms", "floor_area_m2", "claim", "reporting_start",
    "reporting_end", "meter_id", "baseline_id",
)  # fmt: skip
"""What totals and rankings read: beside the long documents they would cost a page of disk for each row."""


class SavingsResult(TenantOwned, Base):
    """An adopted baseline's saving so far, prepared when its inputs change and read by every page.

    `stale` is set by triggers of the database when a driver, weather, a site or a meter it rests on is written, and by
    whoever recomputes the months of written readings; `counted` says that it enters totals.
    """

    __tablename__ = "savings_result"
    __table_args__ = (
        belongs_to("baseline_id", "baseline", ondelete="CASCADE"),
        belongs_to("meter_id", "meter", ondelete="CASCADE"),
        belongs_to("site_id", "site", ondelete="CASCADE"),
        sa.Index("ix_savings_result_site_id", "site_id"),
        sa.Index("ix_savings_result_meter_id", "meter_id"),
        sa.Index("ix_savings_result_totals", *_TOTALLED),
        sa.Index(
            "ix_savings_result_fresh",
            "tenant_id",
            sqlite_where=sa.text("NOT stale"),
            postgresql_where=sa.text("NOT stale"),
        ),
    )

    baseline_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    meter_id: Mapped[int] = mapped_column(sa.BigInteger)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    resource: Mapped[str] = mapped_column(sa.Text)
    unit: Mapped[str] = mapped_column(sa.Text)
    basis: Mapped[str] = mapped_column(sa.Text, default="")
    counted: Mapped[bool] = mapped_column(sa.Boolean)
    avoided: Mapped[float | None] = mapped_column(sa.Double)
    adjusted_baseline: Mapped[float | None] = mapped_column(sa.Double)
    band_90: Mapped[float | None] = mapped_column(sa.Double)
    cost_avoided: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    per_room: Mapped[float | None] = mapped_column(sa.Double)
    cost_per_room: Mapped[float | None] = mapped_column(sa.Double)
    per_m2: Mapped[float | None] = mapped_column(sa.Double)
    rooms: Mapped[float | None] = mapped_column(sa.Double)
    floor_area_m2: Mapped[float | None] = mapped_column(sa.Double)
    claim: Mapped[str] = mapped_column(sa.Text, default="")
    disqualified: Mapped[bool] = mapped_column(sa.Boolean)
    fading: Mapped[bool] = mapped_column(sa.Boolean, default=False, server_default=sa.false())
    reporting_start: Mapped[date] = mapped_column(sa.Date)
    reporting_end: Mapped[date] = mapped_column(sa.Date)
    item: Mapped[dict[str, Any]] = mapped_column(JsonText)
    fingerprint: Mapped[str] = mapped_column(sa.Text)
    stale: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    computed_at: Mapped[datetime] = mapped_column(Instant)
