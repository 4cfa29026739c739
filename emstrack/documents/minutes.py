"""Minutes and agendas of a committee as a PDF, on the layout of every report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emstrack.documents import report_pages as pages
from emstrack.documents.typeset import typeset
from emstrack.language import agendas

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from emstrack.language.languages import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesValues:
    """What minutes say; approved ones come from what was frozen."""

    committee: str
    organisation: str
    day: date
    hour: str
    place: str
    approved: bool
    approved_by: str
    present: Sequence[Mapping[str, str]]
    absent: Sequence[Mapping[str, str]]
    remarks: str
    items: Sequence[Mapping[str, Any]]
    decisions: Sequence[tuple[str, str, str, str]]
    """What, where, who, by when."""
    is_demonstration: bool


def write_minutes(values: MinutesValues, language: Language, *, made_at: datetime) -> bytes:
    """Return the PDF."""
    text = language.text
    kind = text("Minutes") if values.approved else text("Agenda")
    sections = [pages.section("", [pages.facts(_facts(values, language))])]
    for number, item in enumerate(values.items, 1):
        sections.append(_item(number, item, language))
    if values.decisions:
        columns = [(text("Decision"), "", "2"), (text("Site"), "", "1.2"), (text("Who does it"), "", "1")]
        columns.append((text("Due"), "", "0.8"))
        sections.append(
            pages.section(text("Decisions"), [pages.table(columns, [list(row) for row in values.decisions])])
        )
    if values.remarks:
        sections.append(pages.section(text("Remarks"), [pages.paragraph(part) for part in _paragraphs(values.remarks)]))
    written = {
        "language": language.code,
        "title": values.committee,
        "kind": kind,
        "above": values.organisation,
        "period": f"{language.date(values.day, length='long')}, {values.hour}",
        "made": text("Made on {day}", day=language.date(made_at.date())),
        "page": text("Page"),
        "illustrative": text("Illustrative: these figures are made up, to show how emstrack works.")
        if values.is_demonstration
        else "",
        "headline": _headline(values, language),
        "sections": sections,
    }
    return typeset("report", written, made_at=made_at)


def _headline(values: MinutesValues, language: Language) -> str:
    if not values.approved:
        return language.plural("{n} item to talk about", "{n} items to talk about", len(values.items))
    return language.plural("{n} decision was taken", "{n} decisions were taken", len(values.decisions))


def _facts(values: MinutesValues, language: Language) -> list[tuple[str, str]]:
    text = language.text
    found = [(text("Place"), values.place or "–")]
    if values.present:
        found.append((text("Present"), _people(values.present, language)))
    if values.absent:
        found.append((text("Absent"), _people(values.absent, language)))
    if values.approved:
        found.append((text("Approved by"), values.approved_by or "–"))
    return found


def _people(people: Sequence[Mapping[str, str]], language: Language) -> str:
    return ", ".join(f"{each['name']} ({language.label(each['role']).lower()})" for each in people)


def _item(number: int, item: Mapping[str, Any], language: Language) -> pages.Block:
    lines = [agendas.line(language, item["kind"], each) for each in item["lines"]]
    blocks = [pages.bullets(lines)] if lines else []
    blocks += [pages.paragraph(part) for part in _paragraphs(item.get("minutes", ""))]
    title = agendas.item_title(language, item["kind"], item["title"], len(item["lines"]))
    return pages.section(f"{number}. {title}", blocks)


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in text.split("\n") if part.strip()]
