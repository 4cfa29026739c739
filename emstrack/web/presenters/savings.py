"""Savings in a person's language: rows of tables, reasons, and the way on where a claim is withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.domain.findings import Severity
from emstrack.domain.periods import Month, Period
from emstrack.domain.savings import Claim, Method
from emstrack.language.labels import unit_symbol
from emstrack.web.presenters import numbers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from emstrack.analysis.savings_types import MeterSaving
    from emstrack.domain.findings import Finding
    from emstrack.language.languages import Language
    from emstrack.services.savings.list_savings import ListedSaving
    from emstrack.services.savings.show_home import SavedResource

_AT_HOME_IN_MONTHS = ("reporting.", "driver.", "baseline.gap", "baseline.short", "baseline.no_readings")


def resource_name(resource: str, basis: str, language: Language) -> str:
    """Name a resource; of a fuel also the heating value it is counted with."""
    name = language.label(resource)
    if not basis:
        return name
    return (
        f"{name} ({language.text('gross heating value') if basis == 'gross' else language.text('net heating value')})"
    )


def period_words(text: str, language: Language) -> str:
    """Write a period as a person says it: ``ene 2025 – dic 2025``, or its days."""
    period = Period.parse(text)
    if not period.in_months:
        return f"{language.date(period.start)} – {language.date(period.end)}"
    first, last = Month.of(period.start), Month.of(period.end).plus(-1)
    if first == last:
        return language.month(first, short=True)
    return f"{language.month(first, short=True)} – {language.month(last, short=True)}"


def card(saved: SavedResource, language: Language) -> dict[str, Any]:
    """Return a resource's savings to date for a figure card."""
    figure = numbers.figure(saved.avoided, saved.unit, language)
    notes = []
    if saved.band_90 is not None:
        notes.append(language.text("± {band} at 90 %", band=numbers.with_unit(saved.band_90, saved.unit, language)))
    if saved.fraction is not None:
        notes.append(numbers.percent(saved.fraction, language))
    if saved.per_room is not None:
        notes.append(language.text("{amount} per room", amount=numbers.with_unit(saved.per_room, saved.unit, language)))
    if saved.cost is not None:
        notes.append(numbers.money(saved.cost, saved.currency, language))
    return {
        "label": " · ".join(filter(None, (resource_name(saved.resource, saved.basis, language), saved.bought_in))),
        "value": figure.value,
        "unit": figure.unit,
        "claim": saved.claim,
        "reason": claim_reason(saved.claim, language) if saved.claim else "",
        "notes": notes,
        "sites": sites_counted(saved.sites_counted, saved.sites, language),
        "since": language.month(saved.start, short=True),
    }


def sites_counted(counted: int, sites: int, language: Language) -> str:
    """Write how many sites stand behind a figure."""
    return language.text("{counted} of {sites} sites", counted=language.number(counted), sites=language.number(sites))


def claim_reason(claim: Claim, language: Language) -> str:
    """Say what a claim's word means."""
    return {
        Claim.DISTINGUISHABLE: language.text("The saving is more than twice its uncertainty."),
        Claim.INDICATIVE: language.text("Good for a first look, not for a certificate."),
        Claim.NOISE: language.text("The ups and downs of the months are larger than the saving."),
    }[claim]


def way_on(finding: Finding, site_id: int, meter_id: int, language: Language) -> dict[str, str]:
    """Return the button that mends a finding: the month page for missing figures, else the baseline's page."""
    if finding.code.startswith(_AT_HOME_IN_MONTHS):
        months = finding.evidence.get("months")
        month = months[0] if isinstance(months, list) and months else None
        return {
            "label": language.text("Enter what is missing"),
            "href": url_for("month.show", site=site_id, month=month),
        }
    if finding.code.startswith("weather."):
        return {"label": language.text("Bring in the weather"), "href": url_for("imports.index")}
    return {
        "label": language.text("Look at the baseline"),
        "href": url_for("baselines.index", meter_id=meter_id),
    }


def is_to_mend(finding: Finding) -> bool:
    """Tell whether a finding stands in the open: it withholds a claim, a site changed its size, a saving fades."""
    return finding.severity is Severity.DISQUALIFYING or finding.code.startswith(_IN_THE_OPEN)


_IN_THE_OPEN = ("site.", "savings.fading")


def to_mend(
    finding: Finding, site_id: int, meter_id: int, language: Language, *, since: str | None = None
) -> dict[str, Any]:
    """Return such a finding with its title and its button; a site that changed leads to the form filled in."""
    title, button = None, way_on(finding, site_id, meter_id, language)
    if finding.severity is Severity.DISQUALIFYING:
        title = language.text("Claim withheld")
    elif finding.code.startswith("site."):
        percent = finding.evidence.get("percent")
        form = url_for("agreements.add_adjustment", meter_id=meter_id, percent=percent, start=since)
        button = {"label": language.text("Add an adjustment"), "href": form}
    else:
        title = language.text("The saving is fading")
        months = url_for("savings.meter", meter_id=meter_id, _anchor="months")
        button = {"label": language.text("Look at the months"), "href": months}
    return {
        "severity": finding.severity.value,
        "title": title,
        "sentence": language.sentence(finding),
        "way_on": button,
    }


