"""Calendar months of the touched meters, computed again in the transaction that touched them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from emstrack.analysis.calendarization import calendarize_with_allocation
from emstrack.analysis.readings import Readings
from emstrack.analysis.stock_levels import StockLevels, settle_stock
from emstrack.domain.readings import CalendarMode
from emstrack.storage import bulk
from emstrack.storage.models import Meter, MonthlyValue, SavingsResult
from emstrack.storage.queries import readings as queries
from emstrack.storage.scope import scoped, tenant_of
from emstrack.storage.types import MONEY_SCALE

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

    from emstrack.analysis.calendarization import Allocation, MonthlyValues

_METERS_AT_ONCE = 250
_KEY_BITS = 20
_KIND_CODES = {name: code for code, name in enumerate(queries.KINDS)}
Value = tuple[float, int | None, str, float, float]
"""Quantity, cost, currency, coverage, estimated."""


def recompute_monthly_values(session: Session, meter_ids: Collection[int]) -> int:
    """Bring the monthly values of these meters up to date; return how many months changed."""
    session.flush()
    ids = sorted(set(meter_ids))
    return sum(_recompute(session, some) for some in queries.parts(ids, _METERS_AT_ONCE))


def _recompute(session: Session, meter_ids: list[int]) -> int:
    columns = _columns(session, meter_ids)
    levels = _levels(session, meter_ids)
    fresh = _months(columns, meter_ids, _modes(session, meter_ids), levels) if columns or len(levels) else {}
    stored: dict[tuple[int, str], Value] = {
        (row[0], str(row[1])): (row[2], row[3], row[4], row[5], row[6])
        for row in queries.stored_months(session, meter_ids)
    }
    new = [key for key in fresh if key not in stored]
    changed = [key for key, value in fresh.items() if key in stored and stored[key] != value]
    gone = [key for key in stored if key not in fresh]
    _insert(session, new, fresh)
    _write(session, changed, fresh)
    emptied = {key[0] for key in gone} - {key[0] for key in fresh}
    _delete_all(session, sorted(emptied))
    _delete(session, [key for key in gone if key[0] not in emptied])
    _mark_savings_stale(session, meter_ids)  # models rest on readings' own dates, which may move within equal months
    return len(new) + len(changed) + len(gone)


def _modes(session: Session, meter_ids: Sequence[int]) -> list[CalendarMode]:
    modes: dict[int, str] = {}
    for some in queries.parts(meter_ids):
        statement = scoped(session, Meter.id, Meter.calendar_mode).where(Meter.id.in_(some))
        modes |= {row.id: row.calendar_mode for row in session.execute(statement)}
    return [CalendarMode(modes[meter]) for meter in meter_ids]


def _levels(session: Session, meter_ids: Sequence[int]) -> StockLevels:
    place = {meter: index for index, meter in enumerate(meter_ids)}
    rows = [(place[meter], str(day), quantity) for meter, day, quantity in queries.stock_levels(session, meter_ids)]
    meters, days, quantities = zip(*rows, strict=True) if rows else ((), (), ())
    return StockLevels.of(meters, np.array(days, dtype="datetime64[D]"), quantities)


def _columns(session: Session, meter_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """Return the meters' readings as columns: meter, start, end, canonical quantity, kind, cost, currency."""
    blocks = [tuple(zip(*block, strict=True)) for block in queries.calendar_columns(session, meter_ids)]
    if not blocks:
        return []
    return [tuple(value for block in blocks for value in block[place]) for place in range(7)]


def _months(
    columns: list[tuple[Any, ...]], meter_ids: Sequence[int], modes: list[CalendarMode], levels: StockLevels
) -> dict[tuple[int, str], Value]:
    """Return the months as they should stand, by meter and first day."""
    meters, starts, ends, quantities, kinds, costs, currencies = columns or [()] * 7
    place = {meter: index for index, meter in enumerate(meter_ids)}
    has_cost = np.array([cost is not None for cost in costs], dtype=bool)
    readings = Readings.of(
        np.fromiter(map(place.__getitem__, meters), np.int64, len(meters)),
        np.array(starts, dtype="datetime64[D]"),
        np.array(ends, dtype="datetime64[D]"),
        quantities,
        kind=np.fromiter(map(_KIND_CODES.__getitem__, kinds), np.int8, len(kinds)),
        cost=np.array([cost or 0 for cost in costs], dtype=np.int64),
        has_cost=has_cost,
    )
    settled = settle_stock(readings, modes, levels)
    months, allocation = calendarize_with_allocation(settled.readings, settled.modes)
    names = list(dict.fromkeys(currencies))
    code = {name: index for index, name in enumerate(names)}
    of_reading = np.fromiter(map(code.__getitem__, currencies), np.int64, len(currencies))
    of_row = np.append(of_reading, -1)[settled.source]  # what a tank gave has no price of its own
    currency = _currency_of_months(settled.readings, months, allocation, of_row)
    names.append("")
    first_days = months.month.astype("datetime64[D]").astype(str).tolist()
    rows = zip(
        map(meter_ids.__getitem__, months.meter.tolist()),
        first_days,
        months.quantity.tolist(),
        months.cost.tolist(),
        currency.tolist(),
        months.coverage.tolist(),
        months.estimated.tolist(),
        strict=True,
    )
    return {
        (meter, month): (quantity, cost if known >= 0 else None, names[known], coverage, estimated)
        for meter, month, quantity, cost, known, coverage, estimated in rows
    }


