"""Temperature by the month: what a station says of a place, and where it says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.charts.chart import Chart, Column, Size, Spec, in_both_sizes, quantity_axis, with_unit
from emstrack.charts.months import every_month, month_axis
from emstrack.charts.palette import PALETTE

if TYPE_CHECKING:
    from emstrack.domain.periods import Month
    from emstrack.language.languages import Language

DEGREES = "°C"


@dataclass(frozen=True, slots=True)
class MonthTemperature:
    """One month's mean temperature [°C] and rain [mm]; None where there is none. `complete`: every day is known."""

    month: Month
    mean_c: float | None
    rain_mm: float | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Temperatures:
    """What the chart shows; a typical year's months have no year of their own."""

    subject: str
    months: tuple[MonthTemperature, ...]
    is_typical: bool = False


def temperatures(data: Temperatures, language: Language) -> Chart:
    """Declare the line of monthly means, broken where a month is unknown, hollow where days are missing."""
    by_month = {each.month: each for each in data.months}
    points = [by_month.get(month, MonthTemperature(month, None)) for month in every_month(list(by_month))]
    caption = language.text("{subject}: mean temperature by month", subject=data.subject)
    has_partial = any(point.mean_c is not None and not point.complete for point in points)
    note = language.text("Hollow points are months with missing days.") if has_partial else ""
    wide, narrow = in_both_sizes(lambda size: _spec(points, language, size), _description(caption, points, language))
    return Chart(caption, note, wide, narrow, *_table(data, points, language))


def _spec(points: list[MonthTemperature], language: Language, size: Size) -> Spec:
    rows = [
        {
            "month": str(point.month),
            "mean": point.mean_c,
            "complete": point.complete,
            "label": f"{language.month(point.month)}: "
            f"{with_unit(language.number(point.mean_c, digits=1), DEGREES, language)}",
        }
        for point in points
    ]
    y = {
        "field": "mean",
        "type": "quantitative",
        "axis": quantity_axis(DEGREES),
        "scale": {"zero": False, "nice": True},
    }
    line = {"type": "line", "strokeWidth": 2, "color": PALETTE["use"], "invalid": "break-paths-filter-domains"}
    colour = PALETTE["use"]
    dot = {"type": "point", "filled": True, "size": 30 if len(points) <= 36 else 10, "opacity": 1, "stroke": colour}
    fill = {"condition": {"test": "datum.complete", "value": colour}, "value": PALETTE["paper"]}
    return {
        "data": {"values": rows},
        "encoding": {"x": month_axis([point.month for point in points], language, size), "y": y},
        "layer": [
            {"mark": {**line, "aria": False}},
            {
                "transform": [{"filter": "isValid(datum.mean)"}],
                "mark": dot,
                "encoding": {"fill": fill, "description": {"field": "label"}},
            },
        ],
    }


def _description(caption: str, points: list[MonthTemperature], language: Language) -> str:
    known = [point.mean_c for point in points if point.mean_c is not None]
    if not known:
        return f"{caption}. {language.text('There are no values yet.')}"
    return language.text(
        "{caption}. Coldest month {low} °C, warmest {high} °C.",
        caption=caption,
        low=language.number(min(known), digits=1),
        high=language.number(max(known), digits=1),
    )


def _table(
    data: Temperatures, points: list[MonthTemperature], language: Language
) -> tuple[tuple[Column, ...], tuple[tuple[str, ...], ...]]:
    text, number = language.text, language.number
    columns = [Column(text("Month"), numeric=False), Column(text("Mean temperature"), DEGREES)]
    with_rain = any(point.rain_mm is not None for point in points)
    if with_rain:
        columns.append(Column(text("Rain"), "mm"))
    rows = []
    for point in points:
        names = language.locale.months["stand-alone"]["wide"]
        name = str(names[point.month.number]) if data.is_typical else language.month(point.month)
        note = "" if point.complete or point.mean_c is None else f" ({text('not complete')})"
        row = [name + note, number(point.mean_c, digits=1)]
        rows.append(tuple([*row, number(point.rain_mm, digits=1)] if with_rain else row))
    return tuple(columns), tuple(rows)
