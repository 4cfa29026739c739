"""A reading and a meter's month in a person's language."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.domain.periods import Month
from emstrack.domain.readings import ReadingKind
from emstrack.domain.resources import Resource
from emstrack.language.citations import written_source
from emstrack.language.writing import writing_of, written_day
from emstrack.services.readings.usual_use import month_of_period
from emstrack.web.presenters import numbers
from emstrack.web.presenters.month import days_between, typed_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.language.languages import Language
    from emstrack.services.readings.keep_bill import KeptBill
    from emstrack.services.readings.show_reading import Event, MonthOfMeter, ReadingFile
    from emstrack.services.readings.split_readings import Part

_TOLD = (*("quantity", "unit", "cost", "currency", "start", "end", "kind", "bill_number", "index_end", "note"),)
"""The fields whose change a person wants to see; the others follow from them."""
_NAMES = {
    "quantity": "Quantity",
    "unit": "Unit",
    "cost": "Cost",
    "currency": "Currency",
    "start": "From",
    "end": "To",
    "kind": "Kind",
    "bill_number": "Bill no.",
    "index_end": "Index",
    "note": "Note",
}


def reading(file: ReadingFile, language: Language) -> dict[str, Any]:
    """Return what the page of a reading shows."""
    row, meter = file.reading, file.meter
    unit = Resource(meter.resource).canonical_unit
    month = month_of_period(row.start, row.end)
    return {
        "reading": row,
        "meter": meter,
        "month": month,
        "title": f"{language.date(row.start)} – {language.date(row.end)}",
        "quantity": numbers.with_unit(row.quantity, row.unit, language, digits=_digits(row.quantity)),
        "facts": _facts(file, language),
        "conversion": _conversion(file, unit, language),
        "columns": _columns(language, unit),
        "parts": [_part(part, language, of_month=True) for part in file.parts],
        "kept": kept_bill(file.kept, meter.time_zone, language) if file.kept else None,
        "waiting": [{"id": each.bill.id, **kept_bill(each, meter.time_zone, language)} for each in file.waiting],
        "events": [_event(event, language, meter.time_zone) for event in file.events],
        "fields": _fields(file, language),
        "kinds": [(kind.value, language.label(kind)) for kind in ReadingKind],
        "month_href": url_for("month.show", month=str(month), site=meter.site_id),
    }


def month_of_meter(shown: MonthOfMeter, language: Language) -> dict[str, Any]:
    """Return what the page of a meter's month shows."""
    meter, value, month = shown.meter, shown.value, shown.month
    unit = Resource(meter.resource).canonical_unit
    before, after = month.plus(-1), month.plus(1)
    return {
        "meter": meter,
        "month": month,
        "title": f"{meter.name}, {language.month(month)}",
        "quantity": numbers.quantity(value.quantity, language) if value else None,
        "unit": language.unit(unit),
        "cost": numbers.money(value.cost, value.currency, language, cents=True)
        if value and value.cost is not None
        else None,
        "coverage": value.coverage if value else None,
        "coverage_text": numbers.coverage(value.coverage, language) if value else "",
        "estimated": numbers.percent(value.estimated, language, digits=0) if value and value.estimated > 0 else "",
        "columns": _columns(language, unit, first=language.text("Bill")),
        "parts": [_part(part, language, of_month=False) for part in shown.parts],
        "findings": shown.findings,
        "waiting": waiting(shown.waiting, meter.site_id, meter.time_zone, language, month=month),
        "before": url_for("readings.month_of_meter", meter_id=meter.id, month=str(before)),
        "after": url_for("readings.month_of_meter", meter_id=meter.id, month=str(after)),
        "month_href": url_for("month.show", month=str(month), site=meter.site_id),
    }


def kept_bill(kept: KeptBill, time_zone: str, language: Language) -> dict[str, str]:
    """Return a bill's file as a page links it, with who sent it and when."""
    when = language.instant(kept.bill.created_at, time_zone or "UTC")
    sent = language.text("sent by {who}, {when}", who=kept.who, when=when) if kept.who else when
    return {"name": kept.file.name, "href": url_for("files.show", file_id=kept.file.id), "sent": sent}


def waiting(
    bills: Sequence[KeptBill], site_id: int, time_zone: str, language: Language, *, month: Month | None = None
) -> list[dict[str, str]]:
    """Return bills that nobody typed in yet, each with the way to type it; a bill is mostly of the month before."""
    return [
        {
            **kept_bill(each, time_zone, language),
            "type_href": url_for(
                "month.show", month=str(month or Month.of(each.bill.created_at.date()).plus(-1)), site=site_id
            ),
        }
        for each in bills
    ]


def _digits(value: float) -> int:
    return min(max(-int(Decimal(repr(value)).normalize().as_tuple().exponent), 0), 6)


def _facts(file: ReadingFile, language: Language) -> list[tuple[str, str | None]]:
    row = file.reading
    cost = numbers.money(row.cost, row.currency, language, cents=True) if row.cost is not None else None
    facts: list[tuple[str, str | None]] = [
        (language.text("Days"), days_between(row.start, row.end, language)),
        (language.text("Cost"), cost),
        (language.text("Kind"), language.label(row.kind)),
        (language.text("As typed"), f"{row.quantity_text} {language.unit(row.unit)}"),
    ]
    more: list[tuple[str, str | None]] = [
        (language.text("Bill no."), row.bill_number or (file.bill.number if file.bill else "")),
        (
            language.text("Tax"),
            numbers.money(row.tax, row.currency, language, cents=True) if row.tax is not None else "",
        ),
        (
            language.text("Demand"),
            numbers.with_unit(row.demand_kw, "kW", language) if row.demand_kw is not None else "",
        ),
        (language.text("Register"), _register(file, language)),
        (language.text("Note"), row.note),
    ]
    return facts + [(name, value) for name, value in more if value]


