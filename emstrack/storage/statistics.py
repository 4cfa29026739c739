"""What the query planner knows of the tables: without it SQLite takes "of this tenant" for a narrow question.

PostgreSQL gathers its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MANY_ROWS = 2_000
"""From so many written rows on the tables may have another shape than the planner knows."""
_LONG = ("reading", "driver_value", "baseline", "history", "stock_level", "weather_day")
"""Tables looked into by meter, site or station, where reading all of a tenant would cost the most."""


def gather_statistics(session: Session, written: int) -> None:
    """Look at the long tables anew after many rows were written, in the same transaction: a tenth of a second."""
    if written < MANY_ROWS or session.connection().dialect.name != "sqlite":
        return
    for table in _LONG:
        session.connection().execute(
            sa.text(f"ANALYZE {table}"), execution_options={"emstrack_text": "reads no row for anybody"}
        )
