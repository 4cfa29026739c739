"""Bills, readings, monthly values, drivers, weather, and the batches they came in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.readings import BatchStatus, ReadingKind
from emstrack.storage.base import Base, TenantOwned, belongs_to, finite, one_of, tenant_key
from emstrack.storage.types import Id, Instant, JsonText, Money


class StoredFile(TenantOwned, Base):
    """An uploaded file; it lies under a random name, and the name it came with is only shown."""

    __tablename__ = "stored_file"
    __table_args__ = (tenant_key(), sa.UniqueConstraint("path"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    path: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text)
    media_type: Mapped[str] = mapped_column(sa.Text)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.Text)
    site_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)


class ImportBatch(TenantOwned, Base):
    """One file's way in: previewed, running, done, undone; every row it made carries its id."""

    __tablename__ = "import_batch"
    __table_args__ = (
        tenant_key(),
        belongs_to("organisation_id", "organisation"),
        belongs_to("file_id", "stored_file"),
        one_of("status", BatchStatus),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.BigInteger)
    kind: Mapped[str] = mapped_column(sa.Text)
    file_name: Mapped[str] = mapped_column(sa.Text)
    file_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    sha256: Mapped[str] = mapped_column(sa.Text, default="")
    format: Mapped[str] = mapped_column(sa.Text, default="")
    options: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    status: Mapped[str] = mapped_column(sa.Text)
    report: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    rows_done: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    rows_total: Mapped[int | None] = mapped_column(sa.BigInteger)
    cancel_asked: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    undone_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class ImportMapping(TenantOwned, Base):
    """What each column of somebody's own spreadsheet is, confirmed once and used every month."""

    __tablename__ = "import_mapping"
    __table_args__ = (tenant_key(), sa.UniqueConstraint("tenant_id", "name"))

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str] = mapped_column(sa.Text)
    mapping: Mapped[dict[str, Any]] = mapped_column(JsonText)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class Bill(TenantOwned, Base):
    """A supplier's document: its number, dates, total and picture; readings point at it."""

    __tablename__ = "bill"
    __table_args__ = (
        tenant_key(),
        belongs_to("meter_id", "meter", ondelete="CASCADE"),
        belongs_to("file_id", "stored_file"),
        belongs_to("corrects_id", "bill"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meter_id: Mapped[int] = mapped_column(sa.BigInteger)
    number: Mapped[str] = mapped_column(sa.Text, default="")
    issued: Mapped[date | None] = mapped_column(sa.Date)
    due: Mapped[date | None] = mapped_column(sa.Date)
    total: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    file_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    corrects_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class Reading(TenantOwned, Base):
    """A quantity of one meter over [start, end): as typed, and in the unit its resource is added up in."""

    __tablename__ = "reading"
    __table_args__ = (
        tenant_key(),
        belongs_to("meter_id", "meter"),
        belongs_to("bill_id", "bill"),
        belongs_to("batch_id", "import_batch"),
        belongs_to("link_id", "history_link"),
        one_of("kind", ReadingKind),
        finite("quantity"),
        finite("canonical_quantity"),
        finite("cost"),
        finite("tax"),
        finite("demand_kw"),
        finite("reactive_kvarh"),
        sa.CheckConstraint('start < "end"', name="period"),
        sa.CheckConstraint("quantity >= 0 OR kind IN ('adjusted', 'credit')", name="sign"),
        sa.UniqueConstraint("meter_id", "start", "end", "kind", "bill_number", name="uq_reading_identity"),
        sa.Index("ix_reading_batch_id", "batch_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meter_id: Mapped[int] = mapped_column(sa.BigInteger)
    start: Mapped[date] = mapped_column(sa.Date)
    end: Mapped[date] = mapped_column(sa.Date)
    kind: Mapped[str] = mapped_column(sa.Text, default="actual")
    bill_number: Mapped[str] = mapped_column(sa.Text, default="")
    quantity: Mapped[float] = mapped_column(sa.Double)
    quantity_text: Mapped[str] = mapped_column(sa.Text)
    unit: Mapped[str] = mapped_column(sa.Text)
    canonical_quantity: Mapped[float] = mapped_column(sa.Double)
    heat_content: Mapped[str] = mapped_column(sa.Text, default="")
    cost: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    tax: Mapped[Decimal | None] = mapped_column(Money)
    demand_kw: Mapped[float | None] = mapped_column(sa.Double)
    reactive_kvarh: Mapped[float | None] = mapped_column(sa.Double)
    index_start: Mapped[float | None] = mapped_column(sa.Double)
    index_end: Mapped[float | None] = mapped_column(sa.Double)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    source_row: Mapped[int | None] = mapped_column(sa.BigInteger)
    bill_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    batch_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    link_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class StockLevel(TenantOwned, Base):
    """What was in the tank on a day: opening + deliveries − closing is the use between two dips."""

    __tablename__ = "stock_level"
    __table_args__ = (
        tenant_key(),
        belongs_to("meter_id", "meter", ondelete="CASCADE"),
        finite("quantity"),
        finite("canonical_quantity"),
        sa.CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        sa.UniqueConstraint("meter_id", "day"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meter_id: Mapped[int] = mapped_column(sa.BigInteger)
    day: Mapped[date] = mapped_column(sa.Date)
    quantity: Mapped[float] = mapped_column(sa.Double)
    unit: Mapped[str] = mapped_column(sa.Text)
    canonical_quantity: Mapped[float] = mapped_column(sa.Double)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class MonthlyValue(TenantOwned, Base):
    """What a meter used in a calendar month: derived, rebuilt on write, read by every page."""

    __tablename__ = "monthly_value"
    __table_args__ = (
        belongs_to("meter_id", "meter", ondelete="CASCADE"),
        finite("quantity"),
        sa.CheckConstraint("coverage >= 0 AND coverage <= 1.000001", name="coverage"),
        sa.CheckConstraint("estimated >= 0 AND estimated <= 1.000001", name="estimated"),
        sa.Index("ix_monthly_value_month", "month", "tenant_id", "meter_id", "coverage"),
    )

    meter_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    month: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    quantity: Mapped[float] = mapped_column(sa.Double)
    cost: Mapped[Decimal | None] = mapped_column(Money)
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    coverage: Mapped[float] = mapped_column(sa.Double)
    estimated: Mapped[float] = mapped_column(sa.Double)


class DriverValue(TenantOwned, Base):
    """A driver of use over [start, end): room-nights, guests, meals, production."""

    __tablename__ = "driver_value"
    __table_args__ = (
        tenant_key(),
        belongs_to("site_id", "site", ondelete="CASCADE"),
        belongs_to("batch_id", "import_batch"),
        finite("value"),
        sa.CheckConstraint('start < "end"', name="period"),
        sa.UniqueConstraint("site_id", "driver", "start"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    driver: Mapped[str] = mapped_column(sa.Text)
    start: Mapped[date] = mapped_column(sa.Date)
    end: Mapped[date] = mapped_column(sa.Date)
    value: Mapped[float] = mapped_column(sa.Double)
    batch_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
