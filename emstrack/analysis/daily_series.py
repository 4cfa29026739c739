"""Series by day (temperatures, drivers) as cumulative sums, so that any period costs two look-ups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_NO_DAY = np.datetime64("2000-01-01", "D")


@dataclass(frozen=True, slots=True)
class DailySeries:
    """Values of several rows (stations; or a site's drivers) on consecutive days, missing ones NaN.

    Parameters
    ----------
    first : datetime64[D]
        Day of the first column.
    values : ndarray of float64, shape (rows, days)
    """

    first: np.datetime64
    values: NDArray[np.float64]

    @classmethod
    def empty(cls, rows: int = 0) -> Self:
        """Return rows that have no day."""
        return cls(_NO_DAY, np.full((rows, 0), np.nan))

    @classmethod
    def of_days(cls, row: ArrayLike, day: ArrayLike, value: ArrayLike, rows: int) -> Self:
        """Return the series of single days; of two values for one day the later one stands."""
        at, days = np.asarray(row, dtype=np.int64), np.asarray(day, dtype="datetime64[D]")
        if not len(at):
            return cls.empty(rows)
        first = days.min()
        values = np.full((rows, int((days.max() - first).astype(np.int64)) + 1), np.nan)
        values[at, (days - first).astype(np.int64)] = np.asarray(value, dtype=np.float64)
        return cls(first, values)

    @classmethod
    def of_periods(
        cls, row: ArrayLike, start: ArrayLike, end: ArrayLike, value: ArrayLike, rows: int, level: ArrayLike = False
    ) -> Self:
        """Return the series of values over periods, each day an equal share (M-3.2).

        Parameters
        ----------
        row, start, end, value : array_like
            One entry per dated value; periods half-open.
        rows : int
            How many rows the series has.
        level : array_like of bool
            Where true, the value holds on each day (occupants, floor area) rather than being shared among the days.

        Returns
        -------
        DailySeries
            Days on which two values of one row lie are missing: nobody knows which holds.
        """
        at = np.asarray(row, dtype=np.int64)
        begin, until = np.asarray(start, dtype="datetime64[D]"), np.asarray(end, dtype="datetime64[D]")
        if not len(at):
            return cls.empty(rows)
        first = begin.min()
        width = int((until.max() - first).astype(np.int64))
        low, high = (begin - first).astype(np.int64), (until - first).astype(np.int64)
        share = np.asarray(value, dtype=np.float64) / np.where(level, 1, np.maximum(high - low, 1))
        owner = np.repeat(np.arange(len(at)), high - low)
        day = np.arange(len(owner)) - np.repeat(np.cumsum(high - low) - (high - low), high - low) + low[owner]
        values = np.full((rows, width), np.nan)
        values[at[owner], day] = share[owner]
        count = np.bincount(at[owner] * width + day, minlength=rows * width).reshape(rows, width)
        values[count > 1] = np.nan
        return cls(first, values)

    def sums(self) -> Sums:
        """Return the cumulative sums, to look up many periods."""
        known = ~np.isnan(self.values)
        shape = (self.values.shape[0], self.values.shape[1] + 1)
        total, count = np.zeros(shape), np.zeros(shape, dtype=np.int32)
        np.cumsum(np.where(known, self.values, 0.0), axis=1, out=total[:, 1:])
        np.cumsum(known, axis=1, out=count[:, 1:])
        return Sums(self.first, total, count)


@dataclass(frozen=True, slots=True)
class Sums:
    """Cumulative sums of a `DailySeries` and how many days are known."""

    first: np.datetime64
    total: NDArray[np.float64]
    count: NDArray[np.int32]

    def place(self, day: NDArray[np.datetime64]) -> NDArray[np.int64]:
        """Return the edge index of days, cut to the days there are."""
        places: NDArray[np.int64] = np.clip((day - self.first).astype(np.int64), 0, self.total.shape[1] - 1)
        return places

    def over(
        self, row: NDArray[np.int64], start: NDArray[np.datetime64], end: NDArray[np.datetime64]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return the sum over each period, and how many of its days are known.

        Parameters
        ----------
        row : ndarray of int64
            Broadcast against the periods; a negative row has no day.
        start, end : ndarray of datetime64[D]
        """
        low, high = self.place(start), self.place(end)
        if not len(self.total):
            shape = np.broadcast_shapes(np.shape(row), np.shape(start))
            return np.zeros(shape), np.zeros(shape, dtype=np.int64)
        known = np.where(row >= 0, self.count[row, high].astype(np.int64) - self.count[row, low], 0)
        return np.where(row >= 0, self.total[row, high] - self.total[row, low], 0.0), known


def mean_over(
    sums: Sums,
    row: NDArray[np.int64],
    start: NDArray[np.datetime64],
    end: NDArray[np.datetime64],
    *,
    least: float = 1.0,
) -> NDArray[np.float64]:
    """Return the mean per day over each period; NaN where fewer than the least fraction of its days is known."""
    total, known = sums.over(row, start, end)
    days = (end - start).astype(np.int64)
    enough = (known > 0) & (known >= least * days - 1e-9)
    return np.where(enough, total / np.maximum(known, 1), np.nan)
