"""Deliveries into a tank whose level is measured: what was used between two measurements (docs/methods.md, M-1.9)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

import numpy as np

from emstrack.analysis.calendarization import MODES, PRO_RATA
from emstrack.analysis.readings import ACTUAL, DAY, ESTIMATED, OPENING, Readings
from emstrack.domain.readings import CalendarMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

STOCK = -1
"""The source of a row that is no reading: what the tank gave, or took in."""
_METER = 1 << 32
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class StockLevels:
    """What was in the tanks, as columns of equal length, in any order; one level per meter and day.

    Parameters
    ----------
    meter : ndarray of int64
        Index of the meter, as in the readings.
    day : ndarray of datetime64[D]
        The level is that at the end of this day.
    quantity : ndarray of float64
        [canonical unit]
    """

    meter: NDArray[np.int64]
    day: NDArray[np.datetime64]
    quantity: NDArray[np.float64]

    @classmethod
    def of(cls, meter: ArrayLike, day: ArrayLike, quantity: ArrayLike) -> Self:
        """Return levels from any array-likes."""
        meters = np.asarray(meter, dtype=np.int64)
        return cls(meters, np.asarray(day, dtype="datetime64[D]"), np.asarray(quantity, dtype=np.float64))

    def __len__(self) -> int:
        """Return how many levels there are."""
        return len(self.meter)


@dataclass(frozen=True, slots=True)
class ImpossibleUse:
    """Stretches between two levels in which the stock grew by more than was delivered.

    Parameters
    ----------
    meter : ndarray of int64
    start, end : ndarray of datetime64[D]
        Half-open.
    opening, delivered, closing : ndarray of float64
        [canonical unit]
    """

    meter: NDArray[np.int64]
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    opening: NDArray[np.float64]
    delivered: NDArray[np.float64]
    closing: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Settled:
    """Readings in which every delivery into a measured tank stands on the days it was used over.

    Parameters
    ----------
    readings : Readings
        Those of other meters as they were; then, per stretch, its deliveries and what the tank gave or took in.
    modes : ndarray of int8
        Code of each meter's mode; a settled meter's rows are split by the day.
    source : ndarray of int64
        Index into the readings given; `STOCK` for what the tank gave or took in.
    impossible : ImpossibleUse
    """

    readings: Readings
    modes: NDArray[np.int8]
    source: NDArray[np.int64]
    impossible: ImpossibleUse


@dataclass(frozen=True, slots=True)
class _Stretches:
    """From each knot (a level, or a delivery outside of all levels) to the meter's next one."""

    meter: NDArray[np.int64]
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    opening: NDArray[np.float64]
    closing: NDArray[np.float64]
    closed: NDArray[np.bool_]
    from_level: NDArray[np.bool_]
    to_level: NDArray[np.bool_]


def settle_stock(readings: Readings, modes: Sequence[CalendarMode] | NDArray[np.int8], levels: StockLevels) -> Settled:
    """Put the deliveries of the meters with levels on the days they were used over.

    Implements M-1.9 of docs/methods.md. Without levels nothing changes.

    Parameters
    ----------
    readings : Readings
    modes : sequence of CalendarMode, or ndarray of their codes, one per meter
    levels : StockLevels
        Of meters whose readings are deliveries.

    Returns
    -------
    Settled
    """
    codes = _codes(modes)
    delivered = np.flatnonzero(
        np.isin(readings.meter, levels.meter) & (readings.kind != OPENING) & (readings.end > readings.start)
    )
    if not len(levels):
        return Settled(readings, codes, np.arange(len(readings)), _impossible(None, np.zeros(0, np.int64), np.zeros(0)))
    stretches = _stretches(readings, delivered, levels)
    keys = _keys(stretches.meter, stretches.start)
    of = np.searchsorted(keys, _keys(readings.meter[delivered], readings.start[delivered]), side="right") - 1
    total = np.bincount(of, readings.quantity[delivered], len(keys)).astype(np.float64)
    use = stretches.opening + total - stretches.closing
    fits = use >= -_TOLERANCE * np.maximum(stretches.closing, 1.0)
    used = stretches.closed & fits
    estimated = np.bincount(of, readings.kind[delivered] == ESTIMATED, len(keys)) > 0
    measured = stretches.from_level | stretches.to_level
    rest = np.setdiff1d(np.arange(len(readings)), delivered)
    kept = delivered[used[of]]
    moved = _moved(readings, kept, of[used[of]], stretches, measured & estimated)
    stock = _stock(stretches, np.flatnonzero(used & measured), estimated)
    settled = codes.copy()
    settled[np.unique(levels.meter)] = PRO_RATA
    refused = np.flatnonzero(stretches.closed & ~fits & stretches.from_level & stretches.to_level)
    return Settled(
        _joined(readings.take(rest), moved, stock),
        settled,
        np.concatenate([rest, kept, np.full(len(stock), STOCK)]),
        _impossible(stretches, refused, total),
    )


