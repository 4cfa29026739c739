"""Change-point forms 2P to 5P on the mean temperature of each period, where only monthly means exist (M-10) [1]_.

References
----------
.. [1] ASHRAE Guideline 14-2014, change-point models; Kissock et al., Inverse Modeling Toolkit.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis import balance_points as points
from emstrack.analysis.balance_points import COOLING, HEATING
from emstrack.analysis.orthogonal import orthogonalize

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST_STEPS = 80
_ROUNDS = 6
_FINER = 8


class Form(StrEnum):
    """How use goes with the outdoor temperature."""

    LINE = "2P"
    COOLS = "3PC"
    HEATS = "3PH"
    ABOUT_ONE = "4P"
    TWO_POINTS = "5P"


PARAMETERS = {Form.LINE: 2, Form.COOLS: 3, Form.HEATS: 3, Form.ABOUT_ONE: 4, Form.TWO_POINTS: 5}
"""Change points count as parameters."""


@dataclass(frozen=True, slots=True)
class ChangePointFit:
    """A fitted form: ``y = base + heating·max(h − x, 0) + cooling·max(x − c, 0)``; of 2P the cooling term is x itself.

    Parameters
    ----------
    form : Form
    base : float
        [unit of y]
    heating, cooling : float
        Slopes, not negative but for 2P; 0 where the form has none. [unit of y / K]
    heating_point, cooling_point : float or None
        [°C, or the unit of x]
    error : float
        Weighted squared error, weights scaled to mean 1.
    n : int
    """

    form: Form
    base: float
    heating: float
    cooling: float
    heating_point: float | None
    cooling_point: float | None
    error: float
    n: int

    @property
    def p(self) -> int:
        """Parameters, change points included."""
        return PARAMETERS[self.form]

    def predict(self, temperature: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the use at each temperature."""
        if self.form is Form.LINE:
            return self.base + self.cooling * temperature
        use = np.full(np.shape(temperature), self.base)
        if self.heating_point is not None:
            use += self.heating * np.maximum(self.heating_point - temperature, 0)
        if self.cooling_point is not None:
            use += self.cooling * np.maximum(temperature - self.cooling_point, 0)
        return use


def fit_form(
    form: Form,
    temperature: NDArray[np.float64],
    use: NDArray[np.float64],
    weight: NDArray[np.float64] | None = None,
    grid: NDArray[np.float64] | None = None,
) -> ChangePointFit | None:
    """Fit one form; slopes and base may not be negative (2P excepted).

    Parameters
    ----------
    form : Form
    temperature : ndarray, shape (rows,)
        Mean of each period. [°C]
    use : ndarray, shape (rows,)
        Per day, or per period of equal length.
    weight : ndarray, shape (rows,), optional
        E.g. days.
    grid : ndarray, optional
        Change points to try; when left out the range of the data is searched, finer and finer around the best.

    Returns
    -------
    ChangePointFit or None
        None where no candidate keeps the physical signs.
    """
    scaled = np.ones(len(use)) if weight is None else weight * len(use) / weight.sum()
    if form is Form.LINE:
        return _line(temperature, use, scaled)
    if grid is not None:
        return _search(form, temperature, use, scaled, np.unique(grid))
    low, high = float(temperature.min()), float(temperature.max())
    around = np.unique(np.concatenate([np.linspace(low, high, _FIRST_STEPS), temperature]))
    step = (high - low) / (_FIRST_STEPS - 1)
    best = _search(form, temperature, use, scaled, around)
    for _ in range(_ROUNDS):
        if best is None or step <= 0:
            return best
        centres = [each for each in (best.heating_point, best.cooling_point) if each is not None]
        near = [np.linspace(centre - step, centre + step, 2 * _FINER + 1) for centre in centres]
        finer = np.unique(np.clip(np.concatenate([*near, centres]), low, high))
        found = _search(form, temperature, use, scaled, finer)
        best = found if found is not None and found.error < best.error else best
        step /= _FINER
    return best


def _line(x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64]) -> ChangePointFit:
    root = np.sqrt(weight)
    factors = orthogonalize((np.column_stack([np.ones(len(x)), x]) * root[:, None])[None])
    base, slope = factors.solve((y * root)[None])[0]
    error = float((weight * (y - base - slope * x) ** 2).sum())
    return ChangePointFit(Form.LINE, float(base), 0.0, float(slope), None, None, error, len(y))


def _search(
    form: Form, x: NDArray[np.float64], y: NDArray[np.float64], weight: NDArray[np.float64], grid: NDArray[np.float64]
) -> ChangePointFit | None:
    root = np.sqrt(weight)[None]
    others = orthogonalize(root[:, :, None])
    warm = np.maximum(x[:, None] - grid, 0.0)[None]
    useful = np.ones((1, len(grid)), dtype=bool)
    columns = points.prepare(y[None] * root, root, others, warm, x[None], grid, (useful, useful))
    if form is Form.COOLS:
        best = points.best_single(columns, COOLING)
    elif form is Form.HEATS:
        best = points.best_single(columns, HEATING)
    else:
        best = points.best_pair(columns, one_point=form is Form.ABOUT_ONE)
    if not np.isfinite(best.error[0]):
        return None
    h = float(grid[best.heating[0]]) if form is not Form.COOLS else None
    c = float(grid[best.cooling[0]]) if form is not Form.HEATS else None
    return _at(form, x, y, weight, (h, c))


def fit_at(
    form: Form,
    temperature: NDArray[np.float64],
    use: NDArray[np.float64],
    heating_point: float | None,
    cooling_point: float | None,
) -> ChangePointFit:
    """Fit one form at change points that are given, whatever the signs.

    Parameters
    ----------
    form : Form
    temperature, use : ndarray, shape (rows,)
    heating_point, cooling_point : float or None
        [°C]
    """
    return _at(form, temperature, use, np.ones(len(use)), (heating_point, cooling_point))


def _at(
    form: Form,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    weight: NDArray[np.float64],
    turns: tuple[float | None, float | None],
) -> ChangePointFit:
    h, c = turns
    root = np.sqrt(weight)
    heat = np.zeros(len(x)) if h is None else np.maximum(h - x, 0.0)
    cool = np.zeros(len(x)) if c is None else np.maximum(x - c, 0.0)
    design = np.column_stack([np.ones(len(x)), heat, cool])
    base, heating, cooling = orthogonalize((design * root[:, None])[None]).solve((y * root)[None])[0]
    error = float((weight * (y - design @ np.array([base, heating, cooling])) ** 2).sum())
    return ChangePointFit(form, float(base), float(heating), float(cooling), h, c, error, len(y))
