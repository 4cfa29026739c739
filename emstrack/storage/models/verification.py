"""Savings verified apart from the whole meter: worksheets, sub-meters, results of somebody else's model."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.verification import Grounds
from emstrack.domain.worksheets import Worksheet
from emstrack.storage.base import Base, TenantOwned, belongs_to, finite, one_of, tenant_key
from emstrack.storage.types import Id, Instant, JsonText


class IsolatedSaving(TenantOwned, Base):
    """A saving at the boundary of what was changed; a measure or a ledger names it by its id.

    What it comes to stands in `IsolatedQuantity` for options A and D; for B it is the sub-meter's own saving.
    """

    __tablename__ = "isolated_saving"
    __table_args__ = (
        tenant_key(),
        belongs_to("site_id", "site", ondelete="CASCADE"),
        belongs_to("meter_id", "meter", ondelete="CASCADE"),
        belongs_to("file_id", "stored_file"),
        sa.CheckConstraint("option IN ('A', 'B', 'D')", name="option"),
        one_of("worksheet", Worksheet),
        sa.CheckConstraint(
            "(option = 'A') = (worksheet IS NOT NULL) AND (option = 'B') = (meter_id IS NOT NULL)", name="boundary"
        ),
        sa.CheckConstraint('"end" > start', name="period"),
        sa.Index("ix_isolated_saving_site_id", "tenant_id", "site_id"),
        sa.Index("ix_isolated_saving_meter_id", "meter_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    option: Mapped[str] = mapped_column(sa.Text)
    worksheet: Mapped[str | None] = mapped_column(sa.Text)
    meter_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    title: Mapped[str] = mapped_column(sa.Text)
    start: Mapped[date] = mapped_column(sa.Date)
    end: Mapped[date | None] = mapped_column(sa.Date)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    choices: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    external: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    file_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    changed_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    signed_at: Mapped[datetime | None] = mapped_column(Instant)
    signed_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class IsolatedParameter(TenantOwned, Base):
    """A worksheet's parameter and what it rests on."""

    __tablename__ = "isolated_parameter"
    __table_args__ = (
        belongs_to("saving_id", "isolated_saving", ondelete="CASCADE"),
        belongs_to("file_id", "stored_file"),
        one_of("grounds", Grounds),
        *(finite(name) for name in ("value", "spread", "low", "high")),
        sa.CheckConstraint("sample >= 2", name="sample"),
    )

    saving_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    value: Mapped[float] = mapped_column(sa.Double)
    grounds: Mapped[str] = mapped_column(sa.Text)
    sample: Mapped[int | None] = mapped_column(sa.Integer)
    spread: Mapped[float | None] = mapped_column(sa.Double)
    instrument: Mapped[str] = mapped_column(sa.Text, default="")
    measured_on: Mapped[date | None] = mapped_column(sa.Date)
    low: Mapped[float | None] = mapped_column(sa.Double)
    high: Mapped[float | None] = mapped_column(sa.Double)
    source: Mapped[str] = mapped_column(sa.Text, default="")
    file_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    readings: Mapped[list[float]] = mapped_column(JsonText, default=list)


class IsolatedQuantity(TenantOwned, Base):
    """What a saving comes to in a year, in one resource, as it was computed when it was written."""

    __tablename__ = "isolated_quantity"
    __table_args__ = (
        belongs_to("saving_id", "isolated_saving", ondelete="CASCADE"),
        *(finite(name) for name in ("per_year", "band_90")),
    )

    saving_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    resource: Mapped[str] = mapped_column(sa.Text, primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    unit: Mapped[str] = mapped_column(sa.Text)
    basis: Mapped[str] = mapped_column(sa.Text, default="")
    per_year: Mapped[float] = mapped_column(sa.Double)
    band_90: Mapped[float | None] = mapped_column(sa.Double)
