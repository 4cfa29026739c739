"""A first proposal of what each column of somebody's spreadsheet is, for them to confirm or change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.readers.days import MONTH_NAMES, orders, read_month
from emstrack.readers.headers import key, names_of
from emstrack.readers.mapped import ColumnMapping, Mapping, SheetMapping
from emstrack.readers.numbers import proofs
from emstrack.readers.problems import Bad, Cell, shown
from emstrack.readers.proposing_rows import propose_rows
from emstrack.reference.spellings import plain
from emstrack.reference.units import find_resource, find_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.readers.source import Source, Table

_YEAR = re.compile(r"(?<!\d)(19[5-9]\d|20\d\d)(?!\d)")
_IN_BRACKETS = re.compile(r"[(\[]([^)\]]{1,40})[)\]]")
_COST_WORDS = re.compile(
    r"\b(cost|costs|amount|costo|costos|coste|importe|monto|custo|valor|cout|montant|pago|\$)\b|\$"
)
_LEAST_MONTHS = 3
_TOTALS = frozenset(
    {"total", "totals", "totales", "suma", "sum", "average", "promedio", "anual", "annual", "year total"}
)
_ROW_ROLES = frozenset({"site", "meter", "resource", "variety", "unit", "currency", "bill_number", "kind", "note"})


def propose(source: Source) -> Mapping:
    """Guess what each column is; what stays unknown is a question of the mapping, never an assumption.

    Raises
    ------
    RefusedError
        ``mapping.nothing_to_map`` where no sheet has months across or down, or dates beside numbers.
    """
    sheets = tuple(sheet for table in source.tables if (sheet := _sheet(table)) is not None)
    if not sheets:
        raise RefusedError("mapping.nothing_to_map")
    marks: set[str] = set()
    dates: set[str] = set()
    for table in source.tables:
        for _, cells in table.top:
            marks |= proofs(cells)
            dates |= orders(cells)
    return Mapping(
        sheets=sheets,
        decimal_mark=marks.pop() if len(marks) == 1 else "",
        date_order=dates.pop() if len(dates) == 1 else "",
    )


def month_of(cell: Cell) -> str:
    """The month a header names, as ``YYYY-MM``, or ``MM`` where it names no year; empty where it names none."""
    if isinstance(cell, str):
        word = plain(cell).strip(" .:")
        if word in MONTH_NAMES:
            return f"{MONTH_NAMES[word]:02d}"
    if isinstance(cell, float) or cell == "":
        return ""
    month = read_month(cell)
    return "" if month is None or isinstance(month, Bad) else str(month)


def _sheet(table: Table) -> SheetMapping | None:
    across = max(table.top, key=lambda numbered: len(_months(numbered[1])), default=(0, []))
    if len(set(_months(across[1]).values())) >= _LEAST_MONTHS:
        return _months_across(table, *across)
    down = _month_column(table)
    if down is not None and not _is_long(table, *down):
        return _months_down(table, *down)
    return propose_rows(table, describe) or (None if down is None else _months_down(table, *down))


def _is_long(table: Table, row: int, _cells: Sequence[Cell], place: int) -> bool:
    """Tell whether months come again down the column: a row for each reading, not one for each month."""
    months = [month_of(cells[place]) for number, cells in table.top if number > row and place < len(cells)]
    named = [month for month in months if month]
    return len(set(named)) < len(named)


def _months(cells: Sequence[Cell]) -> dict[int, str]:
    return {place: month for place, cell in enumerate(cells) if (month := month_of(cell))}


def _months_across(table: Table, row: int, cells: Sequence[Cell]) -> SheetMapping:
    months = _months(cells)
    year = _year(table, row)
    above = _texts_above(table, row)
    resource, unit, _ = describe(" ".join(above))
    columns = [
        ColumnMapping(place=place, header=shown(cell).strip(), role=role, month=months.get(place, ""))
        for place, (cell, role) in enumerate(zip(cells, _roles_beside_months(table, row, cells, months), strict=True))
    ]
    roles = {column.role for column in columns}
    return SheetMapping(
        sheet=table.sheet or "",
        header_row=row,
        year=year if any(len(month) == 2 for month in months.values()) else 0,
        columns=tuple(columns),
        resource="" if "resource" in roles else resource or _resource_of_sheet(table),
        unit="" if "unit" in roles else unit,
    )


def _roles_beside_months(table: Table, row: int, cells: Sequence[Cell], months: dict[int, str]) -> list[str]:
    names, roles, taken = names_of("readings"), [], set()
    seen: set[str] = set()
    for place, cell in enumerate(cells):
        name = names.get(key(cell), "")
        if place in months:
            role = "ignore" if months[place] in seen else "quantity"
            seen.add(months[place])
        elif name in _ROW_ROLES and name not in taken:
            role = name
        else:
            role = "ignore"
        taken.add(role)
        roles.append(role)
    if "site" not in taken:
        for place, role in enumerate(roles):
            if role == "ignore" and place not in months and _is_text(table, row, place):
                roles[place] = "site"
                break
    return roles


def _is_text(table: Table, row: int, place: int) -> bool:
    below = [cells[place] for number, cells in table.top if number > row and place < len(cells)]
    filled = [cell for cell in below if cell != ""]
    return bool(filled) and all(
        isinstance(cell, str) and not cell.strip().replace(".", "").isdigit() for cell in filled
    )


def _month_column(table: Table) -> tuple[int, Sequence[Cell], int] | None:
    """The header above the first column that holds months all the way down, and that column's place."""
    for place in range(min(10, max((len(cells) for _, cells in table.top), default=0))):
        rows = [index for index, (_, cells) in enumerate(table.top) if place < len(cells) and month_of(cells[place])]
        if len(rows) >= _LEAST_MONTHS and rows[0] > 0:
            row, cells = table.top[rows[0] - 1]
            if sum(cell != "" for cell in cells) >= 2:
                return row, cells, place
    return None


