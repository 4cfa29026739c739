"""The reference mode: eemeter 3.2.0's billing fit on the readings given (docs/methods.md, M-7) [1]_.

References
----------
.. [1] CalTRACK Methods 2.0, 3.3 and 3.4; Open Energy Efficiency Meter 3.2.0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.balance_points import BOTH, COOLING, FLAT, HEATING
from emstrack.analysis.fit_statistics import adjusted_r_squared, r_squared, sun_baltazar
from emstrack.analysis.models import BaselinePoints, Fits, Rules
from emstrack.analysis.regression import fit as fit_by_rules
from emstrack.analysis.student import two_sided_t

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.daily_series import DailySeries

GRID_F = np.arange(30.0, 91.0)
"""Balance points tried [°F]."""

GRID_C = (GRID_F - 32.0) / 1.8

LEAST_DEGREE_DAYS = 20.0 / 1.8
"""Degree-days that a candidate has to see in all [°C d]."""


RULES = Rules(by_bic=False, inside=False, least_degree_days=LEAST_DEGREE_DAYS, spare=1)


def fit(
    given: BaselinePoints, temperatures: DailySeries, forms: tuple[int, ...] = (FLAT, HEATING, COOLING, BOTH)
) -> Fits:
    """Fit each meter as eemeter 3.2.0 does: adjusted R² over the whole grid, balance points not counted (M-7.1).

    Parameters
    ----------
    given : BaselinePoints
        Without drivers.
    temperatures : DailySeries
        Daily means. [°C]
    forms : tuple of int
        Gas has no cooling.
    """
    return fit_by_rules(given, temperatures, GRID_C, forms=forms, rules=RULES)


@dataclass(frozen=True, slots=True)
class Statistics:
    """How eemeter describes a fit: R² of the weighted fit per day, the others of period totals, unweighted (M-7.2).

    Parameters
    ----------
    r2, adjusted_r2, cv_rmse : ndarray of float64, shape (meters,)
        CV(RMSE) with n less the slopes; the intercept is not counted. [fraction]
    rmse : ndarray of float64
        [canonical unit per period]
    autocorrelation : ndarray of float64
        Correlation of each residual with the one before it.
    total : ndarray of float64
        Use over the baseline. [canonical unit]
    n, slopes : ndarray of int64
    """

    r2: NDArray[np.float64]
    adjusted_r2: NDArray[np.float64]
    cv_rmse: NDArray[np.float64]
    rmse: NDArray[np.float64]
    autocorrelation: NDArray[np.float64]
    total: NDArray[np.float64]
    n: NDArray[np.int64]
    slopes: NDArray[np.int64]


def statistics(fits: Fits, days: NDArray[np.float64], use: NDArray[np.float64]) -> Statistics:
    """Return eemeter's figures for fits (M-7.2).

    Parameters
    ----------
    fits : Fits
    days, use : ndarray, shape (meters, rows)
        Of the baseline's rows. [d, canonical unit]
    """
    there = ~np.isnan(fits.residual)
    left = np.where(there, fits.residual * days, 0.0)
    n, slopes = fits.n, fits.used[:, 1:].sum(axis=1)
    total = np.where(there, use, 0.0).sum(axis=1)
    square = (left * left).sum(axis=1)
    rmse = np.where(n > slopes, np.sqrt(square / np.maximum(n - slopes, 1)), np.nan)
    flat = slopes == 0
    r2 = np.where(flat, 0.0, r_squared(fits.error, fits.spread))
    adjusted = np.where(flat, 0.0, adjusted_r_squared(r2, n, slopes + 1))
    mean = total / np.maximum(n, 1)
    cv = np.where(mean != 0, rmse / np.where(mean != 0, mean, 1.0), np.nan)
    return Statistics(r2, adjusted, cv, rmse, _correlation(left, there), total, n, slopes)


def _correlation(left: NDArray[np.float64], there: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return Pearson's correlation of each residual with the one before it, over the pairs there are."""
    out = np.full(len(left), np.nan)
    for meter in np.flatnonzero(there.sum(axis=1) >= 3):
        values = left[meter, there[meter]]
        before, after = values[:-1] - values[:-1].mean(), values[1:] - values[1:].mean()
        size = np.sqrt((before @ before) * (after @ after))
        out[meter] = before @ after / size if size > 0 else np.nan
    return out


def error_band(figures: Statistics, months: NDArray[np.int64], confidence: float = 0.9) -> NDArray[np.float64]:
    """Return eemeter's FSU error band of metered savings (M-7.3) [1]_.

    Parameters
    ----------
    figures : Statistics
        Of the baseline.
    months : ndarray of int64, shape (meters,)
        Months of the reporting period.
    confidence : float
        [fraction]

    Returns
    -------
    ndarray, shape (meters,)
        Half-width; NaN where the residuals do not give one. [canonical unit]

    References
    ----------
    .. [1] Open Energy Efficiency Meter 3.2.0, metered savings; ASHRAE Guideline 14 with Sun and Baltazar's factor.
    """
    rho = figures.autocorrelation
    usable = (figures.n > figures.slopes) & (np.abs(rho) < 1) & (months > 0)
    freedom = np.where(usable, figures.n - figures.slopes, 1)
    t = np.array([two_sided_t(confidence, int(each)) for each in freedom])
    m = np.where(usable, months, 1)
    other = np.where(usable, figures.n * (1 - rho) / (1 + rho), 1.0)
    root = np.sqrt(figures.n / other * (1 + 2 / other) / m)
    band = figures.n * figures.rmse * t * sun_baltazar(m) * root
    return np.where(usable, band, np.nan)
