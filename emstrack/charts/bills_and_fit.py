"""A baseline's bills with the fit through them, and what the fit missed: two pictures of the same rows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.charts.chart import Chart, Column, Size, Spec, in_both_sizes, quantity_axis, with_unit
from emstrack.charts.palette import PALETTE
from emstrack.domain.periods import Month

if TYPE_CHECKING:
    from datetime import date

    from emstrack.language.languages import Language

_ROOM = {True: 4, False: 8}


@dataclass(frozen=True, slots=True)
class FittedBill:
    """One bill: what was used and what the model says, both per day."""

    start: date
    end: date
    use: float
    fitted: float


@dataclass(frozen=True, slots=True)
class BillsAndFit:
    """What the charts show; `subject` is the meter in the reader's words, `unit` a unit code."""

    subject: str
    unit: str
    bills: tuple[FittedBill, ...]


def bills_and_fit(data: BillsAndFit, language: Language) -> Chart:
    """Declare bars of each bill's use per day with the line of the fit."""
    unit = _per_day(data.unit, language)
    caption = language.text("{subject}: the fit over the bills", subject=data.subject)

    def spec(size: Size) -> Spec:
        y = {"type": "quantitative", "axis": quantity_axis(unit)}
        dot = {"type": "point", "filled": True, "size": 26, "opacity": 1, "fill": PALETTE["baseline"]}
        line = {"type": "line", "strokeWidth": 2, "strokeDash": [5, 3], "color": PALETTE["baseline"], "aria": False}
        return {
            "data": {"values": _rows(data, unit, language)},
            "encoding": {"x": _axis(data, language, size)},
            "layer": [
                {
                    "mark": {"type": "bar", "color": PALETTE["use"], "cornerRadiusEnd": 1.5},
                    "encoding": {"y": {"field": "use", **y}, "description": {"field": "use_label"}},
                },
                {"mark": line, "encoding": {"y": {"field": "fitted", **y}}},
                {
                    "mark": dot,
                    "encoding": {"y": {"field": "fitted", **y}, "description": {"field": "fitted_label"}},
                },
            ],
        }

    wide, narrow = in_both_sizes(spec, language.text("{caption}. {n} readings.", caption=caption, n=len(data.bills)))
    text, number = language.text, language.number
    columns = (Column(text("Bill"), numeric=False), Column(text("Use"), unit), Column(text("The fit"), unit))
    rows = tuple(
        (_days(each, language), number(each.use, digits=1), number(each.fitted, digits=1)) for each in data.bills
    )
    return Chart(
        caption, text("Bars are bills, the dashed line is the fit, both per day."), wide, narrow, columns, rows
    )


def residuals(data: BillsAndFit, language: Language) -> Chart:
    """Declare what the fit missed of each bill, in order of time: a run on one side is a driver that is missing."""
    unit = _per_day(data.unit, language)
    caption = language.text("{subject}: what the fit missed", subject=data.subject)

    def spec(size: Size) -> Spec:
        y = {"type": "quantitative", "axis": quantity_axis(unit)}
        return {
            "data": {"values": _rows(data, unit, language)},
            "encoding": {"x": _axis(data, language, size)},
            "layer": [
                {
                    "mark": {"type": "bar", "color": PALETTE["second"]},
                    "encoding": {"y": {"field": "missed", **y}, "description": {"field": "missed_label"}},
                },
                {
                    "data": {"values": [{}]},
                    "mark": {"type": "rule", "color": PALETTE["text"], "strokeWidth": 1, "aria": False},
                    "encoding": {"y": {"datum": 0, **y}, "x": {"value": 0}, "x2": {"value": "width"}},
                },
            ],
        }

    wide, narrow = in_both_sizes(spec, language.text("{caption}. {n} readings.", caption=caption, n=len(data.bills)))
    text = language.text
    note = text(
        "Above zero more was used than the fit says. Several in a row on one side mean that a driver is missing."
    )
    columns = (Column(text("Bill"), numeric=False), Column(text("Missed"), unit))
    rows = tuple((_days(each, language), language.number(each.use - each.fitted, digits=1)) for each in data.bills)
    return Chart(caption, note, wide, narrow, columns, rows)


def _rows(data: BillsAndFit, unit: str, language: Language) -> list[Spec]:
    rows = []
    for place, each in enumerate(data.bills):
        told = {"use": each.use, "fitted": each.fitted, "missed": each.use - each.fitted}
        labels = {
            f"{name}_label": f"{_days(each, language)}: {with_unit(language.number(value, digits=1), unit, language)}"
            for name, value in told.items()
        }
        rows.append({"place": str(place), **told, **labels})
    return rows


def _axis(data: BillsAndFit, language: Language, size: Size) -> Spec:
    """Return the x encoding: bills in order, as many named by their month as there is room for."""
    step = max(1, -(-len(data.bills) // _ROOM[size.narrow]))
    names = {
        str(place): language.month(Month.of(each.start + (each.end - each.start) / 2), short=True)
        for place, each in enumerate(data.bills)
        if place % step == 0
    }
    return {
        "field": "place",
        "type": "ordinal",
        "sort": None,
        "scale": {"paddingInner": 0.3, "paddingOuter": 0.15},
        "axis": {
            "title": None,
            "labelAngle": 0,
            "values": list(names),
            "labelExpr": f"({json.dumps(names, ensure_ascii=False)})[datum.value]",
            "labelOverlap": False,
        },
    }


def _days(bill: FittedBill, language: Language) -> str:
    return f"{language.date(bill.start)} – {language.date(bill.end)}"


def _per_day(unit: str, language: Language) -> str:
    return language.text("{unit} per day", unit=language.unit(unit))
