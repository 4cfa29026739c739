"""A file read in the limited process, whatever it is; what a person said about it goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from emstrack.gateways.limited_process import stream
from emstrack.readers.read import read_file
from emstrack.readers.rows import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from pathlib import Path

    from emstrack.readers.mapping import Mapping
    from emstrack.readers.rows import Chunk


class Limits(Protocol):
    """What one file may cost; the settings hold it."""

    @property
    def max_upload_mb(self) -> int:
        """Size of the file [MB]."""

    @property
    def import_memory_mb(self) -> int:
        """Memory of the process that reads it [MB]."""

    @property
    def import_seconds(self) -> int:
        """Time of the process that reads it [s]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One file to take in, and what the person said about it."""

    path: Path
    name: str
    organisation_id: int
    kind: str = ""
    format: str = ""
    mapping: Mapping | None = None
    currency: str = ""
    all_or_nothing: bool = False
    today: date


def read_chunks(request: Request, limits: Limits, cancelled: Callable[[], bool]) -> Iterator[Chunk]:
    """Yield the file's chunks."""
    options = Options(
        name=request.name,
        kind=request.kind,
        format=request.format,
        mapping=request.mapping,
        today=request.today,
        max_mb=max(limits.max_upload_mb, 200),
    )
    yield from stream(
        read_file,
        request.path,
        options,
        memory_mb=limits.import_memory_mb,
        seconds=limits.import_seconds,
        cancelled=cancelled,
    )
