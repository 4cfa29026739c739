"""A file of daily weather: mean temperature and rain, per station and day."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.findings import Severity
from emstrack.readers.rows import WeatherRows
from emstrack.services.readings.describe_state import state_of
from emstrack.services.readings.rows_in_memory import NEW, REFUSED, UNCHANGED, UPDATED, RowsInMemory
from emstrack.services.readings.write_history_link import Change, OpenLink, add_changes, close_link
from emstrack.storage import bulk
from emstrack.storage.models import WeatherDay, WeatherStation
from emstrack.storage.scope import scoped, tenant_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy.orm import Session

    from emstrack.readers.rows import Chunk

Weather = tuple[float | None, float | None]
"""Mean temperature [°C] and rain [mm]."""


class FileOfWeather(RowsInMemory[WeatherRows]):
    """One file of weather on its way in."""

    kind = "weather"

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        """Read the file to its end."""
        super().__init__(chunks)
        self._stations: dict[str, int] = {}
        self._known: dict[tuple[int, str], Weather] = {}

    def compare(self, session: Session) -> None:
        """Compare with what is stored by station and day; what the file does not say stays."""
        rows = self.rows
        codes = list(dict.fromkeys(rows.station))
        self._stations = find_stations(session, codes)
        self._known = self._stored(session)
        said: set[str] = set()
        for index in range(len(rows)):
            if self.status[index] == REFUSED:
                continue
            if math.isnan(rows.mean_c[index]) and math.isnan(rows.rain_mm[index]):
                self.refuse(index, "import.weather_empty", column="mean_c", value="", day=str(rows.day[index]))
                continue
            code = rows.station[index]
            key = (self._stations.get(code, 0), str(rows.day[index]))
            if key in self._known:
                same = self._merged(index, self._known[key]) == self._known[key]
                self.status[index] = UNCHANGED if same else UPDATED
            elif code not in self._stations and code not in said:
                said.add(code)
                self.say(index, "import.station_created", Severity.INFO, station=code)

    def _merged(self, index: int, old: Weather) -> Weather:
        given = (float(self.rows.mean_c[index]), float(self.rows.rain_mm[index]))
        mean, rain = (before if math.isnan(now) else now for now, before in zip(given, old, strict=True))
        return mean, rain

    def _stored(self, session: Session) -> dict[tuple[int, str], Weather]:
        if not self._stations or not len(self.rows):
            return {}
        columns = (WeatherDay.station_id, WeatherDay.day, WeatherDay.mean_c, WeatherDay.rain_mm)
        statement = scoped(session, *columns).where(
            WeatherDay.station_id.in_(list(self._stations.values())),
            WeatherDay.day.between(self.rows.day.min().item(), self.rows.day.max().item()),
        )
        return {(row.station_id, row.day.isoformat()): (row.mean_c, row.rain_mm) for row in session.execute(statement)}

    def write(self, session: Session, link: OpenLink, _proceed: Callable[[int], None]) -> None:
        """Write the new and the changed days."""
        rows, new = self.rows, self.taken(NEW)
        missing = [code for code in dict.fromkeys(rows.station[index] for index in new) if code not in self._stations]
        make_stations(session, missing, link=link)
        stations = find_stations(session, list(dict.fromkeys(rows.station)))
        if new:
            table: Any = WeatherDay.__table__
            columns: dict[str, list[Any]] = {
                "station_id": [stations[rows.station[index]] for index in new],
                "day": [str(rows.day[index]) for index in new],
                "mean_c": [_or_none(rows.mean_c[index]) for index in new],
                "rain_mm": [_or_none(rows.rain_mm[index]) for index in new],
            }
            bulk.insert_columns(session, table, columns, batch_id=link.row.batch_id)
        self._update(session, link, stations)
        close_link(session, link)

    def _update(self, session: Session, link: OpenLink, stations: dict[str, int]) -> None:
        changes = []
        for index in self.taken(UPDATED):
            station, day = stations[self.rows.station[index]], self.rows.day[index].item()
            statement = scoped(session, WeatherDay).where(WeatherDay.station_id == station, WeatherDay.day == day)
            stored = session.scalars(statement).one()
            old = state_of(stored)
            stored.mean_c, stored.rain_mm = self._merged(index, (stored.mean_c, stored.rain_mm))
            changes.append(Change("weather_day", station, old, state_of(stored)))
        session.flush()
        add_changes(session, link, changes)

    def preview(self, _session: Session) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each row that is taken, with old and new where it changes."""
        rows = self.rows
        for status, name in ((NEW, "new"), (UPDATED, "updated"), (UNCHANGED, "unchanged")):
            for index in self.taken(status):
                old = self._known.get((self._stations.get(rows.station[index], 0), str(rows.day[index])), (None, None))
                now = self._merged(index, old)
                pairs = zip(("mean_c", "rain_mm"), old, now, strict=True)
                changes = {column: [was, is_] for column, was, is_ in pairs if was != is_} if status == UPDATED else {}
                yield (
                    name,
                    {
                        "row": int(rows.row[index]),
                        "sheet": rows.sheet[index] or None,
                        "station": rows.station[index],
                        "day": str(rows.day[index]),
                        "mean_c": now[0],
                        "rain_mm": now[1],
                        "changes": changes,
                    },
                )


def find_stations(session: Session, codes: list[str]) -> dict[str, int]:
    """Return the ids of the tenant's stations by code."""
    found: dict[str, int] = {}
    for first in range(0, len(codes), 500):
        statement = sa.select(WeatherStation.code, WeatherStation.id).where(
            WeatherStation.tenant_id == tenant_of(session), WeatherStation.code.in_(codes[first : first + 500])
        )
        found |= {row.code: row.id for row in session.execute(statement)}
    return found


def make_stations(session: Session, codes: list[str], *, link: OpenLink) -> None:
    """Make stations by code; the batch that made them can take them away again."""
    table: Any = WeatherStation.__table__
    if codes:
        who = {"batch_id": link.row.batch_id, "created_at": link.row.at}
        bulk.insert_columns(session, table, {"code": codes, "name": codes}, **who)


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
