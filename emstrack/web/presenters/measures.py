"""Recommendations and measures in the reader's language: rows, cards, figures, what changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.documents.measures_report import payback
from emstrack.domain.measures import MONEY, MeasureStatus
from emstrack.language.labels import LABELS
from emstrack.language.languages import MISSING
from emstrack.web.forms.measures import OPTION_WORDS
from emstrack.web.presenters import numbers
from emstrack.web.presenters.sites import change_entries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from emstrack.domain.measurement_plans import Visibility
    from emstrack.language.languages import Language
    from emstrack.services.audits.combine_measures import Together
    from emstrack.services.audits.list_measures import ListedMeasure, Sum
    from emstrack.services.audits.show_measure import ShownEffect, ShownMeasure, Worth
    from emstrack.storage.models import VerificationPlan

TONES = {
    MeasureStatus.PROPOSED: "",
    MeasureStatus.ACCEPTED: "info",
    MeasureStatus.FINANCED: "info",
    MeasureStatus.IN_PROGRESS: "info",
    MeasureStatus.IMPLEMENTED: "good",
    MeasureStatus.VERIFIED: "good",
    MeasureStatus.FADED: "warning",
    MeasureStatus.DEFERRED: "",
    MeasureStatus.REJECTED: "",
}
STEPS = {
    MeasureStatus.PROPOSED: "Consider it again",
    MeasureStatus.ACCEPTED: "Accept",
    MeasureStatus.FINANCED: "It is financed",
    MeasureStatus.IN_PROGRESS: "Begin the work",
    MeasureStatus.IMPLEMENTED: "It is implemented",
    MeasureStatus.VERIFIED: "Verify and sign",
    MeasureStatus.FADED: "The saving faded",
    MeasureStatus.DEFERRED: "Defer",
    MeasureStatus.REJECTED: "Reject",
}
"""What a button says that takes a measure to a status."""
FIELDS = {
    "title": "What shall be done",
    "category": "Kind of technique",
    "situation": "Situation and cause",
    "proposal": "Proposal",
    "effects": "What it saves",
    "investment": "What it costs",
    "status": "Status",
    "status_reason": "Reason",
    "implemented_on": "Implemented on",
    "verified_by": "Verified by",
    "verified_at": "Verified at",
    "owner_id": "Owner",
    "due": "Due by",
    "priority": "Priority",
    "ease": "Ease",
    "currency": "Currency of the totals",
    "om_change": "Change of operation and maintenance a year",
    "avoided_treatment": "Treatment and disposal no longer paid a year",
    "life_years": "Life",
    "discount_rate": "Discount rate",
    "residual_value": "Value at the end of its life",
    "risks": "Risks",
    "safety": "Safety",
    "quality": "Quality",
    "liability": "Liability",
    "plan": "Measurement and verification plan",
    "option": "Option",
    "boundary": "Boundary",
    "meter_id": "Meter",
    "baseline_id": "Baseline",
    "baseline_text": "Baseline",
    "static_factors": "What is expected to stay as it is",
    "key_parameters": "What is measured, with which instrument",
    "prices": "Prices",
    "reporting_start": "Reporting period from",
    "reporting_end": "Until",
    "verifier": "Verifier",
    "agreed_by": "Agreed by",
    "agreed_on": "Agreed on",
    "expected_fraction": "Saving expected",
    "detectable_fraction": "Smallest saving the meter can show",
    "moment": "Moment",
    "measured_apart": "Saving measured apart",
    "signed_quantity": "Signed quantity",
    "signed_band": "± at 90 %",
    "signed_unit": "Unit",
    "signed_period": "Signed months",
    "signed_fingerprint": "Fingerprint",
    "caption": "Caption",
    "case_study": "Case study",
    "audience": "Who reads it",
    "place": "Where",
    "with_money": "With money",
    "before": "Before",
    "after": "After",
    "lesson": "What others should know",
    "photo_ids": "Photos",
    "language": "Language",
}
_UNTOLD = {"status_reason", "verified_by", "verified_at"}
"""Said already by the reason, and by who and when of the entry itself."""


def steps(shown: ShownMeasure, language: Language) -> list[tuple[str, str]]:
    """Return the steps a measure may take; only a natural next one is chosen beforehand."""
    found = [(each.value, language.text(STEPS[each])) for each in shown.next]
    return [("", MISSING), *found] if shown.status is MeasureStatus.VERIFIED else found


def rows(listed: Iterable[ListedMeasure], language: Language) -> list[dict[str, Any]]:
    """Return what a row of the list or a card of the board shows."""
    return [
        {
            "id": each.id,
            "title": each.title,
            "href": url_for("measures.show", measure_id=each.id),
            "site": each.site,
            "status": language.label(each.status),
            "tone": TONES[each.status],
            "owner": each.owner,
            "due": language.date(each.due) if each.due else "",
            "overdue": each.overdue,
            "investment": numbers.money(each.investment, each.currency, language),
            "saving": numbers.money(each.annual_saving, each.currency, language),
            "payback": payback(each.payback_years, language),
            "version": each.version,
        }
        for each in listed
    ]


def sum_lines(sums: Iterable[Sum], language: Language) -> list[str]:
    """Say what the measures shown come to, a sentence for each currency."""
    lines = []
    for each in sums:
        if each.annual_saving is None and each.investment is None:
            continue
        line = language.text(
            "{saving} a year for {investment}",
            saving=numbers.money(each.annual_saving, each.currency, language),
            investment=numbers.money(each.investment, each.currency, language),
        )
        if each.payback_years is not None:
            line += ", " + language.text("paid back in {payback}", payback=payback(each.payback_years, language))
        if each.priced < each.measures:
            line += (
                " ("
                + language.text("{n} of {all} with both figures", n=each.priced, all=language.number(each.measures))
                + ")"
            )
        lines.append(line)
    return lines


def cards(shown: ShownMeasure, language: Language) -> list[dict[str, Any]]:
    """Return the figures on top: yearly money and simple payback first."""
    worth, currency, text = shown.worth, shown.measure.currency, language.text
    note = ""
    if worth.unpriced:
        note = language.plural(
            "{n} effect has no price and is not in it", "{n} effects have no price and are not in it", worth.unpriced
        )
    found = [
        {"label": text("Saves a year"), "value": _or_none(worth.annual_saving, currency, language), "note": note},
        {
            "label": text("Investment"),
            "value": _or_none(worth.investment, currency, language),
            "note": _spent(shown, language),
        },
        {
            "label": text("Simple payback"),
            "value": None if worth.payback_years is None else payback(worth.payback_years, language),
            "note": text("It saves no money.") if worth.annual_saving is not None and worth.annual_saving <= 0 else "",
        },
    ]
    if any(each.row.currency not in {"", currency} for each in shown.effects) or any(
        line.currency not in {"", currency} for line in shown.lines
    ):
        found[1]["note"] = " · ".join(filter(None, (found[1]["note"], text("Foreign money at the rate of its day."))))
    return found


def _spent(shown: ShownMeasure, language: Language) -> str:
    if shown.measure.spent is None:
        return ""
    spent = numbers.money(shown.measure.spent, shown.measure.currency, language)
    return language.text("{spent} spent so far", spent=spent)


def _or_none(amount: Decimal | None, currency: str, language: Language) -> str | None:
    return None if amount is None else numbers.money(amount, currency, language)


def effect_rows(effects: Iterable[ShownEffect], language: Language) -> list[list[Any]]:
    """Return the effects as a table's cells."""
    return [
        [
            {"text": resource_words(each, language), "note": each.meter},
            MISSING if each.row.resource == MONEY else numbers.with_unit(each.row.quantity, each.row.unit, language),
            MISSING if each.row.resource == MONEY else _price(each, language),
            numbers.money(each.worth, "", language),
        ]
        for each in effects
    ]


