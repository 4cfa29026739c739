"""One weighted line with everything an expert panel shows: errors, t, p, F (docs/methods.md, M-6.7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.orthogonal import orthogonalize
from emstrack.analysis.student import f_p, two_sided_p

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted line.

    Parameters
    ----------
    coefficients, errors, t, p : ndarray of float64
        Intercept first; their standard errors, t values and two-sided p values.
    r2, adjusted_r2 : float
        [fraction]
    deviation : float
        Residual standard deviation, weights scaled to mean 1. [unit of y]
    f, f_p : float
        F of the whole model against the mean alone, and its p value.
    n : int
        Rows.
    """

    coefficients: NDArray[np.float64]
    errors: NDArray[np.float64]
    t: NDArray[np.float64]
    p: NDArray[np.float64]
    r2: float
    adjusted_r2: float
    deviation: float
    f: float
    f_p: float
    n: int


def fit_line(y: ArrayLike, columns: ArrayLike, weight: ArrayLike | None = None) -> Line:
    """Fit y on an intercept and columns by weighted least squares.

    Parameters
    ----------
    y : array_like, shape (rows,)
    columns : array_like, shape (rows, columns)
        Without the intercept.
    weight : array_like, shape (rows,), optional
        E.g. the days of each row; all alike when left out.
    """
    values, given = np.asarray(y, dtype=np.float64), np.atleast_2d(np.asarray(columns, dtype=np.float64))
    n = len(values)
    scaled = np.ones(n) if weight is None else np.asarray(weight, dtype=np.float64) * n / np.sum(weight)
    root = np.sqrt(scaled)
    design = np.column_stack([np.ones(n), given])
    factors = orthogonalize((design * root[:, None])[None])
    coefficients = factors.solve((values * root)[None])[0]
    left = values - design @ coefficients
    error = float(np.sum(scaled * left**2))
    spread = float(np.sum(scaled * (values - np.sum(scaled * values) / n) ** 2))
    rank = int(factors.kept.sum())
    freedom = n - rank
    variance = error / freedom if freedom > 0 else np.nan
    inverse = factors.forward_substitute(np.eye(design.shape[1])[None])[0]
    errors = np.sqrt(variance * np.sum(inverse**2, axis=1))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = coefficients / errors
    r2 = 1 - error / spread if spread > 0 else np.nan
    between = rank - 1
    f = (spread - error) / between / variance if between and variance > 0 else np.nan
    return Line(
        coefficients=coefficients,
        errors=errors,
        t=t,
        p=np.array([two_sided_p(float(each), freedom) for each in t]),
        r2=r2,
        adjusted_r2=1 - (1 - r2) * (n - 1) / freedom if freedom > 0 else np.nan,
        deviation=float(np.sqrt(variance)),
        f=f,
        f_p=f_p(f, between, freedom),
        n=n,
    )
