"""A file of sites: made where they are missing, corrected where the file says otherwise."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from emstrack.domain.periods import EARLIEST_YEAR
from emstrack.domain.sites import Attribute
from emstrack.domain.weather import StationBy, StationFacts
from emstrack.readers.rows import SiteRows
from emstrack.services.readings.describe_state import state_of
from emstrack.services.readings.keep_stations import find_stations, make_stations
from emstrack.services.readings.resolve_meters import SiteFacts, resolve_sites
from emstrack.services.readings.rows_in_memory import NEW, REFUSED, UNCHANGED, UPDATED, RowsInMemory
from emstrack.services.readings.write_history_link import Change, OpenLink, add_changes, close_link
from emstrack.services.sites.assign_stations import assign_stations
from emstrack.storage.models import Organisation, Site, SiteAttribute
from emstrack.storage.queries.readings import parts
from emstrack.storage.scope import scope_of, scoped, tenant_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy.orm import Session

    from emstrack.readers.rows import Chunk

_TEXTS = ("kind", "country", "city", "time_zone", "external_id")
_PLACE = ("latitude", "longitude", "elevation_m")
_SIZES = (Attribute.ROOMS, Attribute.FLOOR_AREA_M2)
SINCE_EVER = date(EARLIEST_YEAR, 1, 1)
"""An attribute with no date of its own holds from here."""


class FileOfSites(RowsInMemory[SiteRows]):
    """One file of sites on its way in."""

    kind = "sites"

    def __init__(self, chunks: Iterable[Chunk], *, organisation_id: int) -> None:
        """Read the file to its end."""
        super().__init__(chunks)
        self._organisation_id = organisation_id
        self._sites: dict[str, SiteFacts] = {}
        self._changes: dict[int, dict[str, tuple[Any, Any]]] = {}
        self._organisations: dict[str, int] = {}
        self._stations: dict[str, int] = {}

    def compare(self, session: Session) -> None:
        """Compare with the sites that are there by external id, then by name; what the file does not say stays."""
        rows = self.rows
        self._changes = {}
        names = list(dict.fromkeys(rows.site))
        keys = list(dict.fromkeys([*names, *(code for code in rows.external_id if code)]))
        self._sites = resolve_sites(session, keys, self._organisation_id)
        self._organisations = _organisations(session)
        self._stations = find_stations(session, [code for code in dict.fromkeys(rows.station) if code])
        stored = self._stored(session)
        sizes = _current_sizes(session, list(stored))
        claimed: set[int | str] = set()
        for index in range(len(rows)):
            if self.status[index] == REFUSED or self._is_refused(index, claimed):
                continue
            facts = self._facts(index)
            if facts.id is None:
                continue
            said = self._said(index)
            site = stored[facts.id]
            old = {name: getattr(site, name) for name in said if name not in _SIZES} | sizes.get(facts.id, {})
            changes = {name: (old.get(name), value) for name, value in said.items() if old.get(name) != value}
            if rows.station[index] and rows.station[index] not in self._stations:
                changes["station"] = (None, rows.station[index])
            self.status[index] = UPDATED if changes else UNCHANGED
            self._changes[index] = changes

    def _facts(self, index: int) -> SiteFacts:
        external = self._sites.get(self.rows.external_id[index] or "")
        return external if external is not None and external.id is not None else self._sites[self.rows.site[index]]

    def _is_refused(self, index: int, claimed: set[int | str]) -> bool:
        rows, facts = self.rows, self._facts(index)
        name, organisation = rows.site[index], rows.organisation[index]
        who = facts.id or name
        named = self._sites[name]
        if not facts.visible or not named.visible:
            self.refuse(index, "import.site_elsewhere", column="site", value=name, site=name)
        elif who in claimed:
            self.refuse(index, "import.site_twice", column="site", value=name, site=name)
        elif named.id not in {None, facts.id} and named.name == name:
            self.refuse(index, "import.site_name_taken", column="site", value=name, site=name)
        elif organisation and organisation not in self._organisations:
            self.refuse(
                index, "import.organisation_unknown", column="organisation", value=organisation, name=organisation
            )
        claimed.add(who)
        return bool(self.status[index] == REFUSED)

    def _said(self, index: int) -> dict[str, Any]:
        """Return what a row says, as a site's columns and sizes; an empty cell says nothing."""
        rows = self.rows
        said: dict[str, Any] = {name: str(getattr(rows, name)[index]) for name in _TEXTS if getattr(rows, name)[index]}
        said["name"] = str(rows.site[index])
        if said.get("external_id") is None and self._facts(index).name != said["name"]:
            said.pop("name")  # the file's text is the external id
        if rows.organisation[index]:
            said["organisation_id"] = self._organisations[rows.organisation[index]]
        if rows.station[index] in self._stations:
            said["weather_station_id"] = self._stations[rows.station[index]]
            said["station_by"] = StationBy.PERSON.value
        if not np.isnat(rows.opened[index]):
            said["opened"] = rows.opened[index].item()
        for place in _PLACE:
            value = float(getattr(rows, place)[index])
            if not math.isnan(value):
                said[place] = value
        for size in _SIZES:
            value = float(getattr(rows, size.value)[index])
            if not math.isnan(value):
                said[size] = value
        return said

    def _stored(self, session: Session) -> dict[int, Site]:
        ids = sorted({facts.id for facts in self._sites.values() if facts.id is not None and facts.visible})
        found: dict[int, Site] = {}
        for some in parts(ids):
            found |= {site.id: site for site in session.scalars(scoped(session, Site).where(Site.id.in_(some)))}
        return found

    def write(self, session: Session, link: OpenLink, _proceed: Callable[[int], None]) -> None:
        """Write the new sites, the changes, and the stations they name."""
        rows = self.rows
        taken = self.taken(NEW) + self.taken(UPDATED)
        codes = dict.fromkeys(rows.station[index] for index in taken if rows.station[index])
        unknown = [StationFacts(code=code) for code in codes if code not in self._stations]
        make_stations(session, unknown, link=link)
        self._stations = find_stations(session, [code for code in dict.fromkeys(rows.station) if code])
        for index in self.taken(NEW):
            self._add(session, link, index)
        changes: list[Change] = []
        stored = self._stored(session)
        for index in self.taken(UPDATED):
            changes += self._change(session, link, stored[self._facts(index).id or 0], self._said(index))
        session.flush()
        add_changes(session, link, changes)
        add_changes(session, link, assign_stations(session))
        close_link(session, link)

    def _add(self, session: Session, link: OpenLink, index: int) -> None:
        said = self._said(index)
        sizes = {size: said.pop(size) for size in _SIZES if size in said}
        site = Site(
            **{"organisation_id": self._organisation_id, **said},
            tenant_id=tenant_of(session),
            batch_id=link.row.batch_id,
            created_at=link.row.at,
            created_by=scope_of(session).user_id,
        )
        session.add(site)
        session.flush()
        for size, value in sizes.items():
            session.add(_size(session, link, site.id, size, value, said.get("opened") or SINCE_EVER))

    def _change(self, session: Session, link: OpenLink, site: Site, said: dict[str, Any]) -> list[Change]:
        changes: list[Change] = []
        sizes = {size: said.pop(size) for size in _SIZES if size in said}
        old = state_of(site)
        for name, value in said.items():
            setattr(site, name, value)
        if state_of(site) != old:
            site.version += 1
            changes.append(Change("site", site.id, old, state_of(site)))
        for size, value in sizes.items():
            newest = _newest(session, site.id, size)
            if newest is None:
                session.add(_size(session, link, site.id, size, value, site.opened or SINCE_EVER))
            elif newest.value != value:
                before = state_of(newest)
                newest.value = value
                newest.version += 1
                changes.append(Change("site_attribute", newest.id, before, state_of(newest)))
        return changes

    def preview(self, _session: Session) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each row that is taken, with old and new where it changes."""
        rows = self.rows
        for status, name in ((NEW, "new"), (UPDATED, "updated"), (UNCHANGED, "unchanged")):
            for index in self.taken(status):
                changes = {
                    column: [_shown(was), _shown(now)] for column, (was, now) in self._changes.get(index, {}).items()
                }
                cells = {column: _shown(getattr(rows, column)[index]) for column in _SHOWN}
                place = {"row": int(rows.row[index]), "sheet": rows.sheet[index] or None}
                yield name, {**place, **cells, "changes": changes}


_SHOWN = ("site", "kind", "organisation", "rooms", "floor_area_m2", "country", "city", "station", "external_id")


def _shown(value: Any) -> Any:
    if isinstance(value, float | np.floating):
        return None if math.isnan(value) else float(value)
    return value.isoformat() if isinstance(value, date) else value


def _organisations(session: Session) -> dict[str, int]:
    return {row.name: row.id for row in session.execute(scoped(session, Organisation.name, Organisation.id))}


def _current_sizes(session: Session, site_ids: list[int]) -> dict[int, dict[str, float]]:
    sizes: dict[int, dict[str, float]] = {}
    columns = (SiteAttribute.site_id, SiteAttribute.attribute, SiteAttribute.value)
    for some in parts(site_ids):
        statement = scoped(session, *columns).where(SiteAttribute.site_id.in_(some)).order_by(SiteAttribute.start)
        for row in session.execute(statement):
            sizes.setdefault(row.site_id, {})[row.attribute] = row.value
    return sizes


def _newest(session: Session, site_id: int, size: Attribute) -> SiteAttribute | None:
    statement = scoped(session, SiteAttribute).where(
        SiteAttribute.site_id == site_id, SiteAttribute.attribute == size.value
    )
    return session.scalars(statement.order_by(sa.desc(SiteAttribute.start)).limit(1)).one_or_none()


def _size(session: Session, link: OpenLink, site_id: int, size: Attribute, value: float, start: date) -> SiteAttribute:
    return SiteAttribute(
        tenant_id=tenant_of(session),
        site_id=site_id,
        attribute=size.value,
        value=value,
        start=start,
        batch_id=link.row.batch_id,
        created_at=link.row.at,
        created_by=scope_of(session).user_id,
    )