def shown_findings(findings: Iterable[Finding], *, info: bool = False) -> list[Finding]:
    """Return findings for a list, the most serious first; those that only explain are left out unless wanted."""
    order = list(Severity)
    kept = [each for each in findings if info or each.severity is not Severity.INFO]
    return sorted(kept, key=lambda each: -order.index(each.severity))


def table_columns(language: Language, *, with_organisation: bool) -> list[dict[str, Any]]:
    """Return the heads of the table of savings."""
    text = language.text
    columns: list[dict[str, Any]] = [
        {"label": text("Site")},
        {"label": text("Resource")},
        {"label": text("Would have used"), "numeric": True},
        {"label": text("Used"), "numeric": True},
        {"label": text("Saving"), "numeric": True},
        {"label": "± 90 %", "numeric": True},
        {"label": "%", "numeric": True},
        {"label": text("Money"), "numeric": True},
        {"label": text("Per room or m²"), "numeric": True},
    ]
    return [columns[0], {"label": text("Organisation")}, *columns[1:]] if with_organisation else columns


def table_row(listed: ListedSaving, language: Language, *, with_organisation: bool) -> list[Any]:
    """Return one saving as a row; the claim's word stands beside it, in a cell of its own."""
    item = listed.item
    name = f"{language.label(item.resource)}{' · ' + item.meter if item.meter else ''}"
    quantity = [numbers.with_unit(each, item.unit, language) for each in (item.adjusted_baseline, item.actual)]
    cells: list[Any] = [
        {"text": item.site, "href": url_for("sites.show", site_id=listed.site_id)},
        {
            "text": name,
            "href": url_for("savings.meter", meter_id=listed.meter_id),
            "note": f"{language.label(Method(item.method))}, {period_words(item.reporting_period, language)}",
        },
        *quantity,
        numbers.with_unit(item.avoided, item.unit, language),
        numbers.with_unit(item.band_90, item.unit, language),
        numbers.percent(None if item.avoided_percent is None else item.avoided_percent / 100, language),
        numbers.money(item.cost_avoided, item.currency, language),
        per_size(item, language),
    ]
    return [cells[0], listed.organisation, *cells[1:]] if with_organisation else cells


def per_size(item: MeterSaving, language: Language) -> str:
    """Write a saving per room, else per m²; a dash where neither is known."""
    if item.cost_per_room is not None:
        amount = numbers.money(item.cost_per_room, item.currency, language, cents=True)
        return language.text("{amount} per room", amount=amount)
    if item.per_room is not None:
        return language.text("{amount} per room", amount=numbers.with_unit(item.per_room, item.unit, language))
    if item.per_m2 is not None:
        return language.text("{amount} per m²", amount=numbers.with_unit(item.per_m2, item.unit, language))
    return language.number(None)


def claim_of(item: MeterSaving) -> str | Claim | None:
    """Return what the badge says: withheld while a disqualifying finding stands."""
    return "withheld" if item.disqualified else item.claim


def withheld_reason(item: MeterSaving, language: Language) -> str | None:
    """Return the sentence of what withholds a claim."""
    found = next((each for each in item.findings if each.severity is Severity.DISQUALIFYING), None)
    if found is not None:
        return language.sentence(found)
    return claim_reason(item.claim, language) if item.claim else None


def model_facts(item: MeterSaving, language: Language) -> list[tuple[str, str]]:
    """Return a fit as a person who audits it wants it."""
    model, text = item.model, language.text
    if model is None:
        return []
    number = language.number
    facts = [(text("Points"), f"{model.n} ({text('parameters')}: {model.p})")]
    for name, value in model.coefficients.items():
        label = text("Base") if name == "base" else _driver(name, language)
        unit = (
            f"{unit_symbol(item.unit)} / d" if name == "base" else f"{unit_symbol(item.unit)} / {_per(name, language)}"
        )
        facts.append((label, f"{numbers.quantity(value, language)}\u00a0{unit}"))
    for name, point in model.balance_points_c.items():
        label = text("Heating below") if name == "heating" else text("Cooling above")
        facts.append((label, f"{number(point, digits=1, fixed=False)} °C"))
    return [
        *facts,
        ("R²", number(model.r2, digits=3)),
        (text("Adjusted R²"), number(model.adjusted_r2, digits=3)),
        ("CV(RMSE)", numbers.percent(model.cv_rmse, language)),
        ("NMBE", numbers.percent(model.nmbe, language, digits=2)),
    ]


def _driver(name: str, language: Language) -> str:
    if name == "heating":
        return language.text("Per degree-day of heating")
    return language.text("Per degree-day of cooling") if name == "cooling" else language.label(name)


def _per(name: str, language: Language) -> str:
    return "°C·d" if name in {"heating", "cooling"} else language.label(name).lower()


def month_list(months: Sequence[Month], language: Language) -> str:
    """Write some months in a row."""
    return ", ".join(language.month(each, short=True) for each in months)
