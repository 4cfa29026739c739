"""A programme as a PDF: results by sector first, then cohorts, activities, indicators, money, and how it is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.documents import figures
from emstrack.documents import report_pages as pages
from emstrack.documents.programme_workbook import name_of, note_of
from emstrack.documents.typeset import typeset
from emstrack.language.languages import MISSING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    from emstrack.analysis.programme_results import ResultRow
    from emstrack.documents.programme_values import ProgrammeReport
    from emstrack.documents.report_pages import Block
    from emstrack.language.languages import Language


def programme_report(report: ProgrammeReport, language: Language, *, made_at: datetime) -> bytes:
    """Return the PDF."""
    text = language.text
    sections = [pages.section(text("Results by sector"), _results(report, language))]
    for title, blocks in (
        (text("Cohorts"), _cohorts(report, language)),
        (text("Activities"), _activities(report, language)),
        (text("Indicators"), _indicators(report, language)),
        (text("Money leveraged"), _money(report, language)),
    ):
        if blocks:
            sections.append(pages.section(title, blocks))
    sections.append(pages.section(text("How it is counted"), [pages.bullets(text(each) for each in METHOD)]))
    return typeset("report", _written(report, sections, language), made_at=made_at)


METHOD = (
    "A row counts implemented measures only; the percentage is implemented recommendations of all that were made.",
    "Payback is the sum of investments divided by the sum of estimated yearly savings: never a mean of paybacks.",
    "Estimated and measured savings are never added.",
    "Measured is what the meters of verified measures say, once they have told at least a year.",
    "Published rows stand as they were printed; nothing of them is added to what is computed.",
)


def _written(report: ProgrammeReport, sections: list[Block], language: Language) -> dict[str, Any]:
    text = language.text
    total = report.total if report.rows else report.published_total or report.total
    return {
        "language": language.code,
        "title": report.title,
        "kind": text("Programme"),
        "above": report.organisation if report.organisation != report.title else "",
        "period": text("Money of {year}", year=report.year) if report.rows else "",
        "made": text("Made on {day}", day=language.date(report.made_on)),
        "page": text("Page"),
        "illustrative": text("Illustrative: these figures are made up, to show how emstrack works.")
        if report.is_demonstration and report.rows
        else "",
        "headline": headline(total, language) or report.summary,
        "sections": sections,
    }


def headline(total: ResultRow, language: Language) -> str:
    """Say in a sentence what a programme came to; empty where it has no money."""
    if total.investment is None or total.estimated is None:
        return ""
    told = language.plural(
        "At {n} site, an investment of {investment} saves an estimated {saving} a year",
        "At {n} sites, an investment of {investment} saves an estimated {saving} a year",
        total.sites or 0,
        investment=figures.money(float(total.investment), total.currency, language),
        saving=figures.money(float(total.estimated), total.currency, language),
    )
    if total.payback_months is not None:
        told += language.text(", paid back in {months}", months=months(total.payback_months, language))
    return f"{told}."


def months(value: float | None, language: Language) -> str:
    """Write a payback to the tenth of a month."""
    if value is None:
        return MISSING
    return language.text("{n} months", n=language.number(value, digits=1))


def _results(report: ProgrammeReport, language: Language) -> list[Block]:
    blocks: list[Block] = []
    if report.summary:
        blocks.append(pages.paragraph(report.summary))
    if report.rows:
        blocks.append(_table(report.rows, report.total, language))
    if report.published:
        blocks.append(_table(report.published, report.published_total, language))
        blocks.append(pages.paragraph(language.text("As published, period uncertain."), soft=True))
    if report.cases:
        blocks.append(pages.bullets(_case(row, language) for row in report.cases))
    if report.findings:
        blocks.append(pages.bullets(language.sentence(finding) for finding in report.findings))
    return blocks


def _table(rows: Sequence[ResultRow], total: ResultRow | None, language: Language) -> Block:
    text = language.text
    heads = ("Sites", "Implemented", "Investment", "Savings a year, estimated", "Savings a year, measured", "Payback")
    columns = [(text("Sector"), "", "1"), *((text(head), "", "") for head in heads)]
    written = [[name_of(row, language), *_figures(row, language)] for row in rows]
    return pages.table(columns, written, [text("Total"), *_figures(total, language)] if total else ())


def _figures(row: ResultRow, language: Language) -> list[str]:
    percent = row.implemented_percent
    return [
        language.number(row.sites),
        language.percent(None if percent is None else percent / 100, digits=0),
        *(_amount(amount, row.currency, language) for amount in (row.investment, row.estimated, row.measured)),
        months(row.payback_months, language),
    ]


def _amount(amount: Decimal | None, currency: str, language: Language) -> str:
    return MISSING if amount is None else figures.money(float(amount), currency, language)


def _case(row: ResultRow, language: Language) -> str:
    told = [name_of(row, language)]
    if row.investment is not None:
        told.append(f"{_amount(row.investment, row.currency, language)} →")
    told += [_amount(row.estimated, row.currency, language), note_of(row, language)]
    return " ".join(told)


def _cohorts(report: ProgrammeReport, language: Language) -> list[Block]:
    if not report.cohorts:
        return []
    heads = ("Sites", "Audit", "Plan", "Implementation", "Verification")
    columns = [(language.text("Cohort"), "", "1"), *((language.text(head), "", "") for head in heads)]
    rows = [
        [row.name, *(language.number(n) for n in (row.sites, row.audited, row.planned, row.implemented, row.verified))]
        for row in report.cohorts
    ]
    return [pages.table(columns, rows)]


def _activities(report: ProgrammeReport, language: Language) -> list[Block]:
    if not report.activities:
        return []
    heads = ("Women", "Men", "Sex not told", "Reach", "Cost")
    titles = [(language.text("Activity"), "", "1"), (language.text("Kind"), "", "words")]
    columns = [*titles, *((language.text(head), "", "") for head in heads)]
    rows = [
        [
            f"{row.title} ({language.date(row.start)})",
            language.label(row.kind),
            *(language.number(n) for n in (row.women, row.men, row.not_told, row.reach)),
            _amount(row.cost, row.currency, language),
        ]
        for row in report.activities
    ]
    return [pages.table(columns, rows)]


def _indicators(report: ProgrammeReport, language: Language) -> list[Block]:
    if not report.indicators:
        return []
    heads = ("Baseline", "Target", "Latest")
    columns = [(language.text("Indicator"), "", "1"), *((language.text(head), "", "") for head in heads)]
    rows = []
    for each in report.indicators:
        latest = each.values[0].value if each.values else None
        written = (language.number(n, digits=2, fixed=False) for n in (each.row.baseline, each.row.target, latest))
        rows.append([f"{each.row.name} [{each.row.unit}]" if each.row.unit else each.row.name, *written])
    return [pages.table(columns, rows)]


def _money(report: ProgrammeReport, language: Language) -> list[Block]:
    if not report.money:
        return []
    columns = [(language.text("Source"), "", "1"), (language.text("Amount"), "", "")]
    return [pages.table(columns, [[row.source, _amount(row.amount, row.currency, language)] for row in report.money])]
