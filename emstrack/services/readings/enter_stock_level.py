"""What is in the tank on a day, typed beside the deliveries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from emstrack.domain.errors import RefusedError
from emstrack.reference import units
from emstrack.services.readings.answer_once import answer_once
from emstrack.services.readings.enter_one_value import refused, settle_value, understood
from emstrack.services.readings.interpret_reading import conversion_of
from emstrack.services.readings.open_meter import OpenMeter, open_meter
from emstrack.services.readings.settle_entries import Entries, entries
from emstrack.services.readings.split_readings import split_readings
from emstrack.storage.models import StockLevel
from emstrack.storage.scope import scope_of, scoped

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.findings import Finding
    from emstrack.domain.typed import Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredStockLevel:
    """A stock level as it stands after entry."""

    status: str
    stock_id: int
    version: int
    quantity: float
    unit: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StockEntry:
    """A typed stock level on its way in."""

    meter_id: int
    day: date
    quantity_text: str
    version: int | None = None
    key: str | None = None
    reason: str = ""


def enter_stock_level(session: Session, entry: StockEntry, *, writing: Writing, now: datetime) -> EnteredStockLevel:
    """Enter what was in the tank on a day."""
    with entries(session, now=now) as block:
        return store_stock_level(session, block, entry, writing=writing)


def store_stock_level(session: Session, block: Entries, entry: StockEntry, *, writing: Writing) -> EnteredStockLevel:
    """Store one stock level of a block.

    Raises
    ------
    RefusedError, ConflictError
        As for a reading; the field is ``quantity``.
    """
    meter = open_meter(session, entry.meter_id)
    body = {
        "stock_of": meter.id,
        "day": entry.day.isoformat(),
        "text": entry.quantity_text,
        "version": entry.version,
    }

    def store() -> dict[str, Any]:
        quantity, unit = _understood(meter, entry.quantity_text, entry.day, meter.day_at(block.now), writing)
        row, status = _store(session, block, entry, quantity, unit, _canonical(meter, quantity, unit, entry.day))
        if status != "unchanged":
            block.meters.add(meter.id)
        return {
            "status": status,
            "stock_id": row.id,
            "version": row.version,
            "quantity": row.quantity,
            "unit": row.unit,
        }

    answer = answer_once(session, entry.key, body, store, now=block.now)
    return EnteredStockLevel(**answer, findings=_impossible(session, meter, entry.day))


def _impossible(session: Session, meter: OpenMeter, day: date) -> tuple[Finding, ...]:
    """Say at once where the tank cannot have been filled to this level, or to the one after it, by what was brought."""
    found = split_readings(session, meter).findings
    return tuple(
        replace(each, column="quantity") for each in found if day in (each.evidence["first"], each.evidence["last"])
    )


def _canonical(meter: OpenMeter, quantity: float, unit: str, day: date) -> float:
    """Return the level in the unit its resource is added up in; a basis that does not mix is told at the field."""
    try:
        return quantity * conversion_of(meter, unit, day).factor
    except RefusedError as error:
        raise refused(error.code, **error.evidence) from None


def _understood(meter: OpenMeter, text: str, day: date, today: date, writing: Writing) -> tuple[float, str]:
    number = understood(text, writing, negative="entry.stock_negative")
    unit = units.find_unit(number.word) if number.word else meter.unit
    if unit is None or not units.fits(meter.resource, unit):
        raise refused("entry.unit_unknown", unit=number.word[:40], usual=meter.unit)
    if day > today:
        raise refused("entry.stock_future", day=day.isoformat())
    return float(number.value), unit


def _store(
    session: Session, block: Entries, entry: StockEntry, quantity: float, unit: str, canonical: float
) -> tuple[StockLevel, str]:
    row = session.scalars(
        scoped(session, StockLevel)
        .where(StockLevel.meter_id == entry.meter_id, StockLevel.day == entry.day)
        .execution_options(populate_existing=True)
    ).one_or_none()
    values = {"quantity": quantity, "unit": unit, "canonical_quantity": canonical}

    def make() -> StockLevel:
        scope = scope_of(session)
        return StockLevel(
            **values,
            tenant_id=scope.tenant_id,
            meter_id=entry.meter_id,
            day=entry.day,
            created_at=block.now,
            created_by=scope.user_id,
            version=1,
        )

    mine = f"{entry.quantity_text.strip()} {unit}"
    return settle_value(
        session,
        block,
        row,
        make,
        values,
        entry=entry,
        mine=mine,
        typed=("quantity", "unit"),
    )
