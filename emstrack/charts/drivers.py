"""Use against what drives it: whether the baseline's line is believable, seen at a glance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.charts.chart import Chart, Column, Size, Spec, in_both_sizes, quantity_axis, with_unit
from emstrack.charts.palette import PALETTE

if TYPE_CHECKING:
    from emstrack.language.languages import Language


@dataclass(frozen=True, slots=True)
class DriverPoint:
    """One reading: the driver and the use, both per day; `label` is its period in the reader's words."""

    label: str
    driver: float
    use: float
    in_baseline: bool = True


@dataclass(frozen=True, slots=True)
class Drivers:
    """What the chart shows; `line` is the model's use at some driver values, in order, or empty without a model."""

    subject: str
    driver: str
    driver_unit: str
    unit: str
    points: tuple[DriverPoint, ...]
    line: tuple[tuple[float, float], ...] = ()


def drivers(data: Drivers, language: Language) -> Chart:
    """Declare the scatter of use against a driver, baseline and reporting period told apart by shape too."""
    caption = language.text("{subject}: use against {driver}", subject=data.subject, driver=data.driver)
    description = language.text("{caption}. {n} readings.", caption=caption, n=len(data.points))
    wide, narrow = in_both_sizes(lambda size: _spec(data, language, size), description)
    text, number = language.text, language.number
    columns = (
        Column(text("Period"), numeric=False),
        Column(data.driver, data.driver_unit),
        Column(text("Use"), _per_day(data.unit, language)),
        Column(text("Belongs to"), numeric=False),
    )
    rows = tuple(
        (each.label, number(each.driver, digits=1), number(each.use, digits=1), _side(each, language))
        for each in data.points
    )
    return Chart(caption, "", wide, narrow, columns, rows)


def _per_day(unit: str, language: Language) -> str:
    return language.text("{unit} per day", unit=language.unit(unit))


def _side(point: DriverPoint, language: Language) -> str:
    return language.text("Baseline period") if point.in_baseline else language.text("Reporting period")


def _spec(data: Drivers, language: Language, size: Size) -> Spec:
    unit, sides = _per_day(data.unit, language), [language.text("Baseline period"), language.text("Reporting period")]
    title = f"{data.driver} [{data.driver_unit}]" if data.driver_unit else data.driver
    x = {
        "type": "quantitative",
        "axis": {"title": title, "format": ",.3~f", "tickCount": 4 if size.narrow else 8},
        "scale": {"zero": False, "nice": True},
    }
    y = {"type": "quantitative", "axis": quantity_axis(unit)}
    rows = [
        {
            "x": each.driver,
            "y": each.use,
            "side": _side(each, language),
            "label": f"{each.label}: {with_unit(language.number(each.use, digits=1), unit, language)}",
        }
        for each in data.points
    ]
    colour = {"domain": sides, "range": [PALETTE["baseline"], PALETTE["use"]]}
    shape = {"domain": sides, "range": ["circle", "triangle-up"]}
    legend: Spec = {} if len({each.in_baseline for each in data.points}) > 1 else {"legend": None}
    dots = {
        "data": {"values": rows},
        "mark": {"type": "point", "filled": True, "size": 60, "opacity": 0.85},
        "encoding": {
            "x": {"field": "x", **x},
            "y": {"field": "y", **y},
            "color": {"field": "side", "type": "nominal", "scale": colour, **legend},
            "shape": {"field": "side", "type": "nominal", "scale": shape, **legend},
            "description": {"field": "label"},
        },
    }
    if not data.line:
        return {"layer": [dots]}
    line = {
        "data": {"values": [{"x": at, "y": use} for at, use in data.line]},
        "mark": {"type": "line", "strokeWidth": 2, "strokeDash": [5, 3], "color": PALETTE["baseline"], "aria": False},
        "encoding": {"x": {"field": "x", **x}, "y": {"field": "y", **y}},
    }
    return {"layer": [line, dots]}
