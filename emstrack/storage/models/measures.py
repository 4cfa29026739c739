"""Recommendations and measures with their effects, investment, plan and photos; dated exchange rates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.measures import Category, InvestmentKind, MeasureStatus, Moment, Option
from emstrack.storage.base import Base, TenantOwned, belongs_to, finite, one_of, tenant_key
from emstrack.storage.types import Id, Instant, Money

_LISTED = (
    *("tenant_id", "archived_at", "status", "due", "currency", "investment", "spent", "annual_saving", "site_id"),
    "owner_id",
)
"""What lists and boards count, add up and sort by: they need not read the long texts beside it."""


class Measure(TenantOwned, Base):
    """One recommendation on its way to a verified saving; its totals are prepared in its own currency."""

    __tablename__ = "measure"
    __table_args__ = (
        tenant_key(),
        belongs_to("site_id", "site"),
        belongs_to("batch_id", "import_batch"),
        belongs_to("audit_id", "audit"),
        belongs_to("finding_id", "finding"),
        one_of("status", MeasureStatus),
        one_of("category", Category),
        finite("life_years"),
        finite("discount_rate"),
        sa.CheckConstraint("life_years > 0", name="life_years_positive"),
        sa.CheckConstraint("discount_rate > -1", name="discount_rate_above"),
        sa.CheckConstraint("investment >= 0", name="investment_not_negative"),
        sa.Index("ix_measure_site_id", "site_id"),
        sa.Index("ix_measure_listed", *_LISTED),
        sa.Index("ix_measure_batch_id", "batch_id"),
        sa.Index("ix_measure_audit_id", "audit_id"),
        sa.Index("ix_measure_finding_id", "finding_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    audit_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    finding_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    library_code: Mapped[str] = mapped_column(sa.Text, default="")
    title: Mapped[str] = mapped_column(sa.Text)
    category: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[str] = mapped_column(sa.Text, default="proposed")
    status_reason: Mapped[str] = mapped_column(sa.Text, default="")
    status_at: Mapped[datetime] = mapped_column(Instant)
    implemented_on: Mapped[date | None] = mapped_column(sa.Date)
    verified_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    verified_at: Mapped[datetime | None] = mapped_column(Instant)
    owner_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    due: Mapped[date | None] = mapped_column(sa.Date)
    priority: Mapped[str] = mapped_column(sa.Text, default="")
    ease: Mapped[str] = mapped_column(sa.Text, default="")
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    investment: Mapped[Decimal | None] = mapped_column(Money)
    spent: Mapped[Decimal | None] = mapped_column(Money)
    annual_saving: Mapped[Decimal | None] = mapped_column(Money)
    om_change: Mapped[Decimal | None] = mapped_column(Money)
    avoided_treatment: Mapped[Decimal | None] = mapped_column(Money)
    residual_value: Mapped[Decimal | None] = mapped_column(Money)
    life_years: Mapped[float | None] = mapped_column(sa.Double)
    discount_rate: Mapped[float | None] = mapped_column(sa.Double)
    situation: Mapped[str] = mapped_column(sa.Text, default="")
    proposal: Mapped[str] = mapped_column(sa.Text, default="")
    risks: Mapped[str] = mapped_column(sa.Text, default="")
    safety: Mapped[str] = mapped_column(sa.Text, default="")
    quality: Mapped[str] = mapped_column(sa.Text, default="")
    liability: Mapped[str] = mapped_column(sa.Text, default="")
    batch_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    archived_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class MeasureEffect(TenantOwned, Base):
    """What a measure does to one resource in a year, as estimated."""

    __tablename__ = "measure_effect"
    __table_args__ = (
        tenant_key(),
        belongs_to("measure_id", "measure", ondelete="CASCADE"),
        belongs_to("meter_id", "meter"),
        finite("quantity"),
        finite("canonical_quantity"),
        sa.Index("ix_measure_effect_measure_id", "measure_id"),
        sa.Index("ix_measure_effect_meter_id", "meter_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.BigInteger)
    meter_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    position: Mapped[int] = mapped_column(sa.Integer)
    resource: Mapped[str] = mapped_column(sa.Text)
    variety: Mapped[str] = mapped_column(sa.Text, default="")
    quantity: Mapped[float] = mapped_column(sa.Double)
    unit: Mapped[str] = mapped_column(sa.Text, default="")
    canonical_quantity: Mapped[float | None] = mapped_column(sa.Double)
    basis: Mapped[str] = mapped_column(sa.Text, default="")
    unit_price: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    price_date: Mapped[date | None] = mapped_column(sa.Date)
    assumptions: Mapped[str] = mapped_column(sa.Text, default="")
    calculation: Mapped[str] = mapped_column(sa.Text, default="")


class InvestmentLine(TenantOwned, Base):
    """One thing a measure pays for once: its budget, and what was spent."""

    __tablename__ = "investment_line"
    __table_args__ = (
        tenant_key(),
        belongs_to("measure_id", "measure", ondelete="CASCADE"),
        one_of("kind", InvestmentKind),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.CheckConstraint("spent >= 0", name="spent_not_negative"),
        sa.Index("ix_investment_line_measure_id", "measure_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.BigInteger)
    position: Mapped[int] = mapped_column(sa.Integer)
    label: Mapped[str] = mapped_column(sa.Text)
    kind: Mapped[str] = mapped_column(sa.Text)
    amount: Mapped[Decimal] = mapped_column(Money)
    spent: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    day: Mapped[date | None] = mapped_column(sa.Date)


class VerificationPlan(TenantOwned, Base):
    """How a measure's saving will be measured and verified, agreed before anything is put in."""

    __tablename__ = "verification_plan"
    __table_args__ = (
        tenant_key(),
        belongs_to("measure_id", "measure", ondelete="CASCADE"),
        belongs_to("meter_id", "meter"),
        belongs_to("baseline_id", "baseline"),
        one_of("option", Option),
        finite("expected_fraction"),
        finite("detectable_fraction"),
        sa.CheckConstraint("reporting_start < reporting_end", name="reporting_period"),
        sa.UniqueConstraint("measure_id"),
        sa.Index("ix_verification_plan_meter_id", "meter_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.BigInteger)
    option: Mapped[str] = mapped_column(sa.Text)
    boundary: Mapped[str] = mapped_column(sa.Text)
    meter_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    baseline_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    baseline_text: Mapped[str] = mapped_column(sa.Text, default="")
    static_factors: Mapped[str] = mapped_column(sa.Text, default="")
    key_parameters: Mapped[str] = mapped_column(sa.Text, default="")
    prices: Mapped[str] = mapped_column(sa.Text, default="")
    reporting_start: Mapped[date | None] = mapped_column(sa.Date)
    reporting_end: Mapped[date | None] = mapped_column(sa.Date)
    verifier: Mapped[str] = mapped_column(sa.Text, default="")
    agreed_by: Mapped[str] = mapped_column(sa.Text, default="")
    agreed_on: Mapped[date | None] = mapped_column(sa.Date)
    expected_fraction: Mapped[float | None] = mapped_column(sa.Double)
    detectable_fraction: Mapped[float | None] = mapped_column(sa.Double)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class MeasurePhoto(TenantOwned, Base):
    """A picture of how it was, or how it is."""

    __tablename__ = "measure_photo"
    __table_args__ = (
        tenant_key(),
        belongs_to("measure_id", "measure", ondelete="CASCADE"),
        belongs_to("file_id", "stored_file"),
        one_of("moment", Moment),
        sa.Index("ix_measure_photo_measure_id", "measure_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    measure_id: Mapped[int] = mapped_column(sa.BigInteger)
    file_id: Mapped[int] = mapped_column(sa.BigInteger)
    moment: Mapped[str] = mapped_column(sa.Text)
    caption: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)


class ExchangeRate(TenantOwned, Base):
    """What one unit of a currency cost in another on a day, and who says so."""

    __tablename__ = "exchange_rate"
    __table_args__ = (
        tenant_key(),
        finite("rate"),
        sa.CheckConstraint("rate > 0", name="rate_positive"),
        sa.CheckConstraint("currency <> base", name="two_currencies"),
        sa.UniqueConstraint("tenant_id", "currency", "base", "day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    currency: Mapped[str] = mapped_column(sa.Text)
    base: Mapped[str] = mapped_column(sa.Text)
    day: Mapped[date] = mapped_column(sa.Date)
    rate: Mapped[float] = mapped_column(sa.Double)
    source: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