def _codes(modes: Sequence[CalendarMode] | NDArray[np.int8]) -> NDArray[np.int8]:
    if isinstance(modes, np.ndarray):
        return modes.astype(np.int8, copy=False)
    return np.array([MODES.index(CalendarMode(mode)) for mode in modes], dtype=np.int8)


def _keys(meter: NDArray[np.int64], day: NDArray[np.datetime64]) -> NDArray[np.int64]:
    keys: NDArray[np.int64] = meter * _METER + day.astype(np.int64)
    return keys


def _owner(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the meter of a key, also of a day before 1970."""
    owner: NDArray[np.int64] = (keys + _METER // 2) // _METER
    return owner


def _stretches(readings: Readings, delivered: NDArray[np.int64], levels: StockLevels) -> _Stretches:
    """Cut each meter's time at its levels, and before the first and after the last of them at its deliveries."""
    known = np.unique(_keys(levels.meter, levels.day + DAY))
    owners = _owner(known)
    begins = np.r_[True, owners[1:] != owners[:-1]]
    first, last = known[begins], known[np.r_[begins[1:], True]]
    brought = np.unique(_keys(readings.meter[delivered], readings.start[delivered]))
    at = np.searchsorted(owners[begins], _owner(brought))
    outside = brought[(brought < first[at]) | (brought > last[at])]
    keys = np.concatenate([known, outside])
    levels_in_order = levels.quantity[np.argsort(_keys(levels.meter, levels.day), kind="stable")]
    held = np.concatenate([levels_in_order, np.zeros(len(outside))])
    is_level = np.r_[np.ones(len(known), dtype=bool), np.zeros(len(outside), dtype=bool)]
    order = np.argsort(keys, kind="stable")
    keys, held, is_level = keys[order], held[order], is_level[order]
    following = np.minimum(np.arange(len(keys)) + 1, len(keys) - 1)
    meter = _owner(keys)
    day = (keys - meter * _METER).astype("datetime64[D]")
    closed = (meter[following] == meter) & (np.arange(len(keys)) < len(keys) - 1)
    return _Stretches(meter, day, day[following], held, held[following], closed, is_level, is_level[following])


def _moved(
    readings: Readings,
    kept: NDArray[np.int64],
    of: NDArray[np.int64],
    stretches: _Stretches,
    estimated: NDArray[np.bool_],
) -> Readings:
    """Return deliveries on the days of their stretch; one that is estimated makes the whole stretch so."""
    rows = readings.take(kept)
    doubtful = estimated[of] & (rows.kind == ACTUAL)
    kind = np.where(doubtful, np.int8(ESTIMATED), rows.kind)
    return Readings(rows.meter, stretches.start[of], stretches.end[of], rows.quantity, kind, rows.cost, rows.has_cost)


def _stock(stretches: _Stretches, which: NDArray[np.int64], estimated: NDArray[np.bool_]) -> Readings:
    """Return what the tank gave (positive) or took in (negative) over each stretch that a level bounds."""
    return Readings.of(
        stretches.meter[which],
        stretches.start[which],
        stretches.end[which],
        stretches.opening[which] - stretches.closing[which],
        kind=np.where(estimated[which], ESTIMATED, ACTUAL).astype(np.int8),
    )


def _joined(*parts: Readings) -> Readings:
    return Readings(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(Readings)))


def _impossible(
    stretches: _Stretches | None, which: NDArray[np.int64], delivered: NDArray[np.float64]
) -> ImpossibleUse:
    if stretches is None:
        none, days, whole = np.zeros(0), np.zeros(0, dtype="datetime64[D]"), np.zeros(0, dtype=np.int64)
        return ImpossibleUse(whole, days, days, none, none, none)
    return ImpossibleUse(
        stretches.meter[which],
        stretches.start[which],
        stretches.end[which],
        stretches.opening[which],
        delivered[which],
        stretches.closing[which],
    )
