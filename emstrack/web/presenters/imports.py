"""Imports as pages show them: the list, the rows of a preview, what became of a file."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from babel import dates
from flask import url_for

from emstrack.domain.findings import Finding, Severity
from emstrack.domain.readings import BatchStatus
from emstrack.domain.resources import Resource
from emstrack.domain.weather import StationKind
from emstrack.language.languages import MISSING
from emstrack.services.readings.describe_import import findings_of
from emstrack.web.presenters.numbers import quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from emstrack.language.languages import Language
    from emstrack.storage.models import ImportBatch

TONES = {
    BatchStatus.PREVIEW: ("info", "info"),
    BatchStatus.RUNNING: ("info", "info"),
    BatchStatus.DONE: ("good", "check"),
    BatchStatus.REFUSED: ("refused", "refused"),
    BatchStatus.CANCELLED: ("", "close"),
    BatchStatus.INTERRUPTED: ("warning", "warning"),
    BatchStatus.UNDONE: ("", "left"),
}
SHOWN_AT_ONCE = 100
KINDS = {
    "readings": "Bills and readings",
    "sites": "Sites",
    "drivers": "Guests and other drivers",
    "weather": "Weather",
    "recommendations": "Recommendations",
}
TITLES = {"new": "New rows", "updated": "Changed rows", "unchanged": "Unchanged rows", "refused": "Rows not taken"}
COLUMNS = {
    "site": "Site",
    "meter": "Meter",
    "resource": "Resource",
    "driver": "Driver",
    "station": "Station",
    "day": "Day",
    "start": "From",
    "end": "Until",
    "quantity": "Quantity",
    "value": "Value",
    "unit": "Unit",
    "cost": "Cost",
    "currency": "Currency",
    "tax": "Tax",
    "demand_kw": "Demand (kW)",
    "reactive_kvarh": "Reactive (kVArh)",
    "mean_c": "Mean temperature (°C)",
    "rain_mm": "Rain (mm)",
    "kind": "Kind",
    "organisation": "Organisation",
    "organisation_id": "Organisation",
    "weather_station_id": "Station",
    "rooms": "Rooms",
    "floor_area_m2": "Floor area (m²)",
    "country": "Country",
    "city": "City",
    "time_zone": "Time zone",
    "opened": "Open since",
    "name": "Name",
    "external_id": "Your own number",
    "note": "Note",
    "title": "What shall be done",
    "investment": "Investment",
    "annual_saving": "Saves a year",
    "status": "Status",
    "due": "Due by",
}
OF_KIND = {
    "readings": ("site", "meter", "resource", "start", "end", "quantity", "unit", "cost", "currency"),
    "sites": ("site", "kind", "organisation", "rooms", "floor_area_m2", "country", "city"),
    "drivers": ("site", "driver", "start", "end", "value"),
    "weather": ("station", "day", "mean_c", "rain_mm"),
    "recommendations": (
        *("site", "title", "resource", "quantity", "unit", "investment", "annual_saving", "currency", "status", "due"),
    ),
}
NUMBERS = frozenset({"quantity", "value", "cost", "tax", "demand_kw", "reactive_kvarh", "mean_c", "rain_mm"}) | {
    "rooms",
    "floor_area_m2",
    "investment",
    "annual_saving",
}


def batch_columns(language: Language) -> list[dict[str, Any]]:
    """Return the columns of the list of imports."""
    titles = ("File", "What it holds", "When", "By", "State", "New rows", "Changed rows", "Rows not taken")
    return [{"label": language.text(title), "numeric": place > 4} for place, title in enumerate(titles)]


def batch_rows(batches: Iterable[Any], language: Language) -> list[list[Any]]:
    """Return the list of imports."""
    rows = []
    for batch in batches:
        counts = batch.counts or {}
        rows.append(
            [
                {"text": batch.file_name, "href": url_for("imports.show", batch_id=batch.id)},
                language.text(KINDS.get(batch.kind, batch.kind)),
                language.instant(batch.created_at, batch.time_zone or "UTC"),
                batch.person or MISSING,
                language.label(batch.status),
                *(language.number(counts.get(name)) for name in ("new", "updated", "refused")),
            ]
        )
    return rows


def status_of(batch: ImportBatch, language: Language) -> tuple[str, str, str]:
    """Return the word, tone and icon of a batch's state."""
    return (language.label(batch.status), *TONES[BatchStatus(batch.status)])


def meter_table(batch: ImportBatch, language: Language) -> tuple[list[dict[str, Any]], list[list[Any]]]:
    """Return the figures per meter that a person compares with the file."""
    titles = ("Meter", "Site", "Readings", "Quantity", "Cost", "From", "Until")
    columns = [{"label": language.text(title), "numeric": 1 < place < 5} for place, title in enumerate(titles)]
    rows = [
        [
            {"text": meter["meter"], "note": language.label(meter["resource"])},
            meter["site"],
            language.number(meter["readings"]),
            f"{quantity(meter['quantity'], language, digits=1)}\u00a0{language.unit(meter['unit'])}",
            language.money(meter["cost"], meter["currency"], cents=True),
            language.date(date.fromisoformat(meter["first"])),
            language.date(date.fromisoformat(meter["last"])),
        ]
        for meter in batch.report.get("meters", ())
    ]
    return columns, rows


