"""Whether the data suffice for a claim: findings, never failures (docs/methods.md, M-8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.collinearity import collinearity_finding, collinearity_of_model
from emstrack.analysis.driver_words import GUESTS, named
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.savings import Method

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.baselines import Context, Fitted
    from emstrack.analysis.model_figures import Shares
    from emstrack.analysis.portfolio import Question
    from emstrack.analysis.savings_types import Model

LEAST_POINTS = 9
LEAST_REPORTED = 0.9
"""Fraction of the reporting period's days that complete months have to hold."""
GAP = 0.1
POOR_FIT = 0.25
ESTIMATED = 0.25
LONG_READING = 70
"""Days beyond which a reading is named as long [d]; two months and a few days are not."""
OFF_CYCLE = 25
"""Days below which a reading of a meter read by the month is off its cycle (CalTRACK 2.2.3) [d]."""


def baseline_findings(context: Context, meter: int, points: int) -> list[Finding]:
    """Return what is wrong with the readings that a meter's baseline rests on (M-8.1 to M-8.4)."""
    question = context.questions[meter]
    if question.method is Method.FIXED:
        return []
    found: list[Finding] = []
    baseline, reporting = question.baseline, question.reporting
    evidence: dict[str, object] = {"period": str(baseline), "points": max(points, 0), "needed": LEAST_POINTS}
    if points <= 0:
        found.append(Finding("baseline.no_readings", Severity.DISQUALIFYING, evidence))
    elif points < LEAST_POINTS:
        found.append(Finding("baseline.too_few_months", Severity.DISQUALIFYING, evidence))
    if baseline.start < reporting.end and reporting.start < baseline.end:
        found.append(
            Finding(
                "period.overlapping",
                Severity.DISQUALIFYING,
                {"baseline": str(baseline), "reporting": str(reporting)},
            )
        )
    elif baseline.start >= reporting.end:
        found.append(
            Finding(
                "baseline.after_reporting",
                Severity.WARNING,
                {"baseline": str(baseline), "reporting": str(reporting)},
            )
        )
    if points > 0:
        found += _gaps(context, meter)
        found += _estimates(context, meter)
        found += _lengths(context, meter)
    return found


def _gaps(context: Context, meter: int) -> list[Finding]:
    rows, question = context.rows, context.questions[meter]
    there = rows.days[meter] > 0
    if not there.any():
        return []
    start, end = rows.start[meter][there], rows.end[meter][there]
    reached = np.maximum.accumulate(end)
    holes = np.flatnonzero(start[1:] > reached[:-1])
    missing = int((start[1:][holes] - reached[:-1][holes]).astype(int).sum())
    found = []
    if missing and not question.closed:
        first = holes[0]
        found.append(
            Finding(
                "baseline.gap",
                Severity.WARNING,
                {
                    "days": missing,
                    "percent": round(100 * missing / question.baseline.days),
                    "start": str(reached[first]),
                    "end": str(start[first + 1]),
                },
            )
        )
    covered = int(rows.days[meter].sum())
    if covered + missing < (1 - GAP) * min(question.baseline.days, 365):
        found.append(Finding("baseline.short", Severity.WARNING, {"days": covered, "period": str(question.baseline)}))
    return found


def _estimates(context: Context, meter: int) -> list[Finding]:
    rows, settled = context.rows, int(context.settled[meter])
    found = [Finding("baseline.estimates_settled", Severity.INFO, {"count": settled})] if settled else []
    total = rows.days[meter].sum()
    share = float(rows.days[meter][rows.estimated[meter]].sum() / total) if total else 0.0
    if share > ESTIMATED:
        found.append(Finding("baseline.estimated", Severity.WARNING, {"percent": round(100 * share)}))
    return found


def _lengths(context: Context, meter: int) -> list[Finding]:
    """Name bills that are long, or off the meter's own cycle: they are taken, but say little about a month (M-8.11)."""
    rows = context.rows
    days = rows.days[meter]
    there = days > 0
    found: list[Finding] = []
    if not there.any():
        return found
    for code, odd in (
        ("baseline.long_reading", there & (days > LONG_READING)),
        ("baseline.off_cycle_reading", there & (days < OFF_CYCLE) & (np.median(days[there]) >= OFF_CYCLE)),
    ):
        if odd.any():
            first = int(np.flatnonzero(odd)[0])
            evidence: dict[str, object] = {"count": int(odd.sum()), "days": int(days[first])}
            evidence |= {"start": str(rows.start[meter][first]), "end": str(rows.end[meter][first])}
            found.append(Finding(code, Severity.WARNING if code.endswith("long_reading") else Severity.INFO, evidence))
    return found


