"""One look through a whole table before it is read: which decimal mark and which order of day and month it proves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.readers.columns import Formats
from emstrack.readers.days import DayFormat, orders
from emstrack.readers.numbers import POINT, NumberFormat, proofs
from emstrack.readers.rows import CHUNK_ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.readers.headers import Header
    from emstrack.readers.problems import Cell
    from emstrack.readers.rows import Options
    from emstrack.readers.source import Table


def survey(
    table: Table, header: Header, options: Options, number_columns: Sequence[str], day_columns: Sequence[str]
) -> Formats:
    """Find how the columns are written; what a person said in the options comes first.

    A column that proves two marks, or two orders, proves none: each of its doubtful cells is asked about.
    """
    marks: dict[str, set[str]] = {name: set() for name in number_columns if name in header.places}
    orderings: dict[str, set[str]] = {name: set() for name in day_columns if name in header.places}
    for _, records in table.blocks(header.row, CHUNK_ROWS):
        for name, seen in marks.items():
            cells = _column(records, header.places[name])
            if not table.plain_point or _has_comma(cells):
                seen.update(proofs(cells))
        for name, seen in orderings.items():
            seen.update(orders(_column(records, header.places[name])))
    both: set[str] = set().union(*orderings.values())
    formats = Formats()
    for name, found in marks.items():
        mark = options.decimal_mark or (found.pop() if len(found) == 1 else "")
        formats.numbers[name] = NumberFormat(
            mark, plain_point=table.plain_point and mark in {"", POINT}, money=name in {"cost", "tax"}
        )
    for name in orderings:
        order = options.date_order or (next(iter(both)) if len(both) == 1 else "")
        formats.days[name] = DayFormat(order, serials_1904=table.serials_1904)
    return formats


def _column(records: list[list[Cell]], place: int) -> list[Cell]:
    try:
        return [record[place] for record in records]
    except IndexError:
        return [record[place] if place < len(record) else "" for record in records]


def _has_comma(cells: list[Cell]) -> bool:
    try:
        return "," in "".join(cells)  # type: ignore[arg-type] # a cell of another type is the TypeError below
    except TypeError:
        return True