def remarks(batch: ImportBatch) -> tuple[list[Finding], list[Finding]]:
    """Return what was refused, and everything else that is worth a look: as many of each as a page can show."""
    found = findings_of(batch.report)
    refused = [finding for finding in found if finding.severity is Severity.REFUSED]
    others = [finding for finding in found if finding.severity is not Severity.REFUSED]
    return _at_most(refused), _at_most(sorted(others, key=lambda finding: finding.severity is Severity.INFO))


def _at_most(findings: list[Finding]) -> list[Finding]:
    if len(findings) <= SHOWN_AT_ONCE:
        return findings
    more = {"count": len(findings) - SHOWN_AT_ONCE, "kept": SHOWN_AT_ONCE}
    return [*findings[:SHOWN_AT_ONCE], Finding("import.more_findings", Severity.WARNING, more)]


def kept(batch: ImportBatch) -> list[Finding]:
    """Return what an undo could not take back."""
    found = (batch.report.get("undo") or {}).get("kept", ())
    return [Finding(each["code"], Severity.WARNING, each["evidence"]) for each in found]


def row_columns(kind: str, language: Language) -> list[dict[str, Any]]:
    """Return the columns of a preview."""
    columns = [{"label": language.text("Row"), "numeric": True}]
    named = OF_KIND.get(kind, OF_KIND["readings"])
    columns += [{"label": language.text(COLUMNS[name]), "numeric": name in NUMBERS} for name in named]
    return columns


def preview_rows(kind: str, rows: Sequence[dict[str, Any]], language: Language) -> list[list[dict[str, Any]]]:
    """Return the rows of a preview: each cell with its new text, and with the old one where it changes."""
    names = OF_KIND.get(kind, OF_KIND["readings"])
    return [[_place(row), *(_cell(row, name, language) for name in names)] for row in rows]


def other_changes(kind: str, row: dict[str, Any], language: Language) -> list[str]:
    """Return the changes of columns that the table does not show."""
    names = OF_KIND.get(kind, OF_KIND["readings"])
    return [
        f"{language.text(COLUMNS.get(name, name))}: {_text(name, old, language)} → {_text(name, new, language)}"
        for name, (old, new) in row.get("changes", {}).items()
        if name not in names
    ]


def _place(row: dict[str, Any]) -> dict[str, Any]:
    place = f"{row['sheet']} · {row['row']}" if row.get("sheet") else str(row["row"])
    return {"text": place, "old": None, "numeric": True}


def _cell(row: dict[str, Any], name: str, language: Language) -> dict[str, Any]:
    old, changed = None, row.get("changes", {})
    if name in changed:
        old = _text(name, changed[name][0], language)
    text = _day_of_weather(row, language) if name == "day" else _text(name, row.get(name), language)
    return {"text": text, "old": old, "numeric": name in NUMBERS}


def _day_of_weather(row: dict[str, Any], language: Language) -> str:
    """Write a measured day, a month, or a day of a typical year, which has no year."""
    day = date.fromisoformat(str(row["day"]))
    if row.get("of") == StationKind.MONTHLY_MEANS:
        return language.month(day)
    if row.get("of") == StationKind.TYPICAL_YEAR:
        return str(dates.format_skeleton("MMMd", day, locale=language.locale))
    return language.date(day)


def _text(name: str, value: Any, language: Language) -> str:
    if value is None or value == "":
        return MISSING
    if name in {"cost", "tax"}:
        return language.number(value, digits=2)
    if name in {"start", "end", "day", "opened", "due"}:
        return language.date(date.fromisoformat(str(value)))
    if isinstance(value, int | float):
        return language.number(value, digits=6, fixed=False)
    if name in {"resource", "kind", "driver", "status"}:
        return language.label(str(value))
    return language.unit(value) if name == "unit" else str(value)


ROLES = {
    "ignore": "Leave out",
    "site": "Site",
    "meter": "Meter",
    "resource": "Resource",
    "variety": "Source or stream",
    "unit": "Unit",
    "currency": "Currency",
    "bill_number": "Bill number",
    "kind": "Actual or estimated",
    "note": "Note",
    "month": "Month",
    "start": "First day",
    "end": "Day after the last",
    "last_day": "Last day, included",
    "quantity": "Quantity",
    "cost": "Cost",
}


def roles(language: Language) -> list[tuple[str, str]]:
    """Return what a column may be."""
    return [(role, language.text(word)) for role, word in ROLES.items()]


def resources(language: Language) -> list[tuple[str, str]]:
    """Return the resources a column may hold."""
    named = sorted((language.label(each.value), each.value) for each in Resource)
    return [("", MISSING), *((code, word) for word, code in named)]
