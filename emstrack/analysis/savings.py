"""Savings: what a site would have used, minus what it used (docs/methods.md, M-5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.analysis import fit_statistics as stats
from emstrack.analysis.adjustments import adjust_baseline, closed
from emstrack.analysis.baselines import Adjusted, Context, Fitted, adjust
from emstrack.analysis.calendarization import MODES, calendarize
from emstrack.analysis.caltrack2 import error_band
from emstrack.analysis.normalization import carbon, divided, price, site_figures
from emstrack.analysis.portfolio import Question
from emstrack.analysis.prediction import half_width
from emstrack.analysis.reading_periods import Periods, measured_readings, rows_of
from emstrack.analysis.reporting import cut_at_months, segments_of
from emstrack.analysis.savings_types import MeterSaving, Model, MonthSaving, Savings
from emstrack.analysis.sufficiency import (
    baseline_findings,
    choice_finding,
    model_findings,
    named,
    reporting_findings,
    straddling_findings,
)
from emstrack.analysis.totals import add_up
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.savings import Claim, Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emstrack.analysis.portfolio import Portfolio
    from emstrack.analysis.readings import Readings
    from emstrack.domain.periods import Period

_FORMS = ("flat", "heating", "cooling", "heating_cooling")


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
    context, straddling = _context(portfolio, each)
    adjusted = adjust(context)
    width = adjust_baseline(each, context.segments, context.pieces, adjusted.use)
    measured = (context.segments.days > 0) & ~np.isnan(context.segments.actual)
    counted = measured & ~np.isnan(adjusted.use) & ~context.closed
    bands, noise = _bands(context, adjusted, counted)
    bands = np.hypot(bands, np.where(counted, width, 0.0).sum(axis=1))
    by_month = _by_month(context, adjusted, counted, _bands_of_months(context, adjusted, counted))
    items = tuple(
        _item(context, adjusted, counted, meter, (bands[meter], noise[meter]), by_month[meter], straddling)
        for meter in range(len(portfolio.meters))
    )
    return Savings(items, add_up(items))


def _context(portfolio: Portfolio, questions: list[Question]) -> tuple[Context, dict[int, list[str]]]:
    modes = np.array([MODES.index(meter.mode) for meter in portfolio.meters], dtype=np.int8)
    measured, _ = measured_readings(portfolio.readings, modes)
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


def _bands(
    context: Context, adjusted: Adjusted, counted: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the half-width at 90 % of each meter's sum over counted segments, and its CV(RMSE)."""
    bands, noise = np.full(len(counted), np.nan), np.full(len(counted), np.nan)
    for batch, meters in _batches(adjusted):
        inside = counted[meters]
        slopes = np.where(inside[:, :, None], batch.slopes, 0.0).sum(axis=1)
        days = np.where(inside, context.segments.days[meters], 0.0).sum(axis=1)
        fits = batch.fits
        if batch.reference is not None:
            months = np.where(inside.any(axis=1), np.maximum(np.rint(days / 30), 1), 0).astype(np.int64)
            bands[meters], noise[meters] = error_band(batch.reference, months), batch.reference.cv_rmse
            continue
        bands[meters] = np.where(inside.any(axis=1), half_width(fits, slopes, days), np.nan)
        noise[meters] = stats.cv_rmse(fits.error, fits.days, fits.mean, fits.n, fits.p)
    return bands, noise


def _batches(adjusted: Adjusted) -> list[tuple[Fitted, list[int]]]:
    """Return each fitted batch with its meters, in the batch's own order."""
    batches: dict[int, tuple[Fitted, list[int], list[int]]] = {}
    for meter, (batch, place) in adjusted.batch.items():
        _, meters, places = batches.setdefault(id(batch), (batch, [], []))
        meters.append(meter)
        places.append(place)
    if any(places != list(range(len(places))) for _, _, places in batches.values()):
        raise ValueError("a batch has lost its order")
    return [(batch, meters) for batch, meters, _ in batches.values()]


