"""The declarative base: constraint names that migrations can drop by, and the composite keys of the tenant."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

if TYPE_CHECKING:
    from collections.abc import Iterable

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = sa.MetaData(naming_convention=NAMING)


class TenantOwned:
    """A table whose rows belong to one tenant; `storage.guard` refuses a statement on it that names none."""

    tenant_id: Mapped[int] = mapped_column(sa.BigInteger, nullable=False)


def belongs_to(column: str, table: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    """Return the composite key that makes a link to another tenant's row impossible in the database itself."""
    return sa.ForeignKeyConstraint(["tenant_id", column], [f"{table}.tenant_id", f"{table}.id"], ondelete=ondelete)


def tenant_key() -> sa.UniqueConstraint:
    """Return the (tenant_id, id) key that `belongs_to` points at."""
    return sa.UniqueConstraint("tenant_id", "id")


def one_of(column: str, values: Iterable[str]) -> sa.CheckConstraint:
    """Return the check that a text column holds one of an enumeration's values."""
    names = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({names})", name=column)


def finite(column: str) -> sa.CheckConstraint:
    """Return the check that a number is one: neither NaN nor infinite, and on SQLite no text either."""
    return sa.CheckConstraint(f"{column} > -1e300 AND {column} < 1e300", name=f"{column}_finite")
