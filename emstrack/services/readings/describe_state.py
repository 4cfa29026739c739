"""What a row says, as history keeps it and as its digest sees it: one form on every database and in every year."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.storage.queries.readings import CONTENT, raw
from emstrack.storage.scope import scoped
from emstrack.storage.types import MONEY_SCALE, Instant, Money

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sqlalchemy.orm import Session

    from emstrack.storage.base import Base

_SEPARATOR = "\x1f"
_WRITTEN_BY_PEOPLE = ("bill_number", "quantity_text", "note")
_FLOATS = ("quantity", "canonical_quantity", "demand_kw", "reactive_kvarh", "index_start", "index_end")
_MONEY = ("cost", "tax")
_AS_THEY_ARE = frozenset({str, float, bool, type(None)})
_BLOCK = 5_000
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"))
_STORED = json.JSONEncoder(separators=(",", ":"), check_circular=False)


def state_of(row: Base) -> dict[str, Any]:
    """Return every column of a row, JSON-ready: dates and instants in ISO form, money as a decimal text."""
    mapper = sa.inspect(type(row))
    return {column.key: _written(getattr(row, column.key)) for column in mapper.column_attrs}


def states_of_rows(session: Session, model: Any, condition: Any) -> Iterator[list[dict[str, Any]]]:
    """Yield the states of many rows in blocks, straight from the driver: the same as `state_of`, faster."""
    columns = sorted(sa.inspect(model).selectable.c, key=lambda column: str(column.name))  # as digests sort them
    readers = [_raw_reader(column.type) for column in columns]
    names = [column.name for column in columns]
    statement = scoped(session, *map(raw, columns)).where(condition).order_by(model.id)
    result = session.connection().execute(statement.execution_options(yield_per=_BLOCK))
    for rows in result.partitions():
        ready = [
            map(reader, values) if reader is not None else values
            for reader, values in zip(readers, zip(*rows, strict=True), strict=True)
        ]
        yield [dict(zip(names, values, strict=True)) for values in zip(*ready, strict=True)]


def restored(model: type[Base], state: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a state as the model takes them."""
    values: dict[str, Any] = {}
    for column in sa.inspect(model).column_attrs:
        if column.key in state:
            values[column.key] = _read(column.columns[0].type, state[column.key])
    return values


def same_content(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    """Tell whether two states say the same, whoever wrote them and however often."""
    # who chose a site's station came later than the first states that were kept
    ignored = {"version", "link_id", "created_at", "created_by", "id", "batch_id", "station_by"}
    names = (first.keys() | second.keys()) - ignored
    return all(_plain(first.get(name)) == _plain(second.get(name)) for name in names)


def digests_of_columns(columns: Mapping[str, Sequence[Any]], constants: Mapping[str, Any], count: int) -> list[bytes]:
    """Return the digest of each reading given as columns of plain driver values (`CONTENT` names them)."""
    parts: list[Iterator[str]] = []
    for name in CONTENT:
        if name not in columns:
            parts.append(repeat(_text(constants.get(name)), count))
        elif name in _WRITTEN_BY_PEOPLE:
            parts.append(iter(_safe(columns[name])))
        else:
            parts.append(map(str, columns[name]))
    sha256 = hashlib.sha256
    return [sha256(line.encode()).digest() for line in map(_SEPARATOR.join, zip(*parts, strict=True))]


def digests_of_rows(rows: Sequence[Sequence[Any]]) -> list[bytes]:
    """Return the digest of each reading given as rows of plain driver values in the order of `CONTENT`."""
    if not rows:
        return []
    return digests_of_columns(dict(zip(CONTENT, zip(*rows, strict=True), strict=True)), {}, len(rows))


def content_of_state(state: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return a reading's state as a row of plain driver values in the order of `CONTENT`."""
    return tuple(_driver_value(name, state.get(name)) for name in CONTENT)


def digest_of_change(values: Sequence[Any]) -> bytes:
    """Return the digest of a row of history: the same whatever the database did to the spelling of its numbers."""
    return hashlib.sha256(_ENCODER.encode(_plain(list(values))).encode()).digest()


def digests_of_changes(changes: Sequence[tuple[Any, ...]], after: Sequence[Any]) -> list[bytes]:
    """Return `digest_of_change` of each change with what all of them end in, written out only once."""
    encode, sha256 = _ENCODER.encode, hashlib.sha256
    tail = "," + encode(_plain(list(after)))[1:]
    return [sha256((encode(list(map(_plain, change)))[:-1] + tail).encode()).digest() for change in changes]


def text_of_state(state: Mapping[str, Any]) -> str:
    """Return a state as the document that history stores."""
    return _STORED.encode(state)


@lru_cache(maxsize=1_000)
def instant(at: datetime) -> str:
    """Return an instant as digests see it, whatever zone the database gives it back in."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _raw_reader(kind: sa.types.TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """Return what turns a driver's value into what history keeps; None where it is that already."""
    if isinstance(kind, Money):
        return _money_text
    if isinstance(kind, Instant):
        return _instant_text
    return _day_text if isinstance(kind, sa.Date) else None


@lru_cache(maxsize=10_000)
def _money_text(stored: int | None) -> str | None:
    return None if stored is None else _written(Decimal(stored) / MONEY_SCALE)


@lru_cache(maxsize=1_000)
def _instant_text(value: Any) -> Any:
    if value is None:
        return None
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    return _written(at.replace(tzinfo=UTC) if at.tzinfo is None else at)


def _day_text(value: Any) -> Any:
    return None if value is None else str(value)


def _driver_value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _MONEY:
        return int(Decimal(str(value)) * MONEY_SCALE)
    return float(value) if name in _FLOATS else value


def _safe(texts: Sequence[str]) -> Sequence[str]:
    """Keep a separator that somebody typed from moving text into the next column."""
    if any(_SEPARATOR in text or "\\" in text for text in texts):
        return [text.replace("\\", "\\\\").replace(_SEPARATOR, "\\u001f") for text in texts]
    return texts


def _text(value: Any) -> str:
    return str(value)


def _written(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return format(value.normalize(), "f") if isinstance(value, Decimal) else value


def _read(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, Money):
        return Decimal(value)
    if isinstance(kind, Instant):
        return datetime.fromisoformat(value)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(value)
    return float(value) if isinstance(kind, sa.Double) else value


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is int:
        return float(value)
    if kind is dict:
        return {
            name: each if (of := type(each)) in _AS_THEY_ARE else float(each) if of is int else _plain(each)
            for name, each in value.items()
        }
    if isinstance(value, str):  # a member of an enumeration: as the database gives it back
        return str(value)
    return [_plain(each) for each in value]
