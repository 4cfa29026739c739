"""A block of records turned into columns, and columns into arrays: each distinct spelling is looked at once."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from sys import intern
from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.readers import numbers
from emstrack.readers.days import DayFormat, read_month
from emstrack.readers.numbers import NumberFormat
from emstrack.readers.problems import Bad, Cell, Conversions, Refusals
from emstrack.reference.spellings import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from emstrack.readers.headers import Header
    from emstrack.readers.source import Table

EPOCH = date(1970, 1, 1).toordinal()
LONGEST_TEXT = 1000
_CONTROLS = {code: None for code in range(32) if code not in {9, 10, 13}}


def text(cell: Cell) -> str | Bad:
    """A cell as text: ``123.0`` typed as a number is ``123``, while ``001`` typed as text stays."""
    if isinstance(cell, float):
        return intern(str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell))
    if isinstance(cell, date):
        return intern(cell.isoformat())
    if "\x00" in cell:
        return Bad("cell.nul")
    clean = " ".join(cell.replace("\ufeff", "").translate(_CONTROLS).split())
    return intern(clean) if len(clean) <= LONGEST_TEXT else Bad("cell.too_long", {"most": LONGEST_TEXT})


@dataclass(slots=True)
class Formats:
    """How the columns of one table are written, found by looking through all of it once."""

    numbers: dict[str, NumberFormat] = field(default_factory=dict)
    days: dict[str, DayFormat] = field(default_factory=dict)
    conversions: dict[str, Conversions] = field(default_factory=dict)

    def conversion(self, name: str, convert: Callable[[Any], Any]) -> Conversions:
        """The cache of one column."""
        found = self.conversions.get(name)
        if found is None:
            found = self.conversions[name] = Conversions(convert)
        return found


class Block:
    """Some records of a table as columns by name, with the rows refused so far."""

    def __init__(
        self, table: Table, header: Header, formats: Formats, row_numbers: list[int], records: list[list[Cell]]
    ) -> None:
        self.header, self.formats, self.row_numbers = header, formats, row_numbers
        self.refusals = Refusals(table.sheet, row_numbers)
        self.sheet = table.sheet or ""
        self._is_text = table.text is not None
        width = len(header.cells)
        if set(map(len, records)) != {width}:
            records = [self._fit(index, record, width) for index, record in enumerate(records)]
        self._columns: list[tuple[Cell, ...]] = list(zip(*records, strict=True))
        if table.notes is not None and table.notes.odd:
            self._refuse_odd(table.notes.odd)

    def __len__(self) -> int:
        return len(self.row_numbers)

    def _fit(self, index: int, record: list[Cell], width: int) -> list[Cell]:
        spare = record[width:] if self._is_text else []  # a note beside a sheet's table does no harm
        if any(cell.strip() if isinstance(cell, str) else True for cell in spare):
            self.refusals.refuse(index, Bad("row.too_many_cells", {"cells": len(record), "columns": width}))
        return [*record[:width], *[""] * (width - len(record))]

    def _refuse_odd(self, odd: dict[tuple[int, int], str]) -> None:
        at = {row: index for index, row in enumerate(self.row_numbers)}
        names = {place: name for name, place in self.header.places.items()}
        for (row, place), code in odd.items():
            if row in at and place in names and (code != "number.is_percent" or names[place] in self.formats.numbers):
                cell = self._columns[place][at[row]]
                self.refusals.refuse(at[row], Bad(code), self.column_title(names[place]), cell)

    def column_title(self, name: str) -> str:
        """The header of a column as the file has it."""
        place = self.header.places.get(name)
        return name if place is None else self.header.cells[place]

    def cells(self, name: str) -> tuple[Cell, ...] | None:
        """The cells of a column; None where the file has no such column."""
        place = self.header.places.get(name)
        return None if place is None else self._columns[place]

    def converted(self, name: str, convert: Callable[[Any], Any], absent: object, *, needed: str = "") -> list[Any]:
        """A column converted; a bad cell refuses its row, and so does an empty one where the column is needed."""
        cells = self.cells(name)
        if cells is None:
            return [absent] * len(self)
        conversion = self.formats.conversion(name, convert)
        values = conversion.column(cells)
        if conversion.met_bad:
            for index, value in enumerate(values):
                if type(value) is Bad:
                    self.refusals.refuse(index, value, self.column_title(name), cells[index])
                    values[index] = absent
        if needed and absent in values:
            for index, value in enumerate(values):
                if value is absent or value == absent:
                    self.refusals.refuse(index, Bad(needed, {"name": name}), self.column_title(name), cells[index])
        return values

    def texts(self, name: str, *, needed: bool = False) -> list[str]:
        """A column of texts; empty where absent."""
        return self.converted(name, text, "", needed="cell.missing" if needed else "")

    def coded(self, name: str, codes: dict[str, str], absent: str, code: str) -> list[str]:
        """A column of codes, as people spell them; unknown ones refuse the row with a code."""

        def convert(cell: Cell) -> str | Bad:
            spelled = plain(value) if isinstance(value := text(cell), str) else ""
            if not spelled:
                return absent
            return (
                codes.get(spelled)
                or codes.get(spelled.replace(" ", "_"))
                or Bad(code, {"known": sorted(set(codes.values()))})
            )

        return self.converted(name, convert, absent)

    def floats(self, name: str, *, needed: bool = False) -> NDArray[np.float64]:
        """A column of numbers; NaN where absent."""
        cells = self.cells(name)
        if cells is None:
            return np.full(len(self), math.nan)
        number_format = self.formats.numbers.get(name) or NumberFormat()
        if number_format.plain_point and number_format.mark != numbers.COMMA:
            quick = numbers.plain_floats(cells, may_be_empty=not needed)
            if quick is not None:
                return quick
        values = np.array(self.converted(name, number_format.read, math.nan), dtype=np.float64)
        if needed:
            for index in np.flatnonzero(np.isnan(values)):
                self.refusals.refuse(
                    int(index), Bad("cell.missing", {"name": name}), self.column_title(name), cells[index]
                )
        return values

    def money(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """A column of money in ten-thousandths, and where there is some."""
        cells = self.cells(name)
        if cells is None:
            return np.zeros(len(self), dtype=np.int64), np.zeros(len(self), dtype=np.bool_)
        number_format = self.formats.numbers.get(name) or NumberFormat(money=True)
        amounts: list[int | None] | None = None
        if number_format.plain_point and number_format.mark != numbers.COMMA:
            amounts = numbers.plain_money(cells)
        if amounts is None:
            amounts = self.converted(name, number_format.read_money, None)
        if None not in amounts:
            return np.array(amounts, dtype=np.int64), np.ones(len(self), dtype=np.bool_)
        has = np.array([amount is not None for amount in amounts])
        return np.array([amount or 0 for amount in amounts], dtype=np.int64), has

    def days(self, name: str) -> list[int | None]:
        """A column of days, counted from 1970-01-01; None where absent."""
        day_format = self.formats.days.get(name) or DayFormat()

        def convert(cell: Cell) -> int | Bad | None:
            day = day_format.read(cell)
            return day.toordinal() - EPOCH if isinstance(day, date) else day

        return self.converted(name, convert, None)

    def months(self, name: str) -> list[tuple[int, int] | None]:
        """A column of months, each as its first day and the first day after it; None where absent."""

        def convert(cell: Cell) -> tuple[int, int] | Bad | None:
            month = read_month(cell)
            if month is None or isinstance(month, Bad):
                return month
            return month.start.toordinal() - EPOCH, month.end.toordinal() - EPOCH

        return self.converted(name, convert, None)

    def quantity_texts(self) -> list[str]:
        """The quantities as they stood in the file."""
        cells = self.cells("quantity") or ()
        if all(type(cell) is str and len(cell) <= 40 for cell in cells):
            return list(cells)  # type: ignore[arg-type] # text, as just checked
        return [numbers.typed(cell) for cell in cells]

    def kept(self) -> NDArray[np.bool_]:
        """The rows that were not refused."""
        mask = np.ones(len(self), dtype=np.bool_)
        if self.refusals.by_index:
            mask[list(self.refusals.by_index)] = False
        return mask


def objects(values: Sequence[str]) -> NDArray[np.object_]:
    """Texts as an array."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def as_days(values: Sequence[int | None]) -> NDArray[np.datetime64]:
    """Days counted from 1970-01-01 as an array; NaT where there is none."""
    if None in values:
        return np.array(["NaT" if value is None else value for value in values], dtype="datetime64[D]")
    return np.array(values, dtype=np.int64).view("datetime64[D]")
