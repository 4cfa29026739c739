"""A fitted model as lines to look at: use against temperature, and against each driver (M-20.5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emstrack.analysis.savings_types import Model

TEMPERATURE = "temperature"
_STEPS = 41
_NO_DRIVER = frozenset({"base", "heating", "cooling"})


@dataclass(frozen=True, slots=True)
class FitLine:
    """Use against one variable, all others as they were on average.

    Parameters
    ----------
    variable : str
        ``temperature``, or a driver's name.
    at, use : ndarray of float64
        [°C, or units of the driver per day], [canonical unit / d]
    """

    variable: str
    at: NDArray[np.float64]
    use: NDArray[np.float64]


def fit_lines(model: Model, fitted: NDArray[np.float64], values: Mapping[str, NDArray[np.float64]]) -> list[FitLine]:
    """Return the line of a model against each variable it uses.

    Implements M-20.5. What the other variables add is their mean over the rows, so the line goes through the middle of
    the fitted points.

    Parameters
    ----------
    model : Model
    fitted : ndarray, shape (rows,)
        What the model says of each row. [canonical unit / d]
    values : mapping of str to ndarray, shape (rows,)
        Mean temperature [°C] and drivers per day of each row; NaN where unknown.

    Returns
    -------
    list of FitLine
        Temperature first; none for a variable that is unknown or never changes.
    """
    names = [name for name in model.coefficients if name not in _NO_DRIVER]
    wanted = [TEMPERATURE, *names] if model.balance_points_c else names
    lines = []
    for name in wanted:
        known = values.get(name, np.zeros(0))
        there = np.isfinite(known) if len(known) == len(fitted) else np.zeros(0, dtype=bool)
        if there.sum() < 2 or np.ptp(known[there]) == 0:
            continue
        at = np.linspace(known[there].min(), known[there].max(), _STEPS)
        rest = float(np.mean(fitted[there] - _share(model, name, known[there])))
        lines.append(FitLine(name, at, rest + _share(model, name, at)))
    return lines


def _share(model: Model, name: str, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what a variable adds to the use of a day; degree-days are those of the period's mean temperature."""
    if name != TEMPERATURE:
        return model.coefficients[name] * at
    points, slopes = model.balance_points_c, model.coefficients
    out = np.zeros(len(at))
    if "heating" in points:
        out += slopes.get("heating", 0.0) * np.maximum(points["heating"] - at, 0.0)
    if "cooling" in points:
        out += slopes.get("cooling", 0.0) * np.maximum(at - points["cooling"], 0.0)
    return out
