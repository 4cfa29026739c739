"""A programme as a workbook: results, cohorts, sites, measures, activities, indicators, money."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from emstrack.documents.tables import write_xlsx
from emstrack.domain.programmes import Basis

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emstrack.analysis.programme_results import ResultRow
    from emstrack.documents.programme_values import ProgrammeReport
    from emstrack.language.languages import Language

RESULTS = (
    *("Sector", "Sites", "Implemented (%)", "Investment", "Savings a year, estimated", "Savings a year, measured"),
    *("Currency", "Payback (months)", "Year", "Basis", "Note"),
)
COHORTS = (*("Cohort", "Sites", "Audit", "Plan", "Implementation", "Verification", "Recommendations", "Put in"),)
SITES = ("Cohort", "Site", "Sector", "Destination")
MEASURES = (
    *("Cohort", "Site", "Sector", "Measure", "Status", "Currency", "Investment", "Saves a year", "Put in on"),
    "Counted",
)
ACTIVITIES = (
    *("Kind", "Title", "First day", "Last day", "Place", "Women", "Men", "Sex not told", "Reach", "What was measured"),
    *("Before", "After", "Outputs", "Cost", "Currency"),
)
INDICATORS = ("Indicator", "Unit", "Baseline", "Target", "Quarter", "Actual", "Note")
MONEY = ("Source", "Amount", "Currency", "Day", "Note")
"""Headers; constants that are translated where they are written."""


def programme_workbook(report: ProgrammeReport, language: Language) -> bytes:
    """Return the workbook."""
    text = language.text
    stream = io.BytesIO()
    tables = {
        "Results": (RESULTS, _results(report, language)),
        "Cohorts": (COHORTS, _cohorts(report)),
        "Sites": (SITES, ([*_place(row, language), row["destination"]] for row in report.sites)),
        "Measures": (MEASURES, _measures(report, language)),
        "Activities": (ACTIVITIES, _activities(report, language)),
        "Indicators": (INDICATORS, _indicators(report)),
        "Money leveraged": (MONEY, ([r.source, r.amount, r.currency, _day(r.day), r.note] for r in report.money)),
    }
    write_xlsx(
        stream, {text(name)[:31]: ([text(each) for each in head], rows) for name, (head, rows) in tables.items()}
    )
    return stream.getvalue()


def _results(report: ProgrammeReport, language: Language) -> Iterator[list[Any]]:
    for rows, total in ((report.rows, report.total), (report.published, report.published_total)):
        if not rows:
            continue
        for row in rows:
            yield [name_of(row, language), *_figures(row, report, language)]
        if total is not None:
            yield [language.text("Total"), *_figures(total, report, language)]
    for case in report.cases:
        yield [name_of(case, language), *_figures(case, report, language)]


def name_of(row: ResultRow, language: Language) -> str:
    """Return what a row is called."""
    return language.text(row.label) if row.label else language.label(row.sector)


def note_of(row: ResultRow, language: Language) -> str:
    """Return what has to be known about a row of published figures."""
    parts = []
    if row.per_room is not None:
        parts.append(language.text("{amount} per room", amount=language.money(row.per_room, row.currency)))
    if row.period_uncertain:
        parts.append(language.text("As published, period uncertain."))
    return " · ".join([*parts, *([row.source] if row.source else [])])


def _figures(row: ResultRow, report: ProgrammeReport, language: Language) -> list[Any]:
    percent, months = row.implemented_percent, row.payback_months
    computed = row.basis is Basis.COMPUTED
    return [
        row.sites,
        None if percent is None else round(percent, 1),
        *(row.investment, row.estimated, row.measured, row.currency),
        None if months is None else round(months, 1),
        report.year if computed else row.year,
        language.label(row.basis),
        note_of(row, language),
    ]


def _cohorts(report: ProgrammeReport) -> Iterator[list[Any]]:
    for row in report.cohorts:
        yield [
            row.name,
            row.sites,
            row.audited,
            row.planned,
            row.implemented,
            row.verified,
            row.measures,
            row.measures_done,
        ]


def _place(row: Any, language: Language) -> list[Any]:
    return [row["cohort"], row["site"], language.label(row["sector"])]


def _measures(report: ProgrammeReport, language: Language) -> Iterator[list[Any]]:
    words: dict[str, str] = {}
    yes, no = language.text("Yes"), language.text("No")
    for row in report.measures:
        for code in (row["sector"], row["status"]):
            if code not in words:
                words[code] = language.label(code)
        yield [
            *(row["cohort"], row["site"], words[row["sector"]], row["title"], words[row["status"]], row["currency"]),
            *(row["investment"], row["annual_saving"], _day(row["implemented_on"]), yes if row["counted"] else no),
        ]


def _activities(report: ProgrammeReport, language: Language) -> Iterator[list[Any]]:
    for row in report.activities:
        yield [
            *(language.label(row.kind), row.title, _day(row.start), _day(row.last_day), row.place),
            *(row.women, row.men, row.not_told, row.reach, row.measured, row.before, row.after),
            *(row.outputs, row.cost, row.currency),
        ]


def _indicators(report: ProgrammeReport) -> Iterator[list[Any]]:
    for each in report.indicators:
        row = each.row
        for value in each.values or (None,):
            actual = [None, None, None] if value is None else [_quarter(value.quarter), value.value, value.note]
            yield [row.name, row.unit, row.baseline, row.target, *actual]


def _quarter(day: Any) -> str:
    return f"{day.year}-Q{(day.month + 2) // 3}"


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None
