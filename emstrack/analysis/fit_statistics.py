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


WIDEN_FROM = 1.15
"""Standard deviations of autocorrelation from which a band is widened; one independent set in seven has them."""
_RAMP = 0.05
_WIDEST = 3.0


def memory_of(
    residual: NDArray[np.float64], q: NDArray[np.float64], present: NDArray[np.bool_], freedom: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return how far residuals follow each other beyond what independent errors would show (M-4.11) [1]_.

    Fitting turns independent errors into residuals that follow each other a little, by an amount that the design alone
    decides: of e'Ae ÷ e'e, with A the mean of both neighbours and M = I − QQ', the mean is tr(MA)/f and the variance
    2(f·tr(MA)² − tr²(MA))/(f²(f + 2)).

    Parameters
    ----------
    residual : ndarray, shape (meters, rows)
        Weighted, in order of time, 0 where a row is absent.
    q : ndarray, shape (meters, rows, columns)
        Orthonormal columns of the weighted Jacobian.
    present : ndarray of bool, shape (meters, rows)
    freedom : ndarray of int64, shape (meters,)
        Rows less columns.

    Returns
    -------
    correlation : ndarray, shape (meters,)
        Lag-one autocorrelation less its mean under independence. NaN where too few rows are left to tell.
    memory : ndarray, shape (meters,)
        The same in standard deviations under independence.

    References
    ----------
    .. [1] Durbin and Watson, Biometrika 37 (1950), moments of ratios of quadratic forms in residuals.
    """
    neighbours = np.zeros_like(q)
    neighbours[:, 1:] += 0.5 * q[:, :-1]
    neighbours[:, :-1] += 0.5 * q[:, 1:]
    inner = np.matmul(q.transpose(0, 2, 1), neighbours)
    trace = -np.einsum("mkk->m", inner)
    pairs = (present[:, 1:] & present[:, :-1]).sum(axis=1)
    square = 0.5 * pairs - 2 * (neighbours**2).sum(axis=(1, 2)) + (inner**2).sum(axis=(1, 2))
    f = np.maximum(freedom, 1)
    mean = trace / f
    spread = np.sqrt(np.maximum(2 * (f * square - trace**2), 0.0) / (f + 2.0)) / f
    size = (residual * residual).sum(axis=1)
    tells = (freedom >= 3) & (size > 0) & (spread > 1e-6)
    product = (residual[:, 1:] * residual[:, :-1]).sum(axis=1)
    correlation = np.where(tells, product / np.where(tells, size, 1.0) - mean, np.nan)
    return correlation, correlation / np.where(tells, spread, 1.0)


def widening(
    correlation: NDArray[np.float64], memory: NDArray[np.float64], n: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the factor by which a band is widened because errors follow each other (M-4.11).

    Twelve points cannot tell how strong the memory is, so the factor rises to 3 over a short ramp: independent errors
    keep their coverage, and at a correlation of 0.6 the band holds three times in four instead of three in five. More
    points tell more: there the factor goes over to √((1 + ρ)/(1 − ρ)).

    Parameters
    ----------
    correlation, memory : ndarray, shape (meters,)
        See `memory_of`.
    n : ndarray of int64, shape (meters,)
        Rows.
    """
    ramp = np.clip((np.nan_to_num(memory, nan=-1.0) - WIDEN_FROM) / _RAMP, 0.0, 1.0)
    likely = np.clip(np.nan_to_num(correlation), 0.0, 0.8)
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
