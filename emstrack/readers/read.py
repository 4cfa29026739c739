"""The one way in: a file of any kind, as chunks. Runs in the limited child process (`gateways.limited_process`)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.readers.canonical import read_readings
from emstrack.readers.drivers import read_drivers
from emstrack.readers.portfolio_manager import read_meter_entries
from emstrack.readers.recognise import EPW, OPEN_METEO, PORTFOLIO_MANAGER, recognise
from emstrack.readers.recommendations import read_recommendations
from emstrack.readers.rows import Options
from emstrack.readers.sites import read_sites
from emstrack.readers.source import open_source
from emstrack.readers.weather import read_weather
from emstrack.readers.weather_epw import read_epw
from emstrack.readers.weather_open_meteo import read_open_meteo
from emstrack.readers.wide import read_mapped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emstrack.readers.recognise import Recognised
    from emstrack.readers.rows import Chunk

_CANONICAL = {
    "readings": read_readings,
    "sites": read_sites,
    "drivers": read_drivers,
    "weather": read_weather,
    "recommendations": read_recommendations,
}


def read_file(path: Path, options: Options | None = None) -> Iterator[Chunk]:
    """Yield what stands in a file; every input row is in the rows of a chunk or in one of its refusals.

    Raises
    ------
    RefusedError
        Where nothing of the file can be taken; its evidence names the file.
    """
    options = options or Options()
    options = replace(options, name=options.name or path.name)
    try:
        yield from _chunks(path, options)
    except RefusedError as refused:
        evidence = {"file": options.name or path.name, **refused.evidence}
        raise RefusedError(refused.code, findings=refused.findings, **evidence) from None


def _chunks(path: Path, options: Options) -> Iterator[Chunk]:
    source = open_source(path, options)
    found = recognise(source, options)
    waiting = [*source.findings, *found.findings]
    anything = False
    for chunk in _tables(found, options):
        anything = anything or len(chunk.rows) > 0 or bool(chunk.findings)
        yield replace(chunk, findings=(*waiting, *chunk.findings), format=found.format)
        waiting = []
    if not anything:
        raise RefusedError("file.no_rows", findings=tuple(waiting))


def _tables(found: Recognised, options: Options) -> Iterator[Chunk]:
    for table, header in found.tables:
        if found.format == EPW:
            yield from read_epw(table)
        elif found.format == OPEN_METEO:
            yield from read_open_meteo(table, options)
        elif header is not None:
            yield from _CANONICAL[header.kind](table, header, options)
        elif found.format == PORTFOLIO_MANAGER:
            yield from read_meter_entries(table, options)
        else:
            yield from read_mapped(table, options)
