"""A file opened: what container it is by its first bytes, and its tables, whether text or workbook."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.readers.headers import SEARCHED_ROWS, matched
from emstrack.readers.text import DELIMITERS, TextFile, encoding_of, first_records, line_count

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from emstrack.readers.problems import Cell
    from emstrack.readers.rows import Options
    from emstrack.readers.workbook import SheetNotes

MAX_COLUMNS = 16_384

_MAGIC = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0", "file.is_legacy_workbook"),
    (b"%PDF", "file.is_pdf"),
    (b"\x1f\x8b", "file.is_compressed"),
    (b"7z\xbc\xaf", "file.is_compressed"),
    (b"Rar!", "file.is_compressed"),
    (b"\x89PNG", "file.is_picture"),
    (b"\xff\xd8\xff", "file.is_picture"),
    (b"GIF8", "file.is_picture"),
    (b"SQLite format 3", "file.is_database"),
    (b"{\\rtf", "file.is_document"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """One table: a text file, or a sheet."""

    sheet: str | None
    text: TextFile | None
    rows: object
    notes: SheetNotes | None
    is_1904: bool
    top: list[tuple[int, list[Cell]]]
    merged: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    size: int = 0

    def done(self, row: int) -> float:
        """The part of the table that lies above a row, 0 to 1."""
        return min(row / max(self.size, 1), 1.0)

    @property
    def plain_point(self) -> bool:
        """Whether a lone point is a decimal point here: in text separated by commas, as the canonical file is."""
        return self.text is not None and self.text.delimiter == ","

    @property
    def serials_1904(self) -> bool | None:
        """Which day a bare number counts from; None where a bare number is no date."""
        return None if self.text is not None else self.is_1904

    def records(self) -> Iterator[tuple[int, Sequence[Cell]]]:
        """Every record that is not blank, from the top."""
        if self.text is not None:
            yield from self.text.records()
        else:
            yield from self.rows.records()  # type: ignore[attr-defined] # a WorkbookSheet, imported in the child only

    def blocks(self, after: int, size: int) -> Iterator[tuple[list[int], list[list[Cell]]]]:
        """Row numbers and cells of the records below a row, so many at a time."""
        if self.text is not None:
            for numbers, records in self.text.blocks(size):
                first = bisect_right(numbers, after)
                if first < len(numbers):
                    yield numbers[first:], records[first:]  # type: ignore[misc] # str is a Cell
            return
        below = ((row, cells) for row, cells in self.records() if row > after)
        while block := list(islice(below, size)):
            row_numbers, rows = zip(*block, strict=True)
            yield list(row_numbers), list(rows)


@dataclass(frozen=True, slots=True)
class Source:
    """A file with its tables, and what was noticed on opening it."""

    path: Path
    container: str
    tables: list[Table]
    findings: list[Finding] = field(default_factory=list)


def open_source(path: Path, options: Options) -> Source:
    """Open a file of any container that is understood.

    Raises
    ------
    RefusedError
        ``file.empty``, ``file.too_large``, or what the file is where it is nothing to read readings from.
    """
    size = path.stat().st_size
    if size == 0:
        raise RefusedError("file.empty")
    if options.max_mb and size > options.max_mb * 1_000_000:
        raise RefusedError("file.too_large", megabytes=round(size / 1_000_000), most=options.max_mb)
    with path.open("rb") as file:
        start = file.read(4096)
    container = next((what for magic, what in _MAGIC if start.startswith(magic)), "text")
    if container == "zip":
        return _workbook(path, options)
    if container != "text":
        raise RefusedError(container)
    return _text(path, start)


def _text(path: Path, start: bytes) -> Source:
    stripped = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    if stripped.startswith(b"<"):
        green = b"espi" in start or b"http://www.w3.org/2005/Atom" in start or b"greenbutton" in start.lower()
        raise RefusedError("file.is_green_button" if green else "file.is_markup")
    if stripped.startswith((b"{", b"[{", b"[\n")):
        raise RefusedError("file.is_json")
    encoding = encoding_of(path)
    tops = {mark: first_records(path, encoding, mark) for mark in DELIMITERS if mark.encode() in start or mark == ","}
    delimiter = max(tops, key=lambda mark: (matched(tops[mark]), _columns(tops[mark])))
    top = tops[delimiter]
    if not any(any(cell.strip() for cell in cells) for _, cells in top):
        raise RefusedError("file.empty")
    _check_width(top)
    text = TextFile(path, encoding, delimiter)
    container = "epw" if stripped.startswith(b"LOCATION,") else "text"
    return Source(path, container, [Table(None, text, None, None, False, list(top), (), line_count(path))])  # type: ignore[arg-type] # str is a Cell


def _columns(top: list[tuple[int, list[str]]]) -> int:
    widths = sorted(len(cells) for _, cells in top)
    return widths[len(widths) // 2] if widths else 0


def _check_width(top: Sequence[tuple[int, Sequence[object]]]) -> None:
    for row, cells in top:
        if len(cells) > MAX_COLUMNS:
            raise RefusedError("file.too_many_columns", row=row, columns=len(cells), most=MAX_COLUMNS)


def _workbook(path: Path, options: Options) -> Source:
    import zipfile  # noqa: PLC0415 - text files do without

    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist()) if len(archive.infolist()) < 20_000 else {"xl/workbook.xml"}
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError):
        raise RefusedError("workbook.damaged") from None
    if "xl/workbook.xml" not in names:
        raise RefusedError("file.is_document" if "word/document.xml" in names else "file.is_compressed")
    from emstrack.readers.workbook import open_workbook  # noqa: PLC0415 - text files do without

    book = open_workbook(path, max_unpacked_mb=options.max_unpacked_mb)
    tables: list[Table] = []
    findings: list[Finding] = []
    for sheet in book.sheets:
        if sheet.is_empty:
            continue
        if not sheet.visible:
            findings.append(Finding("sheet.hidden", Severity.WARNING, {"sheet": sheet.name}, sheet=sheet.name))
            continue
        top = list(islice(sheet.records(), SEARCHED_ROWS))
        merged = tuple(sheet.merged())
        tables.append(Table(sheet.name, None, sheet, sheet.notes, book.is_1904, top, merged, sheet.height))
    if not tables:
        raise RefusedError("file.empty" if not findings else "workbook.all_hidden", findings=tuple(findings))
    return Source(path, "workbook", tables, findings)
