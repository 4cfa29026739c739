"""What each column of somebody's own spreadsheet is: proposed by us, confirmed by them, kept for the next month."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Self

from emstrack.domain.findings import Finding, Severity

ROLES = (
    "ignore",
    "site",
    "meter",
    "resource",
    "variety",
    "unit",
    "currency",
    "bill_number",
    "kind",
    "note",
    "month",
    "start",
    "end",
    "last_day",
    "quantity",
    "cost",
)
"""What a column may be. A file has one or more quantity columns: one per month, one per meter, or one in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """One column: its place from 0, its header, its role, and what the header itself says of each value below it.

    ``month`` is ``YYYY-MM``, or ``MM`` where the sheet's year completes it.
    """

    place: int
    header: str
    role: str
    month: str = ""
    site: str = ""
    meter: str = ""
    resource: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetMapping:
    """One sheet (empty name: a text file), and what holds for all of it where no column says otherwise."""

    sheet: str
    header_row: int
    columns: tuple[ColumnMapping, ...]
    last_row: int = 0
    year: int = 0
    site: str = ""
    resource: str = ""
    unit: str = ""
    currency: str = ""

    def of_role(self, *roles: str) -> tuple[ColumnMapping, ...]:
        """The columns with one of these roles."""
        return tuple(column for column in self.columns if column.role in roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """How a whole file is read."""

    sheets: tuple[SheetMapping, ...]
    decimal_mark: str = ""
    date_order: str = ""

    def to_json(self) -> str:
        """As kept in the database and sent to a page."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Back from `to_json`; what is not a mapping raises ValueError, TypeError or KeyError."""
        values = json.loads(text)
        sheets = tuple(
            SheetMapping(**{**sheet, "columns": tuple(ColumnMapping(**column) for column in sheet["columns"])})
            for sheet in values["sheets"]
        )
        for column in (column for sheet in sheets for column in sheet.columns):
            if column.role not in ROLES or not 0 <= column.place < 16_384:
                raise ValueError(column.role)
        return cls(sheets=sheets, decimal_mark=values["decimal_mark"], date_order=values["date_order"])

    def open_questions(self) -> tuple[Finding, ...]:
        """What a person still has to say before the file can be read; empty when it is complete."""
        if not any(sheet.of_role("quantity") for sheet in self.sheets):
            return (Finding("mapping.no_quantity", Severity.REFUSED),)
        return tuple(question for sheet in self.sheets if sheet.of_role("quantity") for question in _questions(sheet))


def _questions(sheet: SheetMapping) -> list[Finding]:
    quantities = sheet.of_role("quantity")
    found: list[Finding] = []

    def ask(code: str, columns: tuple[ColumnMapping, ...]) -> None:
        if columns:
            evidence = {"columns": [column.header for column in columns][:20]}
            found.append(Finding(code, Severity.REFUSED, evidence, sheet=sheet.sheet or None, row=sheet.header_row))

    for name in ("site", "resource", "unit"):
        if not getattr(sheet, name) and not sheet.of_role(name):
            ask(f"mapping.no_{name}", tuple(column for column in quantities if not getattr(column, name)))
    if not sheet.of_role("month") and not (sheet.of_role("start") and sheet.of_role("end", "last_day")):
        ask("mapping.no_month", tuple(column for column in quantities if not column.month))
    if not sheet.year:
        ask("mapping.no_year", tuple(column for column in quantities if len(column.month) == len("01")))
    return found
