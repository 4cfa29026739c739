"""What a baseline is fitted on, and what comes out, for many meters at once."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from emstrack.analysis.orthogonal import Factors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LEAST_DEGREE_DAYS = 30.0
"""Degree-days that a baseline has to see beyond a balance point, or its slope rests on a few days. [°C d]"""

SPARE = 2
"""Degrees of freedom a candidate has to leave for the noise."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How candidates are ruled out and compared.

    Parameters
    ----------
    by_bic : bool
        By BIC with each balance point a parameter; else by adjusted R², balance points not counted (CalTRACK).
    inside : bool
        Whether only points inside the range of temperatures that the meter's station saw in the baseline are tried.
    least_degree_days : float
        Degree-days that a candidate has to see over the baseline. [°C d]
    spare : int
        Degrees of freedom that a candidate has to leave for the noise.
    forced : bool
        Whether the form asked for stands wherever it can be fitted, also where a simpler one scores better.
    one_point : bool
        Whether heating and cooling have to turn at one point (4P).
    signed : bool
        Whether the base may not be negative; a line on the temperature has no such rule (2P).
    """

    by_bic: bool = True
    inside: bool = True
    least_degree_days: float = LEAST_DEGREE_DAYS
    spare: int = SPARE
    forced: bool = False
    one_point: bool = False
    signed: bool = True


DEFAULT = Rules()


@dataclass(frozen=True, slots=True)
class BaselinePoints:
    """What a baseline is fitted on: one row per reading period, each meter with its own dates.

    Parameters
    ----------
    start, end : ndarray of datetime64[D], shape (meters, rows)
    use : ndarray of float64, shape (meters, rows)
        Quantity of each period. [canonical unit]
    days : ndarray of float64, shape (meters, rows)
        Length of each period; 0 where a meter has no such row. [d]
    drivers : ndarray of float64, shape (meters, rows, drivers)
        Each driver per day; NaN where missing.
    station : ndarray of int64, shape (meters,)
        Row of the temperatures; -1 where the meter has no station or no use for one.
    """

    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    use: NDArray[np.float64]
    days: NDArray[np.float64]
    drivers: NDArray[np.float64]
    station: NDArray[np.int64]

    def take(self, which: NDArray[np.int64]) -> Self:
        """Return some of the meters."""
        return type(self)(*(getattr(self, each.name)[which] for each in fields(self)))


@dataclass(frozen=True, slots=True)
class Fits:
    """Fitted models, one per meter; columns are base, drivers, heating, cooling.

    Parameters
    ----------
    form : ndarray of int8, shape (meters,)
        FLAT, HEATING, COOLING or BOTH.
    heating_point, cooling_point : ndarray of float64
        NaN where the form has none. [°C]
    coefficients : ndarray of float64, shape (meters, columns)
        [canonical unit / d per unit of the column]; 0 where a column is not in the model.
    used : ndarray of bool, shape (meters, columns)
        Which columns are in the model.
    factor : Factors
        Of the weighted Jacobian: the columns, then one per balance point.
    error, spread : ndarray of float64
        Weighted sums of squares: of the residuals, and about the mean. [canonical unit² / d]
    days : ndarray of float64
        Days fitted on. [d]
    mean : ndarray of float64
        Mean use per day. [canonical unit / d]
    n, p : ndarray of int64
        Rows fitted on, and parameters, each balance point being one.
    residual : ndarray of float64, shape (meters, rows)
        Use minus fit per day; NaN in rows left out. [canonical unit / d]
    reach : ndarray of float64, shape (meters, 2)
        Heating and cooling degree-days per day up to which the baseline speaks: their maximum, or mean and 3 standard
        deviations, the larger of the two. [°C]
    widening : ndarray of float64
        What the band is multiplied by for residuals that follow each other (M-4.11).
    excess : ndarray of float64
        Their lag-one correlation beyond what independent errors would show. NaN where too few are left to tell.
    bound : ndarray of bool
        Whether a better candidate was ruled out because its base would be negative (M-4.12).
    """

    form: NDArray[np.int8]
    heating_point: NDArray[np.float64]
    cooling_point: NDArray[np.float64]
    coefficients: NDArray[np.float64]
    used: NDArray[np.bool_]
    factor: Factors
    error: NDArray[np.float64]
    spread: NDArray[np.float64]
    days: NDArray[np.float64]
    mean: NDArray[np.float64]
    n: NDArray[np.int64]
    p: NDArray[np.int64]
    residual: NDArray[np.float64]
    reach: NDArray[np.float64]
    widening: NDArray[np.float64]
    excess: NDArray[np.float64]
    bound: NDArray[np.bool_]

    def __len__(self) -> int:
        """Return how many meters there are."""
        return len(self.form)

    @property
    def points(self) -> NDArray[np.int64]:
        """How many balance points each model has."""
        found: NDArray[np.int64] = (~np.isnan(self.heating_point)).astype(np.int64) + ~np.isnan(self.cooling_point)
        return found

    @property
    def freedom(self) -> NDArray[np.int64]:
        """Degrees of freedom, n − p."""
        return self.n - self.p

    @property
    def variance(self) -> NDArray[np.float64]:
        """Variance of a day's use about the model; NaN without a degree of freedom [canonical unit² / d]."""
        return np.where(self.freedom > 0, self.error / np.maximum(self.freedom, 1), np.nan)

    @property
    def bic(self) -> NDArray[np.float64]:
        """Bayesian information criterion, balance points counted as parameters (M-4.5)."""
        return bayesian_information(self.error, self.n, self.p)

    def replaced(self, other: Fits, take: NDArray[np.bool_]) -> Fits:
        """Return these fits with those of another batch in place where a meter takes them."""

        def pick(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
            return np.where(take.reshape((-1,) + (1,) * (a.ndim - 1)), b, a)

        factor = Factors(*(pick(getattr(self.factor, name), getattr(other.factor, name)) for name in Factors.__slots__))
        values = {
            each.name: pick(getattr(self, each.name), getattr(other, each.name))
            for each in fields(self)
            if each.name != "factor"
        }
        return Fits(factor=factor, **values)

    @classmethod
    def joined(cls, parts: Sequence[Fits], order: NDArray[np.int64]) -> Fits:
        """Return several batches as one, in the order given."""

        def put(columns: list[NDArray[Any]]) -> NDArray[Any]:
            return np.concatenate(columns)[order]

        factor = Factors(*(put([getattr(part.factor, name) for part in parts]) for name in Factors.__slots__))
        values = {
            each.name: put([getattr(part, each.name) for part in parts])
            for each in fields(cls)
            if each.name != "factor"
        }
        return cls(factor=factor, **values)


def bayesian_information(error: NDArray[np.float64], n: NDArray[np.int64], p: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (n − 1)·ln(SSE/n) + p·ln(n): BIC of the likelihood that is left when the mean is given up (M-4.5) [1]_.

    With n in place of n − 1 flat meters are told a slope a fifth more often.

    Parameters
    ----------
    error : ndarray
        Weighted squared error. [canonical unit² / d]
    n, p : ndarray of int64
        Rows, and parameters.

    References
    ----------
    .. [1] Schwarz, Annals of Statistics 6 (1978); Harville, JASA 72 (1977), restricted likelihood.
    """
    count = np.maximum(n, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value: NDArray[np.float64] = (count - 1) * np.log(np.maximum(error, 1e-300) / count) + p * np.log(count)
    return value