def _register(file: ReadingFile, language: Language) -> str:
    row = file.reading
    if row.index_end is None:
        return ""
    first = language.number(row.index_start, digits=3, fixed=False)
    return f"{first} → {language.number(row.index_end, digits=3, fixed=False)}"


def _conversion(file: ReadingFile, unit: str, language: Language) -> list[tuple[str, str | None]]:
    row, heat = file.reading, file.heat
    canonical = f"{language.number(row.canonical_quantity, digits=3, fixed=False)} {language.unit(unit)}"
    said: list[tuple[str, str | None]] = [(language.text("Counted as"), canonical)]
    if file.factor is not None and row.unit != unit:
        factor = language.number(file.factor, digits=6, fixed=False)
        said.append((language.text("Factor"), f"1 {language.unit(row.unit)} = {factor} {language.unit(unit)}"))
    if heat is not None:
        per = language.unit("m3" if heat.dimension == "volume" else "kg")
        content = f"{language.number(heat.kwh, digits=4, fixed=False)} kWh/{per}"
        basis = language.text("net heating value") if heat.basis == "net" else language.text("gross heating value")
        said += [
            (language.text("Heat content"), f"{content}, {basis}"),
            (language.text("Source"), written_source(heat.source, language)),
        ]
    return said


def _columns(language: Language, unit: str, first: str = "") -> list[dict[str, Any]]:
    return [
        {"label": first or language.text("Month")},
        {"label": language.text("Days"), "numeric": True},
        {"label": language.text("Quantity"), "numeric": True, "unit": language.unit(unit)},
        {"label": language.text("Cost"), "numeric": True},
    ]


def _part(part: Part, language: Language, *, of_month: bool) -> list[Any]:
    row = part.reading
    if row is None:
        head: dict[str, Any] = {
            "text": language.text("Out of the tank") if part.quantity >= 0 else language.text("Into the tank"),
            "note": days_between(part.start, part.end, language),
        }
        return [head, str(part.days), numbers.quantity(part.quantity, language), "–"]
    if of_month:
        href = url_for("readings.month_of_meter", meter_id=row.meter_id, month=str(part.month))
        head = {"text": language.month(part.month), "href": href}
    else:
        href = url_for("readings.show", reading_id=row.id)
        note = " · ".join(each for each in (row.bill_number, language.label(row.kind)) if each)
        head = {"text": f"{language.date(row.start)} – {language.date(row.end)}", "href": href, "note": note}
    cost = numbers.money(part.cost, row.currency, language, cents=True) if part.cost is not None else "–"
    return [head, str(part.days), numbers.quantity(part.quantity, language), cost]


def _event(event: Event, language: Language, time_zone: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"when": language.instant(event.at, time_zone or "UTC"), "who": event.who}
    if event.old is None:
        entry["what"] = (
            language.text("Came with {file}", file=event.file_name) if event.file_name else language.text("Entered")
        )
        return entry
    entry["why"] = language.text(event.why) if event.why else ""
    if event.file_name:
        entry["why"] = " · ".join(each for each in (entry["why"], event.file_name) if each)
    if event.bill_file_id is not None:
        entry["href"] = url_for("files.show", file_id=event.bill_file_id)
    if event.new is None:
        return {**entry, "what": language.text("Deleted")}
    old, new = event.old, event.new
    changed = [name for name in _TOLD if old.get(name) != new.get(name)]
    if "cost" in changed and "currency" in changed:
        changed.remove("currency")  # money is told with its currency
    entry["what"] = ", ".join(language.text(_NAMES[name]) for name in changed) or language.text("Changed")
    entry["old"] = ", ".join(_told(name, old, language) for name in changed)
    entry["new"] = ", ".join(_told(name, new, language) for name in changed)
    return entry


def _told(name: str, state: dict[str, Any], language: Language) -> str:
    value = state.get(name)
    if value is None or value == "":
        return "–"
    if name in {"quantity", "index_end"}:
        return language.number(float(value), digits=6, fixed=False)
    if name == "cost":
        return language.money(Decimal(str(value)), str(state.get("currency") or ""), cents=True)
    if name == "kind":
        return language.label(str(value))
    return language.unit(str(value)) if name == "unit" else str(value)


def _fields(file: ReadingFile, language: Language) -> dict[str, str]:
    row, writing = file.reading, writing_of(language)
    by_index = row.index_end is not None and file.meter.reads_index
    return {
        "start": written_day(row.start, writing),
        "end": written_day(row.end, writing),
        "index": typed_number(row.index_end, language) if by_index else "",
        "quantity": "" if by_index else typed_number(row.quantity, language),
        "unit": row.unit,
        "cost": typed_number(row.cost, language),
        "currency": row.currency,
        "kind": row.kind,
        "bill_number": row.bill_number,
        "note": row.note,
    }
