"""A file read to its end, and the smallest canonical file: what the tests of readers share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.findings import Severity
from emstrack.readers.read import read_file

if TYPE_CHECKING:
    from pathlib import Path

    from emstrack.domain.findings import Finding
    from emstrack.readers.rows import Options

HEADER = "site,meter,resource,start,end,quantity,unit,cost,currency\n"


class Read:
    """A file read to its end."""

    def __init__(self, path: Path, options: Options | None = None) -> None:
        chunks = list(read_file(path, options))
        self.chunks = chunks
        self.rows = type(chunks[0].rows).concatenate([chunk.rows for chunk in chunks])
        self.findings: list[Finding] = [finding for chunk in chunks for finding in chunk.findings]

    @property
    def refused(self) -> dict[int, str]:
        return {finding.row or 0: finding.code for finding in self.findings if finding.severity is Severity.REFUSED}

    @property
    def said(self) -> list[str]:
        return [finding.code for finding in self.findings if finding.severity is not Severity.REFUSED]


def reading(**cells: str) -> str:
    """One canonical file with one row, some of its cells changed."""
    row = {
        "site": "Hotel Sol",
        "meter": "M1",
        "resource": "electricity",
        "start": "2024-01-01",
        "end": "2024-02-01",
        "quantity": "100",
        "unit": "kWh",
        "cost": "250.50",
        "currency": "MXN",
    } | cells
    return ",".join(row) + "\n" + ",".join(f'"{value}"' for value in row.values()) + "\n"
