"""Tables as files other programmes open: CSV and XLSX, in which no text ever becomes a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Table = tuple["Sequence[str]", "Iterable[Sequence[Any]]"]
"""Header and rows."""

_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_csv(stream: IO[bytes], table: Table) -> int:
    """Write one table as CSV (UTF-8 with its mark, so that spreadsheets read it); return the number of rows."""
    header, rows = table
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(header)
    count = 0
    for row in rows:
        writer.writerow([plain(cell) for cell in row])
        count += 1
    text.flush()
    text.detach()
    return count


def write_zip(stream: IO[bytes], tables: Mapping[str, Table]) -> int:
    """Write each table as a CSV of its name into one archive; return the number of rows."""
    count = 0
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, table in tables.items():
            with archive.open(f"{name}.csv", "w", force_zip64=True) as member:
                count += write_csv(member, table)
    return count


def write_xlsx(stream: IO[bytes], tables: Mapping[str, Table]) -> int:
    """Write each table as a sheet: numbers (16 digits) as numbers, the rest as text; return the number of rows."""
    import xlsxwriter  # noqa: PLC0415 - only where a workbook is wanted

    count = 0
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        for name, (header, rows) in tables.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for place, title in enumerate(header):
                sheet.write_string(0, place, title)
            for number, row in enumerate(rows, start=1):
                count += 1
                for place, cell in enumerate(row):
                    if isinstance(cell, int | float | Decimal):
                        sheet.write_number(number, place, float(cell))
                    elif cell not in {None, ""}:
                        sheet.write_string(number, place, str(cell))
    return count


def plain(cell: Any) -> str:
    """Write a cell for CSV: numbers in full and with a point, text that a spreadsheet would run behind a quote."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        cell = Decimal(repr(cell))
    if isinstance(cell, Decimal):
        text = format(cell, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_STARTS_A_FORMULA) else text
