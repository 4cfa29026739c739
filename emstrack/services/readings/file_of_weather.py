"""A file of weather: mean temperature and rain, per station and day, day of a typical year, or month."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from emstrack.analysis.missing_days import missing_days
from emstrack.domain.findings import Severity
from emstrack.domain.weather import StationFacts, StationKind
from emstrack.readers.rows import WeatherRows
from emstrack.services.readings.describe_state import state_of
from emstrack.services.readings.keep_stations import (
    Known,
    complete_stations,
    known_stations,
    make_stations,
)
from emstrack.services.readings.rows_in_memory import NEW, REFUSED, UNCHANGED, UPDATED, RowsInMemory
from emstrack.services.readings.weather_series import SERIES, Series
from emstrack.services.readings.write_history_link import Change, OpenLink, add_changes, close_link
from emstrack.services.sites.assign_stations import assign_stations
from emstrack.storage import bulk
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.readers.rows import Chunk

Weather = tuple[float | None, float | None]
"""Mean temperature [°C] and rain [mm]."""


class FileOfWeather(RowsInMemory[WeatherRows]):
    """One file of weather on its way in."""

    kind = "weather"

    def __init__(self, chunks: Iterable[Chunk]) -> None:
        """Read the file to its end."""
        self._facts: dict[str, StationFacts] = {}
        super().__init__(self._heard(chunks))
        self._stations: dict[str, Known] = {}
        self._known: dict[tuple[int, Any], Weather] = {}
        self._days: list[date] = self.rows.day.tolist()

    def _heard(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        for chunk in chunks:
            self._facts = {each.code: each for each in chunk.stations} | self._facts
            yield chunk

    def _told(self, code: str) -> StationFacts:
        return self._facts.get(code) or StationFacts(code=code)

    def _series(self, code: str) -> Series:
        return SERIES[self._told(code).kind]

    def _key(self, index: int) -> tuple[int, Any]:
        code = self.rows.station[index]
        known = self._stations.get(code)
        return known.id if known else 0, self._series(code).told(self._days[index])

    def compare(self, session: Session) -> None:
        """Compare with what is stored by station and day; what the file does not say stays."""
        rows = self.rows
        self._stations = known_stations(session, list(dict.fromkeys(rows.station)))
        self._known = self._stored(session)
        said: set[str] = set()
        for index in range(len(rows)):
            if self.status[index] == REFUSED:
                continue
            code = rows.station[index]
            known = self._stations.get(code)
            if known is not None and known.kind is not self._told(code).kind:
                self._refuse_other_kind(index, known.kind, said)
                continue
            if math.isnan(rows.mean_c[index]) and math.isnan(rows.rain_mm[index]):
                self.refuse(index, "import.weather_empty", column="mean_c", value="", day=str(rows.day[index]))
                continue
            key = self._key(index)
            if key in self._known:
                same = self._merged(index, self._known[key]) == self._known[key]
                self.status[index] = UNCHANGED if same else UPDATED
            elif known is None and code not in said:
                said.add(code)
                self.say(index, "import.station_created", Severity.INFO, station=code)
        self._say_gaps()

    def _refuse_other_kind(self, index: int, kind: StationKind, said: set[str]) -> None:
        code = self.rows.station[index]
        if code in said:
            self.status[index] = REFUSED
            return
        said.add(code)
        named = {"there": kind.value, "here": self._told(code).kind.value}
        self.refuse(index, "import.station_other_kind", column="station", value=code, station=code, **named)

    def _say_gaps(self) -> None:
        """Days that lack a temperature between the first and the last that a station's file has."""
        rows = self.rows
        for code in dict.fromkeys(rows.station):
            if self._told(code).kind is not StationKind.OBSERVED:
                continue
            mine = rows.station == code
            lost = missing_days(rows.day[mine], rows.mean_c[mine])
            if lost.days:
                first = int(mine.argmax())
                self.say(
                    first,
                    "weather.days_missing",
                    Severity.WARNING,
                    station=code,
                    days=lost.days,
                    first=str(lost.first),
                    last=str(lost.last),
                    longest=lost.longest,
                    begins=str(lost.longest_begins),
                )

    def _merged(self, index: int, old: Weather) -> Weather:
        given = (float(self.rows.mean_c[index]), float(self.rows.rain_mm[index]))
        mean, rain = (before if math.isnan(now) else now for now, before in zip(given, old, strict=True))
        return mean, rain

    def _stored(self, session: Session) -> dict[tuple[int, Any], Weather]:
        found: dict[tuple[int, Any], Weather] = {}
        for code, known in self._stations.items():
            series = self._series(code)
            mine = self.rows.day[self.rows.station == code]
            low, high = (series.told(day.item()) for day in (mine.min(), mine.max()))
            columns = (series.column.label("key"), series.model.mean_c, series.model.rain_mm)
            statement = scoped(session, *columns).where(
                series.model.station_id == known.id, series.column.between(low, high)
            )
            found |= {(known.id, row.key): (row.mean_c, row.rain_mm) for row in session.execute(statement)}
        return found

    def write(self, session: Session, link: OpenLink, _proceed: Callable[[int], None]) -> None:
        """Write the new and the changed days."""
        rows, new = self.rows, self.taken(NEW)
        taken = dict.fromkeys(rows.station[index] for index in [*new, *self.taken(UPDATED)])
        make_stations(session, [self._told(code) for code in taken if code not in self._stations], link=link)
        changes = complete_stations(session, {code: self._told(code) for code in taken if code in self._stations})
        self._stations = known_stations(session, list(dict.fromkeys(rows.station)))
        for kind in StationKind:
            of_kind = [index for index in new if self._told(rows.station[index]).kind is kind]
            self._insert(session, link, SERIES[kind], of_kind)
        add_changes(session, link, [*changes, *self._update(session)])
        add_changes(session, link, assign_stations(session))
        close_link(session, link)

    def _insert(self, session: Session, link: OpenLink, series: Series, new: list[int]) -> None:
        rows = self.rows
        keys = [self._key(index) for index in new]
        columns: dict[str, list[Any]] = {
            "station_id": [station for station, _ in keys],
            series.key: [key if isinstance(key, int) else key.isoformat() for _, key in keys],
            "mean_c": [_or_none(rows.mean_c[index]) for index in new],
            "rain_mm": [_or_none(rows.rain_mm[index]) for index in new],
        }
        bulk.insert_columns(session, series.model.__table__, columns, batch_id=link.row.batch_id)

    def _update(self, session: Session) -> list[Change]:
        changes = []
        by_station: dict[str, list[int]] = {}
        for index in self.taken(UPDATED):
            by_station.setdefault(self.rows.station[index], []).append(index)
        for code, indices in by_station.items():
            series, known = self._series(code), self._stations[code]
            keys = [self._key(index)[1] for index in indices]
            statement = scoped(session, series.model).where(
                series.model.station_id == known.id, series.column.between(min(keys), max(keys))
            )
            stored = {series.key_of(row): row for row in session.scalars(statement)}
            for index, key in zip(indices, keys, strict=True):
                row = stored[key]
                old = state_of(row)
                row.mean_c, row.rain_mm = self._merged(index, (row.mean_c, row.rain_mm))
                changes.append(Change(series.entity, known.id, old, state_of(row)))
        session.flush()
        return changes

    def preview(self, _session: Session) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each row that is taken, with old and new where it changes."""
        rows = self.rows
        for status, name in ((NEW, "new"), (UPDATED, "updated"), (UNCHANGED, "unchanged")):
            for index in self.taken(status):
                old = self._known.get(self._key(index), (None, None))
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
                        "of": self._told(rows.station[index]).kind.value,
                        "mean_c": None if now[0] is None or math.isnan(now[0]) else now[0],
                        "rain_mm": None if now[1] is None or math.isnan(now[1]) else now[1],
                        "changes": changes,
                    },
                )


def _or_none(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