def _bands_of_months(
    context: Context, adjusted: Adjusted, counted: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the half-width at 90 % of each counted month alone, and of all of them up to its end (M-5.9).

    NaN for periods given in days, whose months are parts of readings, and for the reference mode, which gives none.
    """
    alone, so_far = np.full(counted.shape, np.nan), np.full(counted.shape, np.nan)
    for batch, meters in _batches(adjusted):
        if batch.reference is not None:
            continue
        inside = counted[meters] & context.reporting.in_months[meters][:, None]
        slopes = np.where(inside[:, :, None], batch.slopes, 0.0)
        days = np.where(inside, context.segments.days[meters], 0.0)
        slopes_so_far, days_so_far = slopes.cumsum(axis=1), days.cumsum(axis=1)
        for place in np.flatnonzero(inside.any(axis=0)).tolist():
            now = inside[:, place]
            widths = half_width(batch.fits, slopes[:, place], days[:, place])
            sums = half_width(batch.fits, slopes_so_far[:, place], days_so_far[:, place])
            alone[meters, place] = np.where(now, widths, np.nan)
            so_far[meters, place] = np.where(now, sums, np.nan)
    return alone, so_far


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
            MonthSaving(str(name), float(used), float(would), float(would - used), _number(alone), _number(so_far))
            if any_good
            else MonthSaving(str(name), None, None, None)
        )
    return [tuple(each) for each in out]


def _item(
    context: Context,
    adjusted: Adjusted,
    counted: NDArray[np.bool_],
    meter: int,
    band_and_noise: tuple[float, float],
    months: tuple[MonthSaving, ...],
    straddling: dict[int, list[str]],
) -> MeterSaving:
    facts, question = context.portfolio.meters[meter], context.questions[meter]
    method = adjusted.method[meter]
    mine = counted[meter]
    model, findings = _explained(context, adjusted, meter)
    findings = [
        *baseline_findings(context, meter, int(adjusted.points[meter])),
        *straddling_findings(straddling, meter),
        *reporting_findings(context, meter, mine),
        *findings,
    ]
    figures: dict[str, Any] = {"adjusted_baseline": None, "actual": None, "avoided": None, "band_90": None}
    if mine.any():
        would, used = float(adjusted.use[meter][mine].sum()), float(context.segments.actual[meter][mine].sum())
        figures = {"adjusted_baseline": would, "actual": used, "avoided": would - used}
        figures["band_90"] = _number(band_and_noise[0]) if not method.is_indicative else None
    elif not any(each.severity is Severity.DISQUALIFYING for each in findings):
        findings.append(Finding("baseline.cannot_predict", Severity.DISQUALIFYING, {"method": method}))
    disqualified = any(each.severity is Severity.DISQUALIFYING for each in findings)
    claims = _claims(context, adjusted, meter, mine, figures, band_and_noise[1], findings, disqualified=disqualified)
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
        months=months,
        currency=facts.currency,
        findings=tuple(findings),
        site_index=facts.site,
        meter_index=meter,
        in_totals=facts.in_totals and facts.direction == "import",
        disqualified=disqualified,
        **figures,
        **claims,
    )


def _explained(context: Context, adjusted: Adjusted, meter: int) -> tuple[Model | None, list[Finding]]:
    """Return the model of a meter in public terms, and the findings about how its method came out."""
    question, method = context.questions[meter], adjusted.method[meter]
    findings: list[Finding] = []
    if method.is_indicative:
        findings.append(Finding("method.indicative", Severity.INFO, {"method": method}))
    if method is Method.INTENSITY and np.isnan(adjusted.intensity[meter]):
        driver = (adjusted.drivers.get(meter) or ("",))[0]
        findings.append(Finding("driver.not_there", Severity.DISQUALIFYING, {"driver": named(driver)}))
    if method is Method.FIXED and question.fixed is None:
        findings.append(Finding("baseline.no_fixed_figure", Severity.DISQUALIFYING, {}))
    if method is Method.FIXED and question.fixed is not None:
        evidence: dict[str, object] = {
            "quantity": question.fixed.quantity,
            "unit": context.portfolio.meters[meter].unit,
        }
        findings.append(Finding(f"baseline.fixed_per_{question.fixed.per}", Severity.INFO, evidence))
    if meter not in adjusted.batch:
        return None, findings
    batch, place = adjusted.batch[meter]
    if batch.fits.n[place] == 0:
        return None, findings + [
            each for each in model_findings(batch, place, _EMPTY) if each.code.startswith("driver")
        ]
    model = _model(batch, place)
    fits = batch.fits
    use = float(fits.mean[place] * fits.days[place])
    base = float(fits.coefficients[place, 0] * fits.days[place]) / use if use else None
    findings += choice_finding(question.method, model, base)
    return model, findings + model_findings(batch, place, model)


_EMPTY = Model("flat", {}, {}, None, None, None, None, 0, 0)


def _model(batch: Fitted, place: int) -> Model:
    fits, one = batch.fits, slice(place, place + 1)
    names = ("base", *map(_apart, batch.names), "heating", "cooling")
    r2 = stats.r_squared(fits.error[one], fits.spread[one])
    n, p = fits.n[one], fits.p[one]
    used = fits.used[place].copy()
    used[0] = True
    model = Model(
        form=_FORMS[int(fits.form[place])],
        coefficients={
            name: float(value) for name, value, kept in zip(names, fits.coefficients[place], used, strict=True) if kept
        },
        balance_points_c={
            name: round(float(point), 10)
            for name, point in (("heating", fits.heating_point[place]), ("cooling", fits.cooling_point[place]))
            if not np.isnan(point)
        },
        r2=_number(_clean(r2[0])),
        adjusted_r2=_number(_clean(stats.adjusted_r_squared(r2, n, p)[0])),
        cv_rmse=_number(stats.cv_rmse(fits.error[one], fits.days[one], fits.mean[one], n, p)[0]),
        nmbe=_number(stats.nmbe(fits.residual[one], batch.given.days[one], fits.mean[one], n, p)[0]),
        n=int(n[0]),
        p=int(p[0]),
        autocorrelation=_number(stats.lag_one(fits.residual[one])[0]),
    )
    if batch.reference is None:
        return model
    return replace(
        model,
        r2=_number(batch.reference.r2[place]),
        adjusted_r2=_number(batch.reference.adjusted_r2[place]),
        cv_rmse=_number(batch.reference.cv_rmse[place]),
        autocorrelation=_number(batch.reference.autocorrelation[place]),
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


def _claims(
    context: Context,
    adjusted: Adjusted,
    meter: int,
    mine: NDArray[np.bool_],
    figures: dict[str, Any],
    noise: float,
    findings: list[Finding],
    *,
    disqualified: bool,
) -> dict[str, Any]:
    """Return every figure that a disqualifying finding withholds (M-8.10)."""
    rooms, area, nights = site_figures(context, meter, mine)
    withheld = dict.fromkeys(
        (
            "avoided_percent", "fsu_90", "claim", "cost_avoided", "co2e_avoided_kg", "per_room", "per_room_year",
            "cost_per_room", "per_occupied_room_night", "per_m2",
        )
    )  # fmt: skip
    if disqualified:
        return {**withheld, "rooms": rooms}
    avoided, would = figures["avoided"], figures["adjusted_baseline"]
    facts = context.portfolio.meters[meter]
    paid, priced = float(context.segments.cost[meter][mine].sum()), float(context.segments.priced[meter][mine].sum())
    unit_price = price(paid, priced, facts.currency)
    cost = None if unit_price is None else avoided * unit_price
    fraction = avoided / would if would else None
    freedom = _uncertainty(adjusted, meter, int(mine.sum()), noise, fraction)
    kilograms, carbon_findings = carbon(context, meter, adjusted, mine)
    findings += carbon_findings
    per_room = divided(avoided, rooms)
    return {
        "avoided_percent": None if fraction is None else 100 * fraction,
        "fsu_90": freedom[0],
        "claim": Claim.INDICATIVE if adjusted.method[meter].is_indicative else freedom[1],
        "cost_avoided": cost,
        "co2e_avoided_kg": kilograms,
        "per_room": per_room,
        "per_room_year": per_room if _twelve_months(context, meter, mine) else None,
        "cost_per_room": None if cost is None else divided(cost, rooms),
        "per_occupied_room_night": divided(avoided, nights),
        "per_m2": divided(avoided, area),
        "rooms": rooms,
    }


def _twelve_months(context: Context, meter: int, mine: NDArray[np.bool_]) -> bool:
    period = context.questions[meter].reporting
    return period.in_months and len(list(period.months())) == 12 and int(mine.sum()) == 12


def _uncertainty(
    adjusted: Adjusted, meter: int, reported: int, noise: float, fraction: float | None
) -> tuple[float | None, Claim | None]:
    """Return ASHRAE's FSU at 90 %, and the word for the claim by the one at 68 % (M-6.4, M-6.6)."""
    if meter not in adjusted.batch or fraction is None:
        return None, None
    batch, place = adjusted.batch[meter]
    n, p = int(batch.fits.n[place]), int(batch.fits.p[place])
    at_90 = stats.fractional_savings_uncertainty(0.9, noise, fraction, n, p, reported)
    at_68 = stats.fractional_savings_uncertainty(0.68, noise, fraction, n, p, reported)
    if np.isnan(at_68):
        return None, None
    if fraction <= 0 or at_68 > 1:
        return _number(at_90), Claim.NOISE
    return _number(at_90), Claim.DISTINGUISHABLE if at_68 < 0.5 else Claim.INDICATIVE


def _apart(driver: str) -> str:
    """Keep a custom driver apart from the model's own terms, should it bear one's name."""
    return f"{driver} (driver)" if driver in {"base", "heating", "cooling"} else driver


def _clean(value: float) -> float:
    """Return zero for what is only rounding about it."""
    return 0.0 if abs(value) < 1e-12 else value


def _number(value: float) -> float | None:
    """Return a float, or None where there is no number: NaN never leaves the engine."""
    return float(value) if np.isfinite(value) else None
