"""The spreadsheet most people have: a proposal of what each column is, and reading it once that is confirmed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError
from emstrack.readers.mapped import ROLES, ColumnMapping, Mapping, SheetMapping
from emstrack.readers.proposing import propose
from emstrack.readers.read import read_file
from emstrack.readers.recognise import WIDE, refuse_known
from emstrack.readers.rows import Options
from emstrack.readers.source import open_source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emstrack.readers.rows import Chunk

__all__ = ["ROLES", "ColumnMapping", "Mapping", "SheetMapping", "propose_mapping", "read_with_mapping"]


def propose_mapping(path: Path, options: Options | None = None) -> Mapping:
    """Propose what each column is; runs in the limited process.

    Raises
    ------
    RefusedError
        Where the file is known to be something else, or has no months to be seen.
    """
    options = options or Options()
    try:
        source = open_source(path, options)
        refuse_known(source)
        return propose(source)
    except RefusedError as refused:
        evidence = {"file": options.name or path.name, **refused.evidence}
        raise RefusedError(refused.code, findings=refused.findings, **evidence) from None


def read_with_mapping(path: Path, mapping: Mapping, options: Options | None = None) -> Iterator[Chunk]:
    """Yield the readings of a file as the mapping says; runs in the limited process."""
    return read_file(path, replace(options or Options(), mapping=mapping, format=WIDE))
