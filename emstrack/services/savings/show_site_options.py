"""A site's savings verified apart from the meter, with the meters the chooser may be asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.services.savings.list_isolated_savings import list_isolated_savings
from emstrack.storage.models import Site
from emstrack.storage.queries import sites as queries
from emstrack.storage.scope import find

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.services.savings.list_isolated_savings import ListedSaving
    from emstrack.storage.models import Meter


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """What the page of a site's verified savings shows."""

    site: Site
    meters: list[Meter]
    savings: list[ListedSaving]

    @property
    def sub_meters(self) -> list[Meter]:
        """Those that stand behind another and are in use."""
        return [meter for meter in self.meters if meter.parent_id is not None]


def show_site_options(session: Session, site_id: int, *, withdrawn: bool = False) -> SiteOptions:
    """Return a site the person may see with its meters in use and its savings."""
    site = find(session, Site, site_id)
    meters = [each for each in session.scalars(queries.meters_of(session, site_id)) if each.archived_at is None]
    return SiteOptions(site, meters, list_isolated_savings(session, site_id=site_id, withdrawn=withdrawn))
