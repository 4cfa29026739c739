"""The savings report as a workbook: figures as numbers with their formats, text never as a formula."""

from __future__ import annotations

import io
from dataclasses import dataclass

import xlsxwriter

Cell = str | float | int | None
_WIDEST = 60


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet: its name, what stands above the table, the heads, the rows."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """A report: its title, who and when, and its sheets."""

    title: str
    subject: str
    tables: tuple[Table, ...]


def savings_workbook(book: Workbook) -> bytes:
    """Write a workbook."""
    stream = io.BytesIO()
    written = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    written.set_properties({"title": book.title, "subject": book.subject})
    styles = {
        "title": written.add_format({"bold": True, "font_size": 14}),
        "head": written.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "number": written.add_format({"num_format": "#,##0.##"}),
        "note": written.add_format({"font_color": "#555555"}),
    }
    for table in book.tables:
        _write(written.add_worksheet(table.name[:31]), table, book, styles)
    written.close()
    return stream.getvalue()


def _write(sheet: xlsxwriter.worksheet.Worksheet, table: Table, book: Workbook, styles: dict[str, object]) -> None:
    sheet.write_string(0, 0, book.title, styles["title"])
    for place, note in enumerate((book.subject, *table.notes), start=1):
        sheet.write_string(place, 0, note, styles["note"])
    first = 3 + len(table.notes)
    for column, head in enumerate(table.heads):
        sheet.write_string(first, column, head, styles["head"])
    for place, row in enumerate(table.rows, start=first + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(place, column, cell)
            elif cell is not None:
                sheet.write_number(place, column, cell, styles["number"])
    for column, head in enumerate(table.heads):
        longest = max([len(head) // 2, *(len(str(row[column] or "")) for row in table.rows)])
        sheet.set_column(column, column, min(max(longest + 2, 10), _WIDEST))
    sheet.freeze_panes(first + 1, 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first)
