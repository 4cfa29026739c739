"""Canonical drivers: room-nights, meals and whatever else explains use, one row per site, driver and period."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.sites import Driver
from emstrack.readers.canonical import FORMAT, blocks_of, periods
from emstrack.readers.columns import Block, objects, text
from emstrack.readers.problems import Bad, Cell
from emstrack.readers.rows import Chunk, DriverRows
from emstrack.readers.surveying import survey
from emstrack.reference.spellings import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from emstrack.readers.headers import Header
    from emstrack.readers.rows import Options
    from emstrack.readers.source import Table

_SPELLED = {
    Driver.OCCUPIED_ROOM_NIGHTS: "occupied room nights|room nights|room-nights|"
    "roomnights|rooms occupied|occupied rooms|"
    "habitaciones noche|habitacion-noche|habitaciones-noche|habitaciones ocupadas|noches habitacion|cuartos noche|"
    "quartos ocupados|diarias|quartos-noite|chambres occupees|nuitees chambres",
    Driver.GUEST_NIGHTS: "guest nights|guest-nights|guestnights|bed nights|"
    "huespedes noche|huesped-noche|huespedes-noche|"
    "pernoctaciones|pernoites|hospedes-noite|nuitees",
    Driver.AVAILABLE_ROOM_NIGHTS: "available room nights|rooms available|habitaciones disponibles|quartos disponiveis|"
    "chambres disponibles",
    Driver.MEALS: "meals|covers|comidas|cubiertos|refeicoes|repas|couverts",
    Driver.LAUNDRY_KG: "laundry kg|laundry (kg)|kg laundry|lavanderia kg|lavanderia (kg)|blanchisserie (kg)",
    Driver.OCCUPANTS: "occupants|staff|employees|ocupantes|personal|empleados|funcionarios",
    Driver.PRODUCTION: "production|produccion|producao",
}
_CODES = {plain(word): code.value for code, words in _SPELLED.items() for word in words.split("|")}
_CODES |= {plain(code.value.replace("_", " ")): code.value for code in Driver}
_CUSTOM = re.compile(r"[^\x00-\x1f]{1,60}")


def read_driver(cell: Cell) -> str | Bad:
    """The code of a known driver, or a custom driver's own name."""
    spelled = text(cell)
    if not spelled or isinstance(spelled, Bad):
        return spelled
    code = _CODES.get(plain(spelled).replace("_", " "))
    if code is not None:
        return code
    return spelled if _CUSTOM.fullmatch(spelled) else Bad("driver.name_too_long", {"text": spelled[:60]})


def read_drivers(table: Table, header: Header, options: Options) -> Iterator[Chunk]:
    """Yield the drivers of one table."""
    formats = survey(table, header, options, ("value",), ("start", "end"))
    for numbers, records, again in blocks_of(table, header):
        if records:
            block = Block(table, header, formats, numbers, records)
            yield Chunk(_rows(block, options), block.refusals.findings() + again, table.done(numbers[-1]), FORMAT)


def _rows(block: Block, options: Options) -> DriverRows:
    sites = block.texts("site", needed=True)
    drivers = block.converted("driver", read_driver, "", needed="cell.missing")
    start, end = periods(block, options)
    values = block.floats("value", needed=True)
    cells = block.cells("value") or ()
    for index in np.flatnonzero(values < 0):
        block.refusals.refuse(int(index), Bad("driver.negative"), block.column_title("value"), cells[index])
    rows = DriverRows(
        site=objects(sites),
        driver=objects(drivers),
        start=start,
        end=end,
        value=values,
        sheet=objects([block.sheet] * len(block)),
        row=np.array(block.row_numbers, dtype=np.int64),
    )
    return rows.take(block.kept())
