"""Bills and deliveries to calendar months, by the day, for many meters at once (docs/methods.md, M-1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.readings import ACTUAL, DAY, OPENING, Readings
from emstrack.analysis.shares import split_evenly
from emstrack.domain.readings import CalendarMode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MODES = tuple(CalendarMode)
PRO_RATA, WHOLE_MONTH, BETWEEN_DELIVERIES = range(len(MODES))
"""Codes of the modes in a column: their places in `MODES`."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """Which reading gave how much to which month; a reading's parts add up to the reading.

    Parameters
    ----------
    reading : ndarray of int64
        Index into the readings given; sorted.
    month : ndarray of datetime64[M]
    days : ndarray of int64
        Days of the reading in the month. [d]
    quantity : ndarray of float64
        [canonical unit]
    cost : ndarray of int64
        Ten-thousandths of the currency; parts of a bill add up to the printed cost exactly.
    """

    reading: NDArray[np.int64]
    month: NDArray[np.datetime64]
    days: NDArray[np.int64]
    quantity: NDArray[np.float64]
    cost: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MonthlyValues:
    """One row per meter and month touched, sorted by meter and month.

    Parameters
    ----------
    meter : ndarray of int64
    month : ndarray of datetime64[M]
    quantity : ndarray of float64
        [canonical unit]
    cost : ndarray of int64
        Ten-thousandths of the currency.
    has_cost : ndarray of bool
        Whether any reading of the month has a cost.
    priced_quantity : ndarray of float64
        The part of the quantity that the cost pays for. [canonical unit]
    days : ndarray of int64
        Days of the month. [d]
    covered_days : ndarray of int64
        Days on which an actual or estimated reading lies. [d]
    estimated_days : ndarray of int64
        Covered days that rest on estimated readings alone. [d]
    """

    meter: NDArray[np.int64]
    month: NDArray[np.datetime64]
    quantity: NDArray[np.float64]
    cost: NDArray[np.int64]
    has_cost: NDArray[np.bool_]
    priced_quantity: NDArray[np.float64]
    days: NDArray[np.int64]
    covered_days: NDArray[np.int64]
    estimated_days: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many meter-months there are."""
        return len(self.meter)

    @property
    def coverage(self) -> NDArray[np.float64]:
        """Covered days ÷ days of the month [fraction]."""
        return self.covered_days / self.days

    @property
    def estimated(self) -> NDArray[np.float64]:
        """Covered days resting on estimated readings ÷ covered days; 0 where none is covered [fraction]."""
        return self.estimated_days / np.maximum(self.covered_days, 1)

    @property
    def complete(self) -> NDArray[np.bool_]:
        """Whether a month may be published (M-1.3): every day is covered."""
        complete: NDArray[np.bool_] = self.covered_days == self.days
        return complete


def calendarize(readings: Readings, modes: Sequence[CalendarMode] | NDArray[np.int8] | None = None) -> MonthlyValues:
    """Return the monthly values of all meters.

    Implements M-1.1 to M-1.7 of docs/methods.md.

    Parameters
    ----------
    readings : Readings
        Of any number of meters, in any order.
    modes : sequence of CalendarMode, or ndarray of their codes, one per meter; optional
        Pro rata for all when left out.

    Returns
    -------
    MonthlyValues
        Only months that a reading touches: missing is never zero.
    """
    return calendarize_with_allocation(readings, modes)[0]


def calendarize_with_allocation(
    readings: Readings, modes: Sequence[CalendarMode] | NDArray[np.int8] | None = None
) -> tuple[MonthlyValues, Allocation]:
    """Return the monthly values and how each reading was split to make them (for a page that shows it)."""
    used, start, end = effective_dates(readings, modes)
    allocation = _allocate(readings, used, start, end)
    return _gather(readings, allocation, used, start, end), allocation


