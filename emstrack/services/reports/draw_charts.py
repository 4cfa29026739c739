"""The charts of a report, drawn once for the document: the same declarations as the pages'."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.charts.cumulative_savings import CumulativeSavings, SavedMonth, cumulative_savings
from emstrack.charts.monthly_use import MonthlyUse, UseMonth, monthly_use
from emstrack.charts.palette import FONT
from emstrack.documents import svg
from emstrack.documents.report_pages import Picture
from emstrack.documents.report_words import item_name, resource_name
from emstrack.documents.typeset import lettered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.charts.chart import Chart
    from emstrack.documents.report_values import ReportedItem, ReportedTotal, UsedMonth
    from emstrack.language.languages import Language


def draw_item(item: ReportedItem, language: Language) -> Picture | None:
    """Draw a meter's use by month against its adjusted baseline, the baseline's own months before it."""
    return _months(item_name(item.saving, language), item.saving.unit, item.months, language)


def draw_total(total: ReportedTotal, language: Language) -> Picture | None:
    """Draw a resource's use by month against the adjusted baseline, of all meters that count."""
    named = resource_name(total.resource, total.heating_value_basis, language)
    return _months(named, total.unit, total.months, language)


def draw_main(totals: Sequence[ReportedTotal], language: Language) -> Picture | None:
    """Draw what has been saved to date of the resource that most sites count for, then of the one that moved most."""
    known = [total for total in totals if total.months]
    if not known:
        return None
    main = max(known, key=lambda total: (total.sites_counted, abs(total.cost_avoided or 0.0)))
    months = tuple(SavedMonth(each.month, each.avoided, each.to_date, each.band_to_date) for each in main.months)
    named = resource_name(main.resource, main.heating_value_basis, language)
    return _drawn(cumulative_savings(CumulativeSavings(named, main.unit, months), language), language)


def _months(subject: str, unit: str, months: Sequence[UsedMonth], language: Language) -> Picture | None:
    shown = tuple(UseMonth(each.month, each.use, each.complete, each.adjusted_baseline, each.band) for each in months)
    if not any(each.use is not None for each in shown):
        return None
    return _drawn(monthly_use(MonthlyUse(subject, unit, shown), language), language)


def _drawn(chart: Chart, language: Language) -> Picture:
    drawing = lettered(svg.render(chart.wide, language, literal_colours=True), FONT)
    return Picture(drawing, str(chart.wide["description"]), chart.caption, chart.note)
