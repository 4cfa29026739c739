"""Portfolio Manager's "Meter Entries" spreadsheets: banner, group titles, header, and one row per meter entry."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from emstrack.domain.readings import ReadingKind
from emstrack.readers.canonical import NUMBER_COLUMNS, reading_rows
from emstrack.readers.columns import EPOCH, Block, as_days, text
from emstrack.readers.headers import Header, key
from emstrack.readers.problems import Bad, shown
from emstrack.readers.recognise import PM_COLUMNS, PORTFOLIO_MANAGER, header_row
from emstrack.readers.rows import CHUNK_ROWS, Chunk
from emstrack.readers.surveying import survey

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emstrack.readers.days import DayFormat
    from emstrack.readers.problems import Cell
    from emstrack.readers.rows import Options
    from emstrack.readers.source import Table

_NAMES = {
    "property name": "site",
    "portfolio manager id": "property_id",
    "portfolio manager meter id": "meter",
    "meter type": "resource",
    "meter consumption id": "note",
    "start date": "start",
    "end date": "end",
    "delivery date": "delivery",
    "usage/quantity": "quantity",
    "usage units": "unit",
    "cost ($)": "cost",
    "estimation?": "kind",
    "demand (kw)": "demand_kw",
}
_NOTHING = frozenset({"not available", "not applicable", "n/a"})


@dataclass(slots=True)
class _Seen:
    """What the first look through the sheet found: the ids of each property name, the periods of each meter."""

    ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    periods: dict[str, set[tuple[date, date]]] = field(default_factory=lambda: defaultdict(set))


def read_meter_entries(table: Table, options: Options) -> Iterator[Chunk]:
    """Yield the readings of a "Meter Entries" sheet; ends become exclusive (see `exclusive_ends`)."""
    header = _header(table)
    formats = survey(table, header, options, NUMBER_COLUMNS, ("start", "end", "delivery"))
    seen = _look(table, header, formats.days["start"])
    ends = exclusive_ends(seen.periods)
    for numbers, raw in table.blocks(header.row, CHUNK_ROWS):
        records = [_cleaned(record, header, seen) for record in raw]
        block = Block(table, header, formats, numbers, records)
        starts, stops = block.days("start"), block.days("end")
        for index, (start, stop, delivery) in enumerate(zip(starts, stops, block.days("delivery"), strict=True)):
            if start is None and stop is None and delivery is not None:
                starts[index], stops[index] = delivery, delivery + 1
            elif start is None or stop is None:
                place = header.places["start" if start is None else "end"]
                block.refusals.refuse(index, Bad("date.missing"), header.cells[place], records[index][place])
            else:
                stops[index] = exclusive = ends.get((_meter(records[index], header), start, stop), stop)
                if exclusive <= start:
                    place = header.places["end"]
                    block.refusals.refuse(
                        index, Bad("date.end_not_after_start"), header.cells[place], records[index][place]
                    )
        rows = reading_rows(block, as_days(starts), as_days(stops))
        yield Chunk(rows, block.refusals.findings(), table.done(numbers[-1]), PORTFOLIO_MANAGER)


def exclusive_ends(periods: dict[str, set[tuple[date, date]]]) -> dict[tuple[str, int, int], int]:
    """The exclusive end of each period of each meter, all days counted from 1970-01-01.

    Portfolio Manager's end dates are inclusive, but a bill may share its last day with the next one, to which that day
    then belongs. The next bill of the meter tells which; where there is none, what most bills of the meter do, then
    most of the file; a lone bill that ends on the day of the month it began on shares its day, any other does not.
    """
    votes = {meter: Counter(_votes(sorted(found))) for meter, found in periods.items()}
    whole: Counter[int] = sum(votes.values(), Counter())
    ends: dict[tuple[str, int, int], int] = {}
    for meter, found in periods.items():
        ordered = sorted(found)
        for start, end in ordered:
            following = next((later for later, _ in ordered if later > start), None)
            gap = None if following is None else (following - end).days
            if gap not in {0, 1}:
                gap = _likely(votes[meter], whole, start, end)
            ends[meter, start.toordinal() - EPOCH, end.toordinal() - EPOCH] = end.toordinal() - EPOCH + gap
    return ends


def _votes(ordered: list[tuple[date, date]]) -> Iterator[int]:
    for (_, end), (start, _) in pairwise(ordered):
        if (start - end).days in {0, 1}:
            yield (start - end).days


def _likely(meter: Counter[int], whole: Counter[int], start: date, end: date) -> int:
    for votes in (meter, whole):
        if votes[0] != votes[1]:
            return 0 if votes[0] > votes[1] else 1
    return 0 if end.day == start.day and end - start > timedelta(days=1) else 1


def _header(table: Table) -> Header:
    row = header_row(table, PM_COLUMNS)
    cells = next(cells for number, cells in table.top if number == row)
    places: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = _NAMES.get(key(cell))
        if name is not None:
            places.setdefault(name, place)
    return Header("readings", row or 0, tuple(shown(cell) for cell in cells), places)


def _look(table: Table, header: Header, days: DayFormat) -> _Seen:
    seen = _Seen()
    for _, records in table.blocks(header.row, CHUNK_ROWS):
        for record in records:
            cleaned = _blanked(record)
            seen.ids[_text(cleaned, header, "site")].add(_text(cleaned, header, "property_id"))
            start, end = (days.read(_cell(cleaned, header, name)) for name in ("start", "end"))
            if isinstance(start, date) and isinstance(end, date):
                seen.periods[_meter(cleaned, header)].add((start, end))
    return seen


def _blanked(record: list[Cell]) -> list[Cell]:
    return ["" if isinstance(cell, str) and cell.strip().casefold() in _NOTHING else cell for cell in record]


def _cleaned(record: list[Cell], header: Header, seen: _Seen) -> list[Cell]:
    """A record without "Not Available", with its kind in our words, and with its id where two sites share a name."""
    cleaned = _blanked(record)
    cleaned += [""] * (len(header.cells) - len(cleaned))
    site = _text(cleaned, header, "site")
    if len(seen.ids[site]) > 1:
        cleaned[header.places["site"]] = f"{site} ({_text(cleaned, header, 'property_id')})"
    if "kind" in header.places:
        estimated = _text(cleaned, header, "kind").casefold() == "yes"
        cleaned[header.places["kind"]] = (ReadingKind.ESTIMATED if estimated else ReadingKind.ACTUAL).value
    if "note" in header.places and (entry := _text(cleaned, header, "note")):
        cleaned[header.places["note"]] = f"Meter Consumption ID {entry}"
    return cleaned


def _cell(record: list[Cell], header: Header, name: str) -> Cell:
    place = header.places.get(name)
    return "" if place is None or place >= len(record) else record[place]


def _text(record: list[Cell], header: Header, name: str) -> str:
    found = text(_cell(record, header, name))
    return found if isinstance(found, str) else ""


def _meter(record: list[Cell], header: Header) -> str:
    return _text(record, header, "meter")
