"""What the month page and a reading's page send, taken apart: rows of texts to entries, without judging them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.periods import Month
from emstrack.domain.readings import ReadingKind
from emstrack.domain.typed import Writing, understand_day
from emstrack.services.readings.enter_driver import DriverEntry
from emstrack.services.readings.enter_reading import Entry
from emstrack.services.readings.enter_stock_level import StockEntry
from emstrack.services.readings.interpret_reading import TypedReading

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.datastructures import MultiDict

    from emstrack.services.readings.enter_block import AnyEntry

FIELDS = ("start", "end", "index", "quantity", "cost", "bill_number", "note")
"""The fields of a line, in the order they stand."""
VALUES = ("index", "quantity", "cost")
"""Without any of these a line is empty: prefilled days say nothing."""
Sent = tuple[str, "AnyEntry | RefusedError"]


def block_of(document: Any, month: Month, writing: Writing) -> list[Sent]:
    """Return the rows of a JSON post as entries; a row whose days cannot be read is its refusal."""
    rows = document.get("rows") if isinstance(document, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise RefusedError("entry.not_a_block")
    return [_sent(row, month, writing) for row in rows]


def block_of_form(form: MultiDict[str, str], month: Month, writing: Writing) -> list[Sent]:
    """Return the lines of a plain form that a person changed."""
    block = []
    for name in form.getlist("row"):
        fields = {field: form[f"{name}.{field}"] for field in FIELDS if f"{name}.{field}" in form}
        typed = any(fields.get(field, "").strip() for field in VALUES)
        if not typed or form.get(f"{name}.was") == was(fields):
            continue
        sent = {"row": name, "id": form.get(f"{name}.id"), "version": form.get(f"{name}.version"), "fields": fields}
        sent["key"] = form.get(f"{name}.key")
        block.append(_sent(sent, month, writing))
    return block


def was(fields: Mapping[str, str]) -> str:
    """Return a line's texts as one, to tell whether a person changed any."""
    return "\x1f".join(fields.get(field, "").strip() for field in FIELDS)


def typed_reading(fields: Mapping[str, str], writing: Writing) -> TypedReading:
    """Return a line's or a form's texts as a typed reading.

    Raises
    ------
    RefusedError
        Where a day cannot be read; its finding names the field.
    """
    refused: list[Finding] = []
    days: dict[str, date] = {}
    for field in ("start", "end") if "end" in fields else ("start",):
        try:
            days[field] = understand_day(fields.get(field, ""), writing)
        except RefusedError as error:
            refused.append(Finding(error.code, Severity.REFUSED, error.evidence, column=field))
    if refused:
        raise RefusedError(refused[0].code, findings=tuple(refused), **refused[0].evidence)
    kind = fields.get("kind") or ReadingKind.ACTUAL
    if kind not in set(ReadingKind):
        raise RefusedError("entry.not_a_block")
    return TypedReading(
        start=days["start"],
        end=days.get("end", days["start"] + timedelta(days=1)),  # a delivery has its day only
        quantity_text=fields.get("quantity", ""),
        index_text=fields.get("index", ""),
        unit=fields.get("unit", ""),
        cost_text=fields.get("cost", ""),
        currency=fields.get("currency", ""),
        kind=ReadingKind(kind),
        bill_number=fields.get("bill_number", ""),
        note=fields.get("note", ""),
    )


def _sent(row: Mapping[str, Any], month: Month, writing: Writing) -> Sent:
    name = str(row.get("row", ""))
    try:
        fields = {str(field): str(text or "") for field, text in dict(row.get("fields") or {}).items()}
        return name, _entry(name, row, fields, month, writing)
    except RefusedError as error:
        return name, error
    except (TypeError, ValueError):
        return name, RefusedError("entry.not_a_block")


def _entry(name: str, row: Mapping[str, Any], fields: Mapping[str, str], month: Month, writing: Writing) -> AnyEntry:
    kind, _, rest = name.partition("-")
    owner, _, part = rest.partition("-")
    version = _whole(row.get("version"))
    key = str(row["key"]) if row.get("key") else None
    if kind == "reading":
        return Entry(
            meter_id=int(owner),
            typed=typed_reading(fields, writing),
            reading_id=_whole(row.get("id")),
            version=version,
            key=key,
        )
    quantity = fields.get("quantity", "")
    if kind == "driver":
        return DriverEntry(site_id=int(owner), driver=part, month=month, value_text=quantity, version=version, key=key)
    if kind == "stock":
        day = understand_day(fields.get("end", ""), writing)
        return StockEntry(meter_id=int(owner), day=day, quantity_text=quantity, version=version, key=key)
    raise RefusedError("entry.not_a_block")


def _whole(value: object) -> int | None:
    return int(str(value)) if value not in {None, ""} else None