def reporting_findings(context: Context, meter: int, counted: NDArray[np.bool_]) -> list[Finding]:
    """Return which months of a reporting period do not count, and whether enough of it does (M-8.5)."""
    segments, question = context.segments, context.questions[meter]
    days, actual = segments.days[meter], segments.actual[meter]
    there = (days > 0) & ~context.closed[meter]
    measured = there & ~np.isnan(actual)
    if not measured.any():
        return [Finding("reporting.no_complete_month", Severity.DISQUALIFYING, {"period": str(question.reporting)})]
    found = _agreed(question)
    absent = np.flatnonzero(there & ~measured)
    if len(absent):
        months = segments.start[meter][absent].astype("datetime64[M]")
        evidence: dict[str, object] = {"months": [str(month) for month in months], "count": len(absent)}
        found.append(Finding("reporting.month_incomplete", Severity.WARNING, evidence))
    shut = days[context.closed[meter]].sum()
    fraction = float(days[counted].sum() / max(question.reporting.days - shut, 1))
    if fraction < LEAST_REPORTED:
        found.append(
            Finding(
                "reporting.gap",
                Severity.DISQUALIFYING,
                {
                    "percent": round(100 * fraction),
                    "needed": round(100 * LEAST_REPORTED),
                    "period": str(question.reporting),
                },
            )
        )
    return found


def _agreed(question: Question) -> list[Finding]:
    """Return what was agreed about the periods and changes the figures (M-5.10, M-5.11)."""
    found = []
    if question.closed:
        evidence: dict[str, object] = {"periods": [str(period) for period in question.closed]}
        found.append(Finding("period.closed", Severity.INFO, evidence))
    if question.adjustments:
        found.append(Finding("baseline.adjusted", Severity.INFO, {"count": len(question.adjustments)}))
    return found


def sign_findings(context: Context, meter: int, would: float) -> list[Finding]:
    """Return what is odd about the sign of a meter's use; there is no part of nothing, or of less (M-8.12)."""
    rows = context.rows
    there = rows.days[meter] > 0
    if would < 0 or rows.use[meter][there].sum() < 0:
        return [Finding("baseline.negative_use", Severity.DISQUALIFYING, {})]
    fitted = context.questions[meter].method is not Method.FIXED
    if fitted and there.any() and not rows.use[meter][there].any():
        return [Finding("baseline.all_zero", Severity.WARNING, {})]
    return []


def straddling_findings(straddling: dict[int, list[str]], meter: int) -> list[Finding]:
    """Return the readings that a period given in days cuts (M-2.2)."""
    cut = straddling.get(meter)
    if not cut:
        return []
    return [Finding("period.straddling_reading", Severity.WARNING, {"readings": cut, "count": len(cut)})]


def model_findings(batch: Fitted, place: int, model: Model) -> list[Finding]:
    """Return what a reader should know about a fitted model (M-8.6 to M-8.9)."""
    found: list[Finding] = []
    if model.cv_rmse is not None and model.cv_rmse > POOR_FIT:
        found.append(
            Finding(
                "baseline.poor_fit",
                Severity.WARNING,
                {"percent": round(100 * model.cv_rmse), "limit": round(100 * POOR_FIT)},
            )
        )
    wider = float(batch.fits.widening[place])
    if wider > 1 and batch.reference is None:
        evidence = {"correlation": round(float(batch.fits.excess[place]), 2), "factor": round(wider, 1)}
        found.append(Finding("baseline.autocorrelated", Severity.WARNING, evidence))
    found += _driver_findings(batch, place)
    found += collinearity_finding(collinearity_of_model(batch, place))
    found += _weather_findings(batch, place)
    return found


