"""The rows of a preview on disk, a line each, so that any page of them is read at once however long the file is."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from emstrack.services.readings.gather_rows import Spool

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PAGE = 50
SHOWN = ("updated", "new", "unchanged")


def write_rows(path: Path, rows: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    """Write rows grouped by status; return, for each, how many and where each page begins."""
    spools = {status: Spool() for status in SHOWN}
    counts = dict.fromkeys(SHOWN, 0)
    for status, row in rows:
        spools[status].put(row)
        counts[status] += 1
    index: dict[str, Any] = {}
    with path.open("wb") as stream:
        for status, spool in spools.items():
            index[status] = {"count": counts[status], "offsets": _write(stream, spool)}
            spool.close()
    return index


def _write(stream: IO[bytes], spool: Spool) -> list[int]:
    offsets = []
    for number, row in enumerate(spool):
        if number % PAGE == 0:
            offsets.append(stream.tell())
        stream.write(json.dumps(row, ensure_ascii=False, default=str).encode() + b"\n")
    return offsets


def read_page(path: Path, index: dict[str, Any], status: str, page: int) -> list[dict[str, Any]]:
    """Return the rows of one page, counted from 1."""
    part = index.get(status) or {"count": 0, "offsets": []}
    if not 1 <= page <= len(part["offsets"]):
        return []
    left = min(PAGE, part["count"] - (page - 1) * PAGE)
    with path.open("rb") as stream:
        stream.seek(part["offsets"][page - 1])
        return [json.loads(stream.readline()) for _ in range(left)]
