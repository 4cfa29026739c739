"""The days a series of days lacks: how many, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True, slots=True)
class MissingDays:
    """Days without a value between the first and the last that have one.

    Parameters
    ----------
    days : int
        How many [d].
    first, last : datetime64[D]
        First and last day with a value; NaT where none has.
    start, end : ndarray of datetime64[D]
        Each gap, half-open, in order.
    """

    days: int
    first: np.datetime64
    last: np.datetime64
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]

    @property
    def longest(self) -> int:
        """Length of the longest gap [d]; 0 without one."""
        return int((self.end - self.start).astype(np.int64).max(initial=0))

    @property
    def longest_begins(self) -> np.datetime64:
        """First day of the longest gap; NaT without one."""
        return self.start[np.argmax(self.end - self.start)] if len(self.start) else _NO_DAY


def missing_days(day: NDArray[np.datetime64], value: NDArray[np.float64]) -> MissingDays:
    """Return the gaps of a series of days.

    Parameters
    ----------
    day : ndarray of datetime64[D], shape (n,)
        In any order.
    value : ndarray of float64, shape (n,)
        NaN counts as missing.

    Returns
    -------
    MissingDays
    """
    known = np.unique(day[~np.isnan(value)])
    if not len(known):
        return MissingDays(0, _NO_DAY, _NO_DAY, known, known)
    step = np.diff(known).astype(np.int64)
    at = np.flatnonzero(step > 1)
    return MissingDays(int((step[at] - 1).sum()), known[0], known[-1], known[at] + 1, known[at + 1])
