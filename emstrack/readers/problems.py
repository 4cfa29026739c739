"""A value that could not be taken, and a cache of conversions: a file repeats itself, so each spelling is read once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from emstrack.domain.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Cell = str | float | date | datetime
"""What stands in a cell; empty is the empty text. Text files have text only."""

_CACHED = 50_000


@dataclass(frozen=True, slots=True)
class Bad:
    """Why a value was not taken."""

    code: str
    evidence: Mapping[str, object] = field(default_factory=dict)


class Conversions(dict[Any, Any]):
    """Spelling to value, filled as spellings turn up; a `Bad` is a value like any other, but noticed."""

    def __init__(self, convert: Callable[[Any], Any]) -> None:
        super().__init__()
        self._convert = convert
        self.met_bad = False

    def __missing__(self, cell: Cell) -> Any:
        value = self[cell] = self._convert(cell)
        if type(value) is Bad:
            self.met_bad = True
        return value

    def column(self, cells: Sequence[Cell]) -> list[Any]:
        """Convert a column."""
        if len(self) > _CACHED:
            self.clear()
            self.met_bad = False
        return list(map(self.__getitem__, cells))


def shown(cell: Cell) -> str:
    """A cell as it stood in the file, cut to what a finding holds."""
    if isinstance(cell, float):
        return f"{cell:.15g}"
    if isinstance(cell, date):
        return cell.isoformat()
    text = cell.replace("\x00", "␀")
    return text if len(text) <= 120 else text[:119] + "…"


class Refusals:
    """The rows of a block that are not taken, each with the first reason met."""

    def __init__(self, sheet: str | None, numbers: Sequence[int]) -> None:
        self._sheet, self._numbers = sheet, numbers
        self.by_index: dict[int, Finding] = {}
        self._warned: list[tuple[int, Finding]] = []

    def refuse(self, index: int, bad: Bad, column: str | None = None, cell: Cell | None = None) -> None:
        """Refuse a row; the first reason stands."""
        if index not in self.by_index:
            self.by_index[index] = self._finding(index, bad, Severity.REFUSED, column, cell)

    def warn(self, index: int, bad: Bad, column: str | None = None, cell: Cell | None = None) -> None:
        """Say something of a row that is taken all the same."""
        self._warned.append((index, self._finding(index, bad, Severity.WARNING, column, cell)))

    def _finding(self, index: int, bad: Bad, severity: Severity, column: str | None, cell: Cell | None) -> Finding:
        return Finding(
            bad.code,
            severity,
            bad.evidence,
            sheet=self._sheet,
            row=self._numbers[index],
            column=column,
            value=None if cell is None else shown(cell),
        )

    def findings(self) -> tuple[Finding, ...]:
        """Everything said: the refusals in the order of the rows, then what was noticed in rows that are taken."""
        warned = tuple(finding for index, finding in self._warned if index not in self.by_index)
        return tuple(self.by_index[index] for index in sorted(self.by_index)) + warned
