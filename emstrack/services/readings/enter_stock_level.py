"""What is in the tank on a day, typed beside the deliveries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.typed import Writing, understand_number
from emstrack.reference import units
from emstrack.services.readings.answer_once import answer_once
from emstrack.services.readings.open_meter import OpenMeter, open_meter
from emstrack.services.readings.write_history import record_change
from emstrack.storage.models import StockLevel
from emstrack.storage.scope import require, scoped, tenant_of, within

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredStockLevel:
    """A stock level as it stands after entry."""

    status: str
    stock_id: int
    version: int
    quantity: float
    unit: str


def enter_stock_level(  # noqa: PLR0913 - which tank, which day, what was typed over which version
    session: Session,
    meter_id: int,
    *,
    day: date,
    quantity_text: str,
    version: int | None = None,
    reason: str = "",
    key: str | None = None,
    writing: Writing,
    now: datetime,
) -> EnteredStockLevel:
    """Enter what was in the tank on a day; history and links are the caller's transaction (`settle`)."""
    require(session, Permission.RECORD_READINGS)
    meter = open_meter(session, meter_id, lock=True)
    body = {"stock_of": meter_id, "day": day.isoformat(), "text": quantity_text, "version": version}

    def store() -> dict[str, Any]:
        quantity, unit = _understood(meter, quantity_text, day, meter.today(now), writing)
        row, status = _store(session, meter, day, quantity, unit, version=version, reason=reason, now=now)
        return {
            "status": status,
            "stock_id": row.id,
            "version": row.version,
            "quantity": row.quantity,
            "unit": row.unit,
        }

    return EnteredStockLevel(**answer_once(session, key, body, store, now=now))


def _understood(meter: OpenMeter, text: str, day: date, today: date, writing: Writing) -> tuple[float, str]:
    if not text.strip():
        raise _refused("entry.quantity_missing")
    try:
        number = understand_number(text, writing)
    except RefusedError as error:
        raise _refused(error.code, **error.evidence) from None
    unit = units.find_unit(number.word) if number.word else meter.unit
    if unit is None or not units.fits(meter.resource, unit):
        raise _refused("entry.unit_unknown", unit=number.word[:40], usual=meter.unit)
    if number.value < 0:
        raise _refused("entry.stock_negative")
    if day > today:
        raise _refused("entry.stock_future", day=day.isoformat())
    return float(number.value), unit


def _refused(code: str, **evidence: object) -> RefusedError:
    return RefusedError(code, findings=(Finding(code, Severity.REFUSED, evidence, column="stock"),), **evidence)


def _store(  # noqa: PLR0913 - as enter_stock_level
    session: Session,
    meter: OpenMeter,
    day: date,
    quantity: float,
    unit: str,
    *,
    version: int | None,
    reason: str,
    now: datetime,
) -> tuple[StockLevel, str]:
    row = session.scalars(
        scoped(session, StockLevel)
        .where(StockLevel.meter_id == meter.id, StockLevel.day == day)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        row = StockLevel(
            tenant_id=tenant_of(session), meter_id=meter.id, day=day, quantity=quantity, unit=unit, created_at=now,
            version=1,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row, "new"
    if (row.quantity, row.unit) == (quantity, unit):
        return row, "unchanged"
    if version != row.version:
        mine, theirs = f"{quantity:g} {unit}", f"{row.quantity:g} {row.unit}"
        current = {"stock_id": row.id, "version": row.version, "quantity": row.quantity, "unit": row.unit, "by": ""}
        raise ConflictError("record.changed_meanwhile", mine=mine, theirs=theirs, current=current)
    old = {"quantity": row.quantity, "unit": row.unit, "version": row.version}
    session.execute(
        sa.update(StockLevel)
        .where(*within(session, StockLevel), StockLevel.id == row.id)
        .values(quantity=quantity, unit=unit, version=row.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(row)
    new = {"quantity": row.quantity, "unit": row.unit, "version": row.version}
    record_change(
        session, entity="stock_level", entity_id=row.id, meter_id=meter.id, old=old, new=new, reason=reason, now=now
    )
    return row, "changed"
