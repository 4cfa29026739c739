"""What a meter usually uses, from its own months, and whether a typed quantity looks like it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

FEWEST_MONTHS = 4
"""With fewer months there is no usual range."""
_TO_SIGMA = 1.4826
_SPREADS = 3.0
_NARROWEST = 0.15
_LAST_YEAR = 0.25
_SLIP = (7.0, 14.0)


@dataclass(frozen=True, slots=True)
class UsualRange:
    """The range a meter's use per day usually lies in.

    Parameters
    ----------
    middle : float
        Median. [unit/d]
    low, high : float
        Median ± three robust spreads (median absolute deviation × 1.4826), at least ± 15 %. [unit/d]
    """

    middle: float
    low: float
    high: float


def usual_range(rates: Sequence[float]) -> UsualRange | None:
    """Return the usual range of use per day, or None where too few months are known.

    Parameters
    ----------
    rates : sequence of float
        Use per day of the meter's complete months. [unit/d]
    """
    if len(rates) < FEWEST_MONTHS:
        return None
    middle = median(rates)
    spread = median([abs(rate - middle) for rate in rates]) * _TO_SIGMA * _SPREADS
    half = max(spread, abs(middle) * _NARROWEST)
    return UsualRange(middle, max(0.0, middle - half), middle + half)


def unusual(rate: float, usual: UsualRange | None, *, last_year: float | None = None) -> str:
    """Return the code of what is odd about a use per day; empty where nothing is.

    Parameters
    ----------
    rate : float
        The typed quantity per day. [unit/d]
    usual : UsualRange or None
        None says nothing.
    last_year : float or None
        Use per day of the same month last year: near it, nothing is odd. [unit/d]

    Returns
    -------
    str
        ``entry.ten_times``, ``entry.a_tenth``, ``entry.above_usual``, ``entry.below_usual`` or empty.
    """
    if usual is None or usual.low <= rate <= usual.high:
        return ""
    if last_year is not None and abs(rate - last_year) <= _LAST_YEAR * abs(last_year):
        return ""
    if usual.middle > 0 and rate > 0:
        times = rate / usual.middle
        if _SLIP[0] <= times <= _SLIP[1]:
            return "entry.ten_times"
        if _SLIP[0] <= 1 / times <= _SLIP[1]:
            return "entry.a_tenth"
    return "entry.above_usual" if rate > usual.high else "entry.below_usual"