def resource_words(each: ShownEffect, language: Language) -> str:
    """Name what an effect acts on."""
    named = language.label(each.row.resource)
    return f"{named}, {language.label(each.row.variety)}" if each.row.variety else named


def explained(effects: Iterable[ShownEffect], language: Language) -> list[tuple[str, str, str, str]]:
    """Return what stands behind each effect: its name, assumptions, calculation, and emissions with their factor."""
    found = []
    for each in effects:
        carbon = ""
        if each.co2e_kg is not None:
            tonnes = numbers.quantity(each.co2e_kg / 1000, language)
            carbon = language.text("{tonnes} t CO₂e a year", tonnes=tonnes)
            carbon += ". " + language.text("Emission factor: {source}", source=each.co2e_source)
        if each.row.assumptions or each.row.calculation or carbon:
            found.append((resource_words(each, language), each.row.assumptions, each.row.calculation, carbon))
    return found


def _price(each: ShownEffect, language: Language) -> str:
    if each.row.unit_price is None:
        return MISSING
    digits = 2 if each.row.unit_price >= 1 else 4
    return f"{each.row.currency} {language.number(each.row.unit_price, digits=digits)}"


def effect_columns(currency: str, language: Language) -> list[dict[str, Any]]:
    """Return the columns of the effects."""
    text = language.text
    return [
        {"label": text("Resource")},
        {"label": text("Saved a year"), "numeric": True},
        {"label": text("Price of a unit"), "numeric": True},
        {"label": text("Money a year"), "unit": currency, "numeric": True},
    ]