def _driver_findings(batch: Fitted, place: int) -> list[Finding]:
    found: list[Finding] = []
    given, wanted = batch.given, batch.wanted
    rows, periods = given.days[place] > 0, wanted.days[place] > 0
    for column, name in enumerate(batch.names):
        value = given.drivers[place, rows, column]
        later = wanted.drivers[place, periods, column]
        known = value[~np.isnan(value)]
        if not len(known):
            found.append(Finding("driver.not_there", Severity.DISQUALIFYING, {"driver": named(name)}))
            continue
        missing = int(np.isnan(value).sum()) + int(np.isnan(later).sum())
        if missing:
            found.append(Finding("driver.missing", Severity.WARNING, {"driver": named(name), "count": missing}))
        found += _one_driver(batch, place, column, known, later[~np.isnan(later)])
    return found


def _one_driver(
    batch: Fitted, place: int, column: int, known: NDArray[np.float64], later: NDArray[np.float64]
) -> list[Finding]:
    name = batch.names[column]
    evidence: dict[str, object] = {"driver": named(name)}
    spread = float(known.max() - known.min())
    if not spread > 1e-9 * max(abs(float(known.max())), 1e-300):
        return [Finding("driver.constant", Severity.WARNING, evidence)] if batch.forced else []
    if not batch.fits.used[place, 1 + column]:
        return [Finding("driver.not_used", Severity.WARNING, evidence)] if batch.forced else []
    found = []
    if batch.fits.coefficients[place, 1 + column] < 0:
        found.append(Finding("driver.negative_slope", Severity.WARNING, evidence))
    far = 3 * float(known.std(ddof=1)) if len(known) > 1 else 0.0
    low, high = min(known.min(), known.mean() - far), max(known.max(), known.mean() + far)
    outside = int(((later < low) | (later > high)).sum())
    if outside:
        evidence |= {"count": outside, "low": _short(known.min()), "high": _short(known.max())}
        found.append(Finding("driver.out_of_range", Severity.WARNING, evidence))
    return found


def _weather_findings(batch: Fitted, place: int) -> list[Finding]:
    fits = batch.fits
    if batch.given.station[place] < 0:
        if batch.change_point is not None:
            return [Finding("weather.not_there", Severity.DISQUALIFYING, {})]
        return [Finding("weather.none_in_baseline", Severity.WARNING, {})] if batch.blind[place] else []
    rows, periods = batch.given.days[place] > 0, batch.wanted.days[place] > 0
    without = np.isnan(fits.residual[place]) & rows
    for column in range(len(batch.names)):
        without &= ~np.isnan(batch.given.drivers[place, :, column])
    lost = int(without.sum())
    uses = bool(~np.isnan(fits.heating_point[place]) | ~np.isnan(fits.cooling_point[place]))
    if uses:
        lost += int((np.isnan(batch.slopes[place, :, -4:]).any(axis=1) & periods).sum())
    found = [Finding("weather.gap", Severity.WARNING, {"count": lost})] if lost else []
    if uses and batch.change_point is None and batch.coarse[batch.given.station[place]]:
        found.append(Finding("weather.monthly_means", Severity.INFO, {}))
    per_day = batch.slopes[place, periods, -4:-2] / batch.wanted.days[place, periods, None]
    with np.errstate(invalid="ignore"):
        beyond = int((per_day > fits.reach[place] * (1 + 1e-9)).any(axis=1).sum())
    if beyond:
        found.append(Finding("weather.out_of_range", Severity.WARNING, {"count": beyond}))
    return found


def choice_finding(question_method: Method, model: Model | None, shares: Shares) -> list[Finding]:
    """Return the sentence in which `auto` says what it chose and why (M-4.10)."""
    if question_method is not Method.AUTO or model is None:
        return []
    if model.r2 is None:
        return [Finding("baseline.chosen_flat", Severity.INFO, {})]
    drivers = [name for name in model.coefficients if name not in {"base", "heating", "cooling"}]
    by_guests = bool(drivers) and set(drivers) <= GUESTS
    code = f"baseline.chosen_{model.form}"
    code += "_with_guests" if by_guests else "_with_drivers" if drivers else ""
    evidence: dict[str, object] = {"explained": _whole_percent(model.r2), "base": _whole_percent(shares.base)}
    evidence |= {f"{kind}_c": value for kind, value in model.balance_points_c.items()}
    if drivers:
        evidence["drivers"] = [named(name) for name in drivers]
    if by_guests:
        evidence["without_guests"] = _whole_percent(shares.without_guests)
    return [Finding(code, Severity.INFO, evidence)]


def _short(value: float) -> float:
    return float(f"{float(value):.4g}")


def _whole_percent(fraction: float | None) -> int | None:
    return None if fraction is None else round(100 * fraction)
