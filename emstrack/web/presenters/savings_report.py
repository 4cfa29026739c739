"""The savings report in a person's language: what was saved, on what it rests, and what one should know."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import TYPE_CHECKING, Any

from emstrack.documents.savings_workbook import Table, Workbook
from emstrack.domain.savings import Method
from emstrack.language.labels import unit_symbol
from emstrack.web.presenters import numbers, savings

if TYPE_CHECKING:
    from datetime import date

    from emstrack.documents.savings_workbook import Cell
    from emstrack.language.languages import Language
    from emstrack.services.savings.list_savings import ListedSaving, SavingsPage


def title(page: SavingsPage, site_id: int | None, organisation: str) -> str:
    """Return whose report it is."""
    return page.rows[0].item.site if site_id is not None and page.rows else organisation


def file_name(name: str) -> str:
    """Return a name every system takes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-").lower()[:60] + "-savings.xlsx"


def sections(page: SavingsPage, language: Language) -> list[dict[str, Any]]:
    """Return the report's sites, each with its savings and what to know of them."""
    found = []
    for (organisation, site), rows in groupby(page.rows, key=lambda row: (row.organisation, row.item.site)):
        listed = list(rows)
        found.append(
            {
                "site": site,
                "organisation": organisation,
                "rows": [_section_row(row, language) for row in listed],
                "findings": [
                    (row.item.meter or language.label(row.item.resource), each)
                    for row in listed
                    for each in savings.shown_findings(row.item.findings)
                ],
            }
        )
    return found


def section_columns(language: Language) -> list[dict[str, Any]]:
    """Return the heads of a site's table in the report."""
    text = language.text
    return [
        {"label": text("Meter")},
        {"label": text("Baseline")},
        {"label": text("Period")},
        {"label": text("Would have used"), "numeric": True},
        {"label": text("Used"), "numeric": True},
        {"label": text("Saving"), "numeric": True},
        {"label": text("Money"), "numeric": True},
        {"label": text("Claim")},
    ]


def _section_row(listed: ListedSaving, language: Language) -> list[Any]:
    item = listed.item
    baseline = f"{savings.period_words(item.baseline_period, language)} · {language.label(Method(item.method))}"
    return [
        {"text": language.label(item.resource), "note": item.meter},
        {"text": baseline, "note": language.text("Revision {n}", n=listed.revision) + f": {listed.reason}"},
        savings.period_words(item.reporting_period, language),
        numbers.with_unit(item.adjusted_baseline, item.unit, language),
        numbers.with_unit(item.actual, item.unit, language),
        numbers.with_band(item.avoided, item.band_90, item.unit, language),
        numbers.money(item.cost_avoided, item.currency, language),
        language.text("Withheld") if item.disqualified else language.label(item.claim) if item.claim else "–",
    ]


def workbook(page: SavingsPage, name: str, today: date, language: Language) -> Workbook:
    """Return the report's sheets: totals, savings, months, remarks."""
    text = language.text
    subject = text("Savings report of {day}", day=language.date(today))
    return Workbook(name, subject, (_totals(page, language), _items(page, language), _months(page, language),
                                    _remarks(page, language)))  # fmt: skip


def _totals(page: SavingsPage, language: Language) -> Table:
    text = language.text
    heads = ("Resource", "Unit", "Saving", "± 90 %", "Claim", "Money", "Currency", "Per room", "Sites counted", "Sites")
    rows: list[tuple[Cell, ...]] = [
        (
            savings.resource_name(each.resource, each.basis, language),
            unit_symbol(each.unit),
            each.avoided,
            each.band_90,
            language.label(each.claim) if each.claim else None,
            None if each.cost is None else float(each.cost),
            each.currency,
            each.per_room,
            each.sites_counted,
            each.sites,
        )
        for each in page.saved
    ]
    return Table(text("Totals"), tuple(text(head) for head in heads), tuple(rows))


def _items(page: SavingsPage, language: Language) -> Table:
    text = language.text
    heads = (
        "Organisation", "Site", "Meter", "Resource", "Unit", "Baseline", "Period", "Method", "Would have used", "Used",
        "Saving", "± 90 %", "Saving, %", "Claim", "Money", "Currency", "Per room", "Per m²", "kg CO₂e", "R²",
        "CV(RMSE)", "Revision", "Reason",
    )  # fmt: skip
    return Table(text("Savings"), tuple(text(h) for h in heads), tuple(_item(row, language) for row in page.rows))


def _item(listed: ListedSaving, language: Language) -> tuple[Cell, ...]:
    item, model = listed.item, listed.item.model
    claim = language.label(item.claim) if item.claim else None
    return (
        listed.organisation,
        item.site,
        item.meter,
        savings.resource_name(item.resource, item.heating_value_basis or "", language),
        unit_symbol(item.unit),
        item.baseline_period,
        item.reporting_period,
        language.label(Method(item.method)),
        item.adjusted_baseline,
        item.actual,
        item.avoided,
        item.band_90,
        item.avoided_percent,
        language.text("Withheld") if item.disqualified else claim,
        item.cost_avoided,
        item.currency if item.cost_avoided is not None else None,
        item.per_room,
        item.per_m2,
        item.co2e_avoided_kg,
        model.r2 if model else None,
        model.cv_rmse if model else None,
        listed.revision,
        listed.reason,
    )


def _months(page: SavingsPage, language: Language) -> Table:
    text = language.text
    heads = ("Site", "Meter", "Resource", "Month", "Unit", "Would have used", "Used", "Saving", "± 90 %")
    rows: list[tuple[Cell, ...]] = [
        (
            row.item.site,
            row.item.meter,
            language.label(row.item.resource),
            month.month,
            unit_symbol(row.item.unit),
            month.adjusted_baseline,
            month.actual,
            month.avoided,
            month.band_90,
        )
        for row in page.rows
        for month in row.item.months
    ]
    return Table(text("Months"), tuple(text(head) for head in heads), tuple(rows))


def _remarks(page: SavingsPage, language: Language) -> Table:
    text = language.text
    rows: list[tuple[Cell, ...]] = [
        (row.item.site, row.item.meter, language.label(row.item.resource), language.sentence(each))
        for row in page.rows
        for each in savings.shown_findings(row.item.findings, info=True)
    ]
    heads = ("Site", "Meter", "Resource", "Remark")
    return Table(text("Remarks"), tuple(text(head) for head in heads), tuple(rows))
