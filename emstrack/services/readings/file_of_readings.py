"""A file of readings, from its rows to what it does: gathered, planned, shown, written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.services.readings.gather_rows import gather_rows
from emstrack.services.readings.plan_readings import (
    COMPARED,
    NEW,
    REFUSED,
    STATUSES,
    UPDATED,
    Plan,
    changed_cells,
    plan_readings,
    row_values,
)
from emstrack.services.readings.resolve_meters import resolve_meters
from emstrack.services.readings.sum_meters import sum_meters
from emstrack.services.readings.write_readings import write_readings
from emstrack.storage.queries import readings as queries
from emstrack.storage.types import MONEY_SCALE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy.orm import Session

    from emstrack.domain.findings import Finding
    from emstrack.readers.rows import Chunk
    from emstrack.services.readings.write_history_link import OpenLink


class FileOfReadings:
    """One file of readings on its way in."""

    kind = "readings"

    def __init__(self, chunks: Iterable[Chunk], *, organisation_id: int, currency: str = "") -> None:
        """Read the file to its end."""
        self.gathered = gather_rows(chunks)
        self.format = self.gathered.format
        self._organisation_id, self._currency = organisation_id, currency
        self._plan: Plan | None = None

    @property
    def planned(self) -> Plan:
        """The plan, once there is one."""
        if self._plan is None:
            raise RuntimeError("not planned yet")
        return self._plan

    def plan(self, session: Session) -> None:
        """Decide what each row does."""
        self._plan = plan_readings(
            session, self.gathered, organisation_id=self._organisation_id, currency=self._currency
        )

    def still_holds(self, session: Session, sequence: int) -> bool:
        """Tell whether nothing that the plan rests on has changed since."""
        now = resolve_meters(session, self.gathered.points, self._organisation_id)
        return self.planned.sequence == sequence and self.planned.resolution.same_as(now)

    def write(self, session: Session, link: OpenLink, proceed: Callable[[int], None]) -> None:
        """Do what the plan says."""
        write_readings(session, self.planned, link, organisation_id=self._organisation_id, proceed=proceed)

    def counts(self) -> dict[str, int]:
        """Return found, new, updated, unchanged, refused."""
        return self.planned.counts()

    def findings(self) -> list[Finding]:
        """Return all there is to say."""
        return self.planned.findings()

    def meters(self) -> list[dict[str, Any]]:
        """Return the figures per meter."""
        return sum_meters(self.planned)

    def preview(self, session: Session) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each row that is taken, as a page shows it: status and cells, old and new where changed."""
        plan, gathered = self.planned, self.gathered
        for first, block in gathered.blocks():
            size = len(block["row"])
            matched = plan.stored[first : first + size]
            ids = matched[(matched > 0) & (plan.status[first : first + size] == UPDATED)].tolist()
            stored = queries.comparable(session, ids)
            for offset in np.flatnonzero(plan.status[first : first + size] != REFUSED).tolist():
                index = first + offset
                status = STATUSES[plan.status[index]]
                values = row_values(plan, index, block, offset)
                old = stored.get(int(plan.stored[index])) if status != STATUSES[NEW] else None
                yield status, _shown(plan, index, values, changed_cells(old, values) if old else {})

    def close(self) -> None:
        """Give back what the file took."""
        self.gathered.spool.close()


def _shown(plan: Plan, index: int, values: dict[str, Any], changes: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
    gathered, slot = plan.gathered, plan.resolution.slots[plan.slot[index]]
    cells = {name: _money(name, values[name]) for name in COMPARED}
    return {
        "row": int(gathered.row[index]),
        "sheet": gathered.sheets[gathered.sheet[index]] or None,
        "site": plan.resolution.sites[slot.site].name,
        "meter": slot.name,
        "resource": slot.resource,
        "start": str(np.datetime64(int(gathered.start[index]), "D")),
        "end": str(np.datetime64(int(gathered.end[index]), "D")),
        "kind": queries.KINDS[gathered.kind[index]],
        **cells,
        "changes": {name: [_money(name, old), _money(name, new)] for name, (old, new) in changes.items()},
    }


def _money(name: str, value: Any) -> Any:
    return value / MONEY_SCALE if name in {"cost", "tax"} and value is not None else value
