"""Mass and energy balances: the balance, its unit operations, and the streams between them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.balances import STREAM_UNITS, StreamKind
from emstrack.storage.base import Base, TenantOwned, belongs_to, finite, one_of, tenant_key
from emstrack.storage.types import Id, Instant, JsonText, Money


class Balance(TenantOwned, Base):
    """A balance of a site over a period; it may belong to an audit."""

    __tablename__ = "balance"
    __table_args__ = (
        tenant_key(),
        belongs_to("site_id", "site"),
        sa.ForeignKeyConstraint(["tenant_id", "audit_id", "site_id"], ["audit.tenant_id", "audit.id", "audit.site_id"]),
        sa.CheckConstraint("tolerance > 0 AND tolerance < 1", name="tolerance"),
        sa.Index("ix_balance_site_id", "site_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    audit_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    title: Mapped[str] = mapped_column(sa.Text)
    start: Mapped[date] = mapped_column(sa.Date)
    end: Mapped[date] = mapped_column(sa.Date)
    tolerance: Mapped[float] = mapped_column(sa.Double)
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class UnitOperation(TenantOwned, Base):
    """One step of the process, with what it cost in the period."""

    __tablename__ = "unit_operation"
    __table_args__ = (
        tenant_key(),
        belongs_to("balance_id", "balance", ondelete="CASCADE"),
        sa.Index("ix_unit_operation_balance_id", "balance_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    balance_id: Mapped[int] = mapped_column(sa.BigInteger)
    position: Mapped[int] = mapped_column(sa.Integer)
    name: Mapped[str] = mapped_column(sa.Text)
    processing_cost: Mapped[Decimal | None] = mapped_column(Money)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class ProcessStream(TenantOwned, Base):
    """What flows from one operation, or from outside, to another, or outside; a missing end is outside."""

    __tablename__ = "process_stream"
    __table_args__ = (
        tenant_key(),
        belongs_to("balance_id", "balance", ondelete="CASCADE"),
        belongs_to("from_id", "unit_operation"),
        belongs_to("to_id", "unit_operation"),
        one_of("kind", StreamKind),
        sa.CheckConstraint(f"unit IN ({', '.join(repr(unit) for unit in STREAM_UNITS)})", name="unit"),
        finite("quantity"),
        sa.CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        sa.Index("ix_process_stream_balance_id", "balance_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    balance_id: Mapped[int] = mapped_column(sa.BigInteger)
    from_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    to_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    kind: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text)
    quantity: Mapped[float] = mapped_column(sa.Double)
    unit: Mapped[str] = mapped_column(sa.Text)
    kg_per_unit: Mapped[float | None] = mapped_column(sa.Double)
    is_water: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    is_basis: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    unit_cost: Mapped[Decimal | None] = mapped_column(Money)
    disposal_unit_cost: Mapped[Decimal | None] = mapped_column(Money)
    concentrations: Mapped[dict[str, float]] = mapped_column(JsonText, default=dict)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
