"""The parts a typeset report is made of, for templates/documents/report.typ: everything is already written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emstrack.documents import figures
from emstrack.documents import report_words as words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from emstrack.documents.report_values import ReportedTotal, SavingsReport, UsedMonth
    from emstrack.language.languages import Language

Block = dict[str, Any]


def paragraph(text: str, *, soft: bool = False) -> Block:
    """Say something."""
    return {"kind": "text", "text": text, "soft": soft}


def bullets(texts: Iterable[str]) -> Block:
    """Say several things."""
    return {"kind": "bullets", "texts": list(texts)}


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as drawn for a document, in words for who cannot see it, and what to know while reading it."""

    svg: str
    alt: str
    caption: str
    note: str


def picture(shown: Picture) -> Block:
    """Show a chart."""
    return {"kind": "picture", "svg": shown.svg, "alt": shown.alt, "caption": shown.caption, "note": shown.note}


def reading_aid(language: Language) -> str:
    """Say what the words of the table mean, to somebody who sees them for the first time."""
    return language.text(
        "“Savings” are what would have been used after the baseline, in the weather and occupancy there was, less what "
        "was used. “±” holds the true figure nine times in ten."
    )


def table(columns: Sequence[tuple[str, str, str]], rows: Sequence[Sequence[str]], total: Sequence[str] = ()) -> Block:
    """Show a table; a column is label, unit and width: none for figures, `words`, or a share of the rest."""
    return {
        "kind": "table",
        "columns": [{"label": label, "unit": unit, "width": width} for label, unit, width in columns],
        "rows": [list(row) for row in rows],
        "total": list(total),
    }


def facts(pairs: Iterable[words.Fact]) -> Block:
    """Show facts beside their names."""
    return {"kind": "facts", "pairs": [list(pair) for pair in pairs]}


def notes(found: list[Block]) -> Block:
    """Show findings."""
    return {"kind": "notes", "notes": found}


def section(
    title: str, blocks: Sequence[Block], *, tag: tuple[str, str] = ("", "plain"), new_page: bool = False
) -> Block:
    """Put blocks under a heading; a tag is its words and its tone: good, plain or warning."""
    return {"title": title, "tag": tag[0], "tone": tag[1], "new_page": new_page, "blocks": list(blocks)}


def written(report: SavingsReport, sections: Sequence[Block], language: Language) -> dict[str, Any]:
    """Return the whole document."""
    made = words.made_on(report, language)
    above = " · ".join(part for part in (report.organisation, report.place) if part and part != report.title)
    return {
        "language": language.code,
        "title": report.title,
        "kind": language.text("Savings report"),
        "above": above,
        "period": figures.span(report.first, report.last, language),
        "made": made,
        "page": language.text("Page"),
        "illustrative": language.text("Illustrative: these figures are made up, to show how emstrack works.")
        if report.is_demonstration
        else "",
        "headline": words.headline(report, language),
        "sections": list(sections),
    }


def months_table(months: Sequence[UsedMonth], unit: str, language: Language) -> Block:
    """Show what the chart shows, in figures; the last row adds up what counts."""
    text, symbol = language.text, language.unit(unit)
    columns = [
        (text("Month"), "", "1"),
        (text("Expected"), symbol, ""),
        (text("Used"), symbol, ""),
        (text("Savings"), symbol, ""),
        (text("Savings to date"), symbol, ""),
    ]
    rows = [_month_row(month, language) for month in months]
    counted = [month for month in months if month.avoided is not None]
    if not counted:
        return table(columns, rows)
    sums = [
        sum(each.adjusted_baseline or 0.0 for each in counted),
        sum(each.use or 0.0 for each in counted),
        sum(each.avoided or 0.0 for each in counted),
    ]
    total = [text("Months that count"), *(figures.number(each, language) for each in sums), ""]
    return table(columns, rows, total)


def _month_row(month: UsedMonth, language: Language) -> list[str]:
    named = language.month(month.month)
    if not month.complete and month.use is not None:
        named = language.text("{month} (not complete)", month=named)
    values = (month.adjusted_baseline, month.use, month.avoided, month.to_date)
    return [named, *(figures.number(each, language) for each in values)]


def summary_table(totals: Sequence[ReportedTotal], language: Language, *, one_site: bool) -> Block:
    """Show a row per resource: saved, how sure, money, per room or per m², and what may be said of it."""
    text = language.text
    last = text("Claim") if one_site else text("Sites")
    columns = [(text("Resource"), "", "1"), (text("Savings"), "", ""), (text("± at 90 %"), "", "")]
    columns += [("%", "", ""), (text("Money"), "", "")]
    ratio = _ratio(totals)
    if ratio:
        columns.append((text("Per room") if ratio == "per_room" else text("Per m²"), "", ""))
    rows = [_summary_row(each, language, ratio, one_site=one_site) for each in totals]
    return table([*columns, (last, "", "words")], rows)


def _ratio(totals: Sequence[ReportedTotal]) -> str:
    """Choose what to divide by: rooms where there are any, else floor area, else nothing."""
    return next(
        (name for name in ("per_room", "per_m2") if any(getattr(each, name) is not None for each in totals)), ""
    )


def _summary_row(total: ReportedTotal, language: Language, ratio: str, *, one_site: bool) -> list[str]:
    named = words.resource_name(total.resource, total.heating_value_basis, language)
    if total.indicative:
        named = language.text("{resource} (indicative)", resource=named)
    last = counted_words(total, language)
    if one_site:
        last = words.claim_words(total, language) if total.claims else language.text("Withheld")
        last = last if total.avoided is None or total.claims else "–"
    return [
        named,
        figures.amount(total.avoided, total.unit, language),
        figures.number(total.band_90, language),
        figures.percent(total.percent, language),
        figures.money(total.cost_avoided, total.currency, language),
        *([figures.amount(getattr(total, ratio), total.unit, language)] if ratio else []),
        last,
    ]


def counted_words(total: ReportedTotal, language: Language) -> str:
    """Say of how many sites a total is."""
    return language.text("{counted} of {sites}", counted=total.sites_counted, sites=total.sites)
