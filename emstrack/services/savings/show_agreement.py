"""The site and meters that an adjustment or a closed period is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.storage.models import Meter, Site
from emstrack.storage.queries.sites import meters_of
from emstrack.storage.scope import find, require

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a form is about: a site and its meters in use, and the one meter where it is about one."""

    site: Site
    meters: tuple[Meter, ...]
    meter: Meter | None


def show_agreement(session: Session, *, meter_id: int | None = None, site_id: int = 0) -> Agreement:
    """Return what the form is about, by its meter or by its site.

    Raises
    ------
    NotFoundError
        Where it is not there, or not to be seen.
    """
    require(session, Permission.VIEW)
    meter = find(session, Meter, meter_id) if meter_id is not None else None
    site = find(session, Site, meter.site_id if meter is not None else site_id)
    in_use = [each for each in session.scalars(meters_of(session, site.id)) if each.archived_at is None]
    return Agreement(site, tuple(in_use), meter)
