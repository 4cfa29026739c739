"""How a meter's readings were split into months: the same computation that made its monthly values."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from emstrack.analysis.calendarization import calendarize_with_allocation
from emstrack.analysis.readings import Readings
from emstrack.domain.periods import Month
from emstrack.storage.models import Reading
from emstrack.storage.scope import scoped
from emstrack.storage.types import MONEY_SCALE, to_stored_money

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.domain.readings import CalendarMode


@dataclass(frozen=True, slots=True)
class Part:
    """What one reading gave to one month; the quantity is canonical."""

    reading: Reading
    month: Month
    days: int
    quantity: float
    cost: Decimal | None


def split_readings(session: Session, meter_id: int, mode: CalendarMode) -> list[Part]:
    """Return every part of every reading of a meter, oldest first."""
    rows = list(session.scalars(scoped(session, Reading).where(Reading.meter_id == meter_id).order_by(Reading.start)))
    if not rows:
        return []
    _, allocation = calendarize_with_allocation(
        Readings.of(
            [0] * len(rows),
            [row.start for row in rows],
            [row.end for row in rows],
            [row.canonical_quantity for row in rows],
            kind=[row.kind for row in rows],
            cost=[to_stored_money(row.cost or Decimal(0)) for row in rows],
            has_cost=[row.cost is not None for row in rows],
        ),
        [mode],
    )
    parts = []
    for place, index in enumerate(allocation.reading.tolist()):
        first: date = allocation.month[place].astype("datetime64[D]").astype(object)
        cost = Decimal(int(allocation.cost[place])) / MONEY_SCALE if rows[index].cost is not None else None
        parts.append(
            Part(
                rows[index],
                Month.of(first),
                int(allocation.days[place]),
                float(allocation.quantity[place]),
                cost,
            )
        )
    return sorted(parts, key=lambda part: (part.month, part.reading.start))
