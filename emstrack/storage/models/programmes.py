"""Programmes with their cohorts, the sites in them, activities, indicators, money leveraged, published results."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.programmes import ActivityKind
from emstrack.domain.sectors import Sector
from emstrack.storage.base import Base, TenantOwned, belongs_to, finite, one_of, tenant_key
from emstrack.storage.types import Id, Instant, JsonText, Money


class Programme(TenantOwned, Base):
    """What an organisation does for many sites over years; its results are told in one currency, or apart."""

    __tablename__ = "programme"
    __table_args__ = (
        tenant_key(),
        sa.CheckConstraint('start < "end"', name="period"),
        sa.UniqueConstraint("tenant_id", "name"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    countries: Mapped[list[str]] = mapped_column(JsonText, default=list)
    sectors: Mapped[list[str]] = mapped_column(JsonText, default=list)
    partners: Mapped[str] = mapped_column(sa.Text, default="")
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    rate_day: Mapped[date | None] = mapped_column(sa.Date)
    start: Mapped[date | None] = mapped_column(sa.Date)
    end: Mapped[date | None] = mapped_column(sa.Date)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    archived_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class Cohort(TenantOwned, Base):
    """The first 17 buildings, then the next group."""

    __tablename__ = "cohort"
    __table_args__ = (
        tenant_key(),
        sa.UniqueConstraint("tenant_id", "id", "programme_id"),
        belongs_to("programme_id", "programme", ondelete="CASCADE"),
        sa.CheckConstraint('start < "end"', name="period"),
        sa.UniqueConstraint("programme_id", "name"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.Text)
    start: Mapped[date | None] = mapped_column(sa.Date)
    end: Mapped[date | None] = mapped_column(sa.Date)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class ProgrammeSite(TenantOwned, Base):
    """A site in a cohort, once in a programme; one of another tenant is seen only while that tenant shares it."""

    __tablename__ = "programme_site"
    __table_args__ = (
        tenant_key(),
        belongs_to("programme_id", "programme", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "cohort_id", "programme_id"],
            ["cohort.tenant_id", "cohort.id", "cohort.programme_id"],
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["site_tenant_id", "site_id"], ["site.tenant_id", "site.id"], ondelete="CASCADE"),
        one_of("sector", Sector),
        sa.UniqueConstraint("programme_id", "site_id"),
        sa.Index("ix_programme_site_site_id", "site_id"),
        sa.Index("ix_programme_site_cohort_id", "cohort_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(sa.BigInteger)
    cohort_id: Mapped[int] = mapped_column(sa.BigInteger)
    site_tenant_id: Mapped[int] = mapped_column(sa.BigInteger)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    sector: Mapped[str] = mapped_column(sa.Text)
    destination: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)


class ProgrammeActivity(TenantOwned, Base):
    """A workshop, a campaign, a guide: with people, outputs, cost."""

    __tablename__ = "programme_activity"
    __table_args__ = (
        tenant_key(),
        belongs_to("programme_id", "programme", ondelete="CASCADE"),
        one_of("kind", ActivityKind),
        sa.CheckConstraint("last_day >= start", name="last_day_not_before_start"),
        *(sa.CheckConstraint(f"{name} >= 0", name=name) for name in ("women", "men", "not_told", "reach")),
        finite("before"),
        finite("after"),
        sa.CheckConstraint("cost >= 0", name="cost_not_negative"),
        sa.Index("ix_programme_activity_programme_id", "programme_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(sa.BigInteger)
    kind: Mapped[str] = mapped_column(sa.Text)
    title: Mapped[str] = mapped_column(sa.Text)
    place: Mapped[str] = mapped_column(sa.Text, default="")
    start: Mapped[date] = mapped_column(sa.Date)
    last_day: Mapped[date] = mapped_column(sa.Date)
    women: Mapped[int | None] = mapped_column(sa.Integer)
    men: Mapped[int | None] = mapped_column(sa.Integer)
    not_told: Mapped[int | None] = mapped_column(sa.Integer)
    reach: Mapped[int | None] = mapped_column(sa.Integer)
    measured: Mapped[str] = mapped_column(sa.Text, default="")
    before: Mapped[float | None] = mapped_column(sa.Double)
    after: Mapped[float | None] = mapped_column(sa.Double)
    outputs: Mapped[str] = mapped_column(sa.Text, default="")
    cost: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class ProgrammeIndicator(TenantOwned, Base):
    """What a programme is measured by, from a baseline to a target."""

    __tablename__ = "programme_indicator"
    __table_args__ = (
        tenant_key(),
        belongs_to("programme_id", "programme", ondelete="CASCADE"),
        finite("baseline"),
        finite("target"),
        sa.UniqueConstraint("programme_id", "name"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.Text)
    unit: Mapped[str] = mapped_column(sa.Text, default="")
    baseline: Mapped[float | None] = mapped_column(sa.Double)
    baseline_day: Mapped[date | None] = mapped_column(sa.Date)
    target: Mapped[float | None] = mapped_column(sa.Double)
    target_day: Mapped[date | None] = mapped_column(sa.Date)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class IndicatorValue(TenantOwned, Base):
    """An indicator's actual in a quarter, by the quarter's first day."""

    __tablename__ = "indicator_value"
    __table_args__ = (
        tenant_key(),
        belongs_to("indicator_id", "programme_indicator", ondelete="CASCADE"),
        finite("value"),
        sa.UniqueConstraint("indicator_id", "quarter"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    indicator_id: Mapped[int] = mapped_column(sa.BigInteger)
    quarter: Mapped[date] = mapped_column(sa.Date)
    value: Mapped[float] = mapped_column(sa.Double)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class LeveragedMoney(TenantOwned, Base):
    """Money of others that a programme brought in."""

    __tablename__ = "leveraged_money"
    __table_args__ = (
        tenant_key(),
        belongs_to("programme_id", "programme", ondelete="CASCADE"),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.Index("ix_leveraged_money_programme_id", "programme_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(sa.BigInteger)
    source: Mapped[str] = mapped_column(sa.Text)
    amount: Mapped[Decimal] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(sa.Text)
    day: Mapped[date | None] = mapped_column(sa.Date)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class PublishedResult(TenantOwned, Base):
    """A row of results as somebody printed it."""

    __tablename__ = "published_result"
    __table_args__ = (
        tenant_key(),
        belongs_to("programme_id", "programme", ondelete="CASCADE"),
        one_of("sector", Sector),
        finite("implemented_percent"),
        sa.CheckConstraint("implemented_percent >= 0 AND implemented_percent <= 100", name="implemented_percent"),
        sa.CheckConstraint("sites > 0", name="sites_positive"),
        *(sa.CheckConstraint(f"{n} >= 0", name=n) for n in ("investment", "annual_savings", "per_room")),
        sa.Index("ix_published_result_programme_id", "programme_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    programme_id: Mapped[int] = mapped_column(sa.BigInteger)
    label: Mapped[str] = mapped_column(sa.Text)
    sector: Mapped[str] = mapped_column(sa.Text)
    sites: Mapped[int | None] = mapped_column(sa.Integer)
    implemented_percent: Mapped[float | None] = mapped_column(sa.Double)
    investment: Mapped[Decimal | None] = mapped_column(Money)
    annual_savings: Mapped[Decimal | None] = mapped_column(Money)
    per_room: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    year: Mapped[int | None] = mapped_column(sa.Integer)
    period_uncertain: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    in_total: Mapped[bool] = mapped_column(sa.Boolean, default=True)
    source: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
