"""The sentences and facts of a savings report, the same for a site and a portfolio."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.documents import figures
from emstrack.domain.findings import Severity
from emstrack.domain.periods import NEVER, Period
from emstrack.domain.savings import Claim, Method
from emstrack.language.citations import written_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from emstrack.analysis.savings_types import MeterSaving, Model
    from emstrack.documents.report_values import ReportedItem, ReportedTotal, SavingsReport
    from emstrack.language.languages import Language
    from emstrack.reference.emission_factors import EmissionFactor

Fact = tuple[str, str]


def made_on(report: SavingsReport, language: Language) -> str:
    """Say when it was made, or that it is only looked at."""
    day = language.date(report.made_on)
    if report.preview:
        return language.text("Preview of {day}, not handed out", day=day)
    return language.text("Made on {day}", day=day)


def resource_name(resource: str, basis: str | None, language: Language, variety: str = "") -> str:
    """Name a resource with what keeps it apart from others of its kind."""
    words = [language.label(resource)]
    if variety:
        words.append(language.label(variety))
    if basis:
        words.append(basis_name(basis, language))
    return ", ".join(words)


def basis_name(basis: str, language: Language) -> str:
    """Name a heating-value basis."""
    return language.text("gross heating value") if basis == "gross" else language.text("net heating value")


def item_name(saving: MeterSaving, language: Language) -> str:
    """Name a meter with its resource."""
    named = resource_name(saving.resource, saving.heating_value_basis, language, saving.variety)
    return f"{named} · {saving.meter}" if saving.meter else named


def money_by_currency(report: SavingsReport) -> dict[str, float]:
    """Add up the money of what counts, each currency for itself."""
    found: dict[str, float] = {}
    for item in report.items:
        saving = item.saving
        if saving.in_totals and not saving.disqualified and saving.cost_avoided is not None and saving.currency:
            found[saving.currency] = found.get(saving.currency, 0.0) + saving.cost_avoided
    return found


def headline(report: SavingsReport, language: Language) -> str:
    """Say in one sentence, to be read out, what came of it all."""
    when = figures.span(report.first, report.last, language)
    amounts = money_by_currency(report)
    if not amounts:
        return language.text(
            "{title}, {period}: what was saved, and how sure that is.", title=report.title, period=when
        )
    gained = [figures.money(value, code, language) for code, value in amounts.items() if value >= 0]
    lost = [figures.money(-value, code, language) for code, value in amounts.items() if value < 0]
    if not lost:
        saying = language.text("{title} saved {money} from {period}, compared with its baselines.")
    elif not gained:
        saying = language.text("{title} spent {money} more from {period}, compared with its baselines.")
    else:
        saying = language.text(
            "{title} saved {money} and spent {lost} more from {period}, compared with its baselines."
        )
    both = {"money": _and(gained or lost, language), "lost": _and(lost, language)}
    return saying.format(title=report.title, period=when, **both)


def _and(parts: list[str], language: Language) -> str:
    if len(parts) < 2:
        return "".join(parts)
    return language.text("{parts} and {last}", parts=", ".join(parts[:-1]), last=parts[-1])


def total_sentence(total: ReportedTotal, language: Language) -> str:
    """Say what a resource's total is, with its range."""
    named = resource_name(total.resource, total.heating_value_basis, language)
    if total.avoided is None:
        return language.text("{resource}: no saving is claimed; the reasons stand below.", resource=named)
    claim = next(iter(total.claims)) if len(total.claims) == 1 and sum(total.claims.values()) == 1 else None
    return f"{named}: {_amount_sentence(total.avoided, total.band_90, total.percent, total.unit, claim, language)}"


def item_sentence(saving: MeterSaving, language: Language) -> str:
    """Say what a meter saved, with its range and what may be said of it."""
    if saving.avoided is None or saving.disqualified:
        return language.text("No saving is claimed for this meter. The findings say why, and how to mend it.")
    fraction = None if saving.avoided_percent is None else saving.avoided_percent / 100
    claim = None if saving.claim is None else str(saving.claim)
    said = _amount_sentence(saving.avoided, saving.band_90, fraction, saving.unit, claim, language)
    return said[:1].upper() + said[1:]