def effective_dates(
    readings: Readings, modes: Sequence[CalendarMode] | NDArray[np.int8] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Return which readings give anything, and the dates each is used up over in its meter's mode (M-1.6, M-1.7).

    Returns
    -------
    used : ndarray of int64
        Indices of readings; openings and deliveries still being used up are left out.
    start, end : ndarray of datetime64[D]
        Of all readings given; meaningful for the used ones.
    """
    codes = _codes(readings, modes)
    used = np.flatnonzero((readings.kind != OPENING) & (readings.end > readings.start))
    start, end = readings.start.copy(), readings.end.copy()
    used = _spread_deliveries(readings, codes, used, start, end)
    _widen_to_whole_months(codes, used, start, end)
    return used, start, end


def _codes(readings: Readings, modes: Sequence[CalendarMode] | NDArray[np.int8] | None) -> NDArray[np.int8]:
    if modes is None:
        return np.zeros(len(readings), dtype=np.int8)
    if isinstance(modes, np.ndarray):
        per_meter = modes.astype(np.int8, copy=False)
    else:
        per_meter = np.array([MODES.index(CalendarMode(mode)) for mode in modes], dtype=np.int8)
    return per_meter[readings.meter]


def _spread_deliveries(
    readings: Readings,
    codes: NDArray[np.int8],
    used: NDArray[np.int64],
    start: NDArray[np.datetime64],
    end: NDArray[np.datetime64],
) -> NDArray[np.int64]:
    """End each delivery where the meter's next one starts (M-1.7); the last stays open and gives nothing yet."""
    delivered = used[codes[used] == BETWEEN_DELIVERIES]
    if not len(delivered):
        return used
    ordered = delivered[np.lexsort((start[delivered], readings.meter[delivered]))]
    meter, begin = readings.meter[ordered], start[ordered]
    first_of_day = np.r_[True, (meter[1:] != meter[:-1]) | (begin[1:] != begin[:-1])]
    group = np.cumsum(first_of_day) - 1
    heads = np.flatnonzero(first_of_day)
    following = np.append(heads[1:], -1)
    has_next = (following >= 0) & (meter[following] == meter[heads])
    end[ordered] = begin[following][group]
    still_open = np.zeros(len(readings), dtype=bool)
    still_open[ordered] = ~has_next[group]
    return used[~still_open[used]]


def _widen_to_whole_months(
    codes: NDArray[np.int8],
    used: NDArray[np.int64],
    start: NDArray[np.datetime64],
    end: NDArray[np.datetime64],
) -> None:
    """Give a reading whole to the month that has most of its days, the earlier one of two equals (M-1.6)."""
    whole = used[codes[used] == WHOLE_MONTH]
    if not len(whole):
        return
    row, month, days = pieces(start[whole], end[whole])
    best = np.lexsort((month, -days, row))
    first = best[np.r_[True, row[best][1:] != row[best][:-1]]] if len(best) else best
    start[whole] = month[first].astype("datetime64[D]")
    end[whole] = (month[first] + 1).astype("datetime64[D]")


def pieces(
    start: NDArray[np.datetime64], end: NDArray[np.datetime64]
) -> tuple[NDArray[np.int64], NDArray[np.datetime64], NDArray[np.int64]]:
    """Cut periods at month ends; return the row of each piece, its month and its days."""
    first = start.astype("datetime64[M]")
    count = ((end - DAY).astype("datetime64[M]") - first).astype(np.int64) + 1
    count = np.where(end > start, count, 0)
    row = np.repeat(np.arange(len(start)), count)
    within = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    month = first[row] + within
    low = np.maximum(start[row], month.astype("datetime64[D]"))
    high = np.minimum(end[row], (month + 1).astype("datetime64[D]"))
    return row, month, (high - low).astype(np.int64)


def _allocate(
    readings: Readings, used: NDArray[np.int64], start: NDArray[np.datetime64], end: NDArray[np.datetime64]
) -> Allocation:
    row, month, days = pieces(start[used], end[used])
    reading = used[row]
    total = (end - start)[reading].astype(np.int64)
    quantity = readings.quantity[reading] * (days / np.maximum(total, 1))
    cost = split_evenly(readings.cost[used], row, days)
    return Allocation(reading, month, days, quantity, cost)


def _gather(
    readings: Readings,
    allocation: Allocation,
    used: NDArray[np.int64],
    start: NDArray[np.datetime64],
    end: NDArray[np.datetime64],
) -> MonthlyValues:
    meter = readings.meter[allocation.reading]
    key = _keys(meter, allocation.month)
    keys, place = np.unique(key, return_inverse=True)
    size = len(keys)
    priced = readings.has_cost[allocation.reading]
    cost = np.zeros(size, dtype=np.int64)
    np.add.at(cost, place, np.where(priced, allocation.cost, 0))
    month = np.asarray((keys & _MONTHS) + _FIRST, dtype="datetime64[M]")
    covering = used[readings.covers[used]]
    covered = _covered_days(readings.meter, start, end, covering, keys)
    actual = _covered_days(readings.meter, start, end, covering[readings.kind[covering] == ACTUAL], keys)
    return MonthlyValues(
        meter=keys >> _BITS,
        month=month,
        quantity=np.bincount(place, allocation.quantity, size).astype(np.float64),
        cost=cost,
        has_cost=np.bincount(place, priced, size) > 0,
        priced_quantity=np.bincount(place, np.where(priced, allocation.quantity, 0.0), size).astype(np.float64),
        days=((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64),
        covered_days=covered,
        estimated_days=covered - actual,
    )


_BITS = 20
_MONTHS = (1 << _BITS) - 1
_FIRST = np.int64(-(1 << (_BITS - 1)))


def _keys(meter: NDArray[np.int64], month: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """One sortable number per meter and month."""
    return (meter << _BITS) | (month.astype(np.int64) - _FIRST)


def _covered_days(
    meter: NDArray[np.int64],
    start: NDArray[np.datetime64],
    end: NDArray[np.datetime64],
    which: NDArray[np.int64],
    keys: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Count the days of each meter-month on which one of these readings lies, each day once (M-1.5)."""
    if not len(which):
        return np.zeros(len(keys), dtype=np.int64)
    ordered = which[np.lexsort((start[which], meter[which]))]
    of, begin, until = meter[ordered], start[ordered].astype(np.int64), end[ordered].astype(np.int64)
    base = of * (1 << 32)
    reached = np.maximum.accumulate(base + until)  # a later meter's base lies above every day of an earlier one
    begin[1:] = np.maximum(begin[1:], reached[:-1] - base[1:])
    row, month, days = pieces(begin.astype("datetime64[D]"), until.astype("datetime64[D]"))
    place = np.searchsorted(keys, _keys(of[row], month))
    return np.bincount(place, days, len(keys)).astype(np.int64)
