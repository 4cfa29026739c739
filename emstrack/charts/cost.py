"""What each month cost, stacked by resource or by meter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.charts.chart import Chart, Column, Size, Spec, in_both_sizes, quantity_axis, with_unit
from emstrack.charts.months import every_month, month_axis
from emstrack.charts.palette import PALETTE, SERIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emstrack.domain.periods import Month
    from emstrack.language.languages import Language


@dataclass(frozen=True, slots=True)
class CostSeries:
    """The costs of one resource or meter; `label` is in the reader's words. A month without a cost is left out."""

    label: str
    by_month: Mapping[Month, float]


@dataclass(frozen=True, slots=True)
class Cost:
    """What the chart shows: one currency only, since two never share a total."""

    subject: str
    currency: str
    series: tuple[CostSeries, ...]


def cost(data: Cost, language: Language) -> Chart:
    """Declare stacked bars; the largest four are told apart, the others added up."""
    series = _largest(data.series, language)
    months = every_month([month for each in series for month in each.by_month])
    caption = language.text("{subject}: cost by month", subject=data.subject)
    total = sum(value for each in series for value in each.by_month.values())
    description = f"{caption}. {language.text('There are no values yet.')}"
    if months:
        description = language.text(
            "{caption}: {total} {unit} from {first} to {last}.",
            caption=caption,
            total=language.number(total),
            unit=data.currency,
            first=language.month(months[0]),
            last=language.month(months[-1]),
        )
    wide, narrow = in_both_sizes(lambda size: _spec(series, months, language, data.currency, size), description)
    return Chart(caption, "", wide, narrow, *_table(series, months, data.currency, language))


def _largest(series: tuple[CostSeries, ...], language: Language) -> list[CostSeries]:
    if len(series) <= len(SERIES):
        return list(series)
    ranked = sorted(series, key=lambda each: -sum(each.by_month.values()))
    kept, rest = ranked[: len(SERIES) - 1], ranked[len(SERIES) - 1 :]
    together: dict[Month, float] = {}
    for each in rest:
        for month, value in each.by_month.items():
            together[month] = together.get(month, 0.0) + value
    return [*kept, CostSeries(language.text("Others"), together)]


def _spec(series: list[CostSeries], months: list[Month], language: Language, currency: str, size: Size) -> Spec:
    rows = [
        {
            "month": str(month),
            "cost": value,
            "series": each.label,
            "order": index,
            "label": f"{language.month(month)}. {each.label}: {with_unit(language.number(value), currency, language)}",
        }
        for index, each in enumerate(series)
        for month, value in sorted(each.by_month.items())
    ]
    labels = [each.label for each in series]
    colours = [PALETTE[role] for role in SERIES[: len(series)]]
    legend = None if len(series) < 2 else {"symbolType": "square", "columns": 2 if size.narrow else 5}
    scale = {"domain": labels, "range": colours}
    return {
        "data": {"values": rows},
        "mark": {"type": "bar"},
        "encoding": {
            "x": month_axis(months, language, size),
            "y": {"field": "cost", "type": "quantitative", "stack": "zero", "axis": quantity_axis(currency)},
            "color": {"field": "series", "type": "nominal", "scale": scale, "legend": legend},
            "order": {"field": "order", "type": "quantitative"},
            "description": {"field": "label"},
        },
    }


def _table(
    series: list[CostSeries], months: list[Month], currency: str, language: Language
) -> tuple[tuple[Column, ...], tuple[tuple[str, ...], ...]]:
    columns = [Column(language.text("Month"), numeric=False), *(Column(each.label, currency) for each in series)]
    if len(series) > 1:
        columns.append(Column(language.text("Total"), currency))
    rows = []
    for month in months:
        values = [each.by_month.get(month) for each in series]
        known = [value for value in values if value is not None]
        row = [language.month(month), *(language.number(value) for value in values)]
        if len(series) > 1:
            row.append(language.number(sum(known) if known else None))
        rows.append(tuple(row))
    return tuple(columns), tuple(rows)