def _amount_sentence(
    avoided: float, band: float | None, fraction: float | None, unit: str, claim: str | None, language: Language
) -> str:
    size, share = figures.amount(abs(avoided), unit, language), figures.percent(abs(fraction or 0.0), language)
    if fraction is None:
        saying = (
            language.text("{size} less than expected") if avoided >= 0 else language.text("{size} more than expected")
        )
    elif avoided >= 0:
        saying = language.text("{size} ({share}) less than expected")
    else:
        saying = language.text("{size} ({share}) more than expected")
    said = saying.format(size=size, share=share)
    if band is not None:
        low, high = (figures.number(each, language, like=avoided) for each in (avoided - band, avoided + band))
        said += language.text("; with 90 % confidence the saving lies between {low} and {high}", low=low, high=high)
    said += "."
    if claim == Claim.NOISE:
        said += " " + language.text("That cannot be told from chance.")
    return said


def claim_words(total: ReportedTotal, language: Language) -> str:
    """Name the claim that a total's meters bear, with their number where there are several."""
    order = [str(each) for each in Claim]
    claims = sorted(total.claims.items(), key=lambda entry: order.index(entry[0]))
    if sum(total.claims.values()) == 1:
        return language.label(claims[0][0])
    return "; ".join(f"{count} × {language.label(claim)}" for claim, count in claims) or language.label("")


def facts(item: ReportedItem, language: Language) -> Iterator[Fact]:
    """Yield what somebody needs who wants to check a figure: method, baseline, money, carbon, energy."""
    saving, text = item.saving, language.text
    yield text("Method"), method_words(saving, language)
    yield text("Baseline"), figures.period(saving.baseline_period, language)
    yield text("Reported"), figures.period(saving.reporting_period, language)
    yield text("Adopted"), adopted_words(item, language)
    if item.baseline.reason:
        yield text("Why this baseline"), item.baseline.reason
    if saving.model is not None:
        yield text("Model"), model_words(saving.model, saving.unit, language)
        yield text("Fit"), fit_words(saving.model, language)
    if saving.fsu_90 is not None:
        yield text("Uncertainty (ASHRAE FSU, 90 %)"), figures.percent(saving.fsu_90, language)
    yield from _money_facts(saving, language)
    yield from _site_facts(saving, language)
    yield from _agreed_facts(saving, language)
    if saving.co2e_avoided_kg is not None:
        yield text("CO₂e avoided"), figures.amount(saving.co2e_avoided_kg, "kg", language)
        yield text("Emission factors"), "; ".join(factor_words(each, language) for each in item.emission_factors)
    if saving.heating_value_basis:
        yield text("Energy of the fuel"), heat_words(item, language)
    yield text("Frozen inputs (SHA-256)"), f"{item.baseline.fingerprint[:16]}…"


def method_words(saving: MeterSaving, language: Language) -> str:
    """Name the method, *indicative* with it where it is."""
    named = language.label(saving.method)
    if Method(saving.method).is_indicative:
        return language.text("{method} (indicative: for a first look, not for a claim)", method=named)
    return named


def adopted_words(item: ReportedItem, language: Language) -> str:
    """Say which revision was adopted when and by whom."""
    values = {"revision": item.baseline.revision, "day": language.date(item.baseline.adopted_on)}
    if item.baseline.adopted_by:
        said = language.text("revision {revision}, on {day}, by {person}", person=item.baseline.adopted_by, **values)
    else:
        said = language.text("revision {revision}, on {day}, by the operator of this installation", **values)
    return said


def model_words(model: Model, unit: str, language: Language) -> str:
    """Write a model as the sum it is, per day."""
    symbol = language.unit(unit)
    parts = []
    for name, value in model.coefficients.items():
        written = figures.number(value, language)
        if name == "base":
            parts.append(language.text("{number} {unit} per day", number=written, unit=symbol))
        elif name in {"heating", "cooling"}:
            point = language.number(model.balance_points_c.get(name), digits=1, fixed=False)
            below = name == "heating"
            degree_days = language.text("°C·d below {point} °C", point=point) if below else ""
            degree_days = degree_days or language.text("°C·d above {point} °C", point=point)
            parts.append(f"{written} × {degree_days}")
        else:
            parts.append(f"{written} × {language.label(name)}")
    return " + ".join(parts).replace("+ \u2212", "\u2212 ")


