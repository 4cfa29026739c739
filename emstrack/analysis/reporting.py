"""The reporting side: complete calendar months, or readings wholly inside (docs/methods.md, M-2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.calendarization import MonthlyValues, pieces

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.reading_periods import Periods, Rows


@dataclass(frozen=True, slots=True)
class Segments:
    """Stretches of time whose use is compared: months of some meters, readings of others; padded.

    Parameters
    ----------
    start, end : ndarray of datetime64[D], shape (meters, segments)
    days : ndarray of float64, shape (meters, segments)
        0 where there is none. [d]
    actual : ndarray of float64, shape (meters, segments)
        NaN where not wholly measured. [canonical unit]
    cost, priced : ndarray of float64, shape (meters, segments)
        What was paid [currency] for how much [canonical unit].
    coverage : ndarray of float64, shape (meters, segments)
        [fraction]
    """

    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    days: NDArray[np.float64]
    actual: NDArray[np.float64]
    cost: NDArray[np.float64]
    priced: NDArray[np.float64]
    coverage: NDArray[np.float64]


_MONEY = 10_000.0


def segments_of(
    monthly: MonthlyValues,
    rows: Rows,
    row_cost: NDArray[np.float64],
    row_priced: NDArray[np.float64],
    periods: Periods,
) -> Segments:
    """Return what each meter's reporting period is compared on.

    Parameters
    ----------
    monthly : MonthlyValues
        Of all meters.
    rows : Rows
        The readings that periods given in days take.
    row_cost, row_priced : ndarray, shape of the rows
        Cost [currency] of each, and the quantity it pays for [canonical unit].
    periods : Periods
    """
    first = periods.start.astype("datetime64[M]")
    last = (periods.end - np.timedelta64(1, "D")).astype("datetime64[M]")
    span = np.where(periods.in_months, (last - first).astype(np.int64) + 1, 0)
    meters = len(first)
    width = max(int(span.max(initial=0)), rows.days.shape[1])
    start = np.repeat(periods.start[:, None], width, axis=1)
    end = start.copy()
    days, actual, cost, priced, coverage = (np.zeros((meters, width)) for _ in range(5))
    actual[:] = np.nan
    step = np.arange(width)
    month = first[:, None] + step
    there = step < span[:, None]
    start[there] = month.astype("datetime64[D]")[there]
    end[there] = (month + 1).astype("datetime64[D]")[there]
    days[there] = (end - start)[there].astype(np.float64)
    place = (monthly.month - first[monthly.meter]).astype(np.int64)
    inside = (place >= 0) & (place < span[monthly.meter])
    at = (monthly.meter[inside], place[inside])
    actual[at] = np.where(monthly.complete, monthly.quantity, np.nan)[inside]
    coverage[at] = monthly.coverage[inside]
    cost[at] = (monthly.cost / _MONEY)[inside]
    priced[at] = monthly.priced_quantity[inside]
    by_days = np.flatnonzero(~periods.in_months)
    cut = rows.days.shape[1]
    start[by_days, :cut], end[by_days, :cut] = rows.start[by_days], rows.end[by_days]
    days[by_days, :cut] = rows.days[by_days]
    actual[by_days, :cut] = np.where(rows.days[by_days] > 0, rows.use[by_days], np.nan)
    coverage[by_days, :cut] = rows.days[by_days] > 0
    cost[by_days, :cut], priced[by_days, :cut] = row_cost[by_days], row_priced[by_days]
    return Segments(start, end, days, actual, cost, priced, coverage)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Segments cut at month ends.

    Parameters
    ----------
    meter, segment : ndarray of int64
    month : ndarray of datetime64[M]
    days : ndarray of int64
        [d]
    """

    meter: NDArray[np.int64]
    segment: NDArray[np.int64]
    month: NDArray[np.datetime64]
    days: NDArray[np.int64]


def cut_at_months(segments: Segments) -> Pieces:
    """Return the pieces of all segments by calendar month."""
    meter, segment = np.nonzero(segments.days > 0)
    row, month, days = pieces(segments.start[meter, segment], segments.end[meter, segment])
    return Pieces(meter[row], segment[row], month, days)
