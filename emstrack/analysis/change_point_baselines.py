"""Change-point forms as a baseline, asked for by name: use against period mean temperature (docs/methods.md, M-10)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.balance_points import BOTH, COOLING, FLAT, HEATING
from emstrack.analysis.change_points import Form
from emstrack.analysis.daily_series import DailySeries, mean_over
from emstrack.analysis.degree_days import LEAST_WEATHER
from emstrack.analysis.models import Rules
from emstrack.analysis.regression import fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.models import BaselinePoints, Fits
    from emstrack.analysis.prediction import ReportingPeriods

TEMPERATURE = "temperature"
"""Name of the column of a line on the mean temperature (2P)."""

STEP = 0.1
"""Change points are tried in steps of this [°C]."""

_FORMS = {Form.LINE: FLAT, Form.COOLS: COOLING, Form.HEATS: HEATING, Form.ABOUT_ONE: BOTH, Form.TWO_POINTS: BOTH}


def fit_change_points(
    form: Form, given: BaselinePoints, wanted: ReportingPeriods, temperatures: DailySeries
) -> tuple[Fits, BaselinePoints, ReportingPeriods, DailySeries]:
    """Fit one form to each meter on the mean temperature of each of its periods.

    Implements M-10.3. A period's mean stands for each of its days, in a series of the meter's own, so that prediction
    and band are those of every other model.

    Parameters
    ----------
    form : Form
    given : BaselinePoints
    wanted : ReportingPeriods
    temperatures : DailySeries
        Of the stations; monthly means may stand for their days. [°C]

    Returns
    -------
    Fits
        Of the form asked for; flat where no candidate keeps the physical signs.
    BaselinePoints, ReportingPeriods
        With each meter as its own station; of a line, with the temperature as first driver.
    DailySeries
        Mean temperatures, a row per meter. [°C]
    """
    sums, station = temperatures.sums(), given.station[:, None]
    before = mean_over(sums, station, given.start, given.end, least=LEAST_WEATHER)
    after = mean_over(sums, station, wanted.start, wanted.end, least=LEAST_WEATHER)
    if form is Form.LINE:
        given = replace(given, drivers=np.concatenate([before[:, :, None], given.drivers], axis=2))
        wanted = replace(wanted, drivers=np.concatenate([after[:, :, None], wanted.drivers], axis=2))
        line = Rules(signed=False)
        return fit(given, temperatures, np.zeros(0), forms=(FLAT,), rules=line), given, wanted, temperatures
    own = np.where(given.station >= 0, np.arange(len(before)), -1)
    steps = _steps(given, before, wanted, after)
    known = before[given.days > 0]
    low, high = np.nanmin(known, initial=np.inf), np.nanmax(known, initial=-np.inf)
    grid = np.round(np.arange(np.ceil(low / STEP), np.floor(high / STEP) + 1) * STEP, 6) if low <= high else np.zeros(0)
    given, wanted = replace(given, station=own), replace(wanted, station=own)
    rules = Rules(forced=True, one_point=form is Form.ABOUT_ONE)
    return fit(given, steps, grid, forms=(_FORMS[form],), rules=rules), given, wanted, steps


def _steps(
    given: BaselinePoints, before: NDArray[np.float64], wanted: ReportingPeriods, after: NDArray[np.float64]
) -> DailySeries:
    """Return a row per meter with each period's mean on all of its days, the baseline's where both claim a day."""
    series = []
    for part, mean in ((given, before), (wanted, after)):
        meter, period = np.nonzero((part.days > 0) & ~np.isnan(mean))
        at = (meter, period)
        series.append(DailySeries.of_periods(meter, part.start[at], part.end[at], mean[at], len(mean), level=True))
    first = min(each.first for each in series)
    ends = [each.first + np.timedelta64(each.values.shape[1], "D") for each in series]
    values = np.full((len(before), int((max(ends) - first).astype(int))), np.nan)
    for each in reversed(series):
        low = int((each.first - first).astype(int))
        place = values[:, low : low + each.values.shape[1]]
        np.copyto(place, each.values, where=~np.isnan(each.values))
    return DailySeries(first, values)


def only_monthly_means(temperatures: DailySeries) -> NDArray[np.bool_]:
    """Tell of which stations only monthly means are known: every day of a month is alike (M-10.4).

    Parameters
    ----------
    temperatures : DailySeries
        [°C]

    Returns
    -------
    ndarray of bool, shape (stations,)
        False where fewer than three months are known.
    """
    values = temperatures.values
    if values.shape[1] < 2:
        return np.zeros(len(values), dtype=bool)
    month = (temperatures.first + np.arange(values.shape[1])).astype("datetime64[M]")
    same_month = month[1:] == month[:-1]
    with np.errstate(invalid="ignore"):
        moves = (np.abs(np.diff(values, axis=1)) > 1e-9) & same_month
        stands = (np.diff(values, axis=1) == 0) & same_month
    alike: NDArray[np.bool_] = ~moves.any(axis=1) & (stands.sum(axis=1) >= 3 * 27)
    return alike
