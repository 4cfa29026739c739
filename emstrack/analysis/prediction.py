"""What the baseline's model says of other periods, and how sure it is (docs/methods.md, M-4.7 and M-5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.degree_days import DegreeDays
from emstrack.analysis.student import two_sided_t

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.daily_series import DailySeries
    from emstrack.analysis.models import Fits

CONFIDENCE = 0.9
_BLOCK = 512


@dataclass(frozen=True, slots=True)
class ReportingPeriods:
    """What savings are reported on: calendar months, or readings; never passed for a baseline.

    Parameters
    ----------
    start, end : ndarray of datetime64[D], shape (meters, periods)
    actual : ndarray of float64, shape (meters, periods)
        Measured use; NaN where it is not wholly measured. [canonical unit]
    days : ndarray of float64, shape (meters, periods)
        0 where a meter has no such period. [d]
    drivers : ndarray of float64, shape (meters, periods, drivers)
        Each driver per day; NaN where missing.
    station : ndarray of int64, shape (meters,)
    """

    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    actual: NDArray[np.float64]
    days: NDArray[np.float64]
    drivers: NDArray[np.float64]
    station: NDArray[np.int64]


def gradients(fits: Fits, wanted: ReportingPeriods, temperatures: DailySeries) -> NDArray[np.float64]:
    """Return how each period's predicted use moves with each parameter.

    Parameters
    ----------
    fits : Fits
        One per meter.
    wanted : ReportingPeriods
    temperatures : DailySeries
        [°C]

    Returns
    -------
    ndarray, shape (meters, periods, columns + 2)
        Base, drivers, heating, cooling, heating point, cooling point; NaN where a driver or temperature that the
        model uses is missing.
    """
    drivers = np.where(fits.used[:, None, 1:-2], wanted.drivers, 0.0)
    meters, periods = wanted.days.shape
    out = np.zeros((meters, periods, drivers.shape[2] + 5))
    out[:, :, 0] = 1.0
    out[:, :, 1:-4] = drivers
    hot, cold = ~np.isnan(fits.cooling_point), ~np.isnan(fits.heating_point)
    needy = np.flatnonzero(hot | cold)
    grid = np.unique(np.concatenate([fits.heating_point[cold], fits.cooling_point[hot]]))
    span = _span(wanted)
    needy = needy[np.argsort(wanted.station[needy], kind="stable")]
    for low in range(0, len(needy), _BLOCK):
        some = needy[low : low + _BLOCK]
        stations, row = np.unique(wanted.station[some], return_inverse=True)
        table = DegreeDays.of(_cut(temperatures, stations, span), grid)
        dates = (row, wanted.start[some], wanted.end[some])
        h = np.searchsorted(grid, np.where(cold[some], fits.heating_point[some], grid[0]))
        c = np.searchsorted(grid, np.where(hot[some], fits.cooling_point[some], grid[0]))
        _, heating, warmer = table.at_points(*dates, h)
        cooling, _, above = table.at_points(*dates, c)
        heats, cools = cold[some, None], hot[some, None]
        out[some, :, -4] = np.where(heats, heating, 0.0)
        out[some, :, -3] = np.where(cools, cooling, 0.0)
        out[some, :, -2] = np.where(heats, fits.coefficients[some, -2, None] * (1.0 - warmer), 0.0)
        out[some, :, -1] = np.where(cools, -fits.coefficients[some, -1, None] * above, 0.0)
    out *= wanted.days[:, :, None]
    return out


def _span(wanted: ReportingPeriods) -> tuple[np.datetime64, np.datetime64] | None:
    """Return the first day asked for and the one after the last."""
    present = wanted.days > 0
    return (wanted.start[present].min(), wanted.end[present].max()) if present.any() else None


def _cut(
    temperatures: DailySeries, stations: NDArray[np.int64], span: tuple[np.datetime64, np.datetime64] | None
) -> DailySeries:
    """Keep the stations and days that are asked for."""
    if span is None:
        return type(temperatures)(temperatures.first, temperatures.values[stations, :0])
    width = temperatures.values.shape[1]
    low = int(np.clip((span[0] - temperatures.first).astype(int), 0, width))
    high = int(np.clip((span[1] - temperatures.first).astype(int), low, width))
    return type(temperatures)(temperatures.first + low, temperatures.values[stations, low:high])


def predict(fits: Fits, slopes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the use of each period under the baseline's model [canonical unit]."""
    predicted: NDArray[np.float64] = np.einsum("mpk,mk->mp", slopes[:, :, :-2], fits.coefficients)
    return predicted


def half_width(
    fits: Fits, slopes: NDArray[np.float64], days: NDArray[np.float64], confidence: float = CONFIDENCE
) -> NDArray[np.float64]:
    """Return the half-width of the prediction band of some summed periods.

    Implements M-4.7: the model's Gauss–Newton covariance, one derivative per balance point, plus the noise that the
    days of the reporting period would have had themselves; wider where the residuals follow each other (M-4.11).

    Parameters
    ----------
    fits : Fits
    slopes : ndarray, shape (meters, columns + 2)
        `gradients`, summed over the periods that count.
    days : ndarray, shape (meters,)
        Days of these periods. [d]
    confidence : float
        [fraction]

    Returns
    -------
    ndarray, shape (meters,)
        NaN without a degree of freedom. [canonical unit]
    """
    along = fits.factor.forward_substitute(slopes)
    unit = np.einsum("mk,mk->m", along, along) + days
    spread = np.sqrt(np.maximum(fits.variance * unit, 0.0))
    freedom = fits.freedom
    t = np.array([two_sided_t(confidence, int(f)) if f > 0 else np.nan for f in np.unique(freedom)])
    width: NDArray[np.float64] = t[np.searchsorted(np.unique(freedom), freedom)] * spread * fits.widening
    return width