def _currency_of_months(
    readings: Readings, months: MonthlyValues, allocation: Allocation, currency: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return each month's currency, or -1 where there is no cost or two currencies meet: they are never added."""
    priced = readings.has_cost[allocation.reading]
    reading, month = allocation.reading[priced], allocation.month[priced]
    keys = _keys(months.meter, months.month)
    at = np.searchsorted(keys, _keys(readings.meter[reading], month))
    lowest = np.full(len(keys), np.iinfo(np.int64).max)
    highest = np.full(len(keys), -1)
    np.minimum.at(lowest, at, currency[reading])
    np.maximum.at(highest, at, currency[reading])
    return np.where(months.has_cost & (lowest == highest), highest, -1)


def _keys(meter: NDArray[np.int64], month: NDArray[np.datetime64]) -> NDArray[np.int64]:
    return (meter << _KEY_BITS) + month.astype("datetime64[M]").astype(np.int64) + (1 << (_KEY_BITS - 1))


def _insert(session: Session, keys: list[tuple[int, str]], values: dict[tuple[int, str], Value]) -> None:
    if not keys:
        return
    rows = zip(*((*key, *values[key]) for key in keys), strict=True)
    names = ("meter_id", "month", "quantity", "cost", "currency", "coverage", "estimated")
    table: Any = MonthlyValue.__table__
    bulk.insert_columns(session, table, dict(zip(names, rows, strict=True)))


def _write(session: Session, keys: list[tuple[int, str]], values: dict[tuple[int, str], Value]) -> None:
    if not keys:
        return
    table: Any = MonthlyValue.__table__
    statement = (
        sa.update(table)
        .where(table.c.tenant_id == tenant_of(session), table.c.meter_id == sa.bindparam("of"))
        .where(table.c.month == sa.bindparam("at"))
        .values(
            quantity=sa.bindparam("q"),
            cost=sa.bindparam("c"),
            currency=sa.bindparam("u"),
            coverage=sa.bindparam("v"),
            estimated=sa.bindparam("e"),
        )
    )
    rows = [
        {"of": key[0], "at": _date(key[1]), "q": quantity, "c": _decimal(cost), "u": currency, "v": coverage, "e": part}
        for key in keys
        for quantity, cost, currency, coverage, part in (values[key],)
    ]
    session.connection().execute(statement, rows)


def _delete_all(session: Session, meter_ids: Sequence[int]) -> None:
    for some in queries.parts(meter_ids):
        session.execute(
            sa.delete(MonthlyValue)
            .where(MonthlyValue.tenant_id == tenant_of(session), MonthlyValue.meter_id.in_(some))
            .execution_options(synchronize_session=False)
        )


def _delete(session: Session, keys: list[tuple[int, str]]) -> None:
    if not keys:
        return
    table: Any = MonthlyValue.__table__
    statement = sa.delete(table).where(
        table.c.tenant_id == tenant_of(session),
        table.c.meter_id == sa.bindparam("of"),
        table.c.month == sa.bindparam("at"),
    )
    session.connection().execute(statement, [{"of": meter, "at": _date(month)} for meter, month in keys])


def _decimal(stored: int | None) -> Decimal | None:
    return None if stored is None else Decimal(stored) / MONEY_SCALE


def _date(text: str) -> Any:
    return np.datetime64(text, "D").item()


def _mark_savings_stale(session: Session, meter_ids: Sequence[int]) -> None:
    """A prepared saving rests on these readings; it is computed again before it is shown as current."""
    for some in queries.parts(meter_ids):
        session.execute(
            sa.update(SavingsResult)
            .where(SavingsResult.tenant_id == tenant_of(session), SavingsResult.meter_id.in_(some))
            .values(stale=True)
            .execution_options(synchronize_session=False)
        )
