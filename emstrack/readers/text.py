"""Text files of any encoding, delimiter and line end, as records with the line each begins at."""

from __future__ import annotations

import codecs
import contextlib
import csv
import re
from dataclasses import dataclass
from itertools import compress, islice
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 64 * 1024
_BLOCK = 1024 * 1024

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_ODD_IN_1252 = re.compile(
    rb"[\x80-\x84\x86-\x90\x98-\x9b\x9d-\x9f\x81\x8d\x8f\x90]|[A-Za-z](?:[\xa1-\xa5]|\xa0(?![A-Za-z0-9]))"
)
"""Bytes that hardly stand in Spanish, Portuguese, French or English cp1252, but do in Mac Roman or the DOS pages."""


@dataclass(frozen=True, slots=True)
class TextFile:
    """A delimited text file, with what was found out about it."""

    path: Path
    encoding: str
    delimiter: str

    def blocks(self, size: int) -> Iterator[tuple[list[int], list[list[str]]]]:
        """So many records at a time, each with its first physical line, blank ones left out.

        Raises
        ------
        RefusedError
            ``file.quote_not_closed`` where a quoted cell does not end, or runs on for more than 128 KiB.
        """
        with self.path.open(encoding=self.encoding, newline=None) as lines:
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            before = 0
            try:
                while records := list(islice(reader, size)):
                    numbers = _line_numbers(before, reader.line_num, records)
                    before = reader.line_num
                    filled = list(map(any, records))
                    if not all(filled):
                        numbers, records = list(compress(numbers, filled)), list(compress(records, filled))
                    yield numbers, records
            except csv.Error:
                raise RefusedError("file.quote_not_closed", row=self._broken_record()) from None

    def _broken_record(self) -> int:
        """The first line of the record that cannot be read."""
        with self.path.open(encoding=self.encoding, newline=None) as lines:
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            before = 0
            with contextlib.suppress(csv.Error):
                for _ in reader:
                    before = reader.line_num
            return before + 1

    def records(self, size: int = 1000) -> Iterator[tuple[int, list[str]]]:
        """Each record with its first physical line, blank ones left out."""
        for numbers, records in self.blocks(size):
            yield from zip(numbers, records, strict=True)


def _line_numbers(before: int, after: int, records: list[list[str]]) -> list[int]:
    """The first line of each record; a record has a line more for each line end within its quotes."""
    if after - before == len(records):
        return list(range(before + 1, after + 1))
    numbers, line = [], before + 1
    for record in records:
        numbers.append(line)
        line += 1 + sum(cell.count("\n") for cell in record)
    return numbers


def encoding_of(path: Path) -> str:
    """What a file is written in: a byte order mark, UTF-8, UTF-16 without a mark, else Windows-1252.

    Raises
    ------
    RefusedError
        ``file.mixed_encodings`` or ``file.encoding_unknown``, so that no name is ever taken in garbled.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    for mark, name in _BOMS:
        if sample.startswith(mark):
            _decodes(path, name)
            return name
    if (utf16 := _utf16(sample)) is not None:
        _decodes(path, utf16)
        return utf16
    wrong = _first_wrong_utf8(path)
    if wrong is None:
        return "utf-8"
    _check_1252(path, wrong)
    return "cp1252"


def _utf16(sample: bytes) -> str | None:
    if len(sample) < 4 or sample.count(0) < len(sample) // 4:
        return None
    return "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"


def _decodes(path: Path, encoding: str) -> None:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while file.read(_BLOCK):
                pass
    except UnicodeError:
        raise RefusedError("file.encoding_unknown", row=1) from None


def _first_wrong_utf8(path: Path) -> int | None:
    """The line of the first byte that is not UTF-8; None where all of it is."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line = 1
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as wrong:
                return line + _lines(block[: wrong.start])
            line += _lines(block)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return line
    return None


def _check_1252(path: Path, line_of_wrong: int) -> None:
    line = 1
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            if _UTF8_SEQUENCE.search(block):
                raise RefusedError("file.mixed_encodings", row=line_of_wrong)
            odd = _ODD_IN_1252.search(block)
            if odd is not None:
                raise RefusedError("file.encoding_unknown", row=line + _lines(block[: odd.start()]))
            line += _lines(block)


def _lines(block: bytes) -> int:
    return block.count(b"\n") or block.count(b"\r")


def line_count(path: Path) -> int:
    """How many lines a file has, to tell how far the reading of it is."""
    feeds = returns = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            feeds += block.count(b"\n")
            returns += block.count(b"\r")
    return feeds or returns


def first_records(path: Path, encoding: str, delimiter: str, most: int = 60) -> list[tuple[int, list[str]]]:
    """The first records, read with one delimiter."""
    found: list[tuple[int, list[str]]] = []
    for numbered in TextFile(path, encoding, delimiter).records(most):
        found.append(numbered)
        if len(found) == most:
            break
    return found
