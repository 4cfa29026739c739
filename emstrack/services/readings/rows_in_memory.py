"""What files of sites, drivers and weather share: small enough to be held whole, compared row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np

from emstrack.domain.findings import Finding, Severity
from emstrack.readers.duplicates import find_duplicates, keys_of
from emstrack.readers.rows import Columns
from emstrack.services.readings.gather_rows import Said
from emstrack.services.readings.plan_readings import NEW, REFUSED, STATUSES, UNCHANGED, UPDATED
from emstrack.storage.queries.readings import last_sequence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from emstrack.readers.rows import Chunk

RowsT = TypeVar("RowsT", bound=Columns)

__all__ = ["NEW", "REFUSED", "UNCHANGED", "UPDATED", "RowsInMemory"]


class RowsInMemory(Generic[RowsT]):
    """The rows of one file, the status of each, and what there is to say."""

    kind = ""

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        """Read the file to its end, and refuse what stands in it twice."""
        self.format = ""
        self._read = Said()
        parts: list[Any] = []
        for chunk in chunks:
            self.format = chunk.format or self.format
            parts.append(chunk.rows)
            for finding in chunk.findings:
                self._read.add(finding)
        self.rows: RowsT = type(parts[0]).concatenate(parts)
        self._repeated = find_duplicates([keys_of(self.rows)])
        self.begin()

    def begin(self) -> None:
        """Forget what was planned."""
        self.said = Said()
        self.sequence = -1
        self.status = np.full(len(self.rows), NEW, np.int8)
        self.status[self._repeated.refused] = REFUSED
        for finding in self._repeated.findings:
            self.said.add(finding)

    def plan(self, session: Session) -> None:
        """Decide what each row does."""
        self.begin()
        self.sequence = last_sequence(session)
        self.compare(session)

    def compare(self, session: Session) -> None:
        """Give each row its status; the kinds of file say how."""
        raise NotImplementedError

    def still_holds(self, _session: Session, _sequence: int) -> bool:
        """A small file is compared again before it is written: that costs nothing."""
        return False

    def counts(self) -> dict[str, int]:
        """Return found, new, updated, unchanged, refused."""
        by_status = np.bincount(self.status, minlength=len(STATUSES)).tolist()
        found = len(self.status) + self._read.refused
        return {
            "found": found,
            **{name: by_status[code] for code, name in enumerate(STATUSES)},
            "refused": by_status[REFUSED] + self._read.refused,
        }

    def findings(self) -> list[Finding]:
        """Return all there is to say."""
        return self._read.all() + self.said.all()

    def meters(self) -> list[dict[str, Any]]:
        """There are none in these files."""
        return []

    def refuse(self, index: int, code: str, *, column: str, value: str, **evidence: Any) -> None:
        """Refuse a row; the first reason stands."""
        if self.status[index] != REFUSED:
            self.status[index] = REFUSED
            self.say(index, code, Severity.REFUSED, column=column, value=value, **evidence)

    def say(
        self,
        index: int,
        code: str,
        severity: Severity,
        *,
        column: str | None = None,
        value: str | None = None,
        **evidence: Any,
    ) -> None:
        """Say something of a row."""
        rows: Any = self.rows
        sheet = rows.sheet[index] or None
        self.said.add(
            Finding(code, severity, evidence, sheet=sheet, row=int(rows.row[index]), column=column, value=value)
        )

    def taken(self, status: int) -> list[int]:
        """Return the rows of a status."""
        return [int(index) for index in np.flatnonzero(self.status == status)]

    def close(self) -> None:
        """Nothing was taken that has to be given back."""
