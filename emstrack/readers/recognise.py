"""What a file is, by its content: the format and kind of each table, or a sentence that says what it is instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.readers.headers import KINDS, NEEDED, find_header, key, nearest_header
from emstrack.readers.weather_open_meteo import place_of_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.readers.headers import Header
    from emstrack.readers.rows import Options
    from emstrack.readers.source import Source, Table

CANONICAL, WIDE, PORTFOLIO_MANAGER = "canonical", "wide", "portfolio_manager"
EPW, OPEN_METEO = "epw", "open_meteo"
FORMATS = (CANONICAL, WIDE, PORTFOLIO_MANAGER, EPW, OPEN_METEO)

_SHEETS_OF = (
    ("file.is_pm_upload_template", {"add bills-electricity"}),
    ("file.is_pm_download", {"meter entries", "property ids"}),
    ("file.is_pm_data_request", {"information and metrics"}),
    ("file.is_better_portfolio", {"metadata", "utility"}),
)
_COLUMNS_OF = (
    ("file.is_bill_line_items", {"from", "thru", "service name", "item description"}),
    ("file.is_half_hourly", {"[00:30]", "[01:00]"}),
    ("file.is_half_hourly", {"kwh 1", "kwh 48"}),
    ("file.is_pm_data_request", {"property id", "property name", "parent property id"}),
    ("file.is_hourly_readings", {"point id", "actual value"}),
    ("file.is_daily_grid", {"年", "月", "日"}),
    ("file.is_invoices_without_quantity", {"period from", "mpr"}),
    ("file.is_building_survey", {"sqft", "wkhrs"}),
    ("file.is_building_survey", {"uid", "primaryspaceusage"}),
    ("file.is_amount_usage_pairs", {"jul. amount", "jul. usage"}),
    ("file.is_amount_usage_pairs", {"jul amount", "jul. usage"}),
    ("file.is_weather_without_station", {"tempf"}),
    ("file.is_bill_starts_only", {"start", "value"}),
)
PM_COLUMNS = {"portfolio manager meter id", "meter type", "start date", "end date", "usage/quantity", "usage units"}


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the file is: its format, and the tables to read with their headers."""

    format: str
    tables: tuple[tuple[Table, Header | None], ...]
    findings: tuple[Finding, ...] = ()


def recognise(source: Source, options: Options) -> Recognised:
    """Say what the file is.

    Raises
    ------
    RefusedError
        A sentence for what it is instead, or ``header.not_recognised``.
    """
    if (weather := _weather(source, options)) is not None:
        return weather
    if options.mapping is not None or options.format == WIDE:
        return Recognised(WIDE, tuple((table, None) for table in source.tables))
    if options.format in {"", PORTFOLIO_MANAGER}:
        found = _portfolio_manager(source, forced=options.format == PORTFOLIO_MANAGER)
        if found is not None:
            return found
    if options.format not in {"", CANONICAL}:
        raise RefusedError("format.unknown", format=options.format, known=list(FORMATS))
    return _canonical(source, options)


def _weather(source: Source, options: Options) -> Recognised | None:
    """A file that others give out as weather: EPW by its first word, Open-Meteo by its columns."""
    if source.container == "epw":
        found = EPW
    elif any(place_of_columns(table) is not None for table in source.tables):
        found = OPEN_METEO
    elif options.format in {EPW, OPEN_METEO}:
        raise RefusedError("file.not_that_weather", format=options.format)
    else:
        return None
    if options.kind not in {"", "weather"}:
        raise RefusedError("file.is_weather", kind=options.kind)
    return Recognised(found, tuple((table, None) for table in source.tables))


def _portfolio_manager(source: Source, *, forced: bool) -> Recognised | None:
    if not forced:
        refuse_known(source)
    entries = [table for table in source.tables if header_row(table, PM_COLUMNS) is not None]
    if entries:
        return Recognised(
            PORTFOLIO_MANAGER,
            tuple((table, None) for table in entries),
            tuple(_not_read(table) for table in source.tables if table not in entries),
        )
    if forced:
        raise RefusedError("file.not_portfolio_manager")
    return None


def header_row(table: Table, wanted: set[str]) -> int | None:
    """The row that holds all of these headers; None where there is none."""
    for row, cells in table.top:
        if wanted <= {key(cell) for cell in cells}:
            return row
    return None


def refuse_known(source: Source) -> None:
    """Refuse a file that is known to be something else, by name.

    Raises
    ------
    RefusedError
        One code per kind of file.
    """
    names = {key(table.sheet) for table in source.tables if table.sheet is not None}
    for code, sheets in _SHEETS_OF:
        if sheets <= names:
            raise RefusedError(code)
    for table in source.tables:
        for code, columns in _COLUMNS_OF:
            if header_row(table, columns) is not None and find_header(table.top, KINDS) is None:
                raise RefusedError(code)


def _canonical(source: Source, options: Options) -> Recognised:
    if options.kind and options.kind not in KINDS:
        raise RefusedError("kind_of_file.unknown", kind=options.kind, known=list(KINDS))
    kinds = (options.kind,) if options.kind else KINDS
    headers = [(table, find_header(table.top, kinds)) for table in source.tables]
    found = [(table, header) for table, header in headers if header is not None]
    if not found:
        raise _refusal(source.tables, kinds)
    wanted = found[0][1].kind
    read = tuple((table, header) for table, header in found if header.kind == wanted)
    chosen = {table.sheet for table, _ in read}
    findings = [_not_read(table) for table in source.tables if table.sheet not in chosen]
    for table, header in read:
        if header.unused:
            evidence = {"columns": header.unused[:30], "count": len(header.unused)}
            findings.append(Finding("header.ignored", Severity.INFO, evidence, sheet=table.sheet, row=header.row))
    return Recognised(CANONICAL, read, tuple(findings))


def _refusal(tables: Sequence[Table], kinds: Sequence[str]) -> RefusedError:
    """The sentence for the likeliest intention: the kind whose header lacks least of what it needs."""
    near = [(nearest_header(table.top, kind), kind, table) for table in tables for kind in kinds]
    (row, lacking, present), kind, table = min(near, key=lambda found: len(found[0].lacking) / NEEDED[found[1]])
    code = "header.missing" if len(lacking) <= NEEDED[kind] // 2 or len(kinds) == 1 else "header.not_recognised"
    return RefusedError(code, kind=kind, row=row, sheet=table.sheet or "", missing=lacking, found=present)


def _not_read(table: Table) -> Finding:
    return Finding("sheet.not_read", Severity.INFO, {"sheet": table.sheet}, sheet=table.sheet)
