"""Column types that mean the same on SQLite and PostgreSQL: exact money, UTC instants, primary keys."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import sqlalchemy as sa

MONEY_SCALE = 10_000

Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""A primary key; on SQLite the rowid, which has to be INTEGER."""


class Money(sa.types.TypeDecorator[Decimal]):
    """Exact decimals to four places, stored as whole ten-thousandths."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> int | None:
        """Round to four places, half to even."""
        del dialect
        return None if value is None else to_stored_money(value)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Decimal | None:
        """Give back the decimal."""
        del dialect
        return None if value is None else Decimal(value) / MONEY_SCALE


class Instant(sa.types.TypeDecorator[datetime]):
    """An instant in UTC; a naive datetime is a defect and is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Store it in UTC."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """SQLite forgets the zone; it was UTC."""
        del dialect
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class JsonText(sa.types.TypeDecorator[Any]):
    """A JSON document; JSONB where the database has it."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        """Choose JSONB on PostgreSQL."""
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import JSONB  # noqa: PLC0415 - only where that dialect is in use

            return dialect.type_descriptor(JSONB())
        return dialect.type_descriptor(sa.JSON())


def to_stored_money(value: Decimal) -> int:
    """Return whole ten-thousandths."""
    return int((value * MONEY_SCALE).to_integral_value(ROUND_HALF_EVEN))
