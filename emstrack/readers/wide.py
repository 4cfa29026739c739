"""Somebody's own spreadsheet, read by a confirmed mapping: each filled quantity cell is a reading."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.periods import Month
from emstrack.readers.canonical import periods, reading_rows
from emstrack.readers.columns import Block, Formats
from emstrack.readers.days import MONTH_NAMES, DayFormat, orders, read_month
from emstrack.readers.headers import Header, key, letters
from emstrack.readers.numbers import POINT, NumberFormat, proofs
from emstrack.readers.problems import Bad, Cell, shown
from emstrack.readers.rows import CHUNK_ROWS, Chunk, ReadingRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emstrack.readers.mapped import ColumnMapping, Mapping, SheetMapping
    from emstrack.readers.rows import Options
    from emstrack.readers.source import Table

FORMAT = "wide"
_COLUMNS = (
    "site", "meter", "resource", "variety", "unit", "currency", "bill_number", "kind", "note", "month", "start", "end",
    "quantity", "cost",
)  # fmt: skip
_HEADER_CELLS = dict(zip(_COLUMNS, range(len(_COLUMNS)), strict=True))
_TOTAL = re.compile(
    r"(grand |gran |sub ?)?(total|totals|totales|totais|suma|sum|somme|promedio|average|media|moyenne)\b.*"
)
NOTHING = frozenset(
    {"", "-", "--", "–", "—", "n/a", "na", "n.d.", "nd", "s/d", "not available", "no disponible", "#n/a"}
)
"""What people write where there is no reading: it stays missing, and is never a zero."""


@dataclass(slots=True)
class _Candidates:
    """The quantity cells of some rows, as canonical records with the place each came from."""

    rows: list[int]
    records: list[list[Cell]]
    places: list[int]


def read_mapped(table: Table, options: Options) -> Iterator[Chunk]:
    """Yield the readings of one table; a sheet that the mapping leaves out yields nothing.

    Raises
    ------
    RefusedError
        ``mapping.needed`` without a mapping, ``mapping.incomplete`` with its open questions.
    """
    mapping = options.mapping
    if mapping is None:
        raise RefusedError("mapping.needed")
    questions = mapping.open_questions()
    if questions:
        raise RefusedError("mapping.incomplete", findings=questions, count=len(questions))
    for sheet in mapping.sheets:
        if sheet.sheet == (table.sheet or "") and sheet.of_role("quantity"):
            yield from _sheet(table, sheet, mapping, options)


def _sheet(table: Table, sheet: SheetMapping, mapping: Mapping, options: Options) -> Iterator[Chunk]:
    _check_header(table, sheet)
    formats = _formats(table, sheet, mapping, options)
    header = Header("readings", sheet.header_row, _COLUMNS, _HEADER_CELLS)
    filled = _merged_down(table, sheet)
    size = max(1, CHUNK_ROWS // len(sheet.of_role("quantity")))
    for numbers, records in table.blocks(sheet.header_row, size):
        by_row = dict(zip(numbers, records, strict=True))
        found, said = _candidates(sheet, by_row, filled, _odd(table), formats.days["start"])
        rows = ReadingRows.empty()
        if found.rows:
            block = Block(replace(table, notes=None), header, formats, found.rows, found.records)
            _refuse_odd(table, block, found)
            rows = reading_rows(block, *periods(block, options))
            said += _with_titles(block, sheet, found)
        yield Chunk(rows, tuple(said), table.done(numbers[-1]), FORMAT)


def _check_header(table: Table, sheet: SheetMapping) -> None:
    """A mapping kept from last month fits only a sheet with the same header."""
    cells = next((cells for row, cells in table.top if row == sheet.header_row), [])
    for column in sheet.columns:
        there = shown(cells[column.place]).strip() if column.place < len(cells) else ""
        if column.role != "ignore" and column.header != there:
            raise RefusedError(
                "mapping.does_not_fit",
                sheet=table.sheet,
                row=sheet.header_row,
                column=letters(column.place),
                expected=column.header,
                found=there,
            )


def _formats(table: Table, sheet: SheetMapping, mapping: Mapping, options: Options) -> Formats:
    """All quantities of a sheet are one column here: any of them may prove the decimal mark of all."""
    places = {name: [column.place for column in sheet.of_role(name)] for name in ("quantity", "cost", "start", "end")}
    marks: dict[str, set[str]] = {"quantity": set(), "cost": set()}
    orderings: set[str] = set()
    for _, records in table.blocks(sheet.header_row, CHUNK_ROWS):
        for name, seen in marks.items():
            seen.update(proofs([_at(record, place) for record in records for place in places[name]]))
        days = [column.place for column in sheet.of_role("start", "end", "last_day", "month")]
        orderings.update(orders(_at(record, place) for record in records for place in days))
    formats = Formats()
    for name, seen in marks.items():
        mark = options.decimal_mark or mapping.decimal_mark or (seen.pop() if len(seen) == 1 else "")
        plain_point = table.plain_point and mark in {"", POINT}
        formats.numbers[name] = NumberFormat(mark, plain_point=plain_point, money=name == "cost")
    order = options.date_order or mapping.date_order or (orderings.pop() if len(orderings) == 1 else "")
    for name in ("start", "end"):
        formats.days[name] = DayFormat(order, serials_1904=table.serials_1904)
    return formats


def _merged_down(table: Table, sheet: SheetMapping) -> dict[tuple[int, int], tuple[int, int]]:
    """Each cell of a range merged down a naming column, and the cell whose text it shows; rows from 1."""
    naming = {column.place for column in sheet.of_role("site", "meter", "resource", "variety", "unit")}
    return {
        (row + 1, left): (top + 1, left)
        for (top, left), (bottom, _) in table.merged
        if left in naming and bottom - top < CHUNK_ROWS
        for row in range(top + 1, bottom + 1)
    }


def _candidates(
    sheet: SheetMapping,
    by_row: dict[int, list[Cell]],
    merged: dict[tuple[int, int], tuple[int, int]],
    odd: dict[tuple[int, int], str],
    days: DayFormat,
) -> tuple[_Candidates, list[Finding]]:
    found, said = _Candidates([], [], []), []
    naming = {column.role: column for column in sheet.columns if column.role in (*_COLUMNS[:12], "last_day")}
    costs = _costs_by_quantity(sheet)
    for number, record in by_row.items():
        if sheet.last_row and number > sheet.last_row:
            break
        row: dict[str, Cell] = {
            role: _merged_cell(by_row, merged, number, column.place) for role, column in naming.items()
        }
        if _is_total(row, record):
            said.append(Finding("row.total_left_out", Severity.INFO, sheet=sheet.sheet or None, row=number))
            continue
        if "month" in row:
            row["month"] = _month_of_day(row["month"], days)
        if "last_day" in row:
            row["end"] = _day_after(row.pop("last_day"), days)
        for column in sheet.of_role("quantity"):
            cell = _at(record, column.place)
            if _blank(cell) == "" and (number, column.place) not in odd:
                continue
            cost = costs.get(column.place)
            found.rows.append(number)
            found.places.append(column.place)
            found.records.append(_record(sheet, column, row, cell, "" if cost is None else _blank(_at(record, cost))))
    return found, said


def _record(sheet: SheetMapping, column: ColumnMapping, row: dict[str, Cell], cell: Cell, cost: Cell) -> list[Cell]:
    values: dict[str, Cell] = {role: _blank(found) for role, found in row.items()}
    for name in ("site", "resource", "unit"):
        values[name] = getattr(column, name) or values.get(name) or getattr(sheet, name)
    values["meter"] = column.meter or values.get("meter") or values["resource"]
    values["currency"] = values.get("currency") or sheet.currency
    if column.month:
        values["month"] = column.month if len(column.month) > len("01") else f"{sheet.year:04d}-{column.month}"
    elif "month" in values:
        values["month"] = _with_year(values["month"], sheet.year)
    values |= {"quantity": cell, "cost": cost}
    return [values.get(name, "") for name in _COLUMNS]


def _month_of_day(cell: Cell, days: DayFormat) -> Cell:
    """The month that a day falls in, where a person said that this column of days tells the month."""
    if not isinstance(cell, str) or not isinstance(read_month(cell), Bad):
        return cell
    day = days.read(cell)
    return str(Month.of(day)) if isinstance(day, date) else cell


def _day_after(cell: Cell, days: DayFormat) -> Cell:
    """The day on which the next period starts, where a column names the last one of its own."""
    day = days.read(cell)
    return (day + timedelta(days=1)).isoformat() if isinstance(day, date) else cell


def _with_year(month: Cell, year: int) -> Cell:
    """A month's bare name, completed by the sheet's year."""
    number = MONTH_NAMES.get(key(month).strip(".")) if isinstance(month, str) else None
    return month if number is None or not year else f"{year:04d}-{number:02d}"


def _costs_by_quantity(sheet: SheetMapping) -> dict[int, int]:
    """The cost column of each quantity column: of the same month and meter."""
    same = {
        (column.month, column.site, column.meter, column.resource): column.place for column in sheet.of_role("cost")
    }
    return {
        column.place: same[what]
        for column in sheet.of_role("quantity")
        if (what := (column.month, column.site, column.meter, column.resource)) in same
    }


def _merged_cell(
    by_row: dict[int, list[Cell]], merged: dict[tuple[int, int], tuple[int, int]], number: int, place: int
) -> Cell:
    cell = _at(by_row[number], place)
    top = merged.get((number, place))
    return _at(by_row.get(top[0], []), place) if cell == "" and top is not None else cell


def _is_total(row: dict[str, Cell], record: list[Cell]) -> bool:
    names = [cell for role, cell in row.items() if role in {"site", "meter", "month"} and cell != ""]
    first = names or [cell for cell in record if cell != ""][:1]
    return any(isinstance(cell, str) and _TOTAL.fullmatch(key(cell)) is not None for cell in first[:2])


def _odd(table: Table) -> dict[tuple[int, int], str]:
    """Cells that show something else than their value: a formula never calculated is not an empty cell."""
    return table.notes.odd if table.notes is not None else {}


def _refuse_odd(table: Table, block: Block, found: _Candidates) -> None:
    odd = _odd(table)
    for index, place in enumerate(zip(found.rows, found.places, strict=True)):
        if place in odd:
            block.refusals.refuse(index, Bad(odd[place]), "quantity", found.records[index][_HEADER_CELLS["quantity"]])


def _with_titles(block: Block, sheet: SheetMapping, found: _Candidates) -> list[Finding]:
    """The block's findings, with the column's own header in place of ours."""
    by_place = {column.place: column.header for column in sheet.columns}
    by_role = {column.role: column.header for column in sheet.columns}
    for index, finding in block.refusals.by_index.items():
        own = by_place.get(found.places[index]) if finding.column in {"quantity", "cost"} else None
        title = own or by_role.get(finding.column or "") or by_place.get(found.places[index])
        block.refusals.by_index[index] = replace(finding, column=title)
    return list(block.refusals.findings())


def _blank(cell: Cell) -> Cell:
    return "" if isinstance(cell, str) and cell.strip().casefold() in NOTHING else cell


def _at(record: list[Cell], place: int) -> Cell:
    return record[place] if place < len(record) else ""
