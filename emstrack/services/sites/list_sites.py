"""The sites a person may see, one page at a time, with what each is today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.sites import SiteKind
from emstrack.storage.models import Organisation, Site, WeatherStation
from emstrack.storage.queries import sites as queries
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

PAGE = 50


@dataclass(frozen=True, slots=True)
class ListedSite:
    """One site of a list."""

    id: int
    name: str
    kind: SiteKind
    organisation_id: int
    organisation: str
    city: str
    country: str
    currency: str
    time_zone: str
    rooms: float | None
    floor_area_m2: float | None
    meters: int
    archived: bool


@dataclass(frozen=True, slots=True)
class SitePage:
    """A page of sites, and how many there are in all."""

    rows: list[ListedSite]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The place of the first row shown, from 1; 0 where there is none."""
        return (self.page - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The place of the last row shown."""
        return (self.page - 1) * self.size + len(self.rows)


@dataclass(frozen=True, slots=True)
class SiteFilter:
    """What to look for; nothing set is everything that is not archived."""

    organisation_id: int | None = None
    kind: SiteKind | None = None
    text: str = ""
    archived: bool = False


def list_sites(
    session: Session, wanted: SiteFilter | None = None, *, today: date, page: int = 1, size: int = PAGE
) -> SitePage:
    """Return a page of sites by name; an organisation includes its descendants."""
    wanted = wanted or SiteFilter()
    page = max(1, page)
    statement = queries.list_sites(session, today).where(*_criteria(session, wanted))
    statement = statement.order_by(sa.func.lower(Site.name), Site.id).limit(size).offset((page - 1) * size)
    found = session.execute(statement).all()
    if not found and page > 1:
        return list_sites(session, wanted, today=today, size=size)
    return SitePage([_listed(row) for row in found], found[0].total if found else 0, page, size)


def list_site_names(session: Session) -> list[tuple[int, str]]:
    """Return (id, name) of every site in use."""
    statement = scoped(session, Site.id, Site.name).where(Site.archived_at.is_(None)).order_by(Site.name)
    return [(row.id, row.name) for row in session.execute(statement)]


def list_organisations(session: Session) -> list[tuple[int, str]]:
    """Return (id, name) of the organisations a site may belong to."""
    rows = session.execute(
        scoped(session, Organisation.id, Organisation.name)
        .where(Organisation.archived_at.is_(None))
        .order_by(Organisation.parent_id.is_not(None), Organisation.name)
    )
    return [(row.id, row.name) for row in rows]


def list_weather_stations(session: Session) -> list[tuple[int, str]]:
    """Return (id, name) of the tenant's weather stations that may stand for a site's days."""
    wanted = scoped(session, WeatherStation).where(WeatherStation.kind != "typical_year")
    rows = session.scalars(wanted.order_by(WeatherStation.name, WeatherStation.code))
    return [(row.id, row.name or row.code) for row in rows]


def _criteria(session: Session, wanted: SiteFilter) -> list[sa.ColumnElement[bool]]:
    criteria: list[sa.ColumnElement[bool]] = [
        Site.archived_at.is_not(None) if wanted.archived else Site.archived_at.is_(None)
    ]
    if wanted.organisation_id is not None:
        criteria.append(Site.organisation_id.in_(queries.subtree(session, wanted.organisation_id)))
    if wanted.kind is not None:
        criteria.append(Site.kind == wanted.kind.value)
    if text := wanted.text.strip()[:100]:
        criteria.append(queries.spelled_like(text, Site.name, Site.city, Site.external_id))
    return criteria


def _listed(row: Any) -> ListedSite:
    site: Site = row.Site
    return ListedSite(
        site.id,
        site.name,
        SiteKind(site.kind),
        site.organisation_id,
        row.organisation,
        site.city,
        site.country,
        site.currency,
        site.time_zone,
        row.rooms,
        row.floor_area_m2,
        row.meters,
        site.archived_at is not None,
    )


def kind_of_organisation(session: Session, organisation_id: int) -> str:
    """Return what an organisation is, so that a hotel group is offered hotels first; empty where it is not visible."""
    statement = scoped(session, Organisation.kind).where(Organisation.id == organisation_id)
    return session.scalar(statement) or ""
