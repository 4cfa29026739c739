"""One meter's savings in a person's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.domain.savings import ClosedKind, Method
from emstrack.language.labels import unit_symbol
from emstrack.web.presenters import baselines, numbers, savings
from emstrack.web.presenters import site as site_presenter

if TYPE_CHECKING:
    from emstrack.analysis.savings_types import MeterSaving
    from emstrack.domain.findings import Finding
    from emstrack.language.languages import Language
    from emstrack.services.savings.show_meter_savings import MeterSavings, ShownAdjustment, ShownClosure


def page(shown: MeterSavings, year: int | None, language: Language) -> dict[str, Any]:
    """Return everything the template names."""
    sheet, item = shown.sheet, shown.item
    months = site_presenter.window(sheet, year)
    name = shown.meter.name or language.label(shown.meter.resource)
    return {
        "meter": shown.meter,
        "site": shown.site,
        "name": name,
        "resource": savings.resource_name(sheet.resource, sheet.basis, language),
        "sheet": sheet,
        "item": item,
        "adopted": shown.adopted,
        "key": baselines.sheet_key(shown.meter),
        "sentence": site_presenter.sentence(shown.site.name, sheet, language),
        "cards": site_presenter.cards(sheet, language),
        "table": site_presenter.month_table(sheet, months, language),
        "mended": [
            savings.to_mend(
                each,
                shown.site.id,
                shown.meter.id,
                language,
                since=shown.adopted.end.isoformat() if shown.adopted is not None else None,
            )
            for each in _to_mend(item)
        ],
        "remarks": [] if item is None else _remarks(item),
        "revised": None if item is None else revised_table(item, shown, language),
        "units": [] if item is None else unit_facts(item, language),
        "agreed": agreed_rows(shown.adjustments, shown, language),
        "closed": closed_rows(shown.closed, language),
        "sums": None if item is None or item.adjusted_by is None else _sums(item, language),
    }


_TOLD_ELSEWHERE = frozenset({"baseline.revised"})


def _to_mend(item: MeterSaving | None) -> list[Finding]:
    """Return the findings that stand in the open, each with a button."""
    if item is None:
        return []
    return [each for each in savings.shown_findings(item.findings) if savings.is_to_mend(each)]


def _remarks(item: MeterSaving) -> list[Finding]:
    mended = _to_mend(item)
    return [
        each
        for each in savings.shown_findings(item.findings, info=True)
        if each not in mended and each.code not in _TOLD_ELSEWHERE
    ]


def revised_table(item: MeterSaving, shown: MeterSavings, language: Language) -> dict[str, Any] | None:
    """Return the results before and after a revision; None where there was none."""
    if item.earlier is None or shown.adopted is None:
        return None
    text, before = language.text, item.earlier
    ids = {row.revision: row for row in shown.revisions}
    rows = []
    for revision, told in ((shown.adopted.revision, item), (before.revision, before)):
        row = ids.get(revision)
        number = {
            "text": text("Revision {n}", n=revision),
            "href": url_for("baselines.show", baseline_id=row.id) if row else None,
            "note": text("holds now") if told is item else text("held before"),
        }
        rows.append(
            [
                number,
                savings.period_words(told.baseline_period, language),
                language.label(Method(told.method)),
                savings.period_words(told.reporting_period, language),
                numbers.with_band(told.avoided, told.band_90, item.unit, language),
                numbers.percent(None if told.avoided_percent is None else told.avoided_percent / 100, language),
                numbers.money(told.cost_avoided, item.currency, language),
                row.reason if row else "",
            ]
        )
    columns = [
        {"label": text("Revision")},
        {"label": text("Baseline period")},
        {"label": text("Method")},
        {"label": text("Reported")},
        {"label": text("Saving"), "numeric": True},
        {"label": "%", "numeric": True},
        {"label": text("Money"), "numeric": True},
        {"label": text("Reason")},
    ]
    return {"columns": columns, "rows": rows}


def unit_facts(item: MeterSaving, language: Language) -> list[tuple[str, str]]:
    """Return the saving by everything it can be divided by; what is not there is not listed."""
    text = language.text
    names = (
        ("per_room", text("Per installed room")),
        ("per_occupied_room_night", text("Per occupied room-night")),
        ("per_guest_night", text("Per guest-night")),
        ("per_occupant", text("Per occupant")),
        ("per_m2", text("Per m²")),
    )
    return [
        (label, numbers.with_unit(value, item.unit, language))
        for name, label in names
        if (value := getattr(item, name, None)) is not None
    ]


def agreed_rows(adjustments: tuple[ShownAdjustment, ...], shown: MeterSavings, language: Language) -> list[list[Any]]:
    """Return the adjustments, the newest first; each leads to its form and its evidence."""
    return [_agreed_row(each, shown, language) for each in adjustments]


def _agreed_row(each: ShownAdjustment, shown: MeterSavings, language: Language) -> list[Any]:
    row, text = each.row, language.text
    amount = (
        f"{numbers.signed(row.per_month, language)}\u00a0{unit_symbol(shown.sheet.unit)} {text('a month')}"
        if row.fraction is None
        else text(
            "{percent} of what it would have used", percent=numbers.signed(100 * row.fraction, language) + "\u00a0%"
        )
    )
    if row.half_width:
        amount += f" (± {language.percent(row.half_width, digits=0)})"
    note = ""
    if row.withdrawn_at is not None:
        note = text("withdrawn: {reason}", reason=row.withdrawn_because)
    elif shown.adopted is not None and not each.counts:
        note = text("the baseline holds it already")
    evidence: Any = "–"
    if row.file_id is not None:
        evidence = {"text": each.file_name or text("Evidence"), "href": url_for("files.show", file_id=row.file_id)}
    return [
        {"text": _days(row.start, row.end, language), "href": _form_of(row), "note": note},
        amount,
        row.reason,
        {"text": row.agreed_by, "note": text("entered by {who}", who=each.who) if each.who else ""},
        evidence,
    ]


def _form_of(row: Any) -> str | None:
    """Return the address of an adjustment's form; of a withdrawn one there is nothing to change."""
    if row.withdrawn_at is not None:
        return None
    return url_for("agreements.edit_adjustment", adjustment_id=row.id)


