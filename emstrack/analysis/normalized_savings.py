"""Normalised savings: both years' models at the conditions of a typical year (docs/methods.md, M-5.12) [1]_.

References
----------
.. [1] EVO, IPMVP Core Concepts, EVO 10000-1:2016: normalised savings under fixed conditions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot, isfinite
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.baselines import adjust
from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.degree_days import LEAST_WEATHER
from emstrack.analysis.prediction import ReportingPeriods, gradients, half_width, predict
from emstrack.analysis.preparation import prepare
from emstrack.analysis.sufficiency import LEAST_POINTS
from emstrack.domain.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emstrack.analysis.baselines import Fitted
    from emstrack.analysis.portfolio import Portfolio, Question, SiteSeries
    from emstrack.domain.periods import Period

FIRST = np.datetime64("2001-01-01", "D")
"""A typical year is written on the days of 2001, which has no 29 February."""

_DAYS = 365


@dataclass(frozen=True, slots=True)
class TypicalYear:
    """Conditions that both years are put under.

    Parameters
    ----------
    temperatures : DailySeries
        A row per station of the portfolio, on the days of 2001. [°C]
    series : SiteSeries
        Drivers of the sites on the same days.
    """

    temperatures: DailySeries
    series: SiteSeries


@dataclass(frozen=True, slots=True)
class NormalizedSaving:
    """The saving of one meter in a typical year; all None where one of the two models is missing.

    Parameters
    ----------
    before, after, avoided, band_90 : float or None
        Use of a typical year under the baseline's model and under the report's; their difference; its half-width at
        90 %, of both models. [canonical unit per year]
    avoided_percent : float or None
        12.7 is 12.7 %; withheld while a disqualifying finding stands.
    months : tuple of (float, float)
        Use before and after, January to December; empty where there is no figure. [canonical unit]
    findings : tuple of Finding
    """

    before: float | None
    after: float | None
    avoided: float | None
    band_90: float | None
    avoided_percent: float | None
    months: tuple[tuple[float, float], ...]
    findings: tuple[Finding, ...]


def typical_temperatures(temperatures: DailySeries) -> DailySeries:
    """Return, per station and calendar month, the days of the year whose monthly mean is the median one.

    Implements M-5.13. Whole months keep their daily ups and downs, which averages of days would lose, and degree-days
    with them. Where a published typical year (TMY, EPW) is at hand it is better.

    Parameters
    ----------
    temperatures : DailySeries
        Some years. [°C]

    Returns
    -------
    DailySeries
        On the days of 2001; NaN in calendar months that no year has nine tenths of.
    """
    values = np.full((len(temperatures.values), _DAYS), np.nan)
    day = temperatures.first + np.arange(temperatures.values.shape[1])
    month = day.astype("datetime64[M]")
    target = (FIRST + np.arange(_DAYS)).astype("datetime64[M]").astype(np.int64) % 12
    for station, known in enumerate(temperatures.values):
        for calendar in range(12):
            place = np.flatnonzero(target == calendar)
            candidates = []
            for each in np.unique(month[month.astype(np.int64) % 12 == calendar]):
                mine = known[month == each][: len(place)]
                if np.sum(~np.isnan(mine)) >= LEAST_WEATHER * len(place):
                    candidates.append((float(np.nanmean(mine)), mine))
            if candidates:
                chosen = sorted(candidates, key=lambda pair: pair[0])[(len(candidates) - 1) // 2][1]
                values[station, place[: len(chosen)]] = chosen
    return DailySeries(FIRST, values)


def typical_series(series: SiteSeries, period: Period) -> SiteSeries:
    """Return each driver as it was on average in each calendar month of a period, on the days of 2001 (M-5.13).

    Parameters
    ----------
    series : SiteSeries
    period : Period
        Of the conditions that are agreed to be typical, usually the baseline's.
    """
    values = series.daily.values
    day = series.daily.first + np.arange(values.shape[1])
    inside = (day >= np.datetime64(period.start)) & (day < np.datetime64(period.end))
    calendar = day.astype("datetime64[M]").astype(np.int64) % 12
    target = (FIRST + np.arange(_DAYS)).astype("datetime64[M]").astype(np.int64) % 12
    out = np.full((len(values), _DAYS), np.nan)
    for month in range(12):
        days = values[:, inside & (calendar == month)]
        count = (~np.isnan(days)).sum(axis=1)
        mean = np.where(count > 0, np.nansum(days, axis=1) / np.maximum(count, 1), np.nan)
        out[:, target == month] = mean[:, None]
    return replace(series, daily=DailySeries(FIRST, out))


def normalized_savings(
    portfolio: Portfolio, questions: Sequence[Question], typical: TypicalYear
) -> tuple[NormalizedSaving, ...]:
    """Return the saving of every meter under the conditions of a typical year.

    Implements M-5.12: one model is fitted on the baseline, one on the reporting period; the saving is the difference of
    what they say of the typical year, and its band the root of both squared.

    Parameters
    ----------
    portfolio : Portfolio
    questions : sequence of Question
        One per meter; of methods with a model.
    typical : TypicalYear
    """
    before = _typical_use(portfolio, questions, typical)
    turned = [replace(each, baseline=each.reporting, reporting=each.baseline, adjustments=()) for each in questions]
    after = _typical_use(portfolio, turned, typical)
    return tuple(_saving(*pair) for pair in zip(before, after, strict=True))


@dataclass(frozen=True, slots=True)
class _Year:
    """What one model says of the typical year."""

    months: NDArray[np.float64]
    band: float
    points: int


def _typical_use(portfolio: Portfolio, questions: Sequence[Question], typical: TypicalYear) -> list[_Year]:
    context, _ = prepare(portfolio, questions)
    adjusted = adjust(context)
    years = [_Year(np.full(12, np.nan), float("nan"), 0)] * len(questions)
    sums = typical.series.sums()
    batches: dict[int, Fitted] = {id(batch): batch for batch, _ in adjusted.batch.values()}
    month = (FIRST.astype("datetime64[M]") + np.arange(12)).astype("datetime64[M]")
    edges = [month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")]
    for key, batch in batches.items():
        meters = [meter for meter, (each, _) in adjusted.batch.items() if id(each) == key]
        start, end = (np.repeat(edge[None], len(meters), axis=0) for edge in edges)
        wanted = ReportingPeriods(
            start=start,
            end=end,
            actual=np.full(start.shape, np.nan),
            days=(end - start).astype(np.float64),
            drivers=sums.per_day(context.site[meters], batch.names, start, end),
            station=batch.given.station,
        )
        slopes = gradients(batch.fits, wanted, typical.temperatures)
        use = predict(batch.fits, slopes)
        bands = half_width(batch.fits, slopes.sum(axis=1), wanted.days.sum(axis=1))
        for place, meter in enumerate(meters):
            years[meter] = _Year(use[place], float(bands[place]), int(batch.fits.n[place]))
    return years


def _saving(before: _Year, after: _Year) -> NormalizedSaving:
    findings = []
    for code, year in (("before", before), ("after", after)):
        if year.points < LEAST_POINTS:
            evidence: dict[str, object] = {"points": year.points, "needed": LEAST_POINTS}
            findings.append(Finding(f"normalized.too_few_{code}", Severity.DISQUALIFYING, evidence))
    whole = not (np.isnan(before.months).any() or np.isnan(after.months).any())
    if not whole and not findings:
        findings.append(Finding("normalized.no_typical_year", Severity.DISQUALIFYING, {}))
    if not whole:
        return NormalizedSaving(None, None, None, None, None, (), tuple(findings))
    use, later = float(before.months.sum()), float(after.months.sum())
    band = hypot(before.band, after.band)
    return NormalizedSaving(
        before=use,
        after=later,
        avoided=use - later,
        band_90=band if isfinite(band) else None,
        avoided_percent=100 * (use - later) / use if use > 0 and not findings else None,
        months=tuple(zip(before.months.tolist(), after.months.tolist(), strict=True)),
        findings=tuple(findings),
    )
