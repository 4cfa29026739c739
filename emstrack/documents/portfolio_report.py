"""A portfolio's savings report as a PDF: a page for the mayor, then sites, months, findings and baselines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.documents import figures
from emstrack.documents import report_pages as pages
from emstrack.documents import report_words as words
from emstrack.documents.typeset import typeset
from emstrack.language.citations import written_source

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from emstrack.documents.report_pages import Block, Picture
    from emstrack.documents.report_values import ReportedItem, SavingsReport
    from emstrack.language.languages import Language


def portfolio_report(
    report: SavingsReport,
    main: Picture | None,
    pictures: Sequence[Picture | None],
    language: Language,
    *,
    made_at: datetime,
) -> bytes:
    """Return the PDF; `main` stands on the first page, `pictures` are those of the totals, in their order."""
    sections = [pages.section("", _summary(report, main, language))]
    if report.organisations:
        sections.append(_organisations(report, language))
    sections += [
        _sites(report, language),
        *_months(report, pictures, language),
        _findings(report, language),
        _baselines(report, language),
    ]
    sources = _sources(report, language)
    if sources:
        sections.append(pages.section(language.text("Emission factors and heating values"), [pages.bullets(sources)]))
    return typeset("report", pages.written(report, sections, language), made_at=made_at)


def _summary(report: SavingsReport, main: Picture | None, language: Language) -> list[Block]:
    claims = [
        f"{words.resource_name(total.resource, total.heating_value_basis, language)}: "
        f"{words.claim_words(total, language)}"
        for total in report.totals
        if total.claims
    ]
    blocks = [
        pages.bullets(words.total_sentence(total, language) for total in report.totals),
        pages.summary_table(report.totals, language, one_site=False),
        pages.paragraph(
            language.text("What the meters’ savings may be called: {claims}.", claims=". ".join(claims))
            + " "
            + pages.reading_aid(language),
            soft=True,
        ),
    ]
    if main is not None:
        blocks.append(pages.picture(main))
    return blocks


def _organisations(report: SavingsReport, language: Language) -> Block:
    text = language.text
    columns = [(text("Organisation"), "", "1.3"), (text("Resource"), "", "1"), (text("Savings"), "", "")]
    columns += [(text("± at 90 %"), "", ""), ("%", "", ""), (text("Money"), "", ""), (text("Sites"), "", "")]
    rows = [
        [
            each.name if place == 0 else "",
            words.resource_name(total.resource, total.heating_value_basis, language),
            figures.amount(total.avoided, total.unit, language),
            figures.number(total.band_90, language),
            figures.percent(total.percent, language),
            figures.money(total.cost_avoided, total.currency, language),
            pages.counted_words(total, language),
        ]
        for each in report.organisations
        for place, total in enumerate(each.totals)
    ]
    return pages.section(text("By organisation"), [pages.table(columns, rows)], new_page=True)


def _sites(report: SavingsReport, language: Language) -> Block:
    text = language.text
    columns = [(text("Site and meter"), "", "1.7"), (text("Resource"), "", "1"), (text("Savings"), "", "")]
    columns += [(text("± at 90 %"), "", ""), ("%", "", ""), (text("Money"), "", ""), (text("Claim"), "", "1.2")]
    ranked = sorted(report.items, key=_rank)
    blocks = [pages.table(columns, [_site_row(item, language) for item in ranked])]
    if report.without_baseline:
        named = "; ".join(f"{site} · {meter}" for site, meter in report.without_baseline)
        said = language.text("Measured, but no baseline is adopted yet: {meters}.", meters=named)
        blocks.append(pages.paragraph(said, soft=True))
    return pages.section(text("By site, the largest share saved first"), blocks, new_page=not report.organisations)


def _rank(item: ReportedItem) -> tuple[bool, float, str]:
    share = item.saving.avoided_percent
    return share is None, -(share or 0.0), item.saving.site


def _site_row(item: ReportedItem, language: Language) -> list[str]:
    saving = item.saving
    claim = language.label(saving.claim) if saving.claim is not None else words.method_words(saving, language)
    return [
        f"{saving.site} · {saving.meter}" if saving.meter else saving.site,
        words.resource_name(saving.resource, saving.heating_value_basis, language, saving.variety),
        figures.amount(saving.avoided, saving.unit, language),
        figures.number(saving.band_90, language),
        figures.percent(None if saving.avoided_percent is None else saving.avoided_percent / 100, language),
        figures.money(saving.cost_avoided, saving.currency, language),
        language.text("Withheld") if saving.disqualified else claim,
    ]


def _months(report: SavingsReport, pictures: Sequence[Picture | None], language: Language) -> list[Block]:
    found = []
    for total, picture in zip(report.totals, pictures, strict=True):
        if not total.months:
            continue
        blocks = [] if picture is None else [pages.picture(picture)]
        blocks.append(pages.months_table(total.months, total.unit, language))
        named = words.resource_name(total.resource, total.heating_value_basis, language)
        title = language.text("{resource}, month by month", resource=named)
        found.append(pages.section(title, blocks, new_page=True))
    return found


def _findings(report: SavingsReport, language: Language) -> Block:
    found = words.notes(report.items, language, named=True)
    nothing = pages.paragraph(language.text("Nothing to look at: every meter has the data its claim needs."))
    return pages.section(language.text("Findings"), [pages.notes(found) if found else nothing])


def _baselines(report: SavingsReport, language: Language) -> Block:
    """Say who stands for each baseline, when and why: what an auditor asks first."""
    text = language.text
    columns = [(text("Site and meter"), "", "1.4"), (text("Baseline"), "", "1.1"), (text("Method"), "", "0.8")]
    columns += [(text("Adopted"), "", "1.5"), (text("Why this baseline"), "", "1.6")]
    rows = [
        [
            f"{item.saving.site} · {item.saving.meter}" if item.saving.meter else item.saving.site,
            figures.period(item.saving.baseline_period, language),
            words.method_words(item.saving, language),
            words.adopted_words(item, language),
            item.baseline.reason,
        ]
        for item in report.items
    ]
    return pages.section(text("Baselines"), [pages.table(columns, rows)])


def _sources(report: SavingsReport, language: Language) -> list[str]:
    """Name each emission factor and heating value once, with the resource it is for."""
    found: dict[str, None] = {}
    for item in report.items:
        named = words.resource_name(item.saving.resource, item.saving.heating_value_basis, language)
        for factor in item.emission_factors:
            country = f" ({factor.country})" if factor.country else ""
            found[f"{named}{country}: {words.factor_words(factor, language)}"] = None
        for source in item.heat_sources:
            found[f"{named}: {written_source(source, language)}"] = None
    return list(found)
