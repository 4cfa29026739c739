"""Which readings a period takes, padded to (meters, rows): what a baseline is fitted on (docs/methods.md, M-2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.calendarization import effective_dates
from emstrack.analysis.readings import ESTIMATED, Readings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emstrack.domain.readings import CalendarMode


@dataclass(frozen=True, slots=True)
class Periods:
    """A period per meter.

    Parameters
    ----------
    start, end : ndarray of datetime64[D], shape (meters,)
        Half-open.
    in_months : ndarray of bool, shape (meters,)
        Whether it was given in months; then readings snap to it.
    """

    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    in_months: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rows:
    """Readings of each meter in order of time, padded.

    Parameters
    ----------
    reading : ndarray of int64, shape (meters, rows)
        Index into the readings given; -1 where there is none.
    start, end : ndarray of datetime64[D], shape (meters, rows)
        Equal where there is none.
    use : ndarray of float64, shape (meters, rows)
        [canonical unit]
    days : ndarray of float64, shape (meters, rows)
        0 where there is none. [d]
    estimated : ndarray of bool, shape (meters, rows)
    """

    reading: NDArray[np.int64]
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    use: NDArray[np.float64]
    days: NDArray[np.float64]
    estimated: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Measured(Readings):
    """Readings that a model is fitted on, one per meter and stretch of days.

    Parameters
    ----------
    priced : ndarray of float64
        What its cost pays for: less than the quantity where a tank gave, more where it took in. [canonical unit]
    """

    priced: NDArray[np.float64]


def measured_readings(
    readings: Readings, modes: Sequence[CalendarMode] | NDArray[np.int8] | None = None
) -> tuple[Measured, NDArray[np.int64]]:
    """Return actual and estimated readings on the dates they are used up over, corrections added in.

    Implements M-2.4: an adjusted or credit reading changes the quantity of the readings it overlaps, by the day;
    readings that are used up over the same days (deliveries of one day, what a tank gave) are one.

    Returns
    -------
    Measured
        Sorted by meter and start.
    ndarray of int64
        Their indices in the readings given, the first of those that became one.
    """
    used, start, end = effective_dates(readings, modes)
    covers = readings.covers[used]
    base = used[covers]
    base = base[np.lexsort((end[base], start[base], readings.meter[base]))]
    quantity = readings.quantity[base].copy()
    corrections = used[~covers]
    if len(corrections) and len(base):
        _add_corrections(readings, corrections, base, start, end, quantity)
    return _one_per_stretch(readings, base, start[base], end[base], quantity)


def _one_per_stretch(
    readings: Readings,
    base: NDArray[np.int64],
    start: NDArray[np.datetime64],
    end: NDArray[np.datetime64],
    quantity: NDArray[np.float64],
) -> tuple[Measured, NDArray[np.int64]]:
    """Add up what lies on the same days; estimated if any part is."""
    meter, kind, has_cost = readings.meter[base], readings.kind[base], readings.has_cost[base]
    differs = (meter[1:] != meter[:-1]) | (start[1:] != start[:-1]) | (end[1:] != end[:-1])
    head = np.flatnonzero(np.r_[np.ones(min(len(base), 1), dtype=bool), differs])
    if len(head) == len(base):
        priced = np.where(has_cost, quantity, 0.0)
        return Measured(meter, start, end, quantity, kind, readings.cost[base], has_cost, priced), base
    measured = Measured(
        meter[head],
        start[head],
        end[head],
        np.add.reduceat(quantity, head),
        np.maximum.reduceat(kind, head),
        np.add.reduceat(np.where(has_cost, readings.cost[base], 0), head),
        np.maximum.reduceat(has_cost, head),
        np.add.reduceat(np.where(has_cost, quantity, 0.0), head),
    )
    return measured, base[head]


def _add_corrections(
    readings: Readings,
    corrections: NDArray[np.int64],
    base: NDArray[np.int64],
    start: NDArray[np.datetime64],
    end: NDArray[np.datetime64],
    quantity: NDArray[np.float64],
) -> None:
    scale = 1 << 32
    key_end = readings.meter[base] * scale + end[base].astype(np.int64)
    key_end = np.maximum.accumulate(key_end)
    key_start = readings.meter[base] * scale + start[base].astype(np.int64)
    low = np.searchsorted(key_end, readings.meter[corrections] * scale + start[corrections].astype(np.int64), "right")
    high = np.searchsorted(key_start, readings.meter[corrections] * scale + end[corrections].astype(np.int64), "left")
    count = np.maximum(high - low, 0)
    which = np.repeat(np.arange(len(corrections)), count)
    at = np.arange(len(which)) - np.repeat(np.cumsum(count) - count, count) + low[which]
    of = corrections[which]
    days = (np.minimum(end[of], end[base[at]]) - np.maximum(start[of], start[base[at]])).astype(np.int64)
    share = np.maximum(days, 0) / (end[of] - start[of]).astype(np.int64)
    np.add.at(quantity, at, readings.quantity[of] * share)


def rows_of(readings: Readings, periods: Periods) -> tuple[Rows, NDArray[np.int64]]:
    """Return the readings that each meter's period takes, and those that straddle its ends.

    Implements M-2.1 (months: more than half of a reading's days inside) and M-2.2 (days: wholly inside).

    Parameters
    ----------
    readings : Readings
        As of `measured_readings`.
    periods : Periods
        One per meter.

    Returns
    -------
    Rows
    ndarray of int64
        Readings that a period given in days cuts.
    """
    low, high = periods.start[readings.meter], periods.end[readings.meter]
    snapping = periods.in_months[readings.meter]
    inside = (np.minimum(readings.end, high) - np.maximum(readings.start, low)).astype(np.int64)
    days = readings.days
    taken = np.where(snapping, 2 * inside > days, inside == days)
    straddling = np.flatnonzero(~snapping & (inside > 0) & (inside < days))
    return padded(readings, np.flatnonzero(taken), len(periods.start)), straddling


def padded(readings: Readings, which: NDArray[np.int64], meters: int) -> Rows:
    """Return some readings, sorted by meter and start, as (meters, rows)."""
    meter = readings.meter[which]
    count = np.bincount(meter, minlength=meters)
    width = int(count.max()) if len(which) else 0
    place = np.full((meters, width), -1, dtype=np.int64)
    within = np.arange(len(which)) - (np.cumsum(count) - count)[meter]
    place[meter, within] = which
    there = place >= 0
    if not len(which):
        none = np.zeros((meters, width), dtype="datetime64[D]")
        zero = np.zeros((meters, width))
        return Rows(place, none, none, zero, zero, there)
    at = np.maximum(place, 0)
    start = np.where(there, readings.start[at], readings.start[which[0]])
    end = np.where(there, readings.end[at], readings.start[which[0]])
    return Rows(
        reading=place,
        start=start,
        end=end,
        use=np.where(there, readings.quantity[at], 0.0),
        days=np.where(there, readings.days[at], 0).astype(np.float64),
        estimated=there & (readings.kind[at] == ESTIMATED),
    )
