"""The reference mode: eemeter 3.2.0's billing fit on the readings given (docs/methods.md, M-7) [1]_.

References
----------
.. [1] CalTRACK Methods 2.0, 3.3 and 3.4; Open Energy Efficiency Meter 3.2.0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.balance_points import BOTH, COOLING, FLAT, HEATING
from emstrack.analysis.regression import BaselinePoints, Fits, Rules
from emstrack.analysis.regression import fit as fit_by_rules

if TYPE_CHECKING:
    from emstrack.analysis.daily_series import DailySeries

GRID_F = np.arange(30.0, 91.0)
"""Balance points tried. [°F]"""

GRID_C = (GRID_F - 32.0) / 1.8

LEAST_DEGREE_DAYS = 20.0 / 1.8
"""Degree-days that a candidate has to see in all. [°C d]"""


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
