"""Meters with years of readings, written set-based, for tests of savings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conftest import NOW

from emstrack.domain.periods import Month
from emstrack.services.readings.recompute_monthly_values import recompute_monthly_values
from emstrack.storage import bulk
from emstrack.storage.models import DriverValue, Meter, Reading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def give_months(
    session: Session,
    meter: Meter,
    first: str,
    quantities: Sequence[float],
    *,
    price: float | None = 2.0,
    currency: str = "MXN",
) -> None:
    """Write one reading per calendar month, each at the same price, and bring the months up to date."""
    months = [Month.parse(first).plus(place) for place in range(len(quantities))]
    columns: dict[str, list[Any]] = {
        "start": [month.start.isoformat() for month in months],
        "end": [month.end.isoformat() for month in months],
        "quantity": [float(each) for each in quantities],
        "quantity_text": [str(each) for each in quantities],
        "canonical_quantity": [float(each) for each in quantities],
        "cost": [None if price is None else round(each * price * 10_000) for each in quantities],
    }
    write_readings(session, meter.id, columns, currency=currency if price is not None else "")
    recompute_monthly_values(session, [meter.id])


def write_readings(session: Session, meter_id: int, columns: dict[str, list[Any]], **constants: Any) -> None:
    """Write readings given as columns."""
    table: Any = Reading.__table__
    defaults: dict[str, Any] = {
        "meter_id": meter_id,
        "kind": "actual",
        "bill_number": "",
        "unit": "kWh",
        "heat_content": "",
        "currency": "",
        "note": "",
        "created_at": NOW,
        "version": 1,
    }
    bulk.insert_columns(session, table, columns, **{**defaults, **constants})


def give_driver(session: Session, site_id: int, name: str, first: str, values: Sequence[float]) -> None:
    """Write a driver, a value per calendar month."""
    months = [Month.parse(first).plus(place) for place in range(len(values))]
    columns = {
        "start": [month.start.isoformat() for month in months],
        "end": [month.end.isoformat() for month in months],
        "value": [float(each) for each in values],
    }
    table: Any = DriverValue.__table__
    bulk.insert_columns(session, table, columns, site_id=site_id, driver=name, created_at=NOW, version=1)


def year(base: float, step: float = 0.0) -> list[float]:
    """Twelve months around a level, the same wave each year."""
    return [base + step * ((place * 7) % 5 - 2) for place in range(12)]
