"""What a person says about a file: on the way in, and of each of its columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emstrack.readers.mapped import ROLES, ColumnMapping, Mapping, SheetMapping

if TYPE_CHECKING:
    from collections.abc import Mapping as Values

KINDS = ("", "readings", "sites", "drivers", "weather", "recommendations")
_OF_A_COLUMN = ("month", "site", "meter", "resource", "unit")
_OF_A_SHEET = ("site", "resource", "unit", "currency")


def options_of(form: Values[str, str]) -> dict[str, str]:
    """Return what was said of the whole file; what is not known is left for its columns to say."""
    kind = form.get("kind", "")
    currency = form.get("currency", "").strip().upper()
    is_code = len(currency) == 3 and currency.isascii() and currency.isalpha()
    return {"kind": kind if kind in KINDS else "", "currency": currency if is_code else ""}


def name_of(sheet: int, field: str, column: int | None = None) -> str:
    """Return the name of a field of the page on which columns are confirmed."""
    return f"s{sheet}-{field}" if column is None else f"s{sheet}-c{column}-{field}"


def mapping_of(form: Values[str, str], proposed: Mapping) -> Mapping:
    """Return the proposal with what the person changed."""
    sheets = tuple(_sheet(form, number, sheet) for number, sheet in enumerate(proposed.sheets))
    return replace(proposed, sheets=sheets)


def _sheet(form: Values[str, str], number: int, sheet: SheetMapping) -> SheetMapping:
    said = {name: form.get(name_of(number, name), getattr(sheet, name)).strip() for name in _OF_A_SHEET}
    year = form.get(name_of(number, "year"), str(sheet.year or "")).strip()
    columns = tuple(_column(form, number, column) for column in sheet.columns)
    return replace(sheet, **said, year=int(year) if year.isascii() and year.isdigit() else 0, columns=columns)


def _column(form: Values[str, str], number: int, column: ColumnMapping) -> ColumnMapping:
    role = form.get(name_of(number, "role", column.place), column.role)
    said = {name: form.get(name_of(number, name, column.place), getattr(column, name)).strip() for name in _OF_A_COLUMN}
    return replace(column, role=role if role in ROLES else column.role, **said)
