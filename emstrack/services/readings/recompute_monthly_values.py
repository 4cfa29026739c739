"""Monthly values follow their readings, in the same transaction."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.analysis.calendarization import calendarize
from emstrack.analysis.readings import Readings
from emstrack.domain.readings import CalendarMode
from emstrack.storage.models import Meter, MonthlyValue, Reading
from emstrack.storage.scope import scoped, tenant_of, within
from emstrack.storage.types import MONEY_SCALE, to_stored_money

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session


def recompute_monthly_values(session: Session, meter_ids: Collection[int]) -> int:
    """Rebuild the monthly values of these meters; return how many rows there are now."""
    session.flush()
    meters = session.execute(scoped(session, Meter.id, Meter.calendar_mode).where(Meter.id.in_(meter_ids))).all()
    place = {row.id: index for index, row in enumerate(meters)}
    rows = session.execute(
        scoped(
            session, Reading.meter_id, Reading.start, Reading.end, Reading.canonical_quantity, Reading.kind,
            Reading.cost, Reading.currency,
        ).where(Reading.meter_id.in_(place))
    ).all()  # fmt: skip
    session.execute(
        sa.delete(MonthlyValue).where(*within(session, MonthlyValue), MonthlyValue.meter_id.in_(place))
    )
    if not rows:
        return 0
    currency = {row.meter_id: row.currency for row in rows if row.currency}
    values = calendarize(
        Readings.of(
            [place[row.meter_id] for row in rows],
            [row.start for row in rows],
            [row.end for row in rows],
            [row.canonical_quantity for row in rows],
            kind=[row.kind for row in rows],
            cost=[to_stored_money(row.cost or Decimal(0)) for row in rows],
            has_cost=[row.cost is not None for row in rows],
        ),
        [CalendarMode(row.calendar_mode) for row in meters],
    )
    session.execute(
        sa.insert(MonthlyValue),
        [
            {
                "tenant_id": tenant_of(session),
                "meter_id": meters[values.meter[i]].id,
                "month": values.month[i].astype("datetime64[D]").astype(object),
                "quantity": float(values.quantity[i]),
                "cost": Decimal(int(values.cost[i])) / MONEY_SCALE if values.has_cost[i] else None,
                "currency": currency.get(meters[values.meter[i]].id, "") if values.has_cost[i] else "",
                "coverage": float(values.coverage[i]),
                "estimated": float(values.estimated[i]),
            }
            for i in range(len(values))
        ],
    )
    return len(values)
