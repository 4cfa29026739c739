"""A file of drivers: room-nights, meals and whatever else explains use, per site and period."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from emstrack.domain.findings import Severity
from emstrack.readers.rows import DriverRows
from emstrack.services.readings.describe_state import state_of
from emstrack.services.readings.make_sites import make_sites
from emstrack.services.readings.resolve_meters import SiteFacts, resolve_sites
from emstrack.services.readings.rows_in_memory import NEW, REFUSED, UNCHANGED, UPDATED, RowsInMemory
from emstrack.services.readings.write_history_link import Change, OpenLink, add_changes, close_link
from emstrack.storage import bulk
from emstrack.storage.models import DriverValue
from emstrack.storage.queries.readings import parts
from emstrack.storage.scope import scope_of, scoped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.readers.rows import Chunk


class FileOfDrivers(RowsInMemory[DriverRows]):
    """One file of drivers on its way in."""

    kind = "drivers"

    def __init__(self, chunks: Iterable[Chunk], *, organisation_id: int) -> None:
        """Read the file to its end."""
        super().__init__(chunks)
        self._organisation_id = organisation_id
        self._sites: dict[str, SiteFacts] = {}
        self._stored: dict[int, int] = {}

    def compare(self, session: Session) -> None:
        """Compare with what is stored by site, driver and start; periods of one driver may not overlap."""
        rows = self.rows
        self._sites = resolve_sites(session, list(dict.fromkeys(rows.site)), self._organisation_id)
        self._stored = {}
        known = self._known(session)
        said: set[str] = set()
        for index in range(len(rows)):
            site = self._sites[rows.site[index]]
            if self.status[index] == REFUSED:
                continue
            if not site.visible:
                self.refuse(index, "import.site_elsewhere", column="site", value=site.name, site=site.name)
                continue
            self._compare_row(index, known[site.id or site.name, rows.driver[index]])
            if self.status[index] == NEW and site.id is None and site.name not in said:
                said.add(site.name)
                self.say(index, "import.site_created", Severity.INFO, site=site.name)

    def _compare_row(self, index: int, standing: list[tuple[date, date, float, int]]) -> None:
        rows = self.rows
        start, end, value = _day(rows.start[index]), _day(rows.end[index]), float(rows.value[index])
        at = bisect_left(standing, (start,))
        for other in standing[max(at - 1, 0) : at + 1]:
            if (other[0], other[1]) == (start, end):
                self.status[index] = UNCHANGED if other[2] == value else UPDATED
                self._stored[index] = other[3]
                return
            if other[0] < end and start < other[1]:
                evidence = {"start": other[0].isoformat(), "end": other[1].isoformat(), "driver": rows.driver[index]}
                self.refuse(index, "import.driver_overlaps", column="start", value=start.isoformat(), **evidence)
                return
        insort(standing, (start, end, value, 0))

    def _known(self, session: Session) -> defaultdict[tuple[Any, str], list[tuple[date, date, float, int]]]:
        known: defaultdict[tuple[Any, str], list[tuple[date, date, float, int]]] = defaultdict(list)
        ids = sorted({site.id for site in self._sites.values() if site.id is not None and site.visible})
        for some in parts(ids):
            for row in session.execute(scoped(session, *_COLUMNS).where(DriverValue.site_id.in_(some))):
                insort(known[row.site_id, row.driver], (row.start, row.end, row.value, row.id))
        return known

    def write(self, session: Session, link: OpenLink, _proceed: Callable[[int], None]) -> None:
        """Write the new and the changed values."""
        rows, new = self.rows, self.taken(NEW)
        names = list(dict.fromkeys(rows.site[index] for index in new if self._sites[rows.site[index]].id is None))
        make_sites(session, names, organisation_id=self._organisation_id, link=link)
        sites = resolve_sites(session, list(dict.fromkeys(rows.site)), self._organisation_id)
        if new:
            table: Any = DriverValue.__table__
            columns: dict[str, list[Any]] = {
                "site_id": [sites[rows.site[index]].id for index in new],
                "driver": [str(rows.driver[index]) for index in new],
                "start": [str(rows.start[index]) for index in new],
                "end": [str(rows.end[index]) for index in new],
                "value": [float(rows.value[index]) for index in new],
            }
            who = {"created_at": link.row.at, "created_by": scope_of(session).user_id, "version": 1}
            bulk.insert_columns(session, table, columns, batch_id=link.row.batch_id, **who)
        self._update(session, link)
        close_link(session, link)

    def _update(self, session: Session, link: OpenLink) -> None:
        changed = {self._stored[index]: float(self.rows.value[index]) for index in self.taken(UPDATED)}
        for some in parts(list(changed)):
            changes = []
            for stored in session.scalars(scoped(session, DriverValue).where(DriverValue.id.in_(some))):
                old = state_of(stored)
                stored.value = changed[stored.id]
                stored.version += 1
                changes.append(Change("driver_value", stored.id, old, state_of(stored)))
            session.flush()
            add_changes(session, link, changes)

    def preview(self, session: Session) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each row that is taken, with old and new where it changes."""
        rows = self.rows
        old: dict[int, float] = {}
        for some in parts([self._stored[index] for index in self.taken(UPDATED)]):
            statement = scoped(session, DriverValue.id, DriverValue.value).where(DriverValue.id.in_(some))
            old |= {row.id: row.value for row in session.execute(statement)}
        for status, name in ((NEW, "new"), (UPDATED, "updated"), (UNCHANGED, "unchanged")):
            for index in self.taken(status):
                value = float(rows.value[index])
                changes = {"value": [old[self._stored[index]], value]} if status == UPDATED else {}
                yield (
                    name,
                    {
                        "row": int(rows.row[index]),
                        "sheet": rows.sheet[index] or None,
                        "site": rows.site[index],
                        "driver": rows.driver[index],
                        "start": str(rows.start[index]),
                        "end": str(rows.end[index]),
                        "value": value,
                        "changes": changes,
                    },
                )


_COLUMNS = (
    DriverValue.id,
    DriverValue.site_id,
    DriverValue.driver,
    DriverValue.start,
    DriverValue.end,
    DriverValue.value,
)


def _day(value: Any) -> date:
    day: date = value.item()
    return day
