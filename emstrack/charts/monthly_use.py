"""Use by month against the adjusted baseline: the picture of a saving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.charts.chart import Chart, Column, Size, Spec, in_both_sizes, quantity_axis, with_unit
from emstrack.charts.months import every_month, month_axis
from emstrack.charts.palette import PALETTE

if TYPE_CHECKING:
    from emstrack.domain.periods import Month
    from emstrack.language.languages import Language


@dataclass(frozen=True, slots=True)
class UseMonth:
    """One month's use, and what it would have been; None where there is no value. `band` is a half-width at 90 %."""

    month: Month
    use: float | None
    complete: bool = True
    adjusted_baseline: float | None = None
    band: float | None = None


@dataclass(frozen=True, slots=True)
class MonthlyUse:
    """What the chart shows; `subject` is the resource and meter in the reader's words, `unit` a unit code."""

    subject: str
    unit: str
    months: tuple[UseMonth, ...]


def monthly_use(data: MonthlyUse, language: Language) -> Chart:
    """Declare bars of use with the line of the adjusted baseline; a month not fully covered is a hollow bar."""
    unit = language.unit(data.unit)
    by_month = {each.month: each for each in data.months}
    months = every_month(list(by_month))
    points = [by_month.get(month, UseMonth(month, None, complete=False)) for month in months]
    has_baseline = any(point.adjusted_baseline is not None for point in points)
    has_partial = any(point.use is not None and not point.complete for point in points)
    caption = language.text("{subject}: use by month", subject=data.subject)
    if has_baseline:
        caption = language.text("{subject}: use by month against the adjusted baseline", subject=data.subject)
    wide, narrow = in_both_sizes(
        lambda size: _spec(points, months, language, unit, size), _description(caption, points, unit, language)
    )
    note = language.text("Hollow bars are months that are not fully covered; they enter no percentage.")
    return Chart(caption, note if has_partial else "", wide, narrow, *_table(points, unit, language, has_baseline))


def _spec(points: list[UseMonth], months: list[Month], language: Language, unit: str, size: Size) -> Spec:
    names = _Names(language)
    x = month_axis(months, language, size)
    layers = [_bars(names, unit, _legend(points, names))]
    if any(point.band is not None for point in points):
        layers.append(_band())
    if any(point.adjusted_baseline is not None for point in points):
        layers.append(_line(names, len(months)))
    rows = [_row(point, names, unit, language) for point in points]
    return {"data": {"values": rows}, "encoding": {"x": x}, "layer": layers}


class _Names:
    """The words of the legend, which are also the domain of its scales."""

    def __init__(self, language: Language) -> None:
        self.use = language.text("Use")
        self.partial = language.text("Incomplete month")
        self.baseline = language.text("Adjusted baseline")


def _row(point: UseMonth, names: _Names, unit: str, language: Language) -> Spec:
    month, state = language.month(point.month), names.use if point.complete else names.partial
    expected, band = point.adjusted_baseline, point.band
    return {
        "month": str(point.month),
        "use": point.use,
        "state": state,
        "label": f"{month}. {state}: {with_unit(language.number(point.use), unit, language)}",
        "baseline": expected,
        "baseline_label": f"{month}. {names.baseline}: {with_unit(language.number(expected), unit, language)}",
        "low": None if expected is None or band is None else max(expected - band, 0.0),
        "high": None if expected is None or band is None else expected + band,
    }


def _legend(points: list[UseMonth], names: _Names) -> Spec | None:
    """Explain only what is there: bars of one kind and nothing else need no legend."""
    shown = [names.use]
    if any(point.use is not None and not point.complete for point in points):
        shown.append(names.partial)
    if len(shown) == 1 and not any(point.adjusted_baseline is not None for point in points):
        return None
    return {
        "symbolType": "square",
        "symbolStrokeColor": PALETTE["use"],
        "symbolStrokeWidth": 1.5,
        "values": shown,
    }


def _bars(names: _Names, unit: str, legend: Spec | None) -> Spec:
    return {
        "transform": [{"filter": "isValid(datum.use)"}],
        "mark": {"type": "bar", "stroke": PALETTE["use"], "strokeWidth": 1.25, "cornerRadiusEnd": 1.5},
        "encoding": {
            "y": {"field": "use", "type": "quantitative", "axis": quantity_axis(unit)},
            "fill": {
                "field": "state",
                "type": "nominal",
                "scale": {"domain": [names.use, names.partial], "range": [PALETTE["use"], PALETTE["paper"]]},
                "legend": legend,
            },
            "description": {"field": "label"},
        },
    }


def _band() -> Spec:
    return {
        "transform": [{"filter": "isValid(datum.high)"}],
        "mark": {"type": "rule", "color": PALETTE["band"], "strokeWidth": 5, "strokeOpacity": 0.55, "aria": False},
        "encoding": {"y": {"field": "low", "type": "quantitative"}, "y2": {"field": "high"}},
    }


def _line(names: _Names, count: int) -> Spec:
    line = {"type": "line", "strokeWidth": 2, "strokeDash": [5, 3], "invalid": "break-paths-filter-domains"}
    dot = {"type": "point", "filled": True, "size": 26 if count <= 24 else 8, "opacity": 1, "fill": PALETTE["baseline"]}
    y = {"field": "baseline", "type": "quantitative"}
    stroke = {
        "datum": names.baseline,
        "scale": {"domain": [names.baseline], "range": [PALETTE["baseline"]]},
        "legend": {"symbolType": "stroke", "symbolDash": [5, 3], "symbolStrokeWidth": 2},
    }
    return {
        "layer": [
            {"mark": {**line, "aria": False}, "encoding": {"y": y, "stroke": stroke}},
            {
                "transform": [{"filter": "isValid(datum.baseline)"}],
                "mark": dot,
                "encoding": {"y": y, "description": {"field": "baseline_label"}},
            },
        ]
    }


def _description(caption: str, points: list[UseMonth], unit: str, language: Language) -> str:
    used = [point for point in points if point.use is not None]
    if not used:
        return f"{caption}. {language.text('There are no values yet.')}"
    return language.text(
        "{caption}, from {first} to {last}. Highest {highest} {unit}, lowest {lowest} {unit}.",
        caption=caption,
        first=language.month(used[0].month),
        last=language.month(used[-1].month),
        highest=language.number(max(point.use or 0.0 for point in used)),
        lowest=language.number(min(point.use or 0.0 for point in used)),
        unit=unit,
    )


def _table(
    points: list[UseMonth], unit: str, language: Language, has_baseline: bool
) -> tuple[tuple[Column, ...], tuple[tuple[str, ...], ...]]:
    text, number = language.text, language.number
    columns = [Column(text("Month"), numeric=False), Column(text("Use"), unit)]
    if has_baseline:
        columns += [Column(text("Adjusted baseline"), unit), Column(text("Savings"), unit)]
    rows = []
    for point in points:
        note = "" if point.complete or point.use is None else f" ({text('not complete')})"
        row = [language.month(point.month) + note, number(point.use)]
        if has_baseline:
            known = point.complete and point.use is not None and point.adjusted_baseline is not None
            saved = (point.adjusted_baseline or 0.0) - (point.use or 0.0) if known else None
            row += [number(point.adjusted_baseline), number(saved)]
        rows.append(tuple(row))
    return tuple(columns), tuple(rows)
