"""Charts drawn so that they can stand in a page under a strict content policy."""

import re
import xml.etree.ElementTree as ET

import pytest

from emstrack.charts.cost import Cost, CostSeries, cost
from emstrack.charts.cumulative_savings import CumulativeSavings, SavedMonth, cumulative_savings
from emstrack.charts.drivers import DriverPoint, Drivers, drivers
from emstrack.charts.monthly_use import MonthlyUse, UseMonth, monthly_use
from emstrack.charts.palette import PALETTE
from emstrack.documents import svg
from emstrack.domain.periods import Month
from emstrack.language.languages import Language

EN, ES = Language("en"), Language("es")
MONTHS = [Month(2025, 1).plus(index) for index in range(12)]
USE = MonthlyUse(
    'Meter "A" <b>&</b>',
    "kWh",
    tuple(
        UseMonth(
            month, None if index == 5 else 12000.0 + index, complete=index != 3, adjusted_baseline=15000.0, band=500.0
        )
        for index, month in enumerate(MONTHS)
    ),
)
CHARTS = {
    "monthly use": monthly_use(USE, EN),
    "cumulative": cumulative_savings(
        CumulativeSavings("x", "kWh", tuple(SavedMonth(m, 5.0, i * 5.0, 3.0) for i, m in enumerate(MONTHS))), EN
    ),
    "cost": cost(
        Cost("x", "MXN", (CostSeries("a", dict.fromkeys(MONTHS, 5.0)), CostSeries("b", dict.fromkeys(MONTHS, 2.0)))), EN
    ),
    "drivers": drivers(
        Drivers(
            "x",
            "y",
            "",
            "kWh",
            (DriverPoint("p", 1.0, 2.0), DriverPoint("q", 2.0, 3.0, in_baseline=False)),
            ((1.0, 2.0), (2.0, 3.0)),
        ),
        EN,
    ),
    "empty": monthly_use(MonthlyUse("x", "kWh", ()), EN),
    "empty savings": cumulative_savings(CumulativeSavings("x", "kWh", ()), EN),
    "empty cost": cost(Cost("x", "MXN", ()), EN),
    "empty drivers": drivers(Drivers("x", "y", "", "kWh", ()), EN),
}


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_every_chart_stands_in_a_page_under_a_strict_policy(name: str, size: str) -> None:
    drawn = svg.render(getattr(CHARTS[name], size), EN)
    root = ET.fromstring(drawn)  # noqa: S314 - our own drawing
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"]
    assert root.attrib["viewBox"]
    assert "width" not in root.attrib
    names = {attribute for element in root.iter() for attribute in element.attrib}
    assert not names & {"style", "font-family", "onclick", "href"}
    assert not {element.tag.rpartition("}")[2] for element in root.iter()} & {
        "script",
        "style",
        "image",
        "foreignObject",
    }


@pytest.mark.parametrize("name", CHARTS)
def test_every_colour_has_a_role(name: str) -> None:
    drawn = svg.render(CHARTS[name].wide, EN)
    colours = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawn)) - {"none", "transparent"}
    assert colours <= {f"var(--chart-{role})" for role in PALETTE}, colours


def test_a_document_gets_literal_colours_a_size_and_a_font() -> None:
    drawn = svg.render(CHARTS["monthly use"].wide, EN, literal_colours=True)
    assert PALETTE["use"] in drawn
    assert "var(" not in drawn
    assert re.search(r'<svg[^>]* width="\d', drawn)
    assert "font-family" in drawn


def test_a_bar_tells_its_figure_under_the_pointer() -> None:
    assert "<title>January 2025. Use: 12,000 kWh</title>" in svg.render(CHARTS["monthly use"].wide, EN)


def test_a_missing_month_draws_no_bar() -> None:
    drawn = svg.render(CHARTS["monthly use"].wide, EN)
    assert "May 2025. Use" in drawn
    assert "June 2025. Use" not in drawn


def test_an_incomplete_month_is_hollow() -> None:
    drawn = svg.render(CHARTS["monthly use"].wide, EN)
    bar = re.search(r"<path[^>]*><title>April 2025\. Incomplete month", drawn)
    assert bar is not None
    assert 'fill="var(--chart-paper)"' in bar[0]


def test_names_from_outside_are_text_and_never_markup() -> None:
    drawn = svg.render(CHARTS["monthly use"].wide, EN)
    assert "<b>" not in drawn
    assert "&lt;b&gt;" in drawn


def test_figures_on_the_axis_follow_the_language() -> None:
    data = MonthlyUse("x", "kWh", (UseMonth(Month(2025, 1), 20000.0),))
    assert ">20,000</text>" in svg.render(monthly_use(data, Language("es_MX")).wide, Language("es_MX"))
    assert ">20.000</text>" in svg.render(monthly_use(data, Language("pt_BR")).wide, Language("pt_BR"))


def test_months_are_named_in_the_language() -> None:
    assert ">ene</tspan>" in svg.render(monthly_use(USE, ES).wide, ES)


def test_the_same_chart_is_drawn_once() -> None:
    first = svg.render(CHARTS["monthly use"].wide, EN)
    assert svg.render(CHARTS["monthly use"].wide, EN) is first


def test_a_chart_is_light() -> None:
    assert len(svg.render(CHARTS["monthly use"].wide, EN)) < 20_000
