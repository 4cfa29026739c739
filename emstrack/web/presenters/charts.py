"""A chart as the macro `chart_figure` shows it: two drawings, the words, and the table of the same numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from emstrack.documents import svg

if TYPE_CHECKING:
    from emstrack.charts.chart import Chart
    from emstrack.language.languages import Language


@dataclass(frozen=True, slots=True)
class ChartFigure:
    """What the macro reads."""

    caption: str
    note: str
    svg: Markup
    narrow_svg: Markup
    columns: list[dict[str, object]]
    rows: tuple[tuple[str, ...], ...]


def chart_figure(chart: Chart, language: Language) -> ChartFigure:
    """Draw a chart for a page."""
    return ChartFigure(
        chart.caption,
        chart.note,
        drawn(chart.wide, language),
        drawn(chart.narrow, language),
        [{"label": column.label, "unit": column.unit, "numeric": column.numeric} for column in chart.columns],
        chart.rows,
    )


def drawn(spec: dict[str, object], language: Language) -> Markup:
    """Draw one specification; the drawing is ours throughout, its texts escaped when it was made."""
    return Markup(svg.render(spec, language))  # noqa: S704 - XML written by an XML writer, no markup from outside
