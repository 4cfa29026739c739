"""One site's savings report as a PDF: a page that says it all, then what each meter's figure stands on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.documents import report_pages as pages
from emstrack.documents import report_words as words
from emstrack.documents.typeset import typeset
from emstrack.domain.savings import Claim, Method

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from emstrack.documents.report_pages import Block, Picture
    from emstrack.documents.report_values import ReportedItem, SavingsReport
    from emstrack.language.languages import Language


def site_report(
    report: SavingsReport,
    main: Picture | None,
    pictures: Mapping[int, Picture],
    language: Language,
    *,
    made_at: datetime,
) -> bytes:
    """Return the PDF; `main` stands on the first page, `pictures` by meter id beside their tables."""
    sections = [
        pages.section("", _summary(report, main, language)),
        *(_meter(item, pictures.get(item.meter_id), language) for item in report.items),
    ]
    return typeset("report", pages.written(report, sections, language), made_at=made_at)


def _summary(report: SavingsReport, main: Picture | None, language: Language) -> list[Block]:
    blocks = [
        pages.bullets(words.total_sentence(total, language) for total in report.totals),
        pages.summary_table(report.totals, language, one_site=True),
        pages.paragraph(_counted(report, language), soft=True),
    ]
    if main is not None:
        blocks.append(pages.picture(main))
    return blocks


def _counted(report: SavingsReport, language: Language) -> str:
    """Say how much of the site this is about: n of N meters, and which are not in it."""
    counted = sum(1 for item in report.items if item.saving.in_totals and not item.saving.disqualified)
    every = sum(1 for item in report.items if item.saving.in_totals) + len(report.without_baseline)
    said = language.text("{counted} of {every} meters have enough data and are counted.", counted=counted, every=every)
    if report.without_baseline:
        named = ", ".join(meter for _, meter in report.without_baseline)
        said += " " + language.text("No baseline is adopted yet for: {meters}.", meters=named)
    return said + " " + pages.reading_aid(language)


def _meter(item: ReportedItem, picture: Picture | None, language: Language) -> Block:
    saving = item.saving
    blocks = [pages.paragraph(words.item_sentence(saving, language))]
    if picture is not None:
        blocks.append(pages.picture(picture))
    reported = {month.month for month in saving.months}
    months = [month for month in item.months if str(month.month) in reported]
    if months:
        blocks.append(pages.months_table(months, saving.unit, language))
    found = words.notes([item], language, named=False)
    if found:
        blocks.append(pages.notes(found))
    blocks.append(pages.facts(words.facts(item, language)))
    return pages.section(words.item_name(saving, language), blocks, tag=_tag(item, language), new_page=True)


def _tag(item: ReportedItem, language: Language) -> tuple[str, str]:
    if item.saving.disqualified:
        return language.text("Claim withheld"), "warning"
    if Method(item.saving.method).is_indicative:
        return language.text("Indicative"), "warning"
    if not item.saving.in_totals:
        return language.text("Not in totals: a sub-meter, or energy sold"), "plain"
    if item.saving.claim is None:
        return "", "plain"
    return language.label(item.saving.claim), "good" if item.saving.claim is Claim.DISTINGUISHABLE else "plain"
