"""A chart as its macro shows it."""

from emstrack.charts.monthly_use import MonthlyUse, UseMonth, monthly_use
from emstrack.domain.periods import Month
from emstrack.language.languages import Language
from emstrack.web.presenters.charts import chart_figure

EN = Language("en")


def test_it_is_drawn_in_both_sizes_with_its_table() -> None:
    figure = chart_figure(monthly_use(MonthlyUse("Water", "m3", (UseMonth(Month(2025, 1), 3.0),)), EN), EN)
    assert figure.svg.startswith("<svg")
    assert figure.narrow_svg.startswith("<svg")
    assert figure.svg != figure.narrow_svg
    assert figure.columns[1] == {"label": "Use", "unit": "m³", "numeric": True}
    assert figure.rows == (("January 2025", "3"),)


def test_the_drawing_is_not_escaped_again_and_its_texts_are() -> None:
    figure = chart_figure(monthly_use(MonthlyUse("<i>", "m3", (UseMonth(Month(2025, 1), 3.0),)), EN), EN)
    assert "&lt;i&gt;" in figure.svg.__html__()
    assert "<i>" not in figure.svg.__html__()
