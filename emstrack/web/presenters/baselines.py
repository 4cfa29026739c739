"""Baselines in a person's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel import dates
from flask import url_for

from emstrack.domain.periods import Period
from emstrack.domain.resources import Resource
from emstrack.domain.savings import BaselineStatus, Method
from emstrack.language.labels import unit_symbol
from emstrack.web.presenters import numbers, savings

if TYPE_CHECKING:
    from emstrack.domain.findings import Finding
    from emstrack.language.languages import Language
    from emstrack.services.savings.show_baseline import MeterBaselines, ShownBaseline
    from emstrack.storage.models import Baseline, Meter


def sheet_key(meter: Meter) -> str:
    """Return the resource as a site's page names it in its address."""
    return f"{meter.resource}-{meter.basis}" if meter.basis else meter.resource


def status(row: Baseline, language: Language) -> str:
    """Name where a revision stands."""
    return {
        BaselineStatus.DRAFT: language.text("Draft"),
        BaselineStatus.ADOPTED: language.text("Adopted"),
        BaselineStatus.SUPERSEDED: language.text("Superseded"),
    }[BaselineStatus(row.status)]


def period_of(row: Baseline, language: Language) -> str:
    """Write a revision's period."""
    return savings.period_words(str(Period(row.start, row.end, in_months=row.in_months)), language)


def revision_rows(shown: MeterBaselines, language: Language) -> list[list[Any]]:
    """Return a meter's revisions, the newest first."""
    return [
        [
            {
                "text": language.text("Revision {n}", n=row.revision),
                "href": url_for("baselines.show", baseline_id=row.id),
                "note": language.text("a report rests on it") if row.locked_at else "",
            },
            status(row, language),
            period_of(row, language),
            language.label(Method(row.method)),
            language.date((row.adopted_at or row.created_at).date()),
            row.reason,
        ]
        for row in shown.revisions
    ]


def facts(shown: ShownBaseline, language: Language) -> list[tuple[str, str | None]]:
    """Return what a revision is."""
    row, text = shown.row, language.text
    found: list[tuple[str, str | None]] = [
        (text("Status"), status(row, language)),
        (text("Baseline period"), period_of(row, language)),
        (text("Method"), language.label(Method(row.method))),
        (text("Drivers"), ", ".join(language.label(name) for name in row.drivers) or text("chosen by the fit")),
        (text("Savings count from"), language.date(row.reporting_start)),
    ]
    if row.fixed_quantity is not None:
        per = text("a month") if row.fixed_per == "month" else text("a year")
        unit = unit_symbol(shown.item.unit) if shown.item else ""
        found.append((text("Agreed figure"), f"{numbers.quantity(row.fixed_quantity, language)}\u00a0{unit} {per}"))
    found.append((text("Author"), shown.author or None))
    if row.adopted_at is not None:
        found.append((text("Adopted on"), language.date(row.adopted_at.date())))
        found.append((text("Reason"), row.reason))
    if row.locked_at is not None:
        found.append(
            (text("Locked"), text("a report handed out on {day} rests on it", day=language.date(row.locked_at.date())))
        )
    found.append((text("Frozen readings"), language.number(len(row.inputs.get("readings", ())))))
    found.append((text("Fingerprint"), row.fingerprint[:16]))
    return found


def fit(shown: ShownBaseline, language: Language) -> list[tuple[str, str]]:
    """Return the fitted model's facts."""
    return savings.model_facts(shown.item, language) if shown.item is not None else []


def findings(shown: ShownBaseline) -> list[Finding]:
    """Return what is to be known, explanations included."""
    return savings.shown_findings(shown.item.findings, info=True) if shown.item is not None else []


def months(shown: ShownBaseline, language: Language) -> dict[str, Any] | None:
    """Return the saving so far, month by month; None where there is none."""
    item = shown.item
    if item is None or not any(each.avoided is not None for each in item.months):
        return None
    unit = unit_symbol(item.unit)
    text = language.text
    columns = [
        {"label": text("Month")},
        {"label": text("Would have used"), "unit": unit, "numeric": True},
        {"label": text("Used"), "unit": unit, "numeric": True},
        {"label": text("Saving"), "unit": unit, "numeric": True},
        {"label": "± 90 %", "unit": unit, "numeric": True},
    ]
    rows = [
        [
            savings.period_words(f"{each.month}:{each.month}", language),
            numbers.quantity(each.adjusted_baseline, language),
            numbers.quantity(each.actual, language),
            numbers.signed(each.avoided, language),
            numbers.quantity(each.band_90, language),
        ]
        for each in item.months
    ]
    totals = [
        text("Together"),
        numbers.quantity(item.adjusted_baseline, language),
        numbers.quantity(item.actual, language),
        numbers.signed(item.avoided, language),
        numbers.quantity(item.band_90, language),
    ]
    return {"columns": columns, "rows": rows, "totals": totals}


def picker(shown: MeterBaselines, first: str | None, last: str | None, language: Language) -> list[dict[str, Any]]:
    """Return the months to choose from as bars, the chosen ones marked."""
    highest = max((each.quantity for each in shown.months), default=0.0) or 1.0
    unit = Resource(shown.meter.resource).canonical_unit
    found: list[dict[str, Any]] = []
    for each in shown.months:
        month = str(each.month)
        used = numbers.with_unit(each.quantity, unit, language)
        state = "" if each.complete else f" ({language.text('not complete')})"
        found.append(
            {
                "month": month,
                "name": language.month(each.month, short=True),
                "letter": dates.format_date(each.month.start, "LLLLL", locale=language.locale),
                "year": str(each.month.year)
                if each.month.number == 1 or (not found and each.month.number < 10)
                else "",
                "label": f"{language.month(each.month)}: {used}{state}",
                "height": round(100 * max(each.quantity, 0.0) / highest, 1),
                "complete": each.complete,
                "chosen": (first or "x") <= month <= (last or ""),
            }
        )
    return found
