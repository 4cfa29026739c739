"""What every method starts from: rows of the baseline, segments of the report, series and periods, once for all."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.adjustments import closed
from emstrack.analysis.baselines import Context
from emstrack.analysis.calendarization import MODES, calendarize
from emstrack.analysis.change_point_baselines import only_monthly_means
from emstrack.analysis.derived_drivers import with_derived
from emstrack.analysis.estimates import settle_estimates
from emstrack.analysis.reading_periods import Periods, measured_readings, rows_of
from emstrack.analysis.reporting import cut_at_months, segments_of
from emstrack.domain.savings import Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emstrack.analysis.portfolio import Portfolio, Question
    from emstrack.analysis.readings import Readings
    from emstrack.domain.periods import Period


def prepare(portfolio: Portfolio, questions: Sequence[Question]) -> tuple[Context, dict[int, list[str]]]:
    """Lay out what the questions need.

    Parameters
    ----------
    portfolio : Portfolio
    questions : sequence of Question
        One per meter.

    Returns
    -------
    Context
    dict of int to list of str
        Readings that a period given in days cuts, by meter (M-2.2).
    """
    portfolio = with_derived(portfolio, dict.fromkeys(name for question in questions for name in question.drivers))
    modes = np.array([MODES.index(meter.mode) for meter in portfolio.meters], dtype=np.int8)
    measured, settled = settle_estimates(measured_readings(portfolio.readings, modes)[0])
    monthly = calendarize(portfolio.readings, modes)
    baseline = _periods([question.baseline for question in questions])
    reporting = _periods([question.reporting for question in questions])
    rows, cut_before = rows_of(measured, baseline)
    later, cut_after = rows_of(measured, reporting)
    there = later.reading >= 0
    at = np.where(there, later.reading, 0)
    if len(measured):
        priced = there & measured.has_cost[at]
        cost, pays = np.where(priced, measured.cost[at] / 10_000.0, 0.0), np.where(priced, measured.priced[at], 0.0)
    else:
        cost, pays = np.zeros(at.shape), np.zeros(at.shape)
    segments = segments_of(monthly, later, cost, pays, reporting)
    rows = replace(rows, days=np.where(closed(questions, rows.start, rows.end), 0.0, rows.days))
    context = Context(
        portfolio=portfolio,
        questions=questions,
        site=portfolio.meter_sites(),
        series=portfolio.series.sums(),
        monthly=monthly,
        baseline=baseline,
        reporting=reporting,
        rows=rows,
        segments=segments,
        pieces=cut_at_months(segments),
        closed=closed(questions, segments.start, segments.end),
        settled=np.pad(settled, (0, len(portfolio.meters) - len(settled))),
        coarse=only_monthly_means(portfolio.temperatures),
        weather=portfolio.temperatures.sums(),
    )
    needs_readings = np.array([question.method is not Method.FIXED for question in questions])
    cut_before = cut_before[needs_readings[measured.meter[cut_before]]]
    return context, _named(measured, np.concatenate([cut_before, cut_after]))


def _periods(periods: list[Period]) -> Periods:
    return Periods(
        np.array([period.start for period in periods], dtype="datetime64[D]"),
        np.array([period.end for period in periods], dtype="datetime64[D]"),
        np.array([period.in_months for period in periods]),
    )


def _named(measured: Readings, which: NDArray[np.int64]) -> dict[int, list[str]]:
    named: dict[int, list[str]] = {}
    for reading in which.tolist():
        named.setdefault(int(measured.meter[reading]), []).append(f"{measured.start[reading]}:{measured.end[reading]}")
    return named
