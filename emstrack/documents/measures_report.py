"""Recommendations and measures as a PDF: the summary first, then method, recommendations, plan and calculations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.documents import figures
from emstrack.documents import report_pages as pages
from emstrack.documents.balances_section import balance_sections
from emstrack.documents.typeset import typeset
from emstrack.language.languages import MISSING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from emstrack.documents.measures_values import MeasuresReport, ReportedMeasure, ReportedSum
    from emstrack.documents.report_pages import Block
    from emstrack.language.languages import Language


def measures_report(report: MeasuresReport, language: Language, *, made_at: datetime) -> bytes:
    """Return the PDF."""
    text = language.text
    sections = [
        pages.section("", _summary(report, language)),
        pages.section(text("Method"), _method(report, language)),
        *balance_sections(report.balances, language),
        pages.section(text("Recommendations and measures"), [], new_page=True),
        *(measure_section(each, language) for each in report.measures),
        pages.section(text("Plan"), [_plan(report, language)], new_page=True),
        pages.section(text("Annex: calculations"), annex(report.measures, language), new_page=True),
    ]
    return typeset("report", _written(report, sections, language), made_at=made_at)


def payback(years: float | None, language: Language) -> str:
    """Write a payback: at once, months, years; a dash where there is none."""
    if years is None:
        return MISSING
    if years == 0:
        return language.text("at once")
    months = round(12 * years)
    if months < 24:
        return language.plural("{n} month", "{n} months", max(months, 1))
    if years > 100:
        return language.text("over 100 years")
    return language.text("{years} years", years=language.number(years, digits=1))


def _written(report: MeasuresReport, sections: list[Block], language: Language) -> dict[str, Any]:
    text = language.text
    above = " · ".join(part for part in (report.organisation, report.place) if part and part != report.title)
    return {
        "language": language.code,
        "title": report.title,
        "kind": text("Recommendations and measures"),
        "above": above,
        "period": language.plural("{n} measure", "{n} measures", len(report.measures)),
        "made": text("Made on {day}", day=language.date(report.made_on)),
        "page": text("Page"),
        "illustrative": text("Illustrative: these figures are made up, to show how emstrack works.")
        if report.is_demonstration
        else "",
        "headline": _headline(report, language),
        "sections": sections,
    }


def _headline(report: MeasuresReport, language: Language) -> str:
    known = [each for each in report.sums if each.annual_saving is not None]
    if not known:
        return language.text("{title}: what was recommended, and how far it is.", title=report.title)
    return " ".join(sum_sentence(each, language) for each in known)


def sum_sentence(each: ReportedSum, language: Language) -> str:
    """Say what the measures of a currency come to."""
    told = language.plural(
        "{n} measure would save {saving} a year",
        "{n} measures would save {saving} a year",
        each.measures,
        saving=figures.money(_float(each.annual_saving), each.currency, language),
    )
    if each.investment is None:
        return f"{told}."
    told += " " + language.text(
        "for an investment of {investment}", investment=figures.money(float(each.investment), each.currency, language)
    )
    if each.payback_years is not None:
        told += ", " + language.text("paid back in {payback}", payback=payback(each.payback_years, language))
    return f"{told}."


def _summary(report: MeasuresReport, language: Language) -> list[Block]:
    text = language.text
    columns = [
        ("", "", "words"),
        (text("Measure"), "", "1"),
        (text("Status"), "", "words"),
        (text("Investment"), "", ""),
        (text("Saves a year"), "", ""),
        (text("Payback"), "", ""),
    ]
    rows = [
        [
            str(each.number),
            each.title,
            language.label(each.status),
            figures.money(_float(each.investment), each.currency, language),
            figures.money(_float(each.annual_saving), each.currency, language),
            payback(each.payback_years, language),
        ]
        for each in report.measures
    ]
    return [
        pages.table(columns, rows),
        pages.paragraph(text("Savings here are estimates; what was measured stands in the savings report."), soft=True),
    ]


def _method(report: MeasuresReport, language: Language) -> list[Block]:
    text = language.text
    blocks = [
        pages.bullets(
            (
                text(
                    "Each effect is a quantity of a year times a dated price; assumptions and calculation stand in the "
                    "annex."
                ),
                text("Money of another currency is told by the latest exchange rate on or before its day."),
                text(
                    "Simple payback is the investment divided by the yearly saving, less added operation and "
                    "maintenance; of several measures the sum divided by the sum."
                ),
                text(
                    "Net present value, internal rate of return and discounted payback follow year-end cash flows over "
                    "the life of the measure."
                ),
                text("Measures on one meter act on the load that the others left: together 1 − Π(1 − s)."),
                text("A rejected or deferred recommendation is listed and is in no sum."),
                text(
                    "CO₂e is the quantity saved times an emission factor; each factor stands in the annex with its "
                    "source."
                ),
                text(
                    "What a measure really saved is measured as its plan says (IPMVP options A to D) and told with a "
                    "band that covers nine cases in ten; estimated and measured savings are never added up."
                ),
            )
        )
    ]
    if report.together:
        heads = (text("Used a year"), text("Each by itself"), text("Together"))
        columns = [(text("Meter"), "", "1"), *((head, "", "") for head in heads)]
        rows = [
            [
                each.meter,
                figures.amount(each.use, each.unit, language),
                figures.amount(each.alone, each.unit, language),
                figures.amount(each.together, each.unit, language),
            ]
            for each in report.together
        ]
        blocks.append(pages.table(columns, rows))
    return blocks


def measure_section(each: ReportedMeasure, language: Language) -> Block:
    """Show one measure: why, what, its effects, its facts."""
    text = language.text
    blocks: list[Block] = []
    if each.situation:
        blocks.append(pages.paragraph(each.situation))
    if each.proposal:
        blocks.append(pages.paragraph(each.proposal))
    facts = [
        (text("Kind of technique"), language.label(each.category)),
        (text("Saves a year"), figures.money(_float(each.annual_saving), each.currency, language)),
        (text("Investment"), figures.money(_float(each.investment), each.currency, language)),
        (text("Simple payback"), payback(each.payback_years, language)),
        *((language.text(name), said) for name, said in each.others),
    ]
    if each.co2e_kg is not None:
        tonnes = figures.number(each.co2e_kg / 1000, language)
        facts.append((text("Emissions avoided"), text("{tonnes} t CO₂e a year", tonnes=tonnes)))
    if each.plan is not None:
        facts.append((text("Measurement and verification plan"), _plan_words(each, language)))
    if each.effects:
        blocks.append(_effects(each, language))
    blocks.append(pages.facts(facts))
    tone = "good" if each.status in {"implemented", "verified"} else "plain"
    return pages.section(f"{each.number}. {each.title}", blocks, tag=(language.label(each.status), tone))


def _effects(each: ReportedMeasure, language: Language) -> Block:
    text = language.text
    columns = [
        (text("Resource"), "", "1"),
        (text("Saved a year"), "", ""),
        (text("Price of a unit"), "", ""),
        (text("Money a year"), each.currency, ""),
    ]
    rows = [
        [
            _resource(effect.resource, effect.variety, language) + (f" · {effect.meter}" if effect.meter else ""),
            figures.amount(effect.quantity, effect.unit, language) if effect.unit else MISSING,
            MISSING
            if effect.unit_price is None or not effect.unit
            else f"{effect.currency} {language.number(effect.unit_price, digits=4, fixed=False)}",
            language.number(_float(effect.worth)),
        ]
        for effect in each.effects
    ]
    return pages.table(columns, rows)


def _plan_words(each: ReportedMeasure, language: Language) -> str:
    plan = each.plan
    if plan is None:
        return MISSING
    agreed = language.date(plan.agreed_on) if plan.agreed_on else language.text("not yet: a draft")
    return language.text(
        "Option {option}, {boundary}; verified by {verifier}; agreed {day}",
        option=plan.option,
        boundary=plan.boundary,
        verifier=plan.verifier or MISSING,
        day=agreed,
    )


def _plan(report: MeasuresReport, language: Language) -> Block:
    text = language.text
    columns = [
        ("", "", "words"),
        (text("Measure"), "", "1"),
        (text("Owner"), "", "words"),
        (text("Due by"), "", "words"),
        (text("Status"), "", "words"),
        (text("Priority"), "", "words"),
    ]
    rows = [
        [
            str(each.number),
            each.title,
            each.owner or MISSING,
            language.date(each.due),
            language.label(each.status),
            language.label(each.priority) if each.priority else MISSING,
        ]
        for each in report.measures
    ]
    return pages.table(columns, rows)


def annex(measures: Sequence[ReportedMeasure], language: Language) -> list[Block]:
    """Show how each figure came about."""
    blocks: list[Block] = []
    for each in measures:
        facts = [*_calculations(each, language), *_investment(each, language), *_finance(each, language)]
        if facts:
            blocks += [pages.paragraph(f"{each.number}. {each.title}"), pages.facts(facts)]
    return blocks


def _calculations(each: ReportedMeasure, language: Language) -> list[tuple[str, str]]:
    text, facts = language.text, []
    for effect in each.effects:
        named = _resource(effect.resource, effect.variety, language)
        said = " ".join(part for part in (effect.assumptions, effect.calculation) if part)
        if said:
            facts.append((named, said))
        if effect.co2e_source:
            facts.append((text("Emission factor"), effect.co2e_source))
    return facts


def _investment(each: ReportedMeasure, language: Language) -> list[tuple[str, str]]:
    facts = []
    for line in each.lines:
        said = figures.money(float(line.amount), line.currency, language)
        if line.day:
            said += f", {language.date(line.day)}"
        if line.spent is not None:
            spent = figures.money(float(line.spent), line.currency, language)
            said += f" ({language.text('{spent} spent so far', spent=spent)})"
        facts.append((line.label or language.label(line.kind), said))
    return facts


def _finance(each: ReportedMeasure, language: Language) -> list[tuple[str, str]]:
    text, finance = language.text, each.finance
    if finance is None or each.life_years is None:
        return []
    rate = MISSING if finance.internal_rate is None else figures.percent(finance.internal_rate, language)
    if finance.sign_changes > 1:
        rate += " – " + text(
            "the cash flows change sign {n} times, so this rate says little: look at the net present value",
            n=finance.sign_changes,
        )
    life = text("{years} years", years=language.number(each.life_years, digits=1, fixed=False))
    return [
        (text("Life"), f"{life}, {text('Discount rate')} {figures.percent(each.rate, language)}"),
        (text("Net present value"), figures.money(finance.net_present_value, each.currency, language)),
        (text("Internal rate of return"), rate),
        (text("Discounted payback"), payback(finance.discounted_payback_years, language)),
        (text("Savings to investment"), language.number(finance.savings_to_investment, digits=2)),
    ]


def _resource(resource: str, variety: str, language: Language) -> str:
    named = language.label(resource)
    return f"{named}, {language.label(variety)}" if variety else named


def _float(value: Any) -> float | None:
    return None if value is None else float(value)
