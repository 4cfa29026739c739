"""Files to columns, in the limited child process, with the rows that stand twice taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from emstrack.domain.errors import RefusedError
from emstrack.domain.weather import StationKind
from emstrack.gateways import limited_process
from emstrack.readers.duplicates import find_duplicates, keys_of
from emstrack.readers.read import read_file
from emstrack.readers.rows import Columns, DriverRows, Options, ReadingRows, SiteRows, WeatherRows

if TYPE_CHECKING:
    from pathlib import Path

    from emstrack.domain.findings import Finding

_Rows = TypeVar("_Rows", bound=Columns)
_TYPES: dict[str, type[Columns]] = {
    "readings": ReadingRows,
    "sites": SiteRows,
    "drivers": DriverRows,
    "weather": WeatherRows,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may cost, in megabytes of memory and of file, and in seconds."""

    memory_mb: int
    seconds: int
    file_mb: int = 200


def read_rows(path: Path, kind: str, limits: Limits, wanted: type[_Rows]) -> tuple[_Rows, list[Finding]]:
    """Read a whole file of one kind; what cannot be taken is in the findings, and a file of another kind is refused."""
    if not path.is_file():
        raise RefusedError("file.not_there", file=str(path))
    options = Options(name=path.name, kind="" if kind == "readings" else kind, max_mb=limits.file_mb)
    parts: list[_Rows] = []
    findings: list[Finding] = []
    for chunk in limited_process.stream(read_file, path, options, memory_mb=limits.memory_mb, seconds=limits.seconds):
        findings += chunk.findings
        for station in chunk.stations:
            if station.kind is not StationKind.OBSERVED:
                raise RefusedError("file.not_daily_weather", file=path.name, kind=station.kind.value)
        if len(chunk.rows):
            if not isinstance(chunk.rows, wanted):
                raise RefusedError("file.other_kind", file=path.name, wanted=kind)
            parts.append(chunk.rows)
    rows = wanted.concatenate(parts) if parts else wanted.empty()
    twice = find_duplicates([keys_of(cast("ReadingRows", rows))]) if len(rows) else None
    if twice is not None and twice.refused.any():
        rows = rows.take(~twice.refused)
        findings += twice.findings
    return rows, findings
