"""How a meter's readings were split into months: the same computation that made its monthly values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.analysis.calendarization import calendarize_with_allocation
from emstrack.analysis.readings import Readings
from emstrack.analysis.stock_levels import STOCK, StockLevels, settle_stock
from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.periods import Month
from emstrack.domain.resources import Resource
from emstrack.services.readings.interpret_reading import conversion_of
from emstrack.storage.models import Reading
from emstrack.storage.queries import readings as queries
from emstrack.storage.scope import scoped
from emstrack.storage.types import MONEY_SCALE, to_stored_money

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.analysis.stock_levels import ImpossibleUse
    from emstrack.services.readings.open_meter import OpenMeter


@dataclass(frozen=True, slots=True)
class Part:
    """What one reading gave to one month; without a reading, what the tank gave (or took in) over its own days."""

    reading: Reading | None
    month: Month
    start: date
    end: date
    days: int
    quantity: float
    cost: Decimal | None


@dataclass(frozen=True, slots=True)
class Split:
    """Every part of every reading of a meter, oldest first, and what of its stock cannot be."""

    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]


def split_readings(session: Session, meter: OpenMeter) -> Split:
    """Return how a meter's readings and stock levels make its months; quantities are canonical."""
    rows = list(session.scalars(scoped(session, Reading).where(Reading.meter_id == meter.id).order_by(Reading.start)))
    levels = list(queries.stock_levels(session, [meter.id]))
    if not rows and not levels:
        return Split((), ())
    settled = settle_stock(
        Readings.of(
            [0] * len(rows),
            np.array([row.start for row in rows], dtype="datetime64[D]"),
            np.array([row.end for row in rows], dtype="datetime64[D]"),
            [row.canonical_quantity for row in rows],
            kind=[row.kind for row in rows],
            cost=[to_stored_money(row.cost or Decimal(0)) for row in rows],
            has_cost=np.array([row.cost is not None for row in rows], dtype=bool),
        ),
        [meter.calendar_mode],
        StockLevels.of(
            [0] * len(levels),
            np.array([str(day) for _, day, _ in levels], dtype="datetime64[D]"),
            [quantity for _, _, quantity in levels],
        ),
    )
    _, allocation = calendarize_with_allocation(settled.readings, settled.modes)
    parts = []
    for place, index in enumerate(allocation.reading.tolist()):
        source = int(settled.source[index])
        row = None if source == STOCK else rows[source]
        priced = row is not None and row.cost is not None
        parts.append(
            Part(
                row,
                Month.of(_date(allocation.month[place])),
                _date(settled.readings.start[index]) if row is None else row.start,
                _date(settled.readings.end[index]) if row is None else row.end,
                int(allocation.days[place]),
                float(allocation.quantity[place]),
                Decimal(int(allocation.cost[place])) / MONEY_SCALE if priced else None,
            )
        )
    ordered = sorted(parts, key=lambda part: (part.month, part.reading is None, part.start))
    return Split(tuple(ordered), tuple(_findings(meter, settled.impossible)))


def _findings(meter: OpenMeter, found: ImpossibleUse) -> list[Finding]:
    """Name each stretch whose stock grew by more than was delivered, by the days of its two levels."""
    findings = []
    for place in range(len(found.meter)):
        first, last = _date(found.start[place]) - timedelta(days=1), _date(found.end[place]) - timedelta(days=1)
        factor, unit = _factor(meter, first)
        evidence = {
            name: float(f"{getattr(found, name)[place] / factor:.6g}") for name in ("opening", "delivered", "closing")
        }
        evidence_of: dict[str, Any] = {"first": first, "last": last, "unit": unit, **evidence}
        findings.append(Finding("stock.more_than_delivered", Severity.WARNING, evidence_of))
    return findings


def _factor(meter: OpenMeter, on: date) -> tuple[float, str]:
    """Return the unit that people type for the meter, where it can be had."""
    try:
        return conversion_of(meter, meter.unit, on).factor, meter.unit
    except RefusedError:
        return 1.0, Resource(meter.resource).canonical_unit


def _date(day: np.datetime64) -> date:
    found: date = day.astype("datetime64[D]").astype(object)
    return found
