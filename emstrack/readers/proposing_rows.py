"""A proposal for a long table, one reading in a row, whose headers nobody here has seen before.

What a column holds is told from its cells; which of several it is, from its header where that says anything. It is a
proposal only: the person confirms each column.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from emstrack.readers.days import DAY_FIRST, DayFormat, read_month
from emstrack.readers.headers import key, names_of
from emstrack.readers.mapped import ColumnMapping, SheetMapping
from emstrack.readers.numbers import POINT, NumberFormat
from emstrack.readers.problems import Bad, Cell, shown
from emstrack.reference.spellings import plain
from emstrack.reference.units import find_resource, find_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from emstrack.readers.source import Table

_LEAST_ROWS = 2
_SEARCHED = 15
_USE_WORDS = re.compile(r"\b(consum\w*|use|usage|uso|quantity|cantidad|quantidade|quantite|volum\w*|energ\w*|kwh|m3)\b")
_COST_WORDS = re.compile(r"\b(costs?|costos?|coste|importe|monto|custo|valor|cout|montant|pago|amount|pagar)\b|\$")
_METER_WORDS = re.compile(
    r"\b(meter|medidor|contador|compteur|nis|rpu|suministro|servicio|contrato|cuenta|account|nic)\b"
)
_NAMED = frozenset({"site", "meter", "resource", "variety", "unit", "currency", "bill_number", "kind", "note"})


def propose_rows(table: Table, describe: Callable[[str], tuple[str, str, str]]) -> SheetMapping | None:
    """Return what the columns of a long table seem to be; None where no row is followed by dates beside numbers."""
    day = DayFormat(DAY_FIRST, serials_1904=None)
    for place, (row, cells) in enumerate(table.top[:_SEARCHED]):
        below = [record for _, record in table.top[place + 1 :] if any(cell != "" for cell in record)]
        if len(below) < _LEAST_ROWS or not _is_header(cells):
            continue
        holds = [_holds([_at(record, column) for record in below], day) for column in range(len(cells))]
        if {"day", "month"} & set(holds) and "number" in holds:
            return _sheet(table, row, cells, _roles(cells, holds, below, day), describe)
    return None


def _is_header(cells: Sequence[Cell]) -> bool:
    filled = [cell for cell in cells if cell != ""]
    return len(filled) >= 2 and all(isinstance(cell, str) and not cell[:1].isdigit() for cell in filled)


def _holds(cells: Sequence[Cell], day: DayFormat) -> str:
    """Say what a column holds all the way down: day, month, number, unit, resource, text or nothing."""
    filled = [cell for cell in cells if cell != ""]
    if not filled:
        return ""
    number = NumberFormat(POINT)
    tests: tuple[tuple[str, Callable[[Cell], bool]], ...] = (
        ("day", lambda cell: isinstance(day.read(cell), date)),
        ("month", lambda cell: not isinstance(read_month(cell), Bad)),
        ("unit", lambda cell: isinstance(cell, str) and find_unit(cell) is not None),
        ("resource", lambda cell: isinstance(cell, str) and find_resource(cell) is not None),
        ("number", lambda cell: not isinstance(number.read(cell), Bad)),
    )
    return next((name for name, fits in tests if all(fits(cell) for cell in filled)), "text")


def _sheet(
    table: Table,
    row: int,
    cells: Sequence[Cell],
    roles: Sequence[str],
    describe: Callable[[str], tuple[str, str, str]],
) -> SheetMapping:
    headers = [shown(cell).strip() for cell in cells]
    columns = tuple(
        ColumnMapping(place=place, header=header, role=role, unit=describe(header)[1] if role == "quantity" else "")
        for place, (header, role) in enumerate(zip(headers, roles, strict=True))
    )
    above = [cell for number, record in table.top if number < row for cell in record if isinstance(cell, str) and cell]
    quantity = next((header for header, role in zip(headers, roles, strict=True) if role == "quantity"), "")
    resource, unit, _ = describe(" ".join([*above[:20], table.sheet or "", quantity]))
    named_unit = "unit" in roles or any(column.unit for column in columns)
    return SheetMapping(
        sheet=table.sheet or "",
        header_row=row,
        columns=columns,
        resource="" if "resource" in roles else resource,
        unit="" if named_unit else unit,
    )


def _roles(cells: Sequence[Cell], holds: Sequence[str], below: Sequence[Sequence[Cell]], day: DayFormat) -> list[str]:
    """Give each role once: what a header names comes first, then what the cells are, from the left."""
    headers = [shown(cell).strip() for cell in cells]
    names, roles = names_of("readings"), ["ignore"] * len(headers)
    for place, header in enumerate(headers):
        name = names.get(key(header), "")
        if name in _NAMED and name not in roles and holds[place] in {"text", "number", name}:
            roles[place] = name
    _give_days(roles, holds, below, day)
    for name in ("unit", "resource"):
        _give(roles, name, [place for place, held in enumerate(holds) if held == name])
    _give_numbers(roles, headers, holds)
    return roles


def _give_days(roles: list[str], holds: Sequence[str], below: Sequence[Sequence[Cell]], day: DayFormat) -> None:
    """Two columns of days are a period; one alone is proposed as the month that its days fall in."""
    days = [place for place, held in enumerate(holds) if held == "day"]
    months = [place for place, held in enumerate(holds) if held == "month"]
    if len(days) < 2:
        for place in (months or days)[:1]:
            roles[place] = "month"
        return
    starts, ends = ([day.read(_at(record, place)) for record in below] for place in days[:2])
    firsts = {each for each in starts if isinstance(each, date)}
    lasts = {each for each in ends if isinstance(each, date)}
    shared, apart = firsts & lasts, firsts & {last + timedelta(days=1) for last in lasts}
    of_months = all((last + timedelta(days=1)).day == 1 for last in lasts)
    roles[days[0]] = "start"
    roles[days[1]] = "last_day" if not shared and (apart or of_months) else "end"


def _give_numbers(roles: list[str], headers: Sequence[str], holds: Sequence[str]) -> None:
    numbers = [place for place, held in enumerate(holds) if held == "number" and roles[place] == "ignore"]
    of_cost = [place for place in numbers if _COST_WORDS.search(plain(headers[place]))]
    rest = [place for place in numbers if place not in of_cost]
    of_use = [place for place in rest if _USE_WORDS.search(plain(headers[place])) or find_unit(headers[place])]
    of_meter = [place for place in rest if _METER_WORDS.search(plain(headers[place])) and place not in of_use]
    _give(roles, "quantity", [*of_use, *(place for place in rest if place not in of_meter), *of_cost])
    _give(roles, "cost", [place for place in of_cost if roles[place] == "ignore"])
    texts = [place for place, held in enumerate(holds) if held == "text" and roles[place] == "ignore"]
    _give(roles, "meter", [*(place for place in texts if _METER_WORDS.search(plain(headers[place]))), *of_meter])
    _give(roles, "site", [place for place in texts if roles[place] == "ignore"])
    _give(roles, "meter", [place for place in texts if roles[place] == "ignore"])


def _give(roles: list[str], role: str, places: Sequence[int]) -> None:
    if role not in roles:
        free = [place for place in places if roles[place] == "ignore"]
        if free:
            roles[free[0]] = role


def _at(record: Sequence[Cell], place: int) -> Cell:
    return record[place] if place < len(record) else ""