def line_rows(shown: ShownMeasure, language: Language) -> list[list[Any]]:
    """Return the investment lines as a table's cells."""
    return [
        [
            {"text": line.label or language.label(line.kind), "note": language.label(line.kind) if line.label else ""},
            language.date(line.day) if line.day else MISSING,
            numbers.money(line.amount, line.currency, language),
            numbers.money(line.spent, line.currency, language),
        ]
        for line in shown.lines
    ]


def line_totals(shown: ShownMeasure, language: Language) -> list[Any] | None:
    """Return the last row of the investment lines."""
    if len(shown.lines) < 2:
        return None
    measure = shown.measure
    return [
        language.text("Together"),
        "",
        numbers.money(measure.investment, measure.currency, language),
        numbers.money(measure.spent, measure.currency, language),
    ]


def finance_pairs(worth: Worth, currency: str, language: Language) -> list[tuple[str, str]]:
    """Return what a bank asks for."""
    text, finance = language.text, worth.finance
    if finance is None:
        return []
    rate = language.percent(worth.rate, digits=1)
    pairs = [
        (text("Discount rate"), text("{rate} (the usual one)", rate=rate) if worth.rate_is_usual else rate),
        (text("Net present value"), numbers.money(finance.net_present_value, currency, language)),
        (text("Internal rate of return"), _internal_rate(finance.internal_rate, finance.sign_changes, language)),
        (text("Discounted payback"), payback(finance.discounted_payback_years, language)),
        (text("Savings to investment"), language.number(finance.savings_to_investment, digits=2)),
        (text("Saved each year for each unit invested"), numbers.percent(finance.return_on_investment, language)),
    ]
    if worth.cost_of_saved_kwh is not None:
        cost = f"{currency} {language.number(worth.cost_of_saved_kwh, digits=2)}"
        pairs.append((text("Cost of a saved kWh"), cost))
    return pairs


def _internal_rate(rate: float | None, changes: int, language: Language) -> str:
    written = numbers.percent(rate, language) if rate is not None else language.text("there is none")
    if changes > 1:
        written += " – " + language.text(
            "the cash flows change sign {n} times, so this rate says little: look at the net present value", n=changes
        )
    return written


def other_pairs(shown: ShownMeasure, language: Language) -> list[tuple[str, str]]:
    """Return what else was said of a measure, nothing that was not."""
    measure, text = shown.measure, language.text
    currency = measure.currency
    pairs: list[tuple[str, str]] = []
    for name in ("om_change", "avoided_treatment", "residual_value"):
        value = getattr(measure, name)
        if value is not None:
            pairs.append((text(FIELDS[name]), numbers.money(value, currency, language)))
    if measure.life_years is not None:
        pairs.append(
            (text("Life"), text("{years} years", years=language.number(measure.life_years, digits=1, fixed=False)))
        )
    if shown.worth.co2e_kg is not None:
        tonnes = numbers.quantity(shown.worth.co2e_kg / 1000, language)
        pairs.append((text("Emissions avoided"), text("{tonnes} t CO₂e a year", tonnes=tonnes)))
    if measure.ease:
        pairs.append((text("Ease"), language.label(measure.ease)))
    pairs += [
        (text(FIELDS[name]), getattr(measure, name))
        for name in ("risks", "safety", "quality", "liability")
        if getattr(measure, name)
    ]
    return pairs


def facts(shown: ShownMeasure, language: Language) -> list[tuple[str, str]]:
    """Return who, until when, and what became of it."""
    measure, text = shown.measure, language.text
    pairs = [
        (text("Owner"), shown.people.get(measure.owner_id or 0, MISSING)),
        (text("Due by"), language.date(measure.due)),
        (text("Kind of technique"), language.label(measure.category)),
    ]
    if measure.priority:
        pairs.append((text("Priority"), language.label(measure.priority)))
    if measure.status_reason:
        pairs.append((text("Reason"), measure.status_reason))
    if measure.implemented_on:
        pairs.append((text("Implemented on"), language.date(measure.implemented_on)))
    if measure.verified_at:
        signed = text(
            "{name}, {day}",
            name=shown.people.get(measure.verified_by or 0, MISSING),
            day=language.date(measure.verified_at.date()),
        )
        pairs.append((text("Verified by"), signed))
    return pairs