def _months_down(table: Table, row: int, cells: Sequence[Cell], month_place: int) -> SheetMapping:
    groups = _groups_above(table, row, len(cells))
    columns: list[ColumnMapping] = []
    for place, cell in enumerate(cells):
        header = shown(cell).strip()
        if place == month_place:
            columns.append(ColumnMapping(place=place, header=header, role="month"))
        else:
            columns.append(_meter_column(place, header, groups.get(place, ""), columns))
    bare = any(
        len(month_of(cells[month_place])) == 2
        for number, cells in table.top
        if number > row and month_place < len(cells)
    )
    resource, unit, _ = describe(" ".join([*_texts_above(table, row), table.sheet or ""]))
    return SheetMapping(
        sheet=table.sheet or "",
        header_row=row,
        year=_year(table, row) if bare else 0,
        columns=tuple(columns),
        resource=resource,
        unit=unit,
    )


def _meter_column(place: int, header: str, group: str, before: list[ColumnMapping]) -> ColumnMapping:
    name = names_of("readings").get(key(header), "")
    if not header or key(header) in _TOTALS:
        return ColumnMapping(place=place, header=header, role="ignore")
    if name in _ROW_ROLES:
        return ColumnMapping(place=place, header=header, role=name)
    resource, unit, rest = describe(header)
    of_group, unit_of_group, site = describe(group)
    if _COST_WORDS.search(plain(header)) and not unit:
        left = next((column for column in reversed(before) if column.role == "quantity"), None)
        if left is not None and (not resource or resource == left.resource):
            return ColumnMapping(
                place=place, header=header, role="cost", site=left.site, meter=left.meter, resource=left.resource
            )
        return ColumnMapping(place=place, header=header, role="ignore")
    meter = header if header not in {column.header for column in before} else f"{header} ({place + 1})"
    return ColumnMapping(
        place=place,
        header=header,
        role="quantity",
        site=site or (rest if rest and resource and not group else ""),
        meter=meter,
        resource=resource or of_group,
        unit=unit or unit_of_group,
    )


def describe(header: str) -> tuple[str, str, str]:
    """The resource and the unit that a header names, and what is left of it: ``Lobby – Electricidad (kWh)``."""
    unit, rest = "", header
    for bracket in _IN_BRACKETS.finditer(header):
        found = find_unit(bracket[1])
        if found is not None:
            unit, rest = found, rest.replace(bracket[0], " ")
    words = [word for word in re.split(r"[\s,;:/|–—]+", rest.strip()) if word and word != "-"]
    if not unit and len(words) > 1:
        found = find_unit(words[-1])
        if found is not None:
            unit, words = found, words[:-1]
    for length in (4, 3, 2, 1):
        for start in range(len(words) - length + 1):
            resource = find_resource(" ".join(words[start : start + length]))
            if resource is not None:
                left = " ".join(words[:start] + words[start + length :]).strip(" -")
                return resource, unit, left
    return "", unit, " ".join(words)


def _groups_above(table: Table, row: int, width: int) -> dict[int, str]:
    """The group titles in the row above the header, each spread over the cells it is merged with."""
    cells = next((cells for number, cells in table.top if number == row - 1), None)
    if cells is None:
        return {}
    spread = {
        (top + 1, place): left
        for (top, left), (_, right) in table.merged
        for place in range(left, min(right, width) + 1)
    }
    titles: dict[int, str] = {}
    for place in range(width):
        source = spread.get((row - 1, place), place)
        if source < len(cells) and isinstance(cells[source], str) and cells[source] != "":
            titles[place] = shown(cells[source]).strip()
    return titles if len(titles) > 1 else {}


def _texts_above(table: Table, row: int) -> list[str]:
    return [cell for number, cells in table.top if number < row for cell in cells if isinstance(cell, str) and cell][
        :20
    ]


def _year(table: Table, row: int) -> int:
    """The one year that the sheet's name or the rows above the header name; 0 where there is none, or more than one."""
    in_name = set(_YEAR.findall(table.sheet or ""))
    above = [shown(cell) for number, cells in table.top if number < row for cell in cells if cell != ""]
    years = in_name or {year for cell in above for year in _YEAR.findall(cell)}
    return int(years.pop()) if len(years) == 1 else 0


def _resource_of_sheet(table: Table) -> str:
    return describe(_YEAR.sub(" ", table.sheet or ""))[0]
