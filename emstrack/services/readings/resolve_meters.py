"""Which meter each name in a file is: found by distinct names in a few queries, never row by row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from emstrack.storage.queries import supply_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

    from emstrack.services.readings.gather_rows import Point


class SiteFacts(NamedTuple):
    """What rows need to know of their site; without an id it is to be made, not visible it is another's."""

    id: int | None
    name: str
    country: str
    currency: str
    visible: bool = True


class Slot(NamedTuple):
    """One meter of the file; without an id it is to be made."""

    site: str
    name: str
    resource: str
    variety: str
    destination: str
    direction: str
    meter_id: int | None
    basis: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """The sites by the file's text, the meters, and for each point of the file the place of its meter."""

    sites: dict[str, SiteFacts]
    slots: list[Slot]
    slot_of_point: NDArray[np.int64]

    def same_as(self, other: Resolution) -> bool:
        """Tell whether nothing was added, removed or changed between two looks."""
        return self.sites == other.sites and self.slots == other.slots

    @property
    def meter_ids(self) -> list[int]:
        """The meters that are there already."""
        return [slot.meter_id for slot in self.slots if slot.meter_id is not None]


def resolve_sites(session: Session, names: Sequence[str], organisation_id: int) -> dict[str, SiteFacts]:
    """Return the facts of each site a file names; the ones to be made inherit from the organisation."""
    found = supply_points.find_sites(session, names)
    above = supply_points.inherited_by_organisation(session).get(organisation_id, supply_points.Inherited("", ""))
    return {
        name: _facts(found[name]) if name in found else SiteFacts(None, name, above.country, above.currency)
        for name in names
    }


def _facts(site: supply_points.FoundSite) -> SiteFacts:
    return SiteFacts(site.id, site.name, site.country, site.currency, site.visible)


def resolve_meters(session: Session, points: Sequence[Point], organisation_id: int) -> Resolution:
    """Return what each point of a file is in the database."""
    sites = resolve_sites(session, list(dict.fromkeys(point.site for point in points)), organisation_id)
    ids = sorted({site.id for site in sites.values() if site.id is not None and site.visible})
    stored = {tuple(row)[1:7]: row for row in supply_points.meters_of_sites(session, ids)}
    slots: dict[tuple[object, ...], int] = {}
    listed: list[Slot] = []
    place = np.zeros(len(points), dtype=np.int64)
    for index, point in enumerate(points):
        site = sites[point.site]
        identity = (site.id if site.id is not None else site.name, *point[1:])
        if identity not in slots:
            slots[identity] = len(listed)
            row = stored.get(identity)
            listed.append(Slot(*point, meter_id=row.id if row else None, basis=row.basis if row else ""))
        place[index] = slots[identity]
    return Resolution(sites, listed, place)
