"""Readings as columns: what an import compares with, what monthly values are made of, what a link of history holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from emstrack.domain.readings import Cadence, CalendarMode, ReadingKind
from emstrack.storage.models import History, HistoryLink, Meter, MonthlyValue, Reading, StockLevel
from emstrack.storage.scope import scoped, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

KINDS = tuple(kind.value for kind in ReadingKind)
"""Kinds by their place, as in `analysis.readings`."""

CONTENT = (
    "meter_id",
    "start",
    "end",
    "kind",
    "bill_number",
    "quantity",
    "quantity_text",
    "unit",
    "canonical_quantity",
    "heat_content",
    "cost",
    "currency",
    "tax",
    "demand_kw",
    "reactive_kvarh",
    "index_start",
    "index_end",
    "note",
    "source_row",
    "bill_id",
    "batch_id",
)
"""What a reading says, as history keeps it; who and when stand in the link and the batch."""

_AT_ONCE = 500
_FETCHED = 10_000


def parts(values: Sequence[int], size: int = _AT_ONCE) -> Iterator[list[int]]:
    """Yield the values in parts that fit in one statement."""
    for first in range(0, len(values), size):
        yield list(values[first : first + size])


def raw(column: Any) -> Any:
    """Return the column as the driver gives it: a date as text on SQLite, money as whole ten-thousandths."""
    return sa.type_coerce(column, sa.types.NullType())


def identities(session: Session, meter_ids: Sequence[int]) -> dict[str, NDArray[Any]]:
    """Return the identity of every reading of these meters: id, meter, start, end, kind (its place), bill (a hash)."""
    columns = (Reading.id, Reading.meter_id, raw(Reading.start), raw(Reading.end), Reading.kind, Reading.bill_number)
    place = {kind: index for index, kind in enumerate(KINDS)}
    blocks: list[tuple[NDArray[Any], ...]] = []
    for some in parts(meter_ids):
        result = session.execute(scoped(session, *columns).where(Reading.meter_id.in_(some)))
        for found in result.partitions(_FETCHED):
            ids, meters, starts, ends, kinds, bills = zip(*found, strict=True)
            blocks.append(
                (
                    np.array(ids, dtype=np.int64),
                    np.array(meters, dtype=np.int64),
                    as_days(starts),
                    as_days(ends),
                    np.fromiter(map(place.__getitem__, kinds), np.int8, len(kinds)),
                    np.fromiter(map(hash, bills), np.int64, len(bills)),
                )
            )
    names = ("id", "meter", "start", "end", "kind", "bill")
    dtypes = (np.int64, np.int64, np.int64, np.int64, np.int8, np.int64)
    return {
        name: np.concatenate([block[index] for block in blocks]) if blocks else np.zeros(0, dtype=dtype)
        for index, (name, dtype) in enumerate(zip(names, dtypes, strict=True))
    }


def as_days(values: Iterable[Any]) -> NDArray[np.int64]:
    """Return dates, as objects or as ISO texts, as days since 1970-01-01."""
    return np.array(list(values), dtype="datetime64[D]").astype(np.int64)


def comparable(session: Session, ids: Sequence[int]) -> dict[int, tuple[Any, ...]]:
    """Return what an import compares of readings: quantity, unit, cost, currency, tax, demand, reactive, note."""
    columns = (
        Reading.id,
        Reading.quantity,
        Reading.unit,
        raw(Reading.cost),
        Reading.currency,
        raw(Reading.tax),
        Reading.demand_kw,
        Reading.reactive_kvarh,
        Reading.note,
    )
    found: dict[int, tuple[Any, ...]] = {}
    for some in parts(ids):
        for row in session.execute(scoped(session, *columns).where(Reading.id.in_(some))):
            found[row[0]] = tuple(row)[1:]
    return found


def by_ids(session: Session, ids: Sequence[int]) -> dict[int, Reading]:
    """Return readings by id."""
    rows: dict[int, Reading] = {}
    for some in parts(ids):
        found = session.scalars(scoped(session, Reading).where(Reading.id.in_(some)))
        rows |= {reading.id: reading for reading in found}
    return rows


def calendar_columns(session: Session, meter_ids: Sequence[int]) -> Iterator[list[tuple[Any, ...]]]:
    """Yield what calendar months are made of: meter, start, end, canonical quantity, kind, cost, currency."""
    columns = (
        Reading.meter_id,
        raw(Reading.start),
        raw(Reading.end),
        Reading.canonical_quantity,
        Reading.kind,
        raw(Reading.cost),
        Reading.currency,
    )
    for some in parts(meter_ids):
        result = session.execute(scoped(session, *columns).where(Reading.meter_id.in_(some)))
        for found in result.partitions(_FETCHED):
            yield [tuple(row) for row in found]


def stock_levels(session: Session, meter_ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Yield what was in the tanks of these meters, where deliveries fill them: meter, day, canonical quantity."""
    delivered = (Meter.cadence == Cadence.ON_DELIVERY) | (Meter.calendar_mode == CalendarMode.BETWEEN_DELIVERIES)
    columns = (StockLevel.meter_id, raw(StockLevel.day), StockLevel.canonical_quantity)
    for some in parts(meter_ids):
        statement = scoped(session, *columns).join(Meter, Meter.id == StockLevel.meter_id)
        statement = statement.where(*within(session, Meter), delivered, StockLevel.meter_id.in_(some))
        for row in session.execute(statement):
            yield tuple(row)


def stored_months(session: Session, meter_ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """Yield the stored monthly values of these meters as plain tuples."""
    columns = (
        MonthlyValue.meter_id,
        raw(MonthlyValue.month),
        MonthlyValue.quantity,
        raw(MonthlyValue.cost),
        MonthlyValue.currency,
        MonthlyValue.coverage,
        MonthlyValue.estimated,
    )
    for some in parts(meter_ids):
        for row in session.execute(scoped(session, *columns).where(MonthlyValue.meter_id.in_(some))):
            yield tuple(row)


def content_by_link(session: Session) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield each reading's content with the link that was the last to write it, link by link."""
    columns = [raw(getattr(Reading, name)) for name in CONTENT]
    statement = (
        sa.select(Reading.link_id, *columns)
        .where(Reading.tenant_id == tenant_of(session), Reading.link_id.is_not(None))
        .order_by(Reading.link_id)
        .execution_options(yield_per=_FETCHED)
    )
    for row in session.execute(statement):
        yield row[0], tuple(row[1:])


def links(session: Session) -> list[HistoryLink]:
    """Return the tenant's links in their order."""
    statement = sa.select(HistoryLink).where(HistoryLink.tenant_id == tenant_of(session))
    return list(session.scalars(statement.order_by(HistoryLink.sequence)))


def overwritten(session: Session) -> Iterator[sa.Row[Any]]:
    """Yield every change and deletion that belongs to a link, in order."""
    names = (
        "action",
        "entity",
        "entity_id",
        "meter_id",
        "old",
        "new",
        "reason",
        "at",
        "user_id",
        "batch_id",
        "link_id",
    )
    columns = [getattr(History, name) for name in names]
    statement = sa.select(*columns).where(History.tenant_id == tenant_of(session), History.link_id.is_not(None))
    yield from session.execute(statement.order_by(History.id).execution_options(yield_per=_FETCHED))


def last_sequence(session: Session) -> int:
    """Return the number of the tenant's newest link; 0 where there is none."""
    statement = sa.select(sa.func.max(HistoryLink.sequence)).where(HistoryLink.tenant_id == tenant_of(session))
    return session.scalar(statement) or 0
