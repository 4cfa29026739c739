"""How well a model fits, in the figures that auditors ask for by name (docs/methods.md, M-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.student import two_sided_t

if TYPE_CHECKING:
    from numpy.typing import NDArray

ASHRAE = 1.26


def r_squared(error: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 − SSE/SST; NaN where there is nothing to explain (M-6.1) [fraction]."""
    return np.where(spread > 0, 1.0 - error / np.where(spread > 0, spread, 1.0), np.nan)


def adjusted_r_squared(r2: NDArray[np.float64], n: NDArray[np.int64], p: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return 1 − (1 − R²)(n − 1)/(n − p), p counting the intercept (M-6.1) [fraction]."""
    return np.where(n > p, 1.0 - (1.0 - r2) * (n - 1) / np.maximum(n - p, 1), np.nan)


def cv_rmse(
    error: NDArray[np.float64],
    weight: NDArray[np.float64],
    mean: NDArray[np.float64],
    n: NDArray[np.int64],
    p: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return sqrt(SSE/(n − p)) ÷ mean, weights scaled to mean 1 (M-6.2).

    Parameters
    ----------
    error : ndarray
        Weighted sum of squared residuals per day.
    weight : ndarray
        Sum of the weights. [d]
    mean : ndarray
        Mean use per day. [canonical unit / d]
    n, p : ndarray of int64
        Rows, and parameters with the intercept.
    """
    usable = (n > p) & (mean != 0) & (weight > 0)
    square = error * n / np.where(weight > 0, weight, 1.0) / np.maximum(n - p, 1)
    return np.where(usable, np.sqrt(square) / np.where(mean != 0, mean, 1.0), np.nan)


def nmbe(
    residual: NDArray[np.float64],
    weight: NDArray[np.float64],
    mean: NDArray[np.float64],
    n: NDArray[np.int64],
    p: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return Σ(y − ŷ) ÷ ((n − p)·mean), weights scaled to mean 1 (M-6.3) [fraction].

    Parameters
    ----------
    residual, weight : ndarray, shape (meters, rows)
        NaN residuals are left out.
    mean : ndarray, shape (meters,)
    n, p : ndarray of int64
    """
    there = ~np.isnan(residual)
    total = np.where(there, weight, 0.0).sum(axis=1)
    bias = (np.where(there, residual, 0.0) * weight).sum(axis=1) * n / np.where(total > 0, total, 1.0)
    usable = (n > p) & (mean != 0)
    return np.where(usable, bias / (np.maximum(n - p, 1) * np.where(mean != 0, mean, 1.0)), np.nan)


def lag_one(residual: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the correlation of each residual with the one before it (M-6.5); NaN with fewer than 4 of them.

    Parameters
    ----------
    residual : ndarray, shape (meters, rows)
        In order of time, NaN where a row is absent.
    """
    there = ~np.isnan(residual)
    value = np.where(there, residual, 0.0)
    square = (value * value).sum(axis=1)
    if residual.shape[1] < 2:
        return np.full(len(residual), np.nan)
    product = (value[:, 1:] * value[:, :-1]).sum(axis=1)
    enough = (there.sum(axis=1) >= 4) & (square > 0)
    return np.where(enough, product / np.where(square > 0, square, 1.0), np.nan)


WIDEN_FROM = 0.26
"""Excess autocorrelation of twelve residuals from which a band is widened; one independent set in eight has it."""
_RAMP = 0.1
_WIDEST = 3.0


def excess_autocorrelation(
    residual: NDArray[np.float64], n: NDArray[np.int64], p: NDArray[np.int64], points: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return how far the autocorrelation lies above what independent errors would show (M-6.5).

    Fitting d drivers and b balance points to n rows turns independent errors into residuals whose autocorrelation is
    about −(1.38 + 0.42 d + 0.6 b)/n, by simulation (benchmarks/simulation.py).

    Parameters
    ----------
    residual : ndarray, shape (meters, rows)
    n, p, points : ndarray of int64, shape (meters,)
        Rows, parameters, and the balance points among these (each comes with a slope).
    """
    drivers = np.maximum(p - 1 - 2 * points, 0)
    excess: NDArray[np.float64] = lag_one(residual) + (1.38 + 0.42 * drivers + 0.6 * points) / np.maximum(n, 1)
    return excess


def widening(
    residual: NDArray[np.float64], n: NDArray[np.int64], p: NDArray[np.int64], points: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the factor by which a band is widened because errors follow each other (M-4.11).

    Twelve points cannot tell how strong the memory is, so the factor rises to 3 over a short ramp: independent errors
    keep their coverage, and at a correlation of 0.6 the band holds three times in four instead of three in five. More
    points tell more: there the factor goes over to √((1 + ρ)/(1 − ρ)).

    Parameters
    ----------
    residual : ndarray, shape (meters, rows)
    n, p, points : ndarray of int64, shape (meters,)
        See `excess_autocorrelation`.
    """
    excess = np.nan_to_num(excess_autocorrelation(residual, n, p, points), nan=-1.0)
    scale = np.sqrt(12.0 / np.maximum(n, 1))
    ramp = np.clip((excess - WIDEN_FROM * scale) / (_RAMP * scale), 0.0, 1.0)
    likely = np.clip(excess, 0.0, 0.8)
    known = np.sqrt((1 + likely) / (1 - likely))
    doubt = np.minimum(12.0 / np.maximum(n, 1), 1.0)
    factor: NDArray[np.float64] = 1.0 + ramp * (doubt * _WIDEST + (1 - doubt) * known - 1.0)
    return factor


def fractional_savings_uncertainty(
    confidence: float, cv: float, fraction: float, n: int, p: int, m: int, factor: float = ASHRAE
) -> float:
    """Return ASHRAE's fractional savings uncertainty for monthly data (M-6.4) [1]_.

    ``t · 1.26 · CV · sqrt((1 + 2/n)/m) / F``, without correction for autocorrelation.

    Parameters
    ----------
    confidence : float
        [fraction]
    cv : float
        CV(RMSE) of the baseline. [fraction]
    fraction : float
        Savings ÷ adjusted baseline. [fraction]
    n, p : int
        Baseline points, and parameters with the intercept.
    m : int
        Reporting points.
    factor : float
        1.26, or Sun and Baltazar's polynomial.

    References
    ----------
    .. [1] ASHRAE Guideline 14-2014, Annex B (modified B-28).
    """
    if n - p < 1 or m < 1 or fraction == 0 or np.isnan(cv) or np.isnan(fraction):
        return float("nan")
    root: float = ((1 + 2 / n) / m) ** 0.5
    return two_sided_t(confidence, n - p) * factor * cv * root / abs(fraction)


def sun_baltazar(months: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the factor that Sun and Baltazar put in place of 1.26 for billing data (M-6.4).

    Parameters
    ----------
    months : ndarray of int64
        Months of the reporting period.
    """
    factor: NDArray[np.float64] = -0.00022 * months * months + 0.03306 * months + 0.94054
    return factor
