"""XLSX workbooks: measured by streaming before they are opened, then read sheet by sheet.

Only ever used inside the limited child process: a hostile file costs that process, never the server.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from xml.etree.ElementTree import ParseError

import python_calamine
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from emstrack.domain.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emstrack.readers.problems import Cell

MAX_ENTRIES = 5_000
MAX_RATIO = 200
MAX_CELLS = 30_000_000
_SMALL = 10_000_000
_BLOCK = 1024 * 1024
_OVERLAP = 16_384
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_PERCENT_FORMATS = frozenset({9, 10})

MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_REFERENCES = re.compile(rb'<(?:\w+:)?(?:c|row) (?:[^>]{0,300}? )?r="([A-Za-z]{0,20})([0-9]{0,20})[^"]{0,20}"')
_FORMULA_WITHOUT_VALUE = re.compile(
    rb'<(?:\w+:)?c (?![^>]{0,300}t="str")(?:[^>]{0,300}? )?r="([A-Z]{1,3})([0-9]{1,7})"[^>]{0,300}>\s*'
    rb"<(?:\w+:)?f(?: [^>]{0,300})?(?:/>|>[^<]*</(?:\w+:)?f>)\s*"
    rb"(?:<(?:\w+:)?v ?/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_ERROR_CELL = re.compile(rb'<(?:\w+:)?c (?=[^>]{0,300} ?t="e")(?:[^>]{0,300}? )?r="([A-Z]{1,3})([0-9]{1,7})"')
_STYLED_CELL = re.compile(rb'<(?:\w+:)?c (?=[^>]{0,300}s="([0-9]{1,5})")(?:[^>]{0,300}? )?r="([A-Z]{1,3})([0-9]{1,7})"')


@dataclass(slots=True)
class SheetNotes:
    """Cells whose value says less than what the person sees: (row from 1, column from 0) to the code of the reason."""

    odd: dict[tuple[int, int], str] = field(default_factory=dict)
    rows: int = 0
    columns: int = 0

    def odd_rows(self) -> set[int]:
        """The rows of such cells: what looks empty there is not."""
        return {row for row, _ in self.odd}


@dataclass(frozen=True, slots=True)
class WorkbookSheet:
    """One sheet, as rows of cells from row 1 on."""

    name: str
    visible: bool
    notes: SheetNotes
    _sheet: python_calamine.CalamineSheet

    @property
    def height(self) -> int:
        """Number of rows, empty ones before the data included."""
        return self._sheet.total_height if self._sheet.end is None else self._sheet.end[0] + 1

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in it."""
        return self._sheet.start is None

    def records(self) -> Iterator[tuple[int, list[Cell]]]:
        """Each row that is not blank, with its number from 1, without the empty cells after its last."""
        odd_rows = self.notes.odd_rows()
        for number, row in enumerate(self._sheet.iter_rows(), 1):
            last = len(row)
            while last and row[last - 1] == "":
                last -= 1
            if last or number in odd_rows:
                yield number, [_cell(each) for each in row[:last]]

    def merged(self) -> list[tuple[tuple[int, int], tuple[int, int]]]:
        """Merged ranges as (row, column) corners from 0."""
        return self._sheet.merged_cell_ranges or []


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook that was found harmless."""

    sheets: tuple[WorkbookSheet, ...]
    is_1904: bool


def open_workbook(path: Path, *, max_unpacked_mb: int) -> Workbook:
    """Measure, then open a workbook.

    Raises
    ------
    RefusedError
        ``workbook.unpacks_too_large``, ``workbook.too_many_cells``, ``workbook.damaged``, ``workbook.protected`` …
    """
    try:
        with zipfile.ZipFile(path) as archive:
            notes, is_1904 = _inspect(archive, max_unpacked_mb)
        book = python_calamine.CalamineWorkbook.from_path(path)
        sheets = tuple(
            WorkbookSheet(
                meta.name,
                meta.visible == python_calamine.SheetVisibleEnum.Visible,
                notes.get(meta.name, SheetNotes()),
                book.get_sheet_by_name(meta.name),
            )
            for meta in book.sheets_metadata
            if meta.typ == python_calamine.SheetTypeEnum.WorkSheet
        )
    except python_calamine.PasswordError:
        raise RefusedError("workbook.protected") from None
    except (
        zipfile.BadZipFile,
        zlib.error,
        python_calamine.CalamineError,
        ParseError,
        DefusedXmlException,
        KeyError,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
        RuntimeError,
    ):
        raise RefusedError("workbook.damaged") from None
    return Workbook(sheets, is_1904)


def _inspect(archive: zipfile.ZipFile, max_unpacked_mb: int) -> tuple[dict[str, SheetNotes], bool]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise RefusedError("workbook.too_many_parts", parts=len(entries), most=MAX_ENTRIES)
    if any(entry.flag_bits & 1 for entry in entries):
        raise RefusedError("workbook.protected")
    percent = _percent_styles(archive, max_unpacked_mb)
    budget = _Budget(max_unpacked_mb * 1_000_000, sum(entry.compress_size for entry in entries))
    by_part: dict[str, SheetNotes] = {}
    for entry in entries:
        scan = _Scan(percent) if entry.filename.startswith("xl/worksheets/sheet") else None
        with archive.open(entry) as part:
            while block := part.read(_BLOCK):
                budget.spend(len(block))
                if scan is not None:
                    scan.feed(block)
        if scan is not None:
            by_part[entry.filename] = scan.notes
    cells = sum(notes.rows * notes.columns for notes in by_part.values())
    if cells > MAX_CELLS:
        raise RefusedError("workbook.too_many_cells", cells=cells, most=MAX_CELLS)
    parts, is_1904 = _sheet_parts(archive)
    return {name: by_part[part] for name, part in parts.items() if part in by_part}, is_1904


class _Budget:
    """Counts what comes out of the archive; what its directory promises is never believed."""

    def __init__(self, most: int, packed: int) -> None:
        self._most, self._packed, self._spent = most, max(packed, 1), 0

    def spend(self, size: int) -> None:
        self._spent += size
        if self._spent > self._most or (self._spent > _SMALL * 5 and self._spent > self._packed * MAX_RATIO):
            raise RefusedError("workbook.unpacks_too_large", megabytes=self._most // 1_000_000)


class _Scan:
    """Looks through the XML of a sheet for its extent and for cells that a reader of values would misread."""

    def __init__(self, percent: frozenset[int]) -> None:
        self.notes, self._percent, self._rest = SheetNotes(), percent, b""

    def feed(self, block: bytes) -> None:
        text = self._rest + block
        self._rest = text[-_OVERLAP:]
        columns = set()
        for letters, row in _REFERENCES.findall(text):
            columns.add(letters)
            self.notes.rows = max(self.notes.rows, int(row or 0))
        widest = max(map(_column, columns), default=-1) + 1
        self.notes.columns = max(self.notes.columns, widest)
        if self.notes.rows > MAX_ROWS or self.notes.columns > MAX_COLUMNS:
            raise RefusedError("workbook.damaged")
        if b"<f" in text or b":f" in text:
            self._mark(_FORMULA_WITHOUT_VALUE.findall(text), "cell.formula_without_value")
        if b't="e"' in text:
            self._mark(_ERROR_CELL.findall(text), "cell.formula_error")
        if self._percent:
            styled = _STYLED_CELL.findall(text)
            self._mark([(col, row) for style, col, row in styled if int(style) in self._percent], "number.is_percent")

    def _mark(self, places: list[tuple[bytes, bytes]], code: str) -> None:
        for letters, row in places:
            self.notes.odd[int(row), _column(letters)] = code


def _column(letters: bytes) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + letter - 64
    return index - 1


def _part(archive: zipfile.ZipFile, name: str, most: int = 50_000_000) -> bytes:
    with archive.open(name) as part:
        text = part.read(most + 1)
    if len(text) > most:
        raise RefusedError("workbook.unpacks_too_large", megabytes=most // 1_000_000)
    return text


def _percent_styles(archive: zipfile.ZipFile, max_unpacked_mb: int) -> frozenset[int]:
    if "xl/styles.xml" not in archive.namelist():
        return frozenset()
    root = ElementTree.fromstring(_part(archive, "xl/styles.xml", min(20, max_unpacked_mb) * 1_000_000))
    custom = {
        int(each.get("numFmtId", "0"))
        for each in root.iter(f"{_MAIN}numFmt")
        if re.sub(r'"[^"]*"|\\.', "", each.get("formatCode", "")).find("%") >= 0
    }
    cell_formats = root.find(f"{_MAIN}cellXfs")
    if cell_formats is None:
        return frozenset()
    wanted = _PERCENT_FORMATS | custom
    return frozenset(index for index, each in enumerate(cell_formats) if int(each.get("numFmtId", "0")) in wanted)


def _sheet_parts(archive: zipfile.ZipFile) -> tuple[dict[str, str], bool]:
    book = ElementTree.fromstring(_part(archive, "xl/workbook.xml"))
    relations = ElementTree.fromstring(_part(archive, "xl/_rels/workbook.xml.rels"))
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    properties = book.find(f"{_MAIN}workbookPr")
    is_1904 = properties is not None and properties.get("date1904", "0") in {"1", "true"}
    parts: dict[str, str] = {}
    for sheet in book.iter(f"{_MAIN}sheet"):
        target = targets.get(sheet.get(_RELATION), "")
        parts[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return parts, is_1904


def _cell(value: object) -> Cell:
    """A cell as text, float or date; identifiers typed as numbers keep no ``.0`` (see `columns.text`)."""
    if isinstance(value, str | float) and not isinstance(value, bool):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return float(value)
    if isinstance(value, datetime):
        return value if (value.hour, value.minute, value.second) != (0, 0, 0) else value.date()
    return value if isinstance(value, date) else str(value)
