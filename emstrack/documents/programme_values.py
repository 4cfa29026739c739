"""What a report of a programme says, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from emstrack.analysis.programme_results import ResultRow
    from emstrack.domain.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeReport:
    """A programme's results with what they rest on; long lists may be read as they are written."""

    title: str
    organisation: str
    summary: str
    partners: str
    made_on: date
    year: int
    currency: str
    is_demonstration: bool
    rows: Sequence[ResultRow]
    total: ResultRow
    published: Sequence[ResultRow]
    published_total: ResultRow | None
    cases: Sequence[ResultRow]
    findings: Sequence[Finding]
    cohorts: Sequence[Any]
    activities: Sequence[Any]
    indicators: Sequence[Any]
    money: Sequence[Any]
    sites: Iterable[Mapping[str, Any]] = field(default=())
    measures: Iterable[Mapping[str, Any]] = field(default=())
