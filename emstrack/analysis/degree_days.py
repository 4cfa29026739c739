"""Degree-days of any period at any balance point by cumulative sums (docs/methods.md, M-4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.daily_series import DailySeries, Sums

LEAST_WEATHER = 0.9
"""Fraction of a period's days that need a temperature, else the period is left out (M-4.3)."""


@dataclass(frozen=True, slots=True)
class DegreeDays:
    """Cumulative cooling degree-days of some stations at each balance point of a grid.

    Heating degree-days follow from them: ``HDD(b) = CDD(b) − Σ(T − b)``.

    Parameters
    ----------
    grid : ndarray of float64
        Balance points, rising. [°C]
    temperature : Sums
        Of the daily mean temperatures. [°C d]
    cooling : ndarray of float64, shape (stations, days + 1, points)
        [°C d]
    above : ndarray of int32, same shape
        Days warmer than the point. [d]
    """

    grid: NDArray[np.float64]
    temperature: Sums
    cooling: NDArray[np.float64]
    above: NDArray[np.int32]

    @classmethod
    def of(cls, temperatures: DailySeries, grid: NDArray[np.float64]) -> DegreeDays:
        """Return the tables of daily mean temperatures [°C] on a grid [°C]."""
        excess = temperatures.values[:, :, None] - grid
        known = ~np.isnan(excess)
        shape = (excess.shape[0], excess.shape[1] + 1, len(grid))
        above = np.zeros(shape, dtype=np.int32)
        np.cumsum(known & (excess > 0), axis=1, out=above[:, 1:])
        cooling = np.zeros(shape)
        np.cumsum(np.where(known, np.maximum(excess, 0.0), 0.0), axis=1, out=cooling[:, 1:])
        return cls(grid, temperatures.sums(), cooling, above)

    def mean_cooling(
        self, row: NDArray[np.int64], start: NDArray[np.datetime64], end: NDArray[np.datetime64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return cooling degree-days per day at every point, and the mean temperature.

        Parameters
        ----------
        row : ndarray of int64, shape (meters,)
        start, end : ndarray of datetime64[D], shape (meters, periods)

        Returns
        -------
        cooling : ndarray, shape (meters, periods, points)
            [°C d / d]
        temperature : ndarray, shape (meters, periods)
            NaN where too few days have a temperature. [°C]
        """
        low, high = self.temperature.place(start), self.temperature.place(end)
        at = row[:, None]
        known = (self.temperature.count[at, high] - self.temperature.count[at, low]).astype(np.float64)
        days = (end - start).astype(np.float64)
        enough = (known > 0) & (known >= LEAST_WEATHER * days)
        known = np.where(enough, known, np.nan)
        cooling = self.cooling[at, high] - self.cooling[at, low]
        cooling /= known[:, :, None]
        return cooling, (self.temperature.total[at, high] - self.temperature.total[at, low]) / known

    def at_points(
        self,
        row: NDArray[np.int64],
        start: NDArray[np.datetime64],
        end: NDArray[np.datetime64],
        point: NDArray[np.int64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return, at one point of the grid per meter, cooling and heating degree-days per day and the share above it.

        Parameters
        ----------
        row, point : ndarray of int64, shape (meters,)
        start, end : ndarray of datetime64[D], shape (meters, periods)
        """
        low, high = self.temperature.place(start), self.temperature.place(end)
        at, g = row[:, None], point[:, None]
        known = (self.temperature.count[at, high] - self.temperature.count[at, low]).astype(np.float64)
        enough = (known > 0) & (known >= LEAST_WEATHER * (end - start).astype(np.float64))
        known = np.where(enough, known, np.nan)
        cooling = (self.cooling[at, high, g] - self.cooling[at, low, g]) / known
        warmer = (self.above[at, high, g] - self.above[at, low, g]) / known
        mean = (self.temperature.total[at, high] - self.temperature.total[at, low]) / known
        return cooling, np.maximum(cooling - (mean - self.grid[g]), 0.0), warmer


def whole_degrees(temperatures: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the whole degrees from the coldest to the warmest of some daily means [°C]."""
    known = temperatures[~np.isnan(temperatures)]
    if not len(known):
        return np.zeros(0)
    return np.arange(np.ceil(known.min()), np.floor(known.max()) + 1)