def together_rows(each: Together, language: Language) -> list[list[Any]]:
    """Return a meter's measures, alone and of what the others left."""
    return [
        [
            {"text": part.title, "href": url_for("measures.show", measure_id=part.measure_id)},
            numbers.quantity(part.alone, language),
            numbers.quantity(part.of_the_rest, language),
        ]
        for part in each.parts
    ]


def together_sentence(each: Together, language: Language) -> str:
    """Say what the measures of one meter save together."""
    text, amount = language.text, numbers.with_unit
    if each.together is None or each.use is None:
        return text(
            "“{meter}” has no twelve complete months yet, so what these measures leave each other cannot be told.",
            meter=each.meter,
        )
    told = text(
        "Each acts on what the others left of “{meter}” ({use} a year): together {together}, not {alone}.",
        meter=each.meter,
        use=amount(each.use, each.unit, language),
        together=amount(each.together, each.unit, language),
        alone=amount(each.alone, each.unit, language),
    )
    if each.exceeds:
        told += " " + text("Their sum is more than the meter uses: at least one estimate is too high.")
    return told


def plan_pairs(plan: VerificationPlan, meters: dict[int, str], language: Language) -> list[tuple[str, str]]:
    """Return a plan as it was written down."""
    text = language.text
    period = MISSING
    if plan.reporting_start and plan.reporting_end:
        period = text(
            "{first} to {last}", first=language.date(plan.reporting_start), last=language.date(plan.reporting_end)
        )
    pairs = [
        (text("Option"), text(OPTION_WORDS[plan.option])),  # type: ignore[index]  # an Option is its text
        (text("Boundary"), plan.boundary),
        (text("Meter"), meters.get(plan.meter_id or 0, "")),
        (text("What is measured, with which instrument"), plan.key_parameters),
        (text("Baseline"), plan.baseline_text or (text("the meter’s adopted one") if plan.baseline_id else "")),
        (text("What is expected to stay as it is"), plan.static_factors),
        (text("Prices"), plan.prices),
        (text("Reporting period"), period),
        (text("Verifier"), plan.verifier),
        (text("Agreed by"), plan.agreed_by),
        (text("Agreed on"), language.date(plan.agreed_on) if plan.agreed_on else text("not yet: a draft")),
    ]
    if plan.expected_fraction is not None:
        pairs.append(
            (
                text("Saving expected"),
                text("{percent} of the meter", percent=numbers.percent(plan.expected_fraction, language)),
            )
        )
    if plan.detectable_fraction is not None:
        pairs.append((text("Smallest saving the meter can show"), numbers.percent(plan.detectable_fraction, language)))
    return [(term, said) for term, said in pairs if said]


def visibility_sentence(meter: str, found: Visibility, language: Language) -> str:
    """Say whether a meter can show the saving expected."""
    text = language.text
    if found.expected is None:
        return text(
            "What share of “{meter}” this saves is not known: no effect names a quantity on it, or it has no twelve "
            "complete months.",
            meter=meter,
        )
    expected = numbers.percent(found.expected, language)
    if found.detectable is None:
        return text(
            "{expected} of “{meter}” expected. What the meter can show is not known until a baseline is adopted.",
            expected=expected,
            meter=meter,
        )
    smallest = numbers.percent(found.detectable, language)
    if found.is_hidden:
        return text(
            "{expected} of “{meter}” expected, and the smallest saving it can show is {smallest}: option C would "
            "not see it. Choose A or B.",
            expected=expected,
            meter=meter,
            smallest=smallest,
        )
    return text(
        "{expected} of “{meter}” expected, and the smallest saving it can show is {smallest}: option C can see it.",
        expected=expected,
        meter=meter,
        smallest=smallest,
    )


def history(shown: ShownMeasure, language: Language) -> list[dict[str, str]]:
    """Return what was changed, for the timeline."""
    told = [
        replace(each, old=_named(each.old, language), new=_named(each.new, language))
        for each in shown.changes
        if each.field not in _UNTOLD
    ]
    return change_entries(told, shown.site.time_zone, language, fields=FIELDS)


def _named(value: Any, language: Language) -> Any:
    """Rows of effects begin with their resource, which has a word in every language."""
    if not isinstance(value, list):
        return value
    parts = [str(each).partition(" ") for each in value]
    return [f"{language.label(first) if first in LABELS else first}{space}{rest}" for first, space, rest in parts]
