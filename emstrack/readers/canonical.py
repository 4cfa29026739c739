"""Canonical readings, as CSV or XLSX: one row per reading, columns by name in any order."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.findings import Finding, Severity
from emstrack.domain.readings import Direction, ReadingKind
from emstrack.domain.resources import WATER_VARIETIES, Resource
from emstrack.readers.columns import EPOCH, Block, as_days, objects, text
from emstrack.readers.currencies import read_currency
from emstrack.readers.problems import Bad, Cell
from emstrack.readers.rows import CHUNK_ROWS, Chunk, ReadingRows
from emstrack.readers.surveying import survey
from emstrack.reference.spellings import plain
from emstrack.reference.units import find_resource, find_unit, fits, unit_choices

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from emstrack.readers.headers import Header
    from emstrack.readers.rows import Options
    from emstrack.readers.source import Table

FORMAT = "canonical"
LONG_PERIOD_DAYS = 400
AHEAD_DAYS = 62
"""A bill may be entered before its two months are over, and no earlier."""
NUMBER_COLUMNS = ("quantity", "cost", "tax", "demand_kw", "reactive_kvarh")
_DAYS = ("start", "end")

KINDS = {
    "actual": "actual real leida lectura real medida medido lida releve reel",
    "estimated": "estimated estimate estimada estimado estime estimee",
    "adjusted": "adjusted adjustment ajustada ajustado ajuste ajustee",
    "credit": "credit credito abono avoir",
    "opening": "opening initial apertura inicial abertura ouverture",
}
DIRECTIONS = {
    "import": "import imported importada importado importacion consumo importe",
    "export": "export exported exportada exportado exportacion inyeccion injetada exporte",
    "generated": "generated generation generada generado generacion gerada produite",
}
KIND_CODES = {word: code for code, words in KINDS.items() for word in words.split()} | {"lectura real": "actual"}
DIRECTION_CODES = {word: code for code, words in DIRECTIONS.items() for word in words.split()}
_VARIETIES = {
    "municipal": "municipal mains red acueducto reseau network",
    "well": "well pozo poco puits borehole",
    "tanker": "tanker pipa cisterna caminhao-pipa camion-citerne trucked",
    "rain": "rain rainwater lluvia pluvial chuva pluie",
    "desalinated": "desalinated desalada desalinizada dessalinizada dessalee",
    "reused": "reused reuse reusada reutilizada tratada grises reutilisee recycled",
    "sea": "sea seawater mar mer",
}
VARIETY_CODES = {word: code for code, words in _VARIETIES.items() for word in words.split()}


def read_readings(table: Table, header: Header, options: Options) -> Iterator[Chunk]:
    """Yield the readings of one table."""
    formats = survey(table, header, options, NUMBER_COLUMNS, _DAYS)
    for numbers, records, again in blocks_of(table, header):
        if records:
            block = Block(table, header, formats, numbers, records)
            rows = reading_rows(block, *periods(block, options))
            yield Chunk(rows, block.refusals.findings() + again, done=table.done(numbers[-1]), format=FORMAT)


def blocks_of(table: Table, header: Header) -> Iterator[tuple[list[int], list[list[Cell]], tuple[Finding, ...]]]:
    """The records below the header, in blocks; a header met again (files put together) is left out and said."""
    odd_rows = table.notes.odd_rows() if table.notes is not None else set()
    for numbers, records in table.blocks(header.row, CHUNK_ROWS):
        if table.notes is not None:
            inside = [
                number in odd_rows or any(cell != "" for cell in record[: len(header.cells)])
                for number, record in zip(numbers, records, strict=True)
            ]
            numbers, records = list(compress(numbers, inside)), list(compress(records, inside))  # noqa: PLW2901 - notes beside the table are no rows
        again = {index for index, record in enumerate(records) if _is_header(record, header.cells)}
        if not again:
            yield numbers, records, ()
            continue
        keep = [index for index in range(len(records)) if index not in again]
        yield (
            [numbers[index] for index in keep],
            [records[index] for index in keep],
            tuple(
                Finding("header.again", Severity.INFO, sheet=table.sheet, row=numbers[index]) for index in sorted(again)
            ),
        )


def _is_header(record: list[Cell], wanted: tuple[str, ...]) -> bool:
    return record[:1] == [wanted[0]] and tuple(str(cell).strip() for cell in record) == wanted


def reading_rows(block: Block, start: NDArray[np.datetime64], end: NDArray[np.datetime64]) -> ReadingRows:
    """The readings of a block whose periods are known; rows with a cell that cannot be taken are left out."""
    columns: dict[str, NDArray[np.generic] | NDArray[np.object_]] = {}
    columns["site"] = objects(block.texts("site", needed=True))
    columns["meter"] = objects(block.texts("meter", needed=True))
    resources = block.converted("resource", read_resource, "", needed="cell.missing")
    units = block.converted("unit", read_unit, "", needed="cell.missing")
    refuse_misfits(block, resources, units)
    columns |= {"resource": objects(resources), "unit": objects(units), "start": start, "end": end}
    kinds = block.coded("kind", KIND_CODES, ReadingKind.ACTUAL.value, "kind.unknown")
    columns["quantity"] = block.floats("quantity", needed=True)
    refuse_negatives(block, columns["quantity"], kinds)
    columns["quantity_text"] = objects(block.quantity_texts())
    columns["cost"], columns["has_cost"] = block.money("cost")
    columns["tax"], columns["has_tax"] = block.money("tax")
    columns["currency"] = objects(block.converted("currency", read_currency, ""))
    columns["kind"] = objects(kinds)
    columns["direction"] = objects(
        block.coded("direction", DIRECTION_CODES, Direction.IMPORT.value, "direction.unknown")
    )
    columns["variety"] = objects(varieties(block, resources))
    for name in ("destination", "bill_number", "note"):
        columns[name] = objects(block.texts(name))
    for name in ("demand_kw", "reactive_kvarh"):
        columns[name] = block.floats(name)
    columns["sheet"] = objects([block.sheet] * len(block))
    columns["row"] = np.array(block.row_numbers, dtype=np.int64)
    rows = ReadingRows(**columns)  # type: ignore[arg-type] # each column has just been made with its own type
    return rows.take(block.kept()) if block.refusals.by_index else rows


def read_resource(cell: Cell) -> str | Bad:
    """The code of a resource as people spell it."""
    spelled = text(cell)
    if not spelled or isinstance(spelled, Bad):
        return spelled
    return find_resource(spelled) or Bad(
        "resource.unknown", {"text": spelled[:60], "known": [each.value for each in Resource]}
    )


def read_unit(cell: Cell) -> str | Bad:
    """The code of a unit as people spell it; a gallon or a ton that may be two things is asked about."""
    spelled = text(cell)
    if not spelled or isinstance(spelled, Bad):
        return spelled
    found = find_unit(spelled)
    if found is not None:
        return found
    choices = unit_choices(spelled)
    if choices:
        return Bad("unit.ambiguous", {"text": spelled[:60], "choices": choices})
    return Bad("unit.unknown_spelling", {"text": spelled[:60]})


def refuse_misfits(block: Block, resources: list[str], units: list[str]) -> None:
    """Refuse the rows whose unit cannot measure their resource."""
    pairs = set(zip(resources, units, strict=True))
    misfits = {(resource, unit) for resource, unit in pairs if resource and unit and not fits(resource, unit)}
    if misfits:
        for index, pair in enumerate(zip(resources, units, strict=True)):
            if pair in misfits:
                resource, unit = pair
                evidence = {"unit": unit, "resource": resource, "canonical_unit": Resource(resource).canonical_unit}
                block.refusals.refuse(index, Bad("unit.does_not_fit", evidence), block.column_title("unit"), unit)


def varieties(block: Block, resources: list[str]) -> list[str]:
    """The variety of each row; a water source by its code, a waste stream or material as written."""
    found = block.texts("variety")
    if block.cells("variety") is None:
        return found
    for index, (resource, variety) in enumerate(zip(resources, found, strict=True)):
        if resource == Resource.WATER and variety:
            code = VARIETY_CODES.get(plain(variety))
            if code is None:
                evidence = {"text": variety[:60], "known": list(WATER_VARIETIES)}
                block.refusals.refuse(
                    index, Bad("variety.unknown_water", evidence), block.column_title("variety"), variety
                )
            else:
                found[index] = code
    return found


def refuse_negatives(block: Block, quantity: NDArray[np.generic], kinds: list[str]) -> None:
    """Refuse a negative quantity that is neither an adjustment nor a credit."""
    cells = block.cells("quantity") or ()
    for index in np.flatnonzero(quantity < 0):  # type: ignore[operator] # floats
        if not ReadingKind(kinds[index]).may_be_negative:
            block.refusals.refuse(int(index), Bad("quantity.negative"), block.column_title("quantity"), cells[index])


def periods(block: Block, options: Options) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Start and end of each row, from its dates or its month; where both stand, they must agree."""
    starts, ends, months = block.days("start"), block.days("end"), block.months("month")
    today = None if options.today is None else options.today.toordinal() - EPOCH + 1
    first = "start" if block.cells("start") is not None else "month"

    def refuse(index: int, bad: Bad, name: str) -> None:
        cells = block.cells(name)
        block.refusals.refuse(index, bad, block.column_title(name), None if cells is None else cells[index])

    for index, month in enumerate(months):
        start, end = starts[index], ends[index]
        if month is not None:
            if start not in {None, month[0]} or end not in {None, month[1]}:
                refuse(index, Bad("month.disagrees"), "month")
            starts[index], ends[index] = start, end = month
        if start is None or end is None:
            refuse(index, Bad("date.missing"), first if start is None else "end")
        elif end <= start:
            refuse(index, Bad("date.end_not_after_start"), "end")
        elif today is not None and (start > today or end > today + AHEAD_DAYS):
            refuse(index, Bad("date.in_future"), first)
        elif end - start > LONG_PERIOD_DAYS:
            block.refusals.warn(index, Bad("period.long", {"days": end - start}), block.column_title(first))
    return as_days(starts), as_days(ends)