def fit_words(model: Model, language: Language) -> str:
    """Write how well a model fits its baseline."""
    digits = {"r2": 3, "cv_rmse": 3, "nmbe": 4}
    r2, cv_rmse, nmbe = (language.number(getattr(model, name), digits=places) for name, places in digits.items())
    return f"R² {r2}, CV(RMSE) {cv_rmse}, NMBE {nmbe}; n = {model.n}, p = {model.p}"


def _money_facts(saving: MeterSaving, language: Language) -> Iterator[Fact]:
    if saving.cost_avoided is None:
        return
    worth = figures.money(saving.cost_avoided, saving.currency, language)
    if saving.avoided:
        price = figures.number(saving.cost_avoided / saving.avoided, language)
        price = f"{saving.currency} {price}/{language.unit(saving.unit)}"
        worth = language.text("{money}, at the reported months’ average price of {price}", money=worth, price=price)
    yield language.text("Money"), worth


def _site_facts(saving: MeterSaving, language: Language) -> Iterator[Fact]:
    text, unit = language.text, saving.unit
    if saving.per_room is not None:
        said = figures.amount(saving.per_room, unit, language)
        if saving.cost_per_room is not None:
            said += f" · {figures.money(saving.cost_per_room, saving.currency, language, cents=True)}"
        yield text("Per room"), said
    if saving.per_occupied_room_night is not None:
        yield text("Per occupied room-night"), figures.amount(saving.per_occupied_room_night, unit, language)
    if saving.per_m2 is not None:
        yield text("Per m²"), figures.amount(saving.per_m2, unit, language)


def _agreed_facts(saving: MeterSaving, language: Language) -> Iterator[Fact]:
    """Say what was agreed about the meter: each adjustment with its days, what all come to, and days left out."""
    text = language.text
    if saving.adjusted_by is not None:
        unit = language.unit(saving.unit)
        parts = []
        for each in saving.adjustments:
            amount = (
                text("{unit} a month", unit=f"{figures.number(each.per_month, language)} {unit}")
                if each.per_month is not None
                else language.percent(each.fraction)
            )
            days = text("from {day} on", day=language.date(each.start))
            if each.end < NEVER:
                days = text("{start} until {end}", start=language.date(each.start), end=language.date(each.end))
            parts.append(f"{amount}, {days}")
        total = figures.amount(saving.adjusted_by, saving.unit, language)
        yield text("Agreed adjustments"), f"{total} ({'; '.join(parts)})"
    if saving.closed:
        periods = [Period.parse(each) for each in saving.closed]
        said = (
            text("{start} until {end}", start=language.date(each.start), end=language.date(each.end))
            for each in periods
        )
        yield text("Days left out"), "; ".join(said)


def factor_words(factor: EmissionFactor, language: Language) -> str:
    """Write an emission factor with its year and source."""
    value = language.number(factor.kg_co2e, digits=4, fixed=False)
    unit = language.unit(factor.unit)
    return f"{factor.year}: {value} kg/{unit}, {written_source(factor.source, language)}"


def heat_words(item: ReportedItem, language: Language) -> str:
    """Say on which heating value a fuel's energy counts, and where that is from."""
    named = basis_name(item.saving.heating_value_basis or "", language)
    if not item.heat_sources:
        return named
    return "; ".join((named, *(written_source(source, language) for source in item.heat_sources)))


_TONES = {Severity.DISQUALIFYING: "withheld", Severity.REFUSED: "withheld", Severity.WARNING: "warning"}


def notes(items: Iterable[ReportedItem], language: Language, *, named: bool) -> list[dict[str, Any]]:
    """Return the findings in words, what withholds a claim first; of a portfolio only what somebody has to look at."""
    found = []
    for item in items:
        before = f"{item.saving.site} · {item.saving.meter}: " if named else ""
        for each in item.saving.findings:
            if named and each.severity is Severity.INFO:
                continue
            tone = _TONES.get(each.severity, "info")
            said = before + language.sentence(each)
            found.append({"tone": tone, "mark": weight(each.severity, language), "text": said})
    order = ["withheld", "warning", "info"]
    return sorted(found, key=lambda note: order.index(str(note["tone"])))


def weight(severity: Severity, language: Language) -> str:
    """Name how much a finding weighs."""
    tone = _TONES.get(severity, "info")
    if tone == "withheld":
        return language.text("Claim withheld")
    return language.text("Please look") if tone == "warning" else language.text("Note")
