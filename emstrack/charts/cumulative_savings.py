"""Savings added up month by month: whether they keep coming, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.charts.chart import Chart, Column, Size, Spec, in_both_sizes, quantity_axis, with_unit
from emstrack.charts.months import every_month, month_axis
from emstrack.charts.palette import PALETTE

if TYPE_CHECKING:
    from emstrack.domain.periods import Month
    from emstrack.language.languages import Language

_BROKEN = {"invalid": "break-paths-filter-domains"}


@dataclass(frozen=True, slots=True)
class SavedMonth:
    """One month's saving and the sum up to its end, as the engine gives them; `band` is the sum's half-width at 90 %.

    None where a month has no claim: the line breaks there rather than pretend.
    """

    month: Month
    avoided: float | None
    cumulative: float | None
    band: float | None = None


@dataclass(frozen=True, slots=True)
class CumulativeSavings:
    """What the chart shows; `subject` is the resource and meter in the reader's words, `unit` a code or a currency."""

    subject: str
    unit: str
    months: tuple[SavedMonth, ...]


def cumulative_savings(data: CumulativeSavings, language: Language) -> Chart:
    """Declare the line of savings to date with its band, above and below zero."""
    unit = language.unit(data.unit)
    by_month = {each.month: each for each in data.months}
    months = every_month(list(by_month))
    points = [by_month.get(month, SavedMonth(month, None, None)) for month in months]
    caption = language.text("{subject}: savings to date", subject=data.subject)
    wide, narrow = in_both_sizes(
        lambda size: _spec(points, months, language, unit, size), _description(caption, points, unit, language)
    )
    has_band = any(point.band is not None for point in points)
    note = language.text("The shaded band holds the true figure nine times in ten.") if has_band else ""
    return Chart(caption, note, wide, narrow, *_table(points, unit, language))


def _spec(points: list[SavedMonth], months: list[Month], language: Language, unit: str, size: Size) -> Spec:
    y = {"type": "quantitative", "axis": quantity_axis(unit)}
    known = {"transform": [{"filter": "isValid(datum.sum)"}]}
    line = {"type": "line", "strokeWidth": 2.5, "color": PALETTE["use"], "aria": False}
    layers: list[Spec] = [
        {
            "mark": {"type": "area", "color": PALETTE["band"], "opacity": 0.28, "aria": False, **_BROKEN},
            "encoding": {"y": {"field": "low", **y}, "y2": {"field": "high"}},
        },
        {
            "data": {"values": [{}]},
            "mark": {"type": "rule", "color": PALETTE["text"], "strokeWidth": 1, "aria": False},
            "encoding": {"y": {"datum": 0, **y}, "x": {"value": 0}, "x2": {"value": "width"}},
        },
        {"mark": {**line, **_BROKEN}, "encoding": {"y": {"field": "sum", **y}}},
        {
            **known,
            "mark": {"type": "point", "filled": True, "size": 30 if len(months) <= 24 else 10, "opacity": 1},
            "encoding": {
                "y": {"field": "sum", **y},
                "fill": {"value": PALETTE["use"]},
                "description": {"field": "label"},
            },
        },
    ]
    rows = [_row(point, unit, language) for point in points]
    return {"data": {"values": rows}, "encoding": {"x": month_axis(months, language, size)}, "layer": layers}


def _row(point: SavedMonth, unit: str, language: Language) -> Spec:
    total, band = point.cumulative, point.band
    written = with_unit(language.number(total), unit, language)
    return {
        "month": str(point.month),
        "sum": total,
        "low": None if total is None or band is None else total - band,
        "high": None if total is None or band is None else total + band,
        "label": f"{language.month(point.month)}. {language.text('Savings to date')}: {written}",
    }


def _description(caption: str, points: list[SavedMonth], unit: str, language: Language) -> str:
    known = [point for point in points if point.cumulative is not None]
    if not known:
        return f"{caption}. {language.text('There are no values yet.')}"
    return language.text(
        "{caption}: {total} {unit} from {first} to {last}.",
        caption=caption,
        total=language.number(known[-1].cumulative),
        unit=unit,
        first=language.month(points[0].month),
        last=language.month(known[-1].month),
    )


def _table(
    points: list[SavedMonth], unit: str, language: Language
) -> tuple[tuple[Column, ...], tuple[tuple[str, ...], ...]]:
    text, number = language.text, language.number
    columns = (
        Column(text("Month"), numeric=False),
        Column(text("Savings"), unit),
        Column(text("Savings to date"), unit),
        Column(text("± at 90 %"), unit),
    )
    rows = tuple(
        (language.month(each.month), number(each.avoided), number(each.cumulative), number(each.band))
        for each in points
    )
    return columns, rows
