"""Baselines without residuals: a fixed figure, the average month, use per driver unit (docs/methods.md, M-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.portfolio import Per

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.calendarization import MonthlyValues
    from emstrack.analysis.portfolio import Fixed
    from emstrack.analysis.reading_periods import Periods
    from emstrack.analysis.reporting import Pieces


def fixed_use(fixed: Fixed, pieces: Pieces, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return the agreed use of each segment (M-3.3).

    Parameters
    ----------
    fixed : Fixed
        [canonical unit per month or year]
    pieces : Pieces
    shape : tuple of int
        Meters, segments.

    Returns
    -------
    ndarray of float64, shape (meters, segments)
        A month's share by its days, or the year's by its own 365 or 366. [canonical unit]
    """
    unit = "M" if fixed.per is Per.MONTH else "Y"
    whole = pieces.month.astype(f"datetime64[{unit}]")
    length = ((whole + 1).astype("datetime64[D]") - whole.astype("datetime64[D]")).astype(np.int64)
    out = np.full(shape, np.nan)
    out[pieces.meter, pieces.segment] = 0.0
    np.add.at(out, (pieces.meter, pieces.segment), fixed.quantity * pieces.days / length)
    return out


def complete_months(monthly: MonthlyValues, periods: Periods) -> NDArray[np.bool_]:
    """Tell which monthly values are complete months wholly inside their meter's baseline period (M-2.3)."""
    start = monthly.month.astype("datetime64[D]")
    end = (monthly.month + 1).astype("datetime64[D]")
    inside = (start >= periods.start[monthly.meter]) & (end <= periods.end[monthly.meter])
    return monthly.complete & inside


def average_use(
    monthly: MonthlyValues, taken: NDArray[np.bool_], pieces: Pieces, shape: tuple[int, int]
) -> NDArray[np.float64]:
    """Return the use of the same calendar month of the baseline, per day, times the days (M-3.4).

    Parameters
    ----------
    monthly : MonthlyValues
        Of all meters.
    taken : ndarray of bool
        Which of them the baseline takes.
    pieces : Pieces
    shape : tuple of int
        Meters, segments.

    Returns
    -------
    ndarray of float64, shape (meters, segments)
        NaN where the calendar month has no complete value in the baseline. [canonical unit]
    """
    meters = shape[0]
    key = monthly.meter[taken] * 12 + monthly.month[taken].astype(np.int64) % 12
    use = np.bincount(key, monthly.quantity[taken], meters * 12)
    days = np.bincount(key, monthly.days[taken], meters * 12)
    rate = np.where(days > 0, use / np.maximum(days, 1), np.nan)
    out = np.full(shape, np.nan)
    out[pieces.meter, pieces.segment] = 0.0
    at = pieces.meter * 12 + pieces.month.astype(np.int64) % 12
    np.add.at(out, (pieces.meter, pieces.segment), rate[at] * pieces.days)
    return out


def intensity(
    monthly: MonthlyValues, taken: NDArray[np.bool_], driver: NDArray[np.float64], meters: int
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the use per driver unit over the baseline's complete months (M-3.5).

    Parameters
    ----------
    monthly : MonthlyValues
    taken : ndarray of bool
    driver : ndarray of float64
        The driver over each monthly value; NaN where missing. [driver unit]
    meters : int

    Returns
    -------
    rate : ndarray of float64, shape (meters,)
        NaN where the driver is missing or zero: not applicable is never zero. [canonical unit / driver unit]
    months : ndarray of int64, shape (meters,)
        Months behind it.
    """
    used = taken & ~np.isnan(driver)
    of = monthly.meter[used]
    use = np.bincount(of, monthly.quantity[used], meters)
    total = np.bincount(of, driver[used], meters)
    count = np.bincount(of, minlength=meters)
    return np.where(total > 0, use / np.where(total > 0, total, 1.0), np.nan), count