def closed_rows(closed: tuple[ShownClosure, ...], language: Language) -> list[list[Any]]:
    """Return the closed periods, the newest first."""
    text = language.text
    rows = []
    for each in closed:
        row = each.row
        withdrawn = row.withdrawn_at is not None
        rows.append(
            [
                {
                    "text": _days(row.start, row.end, language),
                    "href": None if withdrawn else url_for("agreements.edit_closed_period", period_id=row.id),
                    "note": text("withdrawn: {reason}", reason=row.withdrawn_because) if withdrawn else "",
                },
                language.label(ClosedKind(row.kind)),
                text("All meters of the site") if row.meter_id is None else text("This meter"),
                row.reason,
                each.who or "–",
            ]
        )
    return rows


def _days(start: Any, end: Any, language: Language) -> str:
    if end is None:
        return language.text("from {day} on", day=language.date(start))
    return language.text("{start} until {end}", start=language.date(start), end=language.date(end))


def _sums(item: MeterSaving, language: Language) -> list[tuple[str, str]]:
    """Return how the saving is made of the baseline, what was agreed, and what was used."""
    text, unit = language.text, item.unit
    would, added = item.adjusted_baseline or 0.0, item.adjusted_by or 0.0
    signed = f"{numbers.signed(added, language)}\u00a0{unit_symbol(unit)}"
    return [
        (text("The baseline in this weather and use"), numbers.with_unit(would - added, unit, language)),
        (text("What was agreed"), signed),
        (text("Would have used"), numbers.with_unit(would, unit, language)),
        (text("Used"), numbers.with_unit(item.actual, unit, language)),
        (text("Saving"), numbers.with_band(item.avoided, item.band_90, unit, language)),
    ]
