"""What became of a file on its way in, as the import says it and a batch keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emstrack.domain.findings import Finding


@dataclass(slots=True)
class Outcome:
    """What became of a file."""

    file: str
    kind: str
    format: str
    dry_run: bool
    counts: dict[str, int]
    meters: list[dict[str, Any]]
    findings: list[Finding]
    batch_id: int | None = None
    refused_as_a_whole: bool = False

    @property
    def took_anything(self) -> bool:
        """Whether any row was accepted or was there already."""
        return not self.refused_as_a_whole and self.counts["found"] > self.counts["refused"]
