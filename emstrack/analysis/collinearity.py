"""Drivers that move together, so that nobody can tell which one used the energy (docs/methods.md, M-11.8) [1]_.

References
----------
.. [1] Belsley, Kuh and Welsch, Regression Diagnostics, 1980, chapter 3: condition indices and variance inflation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.driver_words import named
from emstrack.domain.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emstrack.analysis.baselines import Fitted

MOST_INFLATION = 10.0
"""A variance inflation above this is named: nine tenths of the driver are told by the others."""

_ALIKE = 1e-12


@dataclass(frozen=True, slots=True)
class Collinearity:
    """How much some columns move together.

    Parameters
    ----------
    condition : float
        Largest ÷ smallest singular value of the standardised columns; infinite where one is a combination of others.
    inflation : mapping of str to float
        Variance inflation 1 ÷ (1 − R²) of each column on the others; NaN of a constant one.
    pair : tuple of str or None
        The two that go together most closely.
    correlation : float
        Of that pair, weighted.
    """

    condition: float
    inflation: dict[str, float]
    pair: tuple[str, str] | None
    correlation: float

    @property
    def is_strong(self) -> bool:
        """Whether it has to be said."""
        return any(each > MOST_INFLATION for each in self.inflation.values())


def collinearity(
    columns: NDArray[np.float64], names: Sequence[str], weight: NDArray[np.float64] | None = None
) -> Collinearity:
    """Tell how much drivers (and degree-days) of one meter's rows move together.

    Implements M-11.8.

    Parameters
    ----------
    columns : ndarray, shape (rows, columns)
        Per day; rows with a NaN are left out.
    names : sequence of str
        Of the columns.
    weight : ndarray, shape (rows,), optional
        Days of each row. [d]

    Returns
    -------
    Collinearity
        Condition 1 and no pair where fewer than two columns move.
    """
    whole = ~np.isnan(columns).any(axis=1)
    scale = np.ones(len(columns)) if weight is None else weight
    given, share = columns[whole], scale[whole] / max(float(scale[whole].sum()), 1e-300)
    centred = (given - share @ given) * np.sqrt(share)[:, None] if len(given) else np.zeros((0, len(names)))
    size = np.sqrt((centred**2).sum(axis=0))
    moves = size > 1e-9 * np.abs(given).max(axis=0, initial=0.0)
    return _of_centred(centred, size, moves, names)


def collinearity_of_model(batch: Fitted, place: int) -> Collinearity:
    """Tell how much what a fitted model rests on moves together: its drivers, and its heating and cooling.

    Parameters
    ----------
    batch : Fitted
    place : int
        Of the meter in it.
    """
    factor = batch.fits.factor
    names = (*batch.names, "heating", "cooling")
    centred = factor.r[place, 1:-2, 1:-2] * 1.0  # what is left of each column beside the intercept
    kept = factor.kept[place, 1:-2]
    centred[~kept, ~kept] = 0.0
    size = np.sqrt((centred**2).sum(axis=0))
    whole = np.hypot(factor.r[place, 0, 1:-2], size)
    moves = (size > 1e-9 * whole) & factor.kept[place, 0]
    return _of_centred(centred, size, moves, names)


def _of_centred(
    centred: NDArray[np.float64], size: NDArray[np.float64], moves: NDArray[np.bool_], names: Sequence[str]
) -> Collinearity:
    inflation = dict.fromkeys(names, float("nan"))
    which = np.flatnonzero(moves).tolist()
    inflation |= {names[place]: 1.0 for place in which}
    if len(which) < 2:
        return Collinearity(1.0, inflation, None, 0.0)
    unit = centred[:, which] / size[which]
    correlation = unit.T @ unit
    values, vectors = np.linalg.eigh(correlation)
    smallest = max(float(values[0]), 0.0)
    inverse = (vectors**2 / np.maximum(values, 1e-15)).sum(axis=1)
    inflation |= {names[place]: float(value) for place, value in zip(which, inverse, strict=True)}
    apart = np.abs(np.triu(correlation, 1))
    first, second = divmod(int(apart.argmax()), len(which))
    return Collinearity(
        condition=float("inf") if smallest < _ALIKE else float(np.sqrt(values[-1] / smallest)),
        inflation=inflation,
        pair=(names[which[first]], names[which[second]]),
        correlation=float(correlation[first, second]),
    )


def collinearity_finding(found: Collinearity) -> list[Finding]:
    """Return what a reader should know: which two go together, and how closely."""
    if not found.is_strong or found.pair is None:
        return []
    worst = max(each for each in found.inflation.values() if not np.isnan(each))
    evidence: dict[str, object] = {
        "driver": named(found.pair[0]),
        "other": named(found.pair[1]),
        "correlation": round(found.correlation, 2),
        "inflation": round(min(worst, 1e6)),
    }
    return [Finding("driver.collinear", Severity.WARNING, evidence)]
