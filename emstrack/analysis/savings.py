"""Savings: what a site would have used, minus what it used (docs/methods.md, M-5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.analysis.adjustments import adjust_baseline
from emstrack.analysis.baselines import Adjusted, Context, adjust
from emstrack.analysis.claims import claims_of, is_disqualified
from emstrack.analysis.dated_changes import with_dated_changes
from emstrack.analysis.degradation import fading_findings
from emstrack.analysis.model_figures import explain, number
from emstrack.analysis.normalization import SiteFigures, site_figures
from emstrack.analysis.portfolio import Question
from emstrack.analysis.preparation import prepare
from emstrack.analysis.savings_types import MeterSaving, MonthSaving, Savings
from emstrack.analysis.sufficiency import baseline_findings, reporting_findings, sign_findings, straddling_findings
from emstrack.analysis.totals import add_up
from emstrack.analysis.uncertainty import bands_of_months, bands_of_reports
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.savings import Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emstrack.analysis.portfolio import Portfolio


def compute_savings(portfolio: Portfolio, questions: Question | Sequence[Question]) -> Savings:
    """Return the savings of every meter of a portfolio, and their totals.

    Implements M-5.1 to M-5.11 of docs/methods.md.

    Parameters
    ----------
    portfolio : Portfolio
    questions : Question, or one per meter
        What is asked.

    Returns
    -------
    Savings
        One item per meter, in the portfolio's order.
    """
    each = [questions] * len(portfolio.meters) if isinstance(questions, Question) else list(questions)
    if not portfolio.meters:
        return Savings(())
    context, straddling = prepare(portfolio, each)
    adjusted = adjust(context)
    plain = adjusted.use.copy()
    widths = adjust_baseline(each, context.segments, context.pieces, adjusted.use)
    measured = (context.segments.days > 0) & ~np.isnan(context.segments.actual)
    counted = measured & ~np.isnan(adjusted.use) & ~context.closed
    bands, noise = bands_of_reports(context, adjusted, counted)
    alone, so_far = bands_of_months(context, adjusted, counted)
    of_sums = widths.of_sums(counted)
    fading = fading_findings(context, adjusted, counted)
    results = _Results(
        context,
        adjusted,
        counted,
        np.hypot(bands, of_sums[:, -1] if of_sums.shape[1] else 0.0),
        noise,
        _by_month(context, adjusted, counted, (np.hypot(alone, widths.of_segments()), np.hypot(so_far, of_sums))),
        site_figures(context, counted),
    )
    items = tuple(
        _item(results, meter, [*straddling_findings(straddling, meter), *fading.get(meter, [])])
        for meter in range(len(portfolio.meters))
    )
    items = with_dated_changes(items, context, counted, np.where(counted, adjusted.use - plain, 0.0).sum(axis=1))
    return Savings(items, add_up(items))


@dataclass(frozen=True, slots=True)
class _Results:
    """What was computed for all meters at once."""

    context: Context
    adjusted: Adjusted
    counted: NDArray[np.bool_]
    bands: NDArray[np.float64]
    noise: NDArray[np.float64]
    by_month: list[tuple[MonthSaving, ...]]
    sites: list[SiteFigures]


def _by_month(
    context: Context,
    adjusted: Adjusted,
    counted: NDArray[np.bool_],
    bands: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> list[tuple[MonthSaving, ...]]:
    """Split each counted segment by days into months; a month that does not count has no figures (M-2.3)."""
    pieces, segments = context.pieces, context.segments
    at = (pieces.meter, pieces.segment)
    good = counted[at]
    share = pieces.days / np.maximum(segments.days[at], 1)
    actual = np.where(good, segments.actual[at], 0.0) * share
    use = np.where(good, adjusted.use[at], 0.0) * share
    month = pieces.month.astype(np.int64)
    key = (pieces.meter << 20) + month + (1 << 19)
    keys, place = np.unique(key, return_inverse=True)
    sums = [np.bincount(place, each, len(keys)) for each in (actual, use, good)]
    out: list[list[MonthSaving]] = [[] for _ in range(len(counted))]
    names = ((keys & ((1 << 20) - 1)) - (1 << 19)).astype("datetime64[M]").astype(str)
    widths = np.full((2, len(keys)), np.nan)
    for row, band in enumerate(bands):
        widths[row, place] = band[at]
    columns = zip((keys >> 20).tolist(), names, *sums, *widths, strict=True)
    for meter, name, used, would, any_good, alone, so_far in columns:
        out[meter].append(
            MonthSaving(str(name), float(used), float(would), float(would - used), number(alone), number(so_far))
            if any_good
            else MonthSaving(str(name), None, None, None)
        )
    return [tuple(each) for each in out]


def _item(results: _Results, meter: int, told: list[Finding]) -> MeterSaving:
    context, adjusted = results.context, results.adjusted
    facts, question = context.portfolio.meters[meter], context.questions[meter]
    method = adjusted.method[meter]
    mine = results.counted[meter]
    model, findings = explain(context, adjusted, meter)
    findings = [
        *baseline_findings(context, meter, int(adjusted.points[meter])),
        *told,
        *reporting_findings(context, meter, mine),
        *findings,
    ]
    figures: dict[str, Any] = {"adjusted_baseline": None, "actual": None, "avoided": None, "band_90": None}
    if mine.any():
        would, used = float(adjusted.use[meter][mine].sum()), float(context.segments.actual[meter][mine].sum())
        figures = {"adjusted_baseline": would, "actual": used, "avoided": would - used}
        figures["band_90"] = number(float(results.bands[meter])) if not method.is_indicative else None
        findings += sign_findings(context, meter, would)
    elif not is_disqualified(findings):
        findings.append(Finding("baseline.cannot_predict", Severity.DISQUALIFYING, {"method": method}))
    disqualified = is_disqualified(findings)
    noise, site = float(results.noise[meter]), results.sites[meter]
    claims = claims_of(context, adjusted, meter, mine, figures, noise, findings, site)
    return MeterSaving(
        site=context.portfolio.sites[facts.site].name,
        meter=facts.name,
        resource=str(facts.resource),
        unit=facts.unit,
        heating_value_basis=facts.heating_value_basis,
        direction=str(facts.direction),
        variety=facts.variety,
        baseline_period=_snapped(context, meter),
        reporting_period=str(question.reporting),
        method=str(method),
        model=model,
        months=results.by_month[meter],
        currency=facts.currency,
        findings=tuple(findings),
        site_index=facts.site,
        meter_index=meter,
        in_totals=facts.in_totals and facts.direction == "import",
        disqualified=disqualified,
        **figures,
        **claims,
    )


def _snapped(context: Context, meter: int) -> str:
    """Write the baseline period by the edges of the readings it took (M-2.1)."""
    question, rows = context.questions[meter], context.rows
    there = rows.days[meter] > 0
    if not there.any() or question.method in {Method.AVERAGE, Method.INTENSITY, Method.FIXED}:
        return str(question.baseline)
    start, end = rows.start[meter][there].min().item(), rows.end[meter][there].max().item()
    if (start, end) == (question.baseline.start, question.baseline.end):
        return str(question.baseline)
    return f"{start.isoformat()}:{end.isoformat()}"
