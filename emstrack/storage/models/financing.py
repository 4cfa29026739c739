"""Facilities, what is asked of them and for which measures, and the entries of their accounts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.financing import Amortization, EntryKind, Instrument, Stage
from emstrack.storage.base import Base, TenantOwned, belongs_to, finite, one_of, tenant_key
from emstrack.storage.types import Id, Instant, Money


class Facility(TenantOwned, Base):
    """Money on terms: a fund, a line, a guarantee, a grant, or one's own."""

    __tablename__ = "facility"
    __table_args__ = (
        tenant_key(),
        belongs_to("organisation_id", "organisation"),
        one_of("instrument", Instrument),
        finite("cover"),
        sa.CheckConstraint("cover > 0 AND cover <= 1", name="cover"),
        sa.CheckConstraint("ceiling >= 0", name="ceiling_not_negative"),
        sa.CheckConstraint("cap > 0", name="cap_positive"),
        sa.Index("ix_facility_organisation_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.Text)
    instrument: Mapped[str] = mapped_column(sa.Text)
    lender: Mapped[str] = mapped_column(sa.Text, default="")
    country: Mapped[str] = mapped_column(sa.Text, default="")
    currency: Mapped[str] = mapped_column(sa.Text)
    ceiling: Mapped[Decimal | None] = mapped_column(Money)
    cover: Mapped[float | None] = mapped_column(sa.Double)
    cap: Mapped[Decimal | None] = mapped_column(Money)
    start: Mapped[date | None] = mapped_column(sa.Date)
    end: Mapped[date | None] = mapped_column(sa.Date)
    eligibility: Mapped[str] = mapped_column(sa.Text, default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    archived_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class Financing(TenantOwned, Base):
    """An application and what became of it; its sums are prepared from its entries whenever one is added."""

    __tablename__ = "financing"
    __table_args__ = (
        tenant_key(),
        belongs_to("facility_id", "facility"),
        belongs_to("organisation_id", "organisation"),
        one_of("stage", Stage),
        one_of("amortization", Amortization),
        finite("annual_rate"),
        finite("haircut"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("annual_rate >= 0", name="annual_rate_not_negative"),
        sa.CheckConstraint("haircut >= 0 AND haircut < 1", name="haircut"),
        sa.CheckConstraint("exposure >= 0", name="exposure_not_negative"),
        sa.Index("ix_financing_facility_id", "facility_id"),
        sa.Index("ix_financing_organisation_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    facility_id: Mapped[int] = mapped_column(sa.BigInteger)
    organisation_id: Mapped[int] = mapped_column(sa.BigInteger)
    title: Mapped[str] = mapped_column(sa.Text)
    amount: Mapped[Decimal] = mapped_column(Money)
    own_funds: Mapped[Decimal | None] = mapped_column(Money)
    sector: Mapped[str] = mapped_column(sa.Text, default="")
    amortization: Mapped[str] = mapped_column(sa.Text)
    annual_rate: Mapped[float] = mapped_column(sa.Double)
    instalments: Mapped[int] = mapped_column(sa.Integer)
    per_year: Mapped[int] = mapped_column(sa.Integer)
    grace: Mapped[int] = mapped_column(sa.Integer)
    first_due: Mapped[date | None] = mapped_column(sa.Date)
    over_cap_agreed: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    haircut: Mapped[float] = mapped_column(sa.Double)
    cash_flow: Mapped[Decimal | None] = mapped_column(Money)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    applied_on: Mapped[date] = mapped_column(sa.Date)
    stage: Mapped[str] = mapped_column(sa.Text, default=Stage.APPLIED)
    approved: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    disbursed: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    repaid: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    interest: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    recovered: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    claimed: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    guarantor_recovered: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    revenue: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    outstanding: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    exposure: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    disbursed_on: Mapped[date | None] = mapped_column(sa.Date)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class FinancedMeasure(TenantOwned, Base):
    """A measure that a financing pays for; one of several where it is a bundle."""

    __tablename__ = "financed_measure"
    __table_args__ = (
        tenant_key(),
        belongs_to("financing_id", "financing", ondelete="CASCADE"),
        belongs_to("measure_id", "measure"),
        sa.UniqueConstraint("financing_id", "measure_id"),
        sa.Index("ix_financed_measure_measure_id", "measure_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    financing_id: Mapped[int] = mapped_column(sa.BigInteger)
    measure_id: Mapped[int] = mapped_column(sa.BigInteger)


class FinancingEntry(TenantOwned, Base):
    """Something that happened to a facility or a financing: only ever added, taken back by a reversal."""

    __tablename__ = "financing_entry"
    __table_args__ = (
        tenant_key(),
        belongs_to("facility_id", "facility"),
        belongs_to("financing_id", "financing"),
        belongs_to("reverses_id", "financing_entry"),
        one_of("kind", EntryKind),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.CheckConstraint("interest >= 0", name="interest_not_negative"),
        sa.UniqueConstraint("reverses_id"),
        sa.Index("ix_financing_entry_facility_id", "facility_id"),
        sa.Index("ix_financing_entry_financing_id", "financing_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    facility_id: Mapped[int] = mapped_column(sa.BigInteger)
    financing_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    reverses_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    kind: Mapped[str] = mapped_column(sa.Text)
    day: Mapped[date] = mapped_column(sa.Date)
    amount: Mapped[Decimal] = mapped_column(Money)
    interest: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
