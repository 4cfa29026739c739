"""Recommendations and measures as a workbook: every figure a number, every calculation its text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from emstrack.documents import balances_section as section
from emstrack.documents.tables import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emstrack.documents.measures_values import MeasuresReport
    from emstrack.language.languages import Language


def measures_workbook(report: MeasuresReport, language: Language) -> bytes:
    """Return the workbook."""
    text = language.text
    stream = io.BytesIO()
    tables = {
        text("Summary"): ([text(each) for each in _SUMMARY], _summary(report, language)),
        text("Effects"): ([text(each) for each in _EFFECTS], _effects(report, language)),
        text("Investment"): ([text(each) for each in _LINES], _lines(report, language)),
        text("Plan"): ([text(each) for each in _PLAN], _plan(report, language)),
    }
    if report.balances:
        tables |= {
            text(name): ([text(each) for each in heads], rows(report.balances, language))
            for name, heads, rows in (
                ("Closure", section.CLOSURES, section.closure_rows),
                ("Losses", section.LOSSES, section.loss_rows),
                ("Loads", section.LOADS, section.load_rows),
            )
        }
    write_xlsx(stream, {name[:31]: table for name, table in tables.items()})
    return stream.getvalue()


_SUMMARY = (
    *("Number", "Measure", "Site", "Status", "Kind of technique", "Currency", "Investment", "Spent so far"),
    *("Saves a year", "Simple payback (years)", "Life (years)", "Discount rate", "Net present value"),
    *("Internal rate of return", "Discounted payback (years)", "Savings to investment", "Cost of a saved kWh"),
    *("Emissions a year (kg CO₂e)", "Situation and cause", "Proposal"),
)
_EFFECTS = (
    *("Number", "Measure", "Resource", "Which one", "Meter", "Saved a year", "Unit", "Price of a unit", "Currency"),
    *("Money a year", "Emissions a year (kg CO₂e)", "Emission factor", "Assumptions", "Calculation"),
)
_LINES = ("Number", "Measure", "What for", "Kind", "Budget", "Spent so far", "Currency", "Offer or payment of")
_PLAN = (
    *("Number", "Measure", "Owner", "Due by", "Status", "Priority", "Ease", "Option", "Boundary"),
    *(
        "What is measured, with which instrument",
        "Verifier",
        "Agreed by",
        "Agreed on",
        "Reporting period from",
        "Until",
    ),
    *("Saving expected", "Smallest saving the meter can show"),
)
"""Headers; constants that are translated where they are written."""


def _summary(report: MeasuresReport, language: Language) -> Iterator[list[Any]]:
    for each in report.measures:
        worth = each.finance
        yield [
            *(each.number, each.title, each.site, language.label(each.status), language.label(each.category)),
            *(each.currency, each.investment, each.spent, each.annual_saving, each.payback_years, each.life_years),
            each.rate if worth else None,
            worth.net_present_value if worth else None,
            worth.internal_rate if worth else None,
            worth.discounted_payback_years if worth else None,
            worth.savings_to_investment if worth else None,
            *(each.cost_of_saved_kwh, each.co2e_kg, each.situation, each.proposal),
        ]


def _effects(report: MeasuresReport, language: Language) -> Iterator[list[Any]]:
    for each in report.measures:
        for effect in each.effects:
            yield [
                *(each.number, each.title, language.label(effect.resource), effect.variety, effect.meter),
                *(effect.quantity, language.unit(effect.unit) if effect.unit else "", effect.unit_price),
                *(effect.currency, effect.worth, effect.co2e_kg, effect.co2e_source),
                *(effect.assumptions, effect.calculation),
            ]


def _lines(report: MeasuresReport, language: Language) -> Iterator[list[Any]]:
    for each in report.measures:
        for line in each.lines:
            yield [
                *(each.number, each.title, line.label, language.label(line.kind), line.amount, line.spent),
                *(line.currency, line.day.isoformat() if line.day else None),
            ]


def _plan(report: MeasuresReport, language: Language) -> Iterator[list[Any]]:
    for each in report.measures:
        plan = each.plan
        agreed: list[Any] = [None] * 10
        if plan is not None:
            agreed = [
                *(plan.option, plan.boundary, plan.key_parameters, plan.verifier, plan.agreed_by),
                *(_day(plan.agreed_on), _day(plan.reporting_start), _day(plan.reporting_end)),
                *(plan.expected, plan.detectable),
            ]
        yield [
            *(each.number, each.title, each.owner, _day(each.due), language.label(each.status)),
            language.label(each.priority) if each.priority else None,
            language.label(each.ease) if each.ease else None,
            *agreed,
        ]


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
