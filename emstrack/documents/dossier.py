"""The dossier that a lender is handed: what is asked and what carries it first, then measures and schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.documents import figures
from emstrack.documents import report_pages as pages
from emstrack.documents.measures_report import annex, measure_section, payback
from emstrack.documents.typeset import typeset
from emstrack.language.languages import MISSING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from emstrack.documents.dossier_values import Dossier
    from emstrack.documents.report_pages import Block
    from emstrack.language.languages import Language


def dossier_document(dossier: Dossier, language: Language, *, made_at: datetime) -> bytes:
    """Return the PDF."""
    text = language.text
    sections = [
        pages.section(text("In short"), [pages.facts(_short(dossier, language)), *_doubts(dossier, language)]),
        pages.section(text("What carries the debt"), _carrying(dossier, language)),
        pages.section(text("What is paid for"), [_costs(dossier, language)]),
        pages.section(text("Measures"), [], new_page=True),
        *(measure_section(each, language) for each in dossier.measures),
        pages.section(text("Who"), [pages.facts(_people(dossier, language))]),
    ]
    if dossier.instalments:
        sections.append(pages.section(text("Schedule"), [_schedule(dossier, language)], new_page=True))
    sections.append(pages.section(text("Annex: calculations"), annex(dossier.measures, language), new_page=True))
    return typeset("report", _written(dossier, sections, language), made_at=made_at)


def _written(dossier: Dossier, sections: list[Block], language: Language) -> dict[str, Any]:
    text = language.text
    above = " · ".join(part for part in (dossier.borrower, dossier.place) if part and part != dossier.title)
    return {
        "language": language.code,
        "title": dossier.title,
        "kind": text("Dossier for financing"),
        "above": above,
        "period": text("Applied on {day}", day=language.date(dossier.applied_on)),
        "made": text("Made on {day}", day=language.date(dossier.made_on)),
        "page": text("Page"),
        "illustrative": text("Illustrative: these figures are made up, to show how emstrack works.")
        if dossier.is_demonstration
        else "",
        "headline": _headline(dossier, language),
        "sections": sections,
    }


def _headline(dossier: Dossier, language: Language) -> str:
    asked = language.text(
        "{borrower} asks {lender} for {amount}.",
        borrower=dossier.borrower or dossier.title,
        lender=dossier.lender or dossier.facility,
        amount=_money(dossier.amount, dossier, language),
    )
    if dossier.estimated_coverage is None:
        return asked
    carried = language.text(
        "The saving, estimated and less {haircut}, pays the debt service of the dearest year {times} times.",
        haircut=language.percent(dossier.haircut, digits=0),
        times=language.number(dossier.estimated_coverage, digits=2),
    )
    return f"{asked} {carried}"


def _short(dossier: Dossier, language: Language) -> list[tuple[str, str]]:
    text, finance = language.text, dossier.finance
    facts = [
        (text("Facility"), f"{dossier.facility} ({language.label(dossier.instrument)})"),
        (text("Stage"), language.label(dossier.stage)),
        (text("Sum"), _money(dossier.amount, dossier, language)),
        (text("Own funds beside it"), _money(dossier.own_funds, dossier, language)),
        (text("Investment"), _money(dossier.investment, dossier, language)),
        (text("Saves a year, estimated"), _money(dossier.estimated, dossier, language)),
        (text("Saves a year, measured"), _money(dossier.measured, dossier, language)),
    ]
    if finance is not None:
        rate = MISSING if finance.internal_rate is None else figures.percent(finance.internal_rate, language)
        if finance.sign_changes > 1:
            rate += " – " + text(
                "the cash flows change sign {n} times, so this rate says little: look at the net present value",
                n=finance.sign_changes,
            )
        facts += [
            (text("Simple payback"), payback(finance.payback_years, language)),
            (text("Net present value"), figures.money(finance.net_present_value, dossier.currency, language)),
            (text("Internal rate of return"), rate),
        ]
    if dossier.cover:
        facts += [
            (text("Cover"), text("{percent} of the principal", percent=language.percent(dossier.cover, digits=2))),
            (text("Exposure"), _money(dossier.exposure, dossier, language)),
        ]
    if dossier.sector:
        facts.append((text("Sector"), language.label(dossier.sector)))
    if dossier.eligibility:
        facts.append((text("Who and what is eligible"), dossier.eligibility))
    return [*facts, (text("Note"), dossier.note)] if dossier.note else facts


def _doubts(dossier: Dossier, language: Language) -> list[Block]:
    if not dossier.findings:
        return []
    marks = {"info": language.text("Note"), "warning": language.text("Warning")}
    return [
        pages.notes(
            [
                {
                    "tone": each.severity.value,
                    "mark": marks.get(each.severity.value, language.text("Note")),
                    "text": language.sentence(each),
                }
                for each in dossier.findings
            ]
        )
    ]


def _carrying(dossier: Dossier, language: Language) -> list[Block]:
    text = language.text
    facts = [
        (text("Debt service of the dearest year"), _money(dossier.service, dossier, language)),
        (text("Savings coverage, estimated"), language.number(dossier.estimated_coverage, digits=2)),
        (text("Savings coverage, measured"), language.number(dossier.measured_coverage, digits=2)),
    ]
    if dossier.dscr is not None:
        facts.append((text("Debt service coverage"), language.number(dossier.dscr, digits=2)))
    said = [
        text(
            "Savings coverage is a year’s saving divided by the debt service of the dearest twelve months in a row; "
            "the estimated saving first loses a haircut of {percent}.",
            percent=language.percent(dossier.haircut, digits=0),
        ),
        text("Estimated and measured savings are told apart and never added."),
    ]
    if dossier.dscr is None:
        said.append(text("The firm’s whole cash flow was not given, so no debt service coverage is told."))
    return [pages.facts(facts), pages.bullets(said)]


def _costs(dossier: Dossier, language: Language) -> Block:
    text = language.text
    columns = [
        (text("Measure"), "", "1"),
        (text("What for"), "", "1"),
        (text("Kind"), "", "words"),
        (text("Offer or payment of"), "", "words"),
        (text("Budget"), "", ""),
    ]
    rows = [
        [
            f"{each.number}. {each.title}",
            line.label or MISSING,
            language.label(line.kind),
            language.date(line.day),
            figures.money(float(line.amount), line.currency or each.currency, language),
        ]
        for each in dossier.measures
        for line in each.lines
    ]
    total = [text("Total"), "", "", "", _money(dossier.investment, dossier, language)]
    return pages.table(columns, rows, total)


def _people(dossier: Dossier, language: Language) -> list[tuple[str, str]]:
    text = language.text
    return [
        (text("Borrower or recipient"), dossier.borrower or MISSING),
        (text("Who lends or gives"), dossier.lender or MISSING),
        (text("Who sees to the measures"), ", ".join(dossier.owners) or MISSING),
    ]


def _schedule(dossier: Dossier, language: Language) -> Block:
    text = language.text
    names = ("Payment", "Principal", "Interest", "Owed after it")
    columns = [
        (text("Instalment"), "", "words"),
        (text("Due by"), "", "1"),
        *((text(name), dossier.currency, "") for name in names),
    ]
    rows = [
        [str(each.number), language.date(each.due)]
        + [language.number(amount, digits=2) for amount in (each.payment, each.principal, each.interest)]
        + [language.number(each.outstanding, digits=2)]
        for each in dossier.instalments
    ]
    return pages.table(columns, rows)


def _money(amount: Decimal | None, dossier: Dossier, language: Language) -> str:
    return figures.money(None if amount is None else float(amount), dossier.currency, language)
