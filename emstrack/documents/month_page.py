"""One page for the mayor or the owner: what was saved, what is missing, what waits, when the committee meets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emstrack.documents import figures
from emstrack.documents import report_pages as pages
from emstrack.documents.typeset import typeset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from emstrack.domain.periods import Month
    from emstrack.language.languages import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthValues:
    """What the page says."""

    committee: str
    organisation: str
    month: Month
    sites: int
    meters: int
    missing_meters: int
    missing: Sequence[tuple[str, int, str]]
    """Site, meters, who."""
    money: Sequence[tuple[Decimal, str]]
    saved: Sequence[Mapping[str, Any]]
    best: Sequence[tuple[str, str]]
    overdue: Sequence[tuple[str, str, str, int]]
    """What, site, who, days."""
    overdue_count: int
    decided: Sequence[tuple[str, str, str]]
    waiting: int
    next_day: date | None
    is_demonstration: bool


def write_month_page(values: MonthValues, language: Language, *, made_at: datetime) -> bytes:
    """Return the PDF; it is cut to what fits one page, and says how much more there is."""
    text = language.text
    sections = [pages.section("", [pages.facts(_facts(values, language))])]
    if values.saved:
        sections.append(pages.section(text("Savings to date"), [_saved(values, language)]))
    if values.missing:
        columns = [(text("Site"), "", "2"), (text("Meters"), "", ""), (text("Who sends them"), "", "1.4")]
        rows = [[site, language.number(n), who or "–"] for site, n, who in values.missing]
        sections.append(pages.section(text("Readings that are missing"), [pages.table(columns, rows)]))
    if values.overdue:
        columns = [(text("What"), "", "2"), (text("Site"), "", "1.2"), (text("Who does it"), "", "1")]
        columns.append((text("Days overdue"), "", ""))
        rows = [[what, site, who or "–", language.number(days)] for what, site, who, days in values.overdue]
        sections.append(pages.section(text("Overdue follow-ups"), [pages.table(columns, rows)]))
    if values.decided:
        columns = [(text("Decision"), "", "2"), (text("Who does it"), "", "1"), (text("Due"), "", "0.8")]
        sections.append(
            pages.section(text("Decided last"), [pages.table(columns, [list(row) for row in values.decided])])
        )
    written = {
        "language": language.code,
        "title": values.organisation,
        "kind": text("Month at a glance"),
        "above": values.committee,
        "period": language.month(values.month),
        "made": text("Made on {day}", day=language.date(made_at.date())),
        "page": text("Page"),
        "illustrative": text("Illustrative: these figures are made up, to show how emstrack works.")
        if values.is_demonstration
        else "",
        "headline": _headline(values, language),
        "sections": sections,
    }
    return typeset("report", written, made_at=made_at)


def _headline(values: MonthValues, language: Language) -> str:
    if not values.money:
        return language.text("No saving can be claimed yet.")
    amounts = language.text(" and ").join(language.money(amount, currency) for amount, currency in values.money)
    return language.text("{amounts} of cost were avoided to date.", amounts=amounts)


def _facts(values: MonthValues, language: Language) -> list[tuple[str, str]]:
    text = language.text
    come = values.meters - values.missing_meters
    found = [
        (
            text("Bills of {month}", month=language.month(values.month)),
            text("{n} of {m} are in", n=come, m=values.meters),
        ),
        (text("Sites"), language.number(values.sites)),
    ]
    if values.best:
        found.append((text("Most saved"), "; ".join(f"{site}: {amount}" for site, amount in values.best)))
    found.append((text("Follow-ups overdue"), language.number(values.overdue_count)))
    if values.waiting:
        found.append((text("Recommendations to decide on"), language.number(values.waiting)))
    found.append((text("Next meeting"), language.date(values.next_day, length="long") if values.next_day else "–"))
    return found


def _saved(values: MonthValues, language: Language) -> pages.Block:
    text = language.text
    columns = [(text("Resource"), "", "1.4"), (text("Savings"), "", ""), (text("± at 90 %"), "", ""), ("%", "", "")]
    columns += [(text("Money"), "", ""), (text("Claim"), "", "1.2")]
    rows = [
        [
            language.label(each["resource"]),
            figures.amount(each["avoided"], each["unit"], language),
            figures.number(each["band"], language),
            figures.percent(each["fraction"], language),
            figures.money(each["cost"], each["currency"], language),
            language.label(each["claim"]) if each["claim"] else "–",
        ]
        for each in values.saved
    ]
    return pages.table(columns, rows)
