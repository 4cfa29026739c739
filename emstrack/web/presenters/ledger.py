"""The ledger in the reader's language: estimated and measured side by side, each figure with where it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.domain.ledger import LineKind
from emstrack.domain.measures import MeasureStatus
from emstrack.domain.periods import Month
from emstrack.language.languages import MISSING
from emstrack.web.presenters import numbers
from emstrack.web.presenters.measures import TONES
from emstrack.web.presenters.savings import period_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from emstrack.language.languages import Language
    from emstrack.services.savings.ledger_lines import LedgerLine, MeterSum, Signature
    from emstrack.services.savings.list_ledger import LedgerPage, MoneySum, ResourceSum

KIND_TONES = {LineKind.ISOLATED: "good", LineKind.MEASURED: "good", LineKind.ALLOCATED: "info", LineKind.ESTIMATED: ""}


def rows(lines: Iterable[LedgerLine], people: Mapping[int, str], language: Language) -> list[dict[str, Any]]:
    """Return what each line shows."""
    return [_row(line, people, language) for line in lines]


def _row(line: LedgerLine, people: Mapping[int, str], language: Language) -> dict[str, Any]:
    title = url_for("measures.show", measure_id=line.measure_id) if line.measure_id is not None else _source(line)
    return {
        "title": line.title,
        "href": title,
        "place": " · ".join(filter(None, (line.site, _resource(line, language)))),
        "resource": _resource(line, language),
        "status": language.label(line.status) if line.status else language.text("No measure"),
        "tone": TONES[line.status] if line.status else "",
        "kind": language.label(line.kind),
        "kind_tone": KIND_TONES[line.kind],
        "option": language.text("option {letter}", letter=line.option) if line.option else "",
        "days": language.plural("{n} day", "{n} days", line.days) if line.days else "",
        "per_year": numbers.with_unit(line.estimate_per_year, line.unit, language),
        "estimated": numbers.with_unit(line.estimated, line.unit, language),
        "measured": numbers.with_band(line.measured, line.band_90, line.unit, language),
        "measured_href": _source(line) if line.measured is not None else None,
        "realisation": numbers.percent(line.realisation, language, digits=0),
        "has_estimated_money": line.estimated_money is not None,
        "has_measured_money": line.measured_money is not None,
        "estimated_money": numbers.money(line.estimated_money, line.estimated_currency, language),
        "measured_money": numbers.money(line.measured_money, line.currency, language),
        "meter": line.meter,
        "meter_href": url_for("savings.meter", meter_id=line.meter_id) if line.meter_id is not None else None,
        "findings": list(line.findings),
        "signature": _signature(line.signature, line.unit, people, language) if line.signature else "",
        "is_signed": line.signature is not None and not line.signature.changed,
        "is_changed": line.signature is not None and line.signature.changed,
    }


def _source(line: LedgerLine) -> str | None:
    """Return the page a measured figure is worked out on."""
    if line.saving_id is not None:
        return url_for("options.show", saving_id=line.saving_id)
    return url_for("savings.meter", meter_id=line.meter_id) if line.meter_id is not None else None


def _resource(line: LedgerLine, language: Language) -> str:
    return resource_name(line.resource, line.basis, language) if line.resource else ""


def resource_name(resource: str, basis: str, language: Language) -> str:
    """Return a resource's word, with its heating-value basis where it has one."""
    name = language.label(resource)
    return f"{name} ({language.label(basis)})" if basis else name


def _signature(signature: Signature, unit: str, people: Mapping[int, str], language: Language) -> str:
    """Say what was signed, by whom, over which months; and what the same months come to today if that is another."""
    said = language.text(
        "Signed by {name} on {day}: {figure}, {first} to {last}",
        name=people.get(signature.signed_by or 0, MISSING),
        day=language.date(signature.signed_at.date()),
        figure=numbers.with_band(signature.quantity, signature.band_90, unit, language),
        first=language.month(Month.parse(signature.first)),
        last=language.month(Month.parse(signature.last)),
    )
    if signature.changed and signature.now is not None:
        said += ". " + language.text(
            "The same months come to {figure} today", figure=numbers.with_unit(signature.now, unit, language)
        )
    return said


