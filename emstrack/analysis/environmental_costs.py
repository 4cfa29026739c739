"""What energy, water, materials and waste cost a year, now and before the first measure (M-41)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]

YEAR = 12
NEVER = -1


@dataclass(frozen=True, slots=True)
class YearlyCosts:
    """Cost of a year of each meter; shape (meters,) each [currency/a], NaN where a month is missing.

    Parameters
    ----------
    now : ndarray of float
        The last twelve months that are known.
    before : ndarray of float
        The twelve months before the month of the site's first measure; NaN too where they reach into `now`.
    """

    now: Floats
    before: Floats

    @property
    def comparable(self) -> NDArray[np.bool_]:
        """Which meters have both years."""
        known: NDArray[np.bool_] = ~np.isnan(self.now) & ~np.isnan(self.before)
        return known


def yearly_costs(meter: Whole, month: Whole, cost: Floats, first_measure: Whole) -> YearlyCosts:
    """Return what a year of each meter cost, now and before (M-41.1, M-41.2).

    Parameters
    ----------
    meter : ndarray of int, shape (months,)
        Index of the meter; complete months with a cost alone.
    month : ndarray of int, shape (months,)
        Months since year 0.
    cost : ndarray of float, shape (months,)
        [currency]
    first_measure : ndarray of int, shape (meters,)
        Month of the first measure put in at the meter's site; `NEVER` where there is none.

    Returns
    -------
    YearlyCosts
        A year with a missing month is none: nothing is stretched.
    """
    meters = len(first_measure)
    last = np.full(meters, NEVER, dtype=np.int64)
    np.maximum.at(last, meter, month)
    now = _year(meter, month, cost, last - YEAR + 1)
    start = np.where(first_measure == NEVER, NEVER - YEAR, first_measure - YEAR)
    before = _year(meter, month, cost, start)
    apart = start + YEAR <= last - YEAR + 1
    return YearlyCosts(now, np.where(apart, before, np.nan))


def _year(meter: Whole, month: Whole, cost: Floats, start: Whole) -> Floats:
    inside = (month >= start[meter]) & (month < start[meter] + YEAR)
    months = np.bincount(meter[inside], minlength=len(start))
    sums = np.bincount(meter[inside], weights=cost[inside], minlength=len(start))
    return np.where(months == YEAR, sums, np.nan)
