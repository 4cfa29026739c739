"""Many rows at once, columns in: the driver's own way on each database, checked for the tenant before it starts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emstrack.storage.scope import tenant_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import sqlalchemy as sa
    from sqlalchemy.orm import Session


def insert_columns(session: Session, table: sa.Table, columns: Mapping[str, Sequence[Any]], **constants: Any) -> int:
    """Insert rows given as columns of plain driver values (ISO dates, stored money); constants hold for every row.

    The tenant is the session's own and is never taken from the caller. Returns the number of rows.
    """
    if "tenant_id" in table.c:
        constants["tenant_id"] = tenant_of(session)
    count = len(next(iter(columns.values())))
    if count == 0:
        return 0
    session.flush()
    names = [*columns, *constants]
    connection = session.connection()
    constants = {name: values[0] for name, values in bound(session, table, _alone(constants)).items()}
    rows = zip(*columns.values(), strict=True)
    if connection.dialect.name == "postgresql":
        _copy(connection, table, names, rows, tuple(constants.values()))
    else:
        fixed = tuple(constants.values())
        marks = ", ".join("?" * len(names))
        listed = ", ".join(f'"{name}"' for name in names)
        cursor: Any = connection.connection.cursor()
        cursor.executemany(f'INSERT INTO "{table.name}" ({listed}) VALUES ({marks})', (row + fixed for row in rows))
        cursor.close()
    return count


def bound(session: Session, table: sa.Table, columns: Mapping[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    """Return columns with instants, decimals and documents as the driver takes them; plain values stay."""
    dialect = session.connection().dialect
    ready: dict[str, Sequence[Any]] = {}
    for name, values in columns.items():
        processor = table.c[name].type.dialect_impl(dialect).bind_processor(dialect)
        if processor is None or not any(isinstance(value, datetime | Decimal | dict | list) for value in values):
            ready[name] = values
        else:
            ready[name] = [None if value is None else processor(value) for value in values]
    return ready


def _alone(constants: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {name: [value] for name, value in constants.items()}


def _copy(connection: sa.Connection, table: sa.Table, names: list[str], rows: Any, fixed: tuple[Any, ...]) -> None:
    """COPY stops at row-level security, so rows go through a temporary table that has none."""
    listed = ", ".join(f'"{name}"' for name in names)
    staging = f"staging_{table.name}"
    cursor: Any = connection.connection.cursor()
    cursor.execute(f'CREATE TEMP TABLE IF NOT EXISTS "{staging}" (LIKE "{table.name}") ON COMMIT DELETE ROWS')
    for column in table.c:
        if column.name not in names:
            cursor.execute(f'ALTER TABLE "{staging}" ALTER COLUMN "{column.name}" DROP NOT NULL')
    cursor.execute(f'DELETE FROM "{staging}"')
    with cursor.copy(f'COPY "{staging}" ({listed}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row + fixed)
    cursor.execute(f'INSERT INTO "{table.name}" ({listed}) SELECT {listed} FROM "{staging}"')
    cursor.close()
