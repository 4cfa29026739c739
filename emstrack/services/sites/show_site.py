"""One site with what is known of it, for its forms and its facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.errors import NotFoundError
from emstrack.domain.sites import Attribute, HotelService, SiteDetails, SiteKind
from emstrack.domain.weather import StationBy
from emstrack.services.sites.set_site_attribute import attributes_of
from emstrack.storage.models import Organisation, Site, SiteAttribute
from emstrack.storage.scope import scoped, within

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ShownSite:
    """A site, its organisation's name, its dated attributes, and which of them hold today."""

    site: Site
    organisation: str
    attributes: list[SiteAttribute]
    today: dict[Attribute, float]

    @property
    def kind(self) -> SiteKind:
        """What it is."""
        return SiteKind(self.site.kind)


def show_site(session: Session, site_id: int, *, today: date) -> ShownSite:
    """Return a site the person may see."""
    its = sa.and_(Organisation.id == Site.organisation_id, *within(session, Organisation))
    statement = scoped(session, Site).outerjoin(Organisation, its).add_columns(Organisation.name)
    found = session.execute(statement.where(Site.id == site_id)).one_or_none()
    if found is None:
        raise NotFoundError("record.not_found", thing="site")
    site, name = found
    rows = attributes_of(session, site_id)
    now = {
        Attribute(row.attribute): row.value
        for row in rows
        if row.start <= today and (row.end is None or today < row.end)
    }
    return ShownSite(site, name or "", rows, now)


def details_of(site: Site) -> SiteDetails:
    """Return what a form shows of a site."""
    return SiteDetails(
        name=site.name,
        kind=SiteKind(site.kind),
        organisation_id=site.organisation_id,
        country=site.country,
        city=site.city,
        currency=site.currency,
        time_zone=site.time_zone,
        fiscal_year_start_month=site.fiscal_year_start_month,
        services=tuple(HotelService(service) for service in site.services),
        external_id=site.external_id or "",
        opened=site.opened,
        latitude=site.latitude,
        longitude=site.longitude,
        elevation_m=site.elevation_m,
        weather_station_id=site.weather_station_id if site.station_by == StationBy.PERSON else None,
    )