def sum_columns(language: Language, *, whole: bool) -> list[dict[str, Any]]:
    """Return the columns of the totals; `whole` meters also have a rest and a saving of their own."""
    text = language.text
    figures = [
        text("Estimated, equal days"),
        text("Realisation"),
        text("Measured and signable"),
        text("Allocated"),
        *([text("Unallocated"), text("Saved by the meters")] if whole else []),
    ]
    return [{"label": text("Resource")}, *({"label": each, "numeric": True} for each in figures)]


def sum_rows(sums: Iterable[ResourceSum], language: Language, *, whole: bool) -> list[list[Any]]:
    """Return a row for each resource."""
    found = []
    for each in sums:
        note = language.plural("{n} line", "{n} lines", each.lines)
        row: list[Any] = [
            {"text": resource_name(each.resource, each.basis, language), "note": note},
            numbers.with_unit(each.estimated, each.unit, language),
            numbers.percent(each.realisation, language, digits=0),
            numbers.with_band(each.measured, each.band_90, each.unit, language),
            numbers.with_unit(each.allocated, each.unit, language),
        ]
        if whole:
            row += [numbers.with_unit(value, each.unit, language) for value in (each.unallocated, each.meters)]
        found.append(row)
    return found


def money_columns(language: Language) -> list[dict[str, Any]]:
    """Return the columns of the money totals."""
    titles = ("Estimated, equal days", "Measured and signable", "Allocated")
    columns: list[dict[str, Any]] = [{"label": language.text("Currency")}]
    return columns + [{"label": language.text(each), "numeric": True} for each in titles]


def money_rows(sums: Iterable[MoneySum], language: Language) -> list[list[str]]:
    """Return a row for each currency."""
    return [
        [
            each.currency,
            *(numbers.money(value, each.currency, language) for value in (each.estimated, each.measured)),
            numbers.money(each.allocated, each.currency, language),
        ]
        for each in sums
    ]


def meter_columns(language: Language) -> list[dict[str, Any]]:
    """Return the columns that say how lines add up to meters."""
    titles = ("Measured apart", "Measured on the meter", "Allocated", "Unallocated", "The meter’s saving")
    columns: list[dict[str, Any]] = [{"label": language.text("Meter")}]
    return columns + [{"label": language.text(each), "numeric": True} for each in titles]


def meter_rows(meters: Iterable[MeterSum], language: Language) -> list[list[Any]]:
    """Return a row for each meter."""
    return [
        [
            {
                "text": each.meter,
                "href": url_for("savings.meter", meter_id=each.meter_id),
                "note": " · ".join(
                    (each.site, resource_name(each.resource, each.basis, language), period_words(each.period, language))
                ),
            },
            *(numbers.quantity(value, language) for value in (each.isolated, each.measured, each.allocated)),
            numbers.quantity(each.unallocated, language),
            numbers.with_band(each.total, each.band_90, each.unit, language),
        ]
        for each in meters
    ]


def pages(page: LedgerPage) -> tuple[int | None, int | None]:
    """Return the page before and after, where there is one."""
    return (page.page - 1 if page.page > 1 else None, page.page + 1 if page.page < page.pages else None)


def fading_reason(lines: Iterable[LedgerLine], language: Language) -> str:
    """Return the evidence that a measure's savings fade, as the reason a step to *faded* begins with; else nothing."""
    for line in lines:
        if line.status not in {MeasureStatus.IMPLEMENTED, MeasureStatus.VERIFIED}:
            continue
        for each in line.findings:
            if each.code == "savings.fading":
                return f"{line.meter}: {language.sentence(each)}"
    return ""
