"""Queries on sites and meters that more than one service asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.sites import Attribute
from emstrack.storage.models import Meter, Organisation, Site, SiteAttribute
from emstrack.storage.scope import scoped, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session


def counted_meters() -> sa.ColumnElement[bool]:
    """Return the criterion of the meters that totals add up: those that stand behind no other.

    Archived and closed meters count too: what they measured was used.
    """
    return Meter.parent_id.is_(None)


def spelled_like(text: str, *columns: Any) -> sa.ColumnElement[bool]:
    """Return the criterion that a text stands in one of the columns, in whatever letters.

    SQLite folds only plain letters, so that É and é are tried as they may stand.
    """
    spellings = sorted({text, text.lower(), text.upper(), text.title(), text.capitalize()})
    return sa.or_(*(column.icontains(each, autoescape=True) for column in columns for each in spellings))


def subtree(session: Session, organisation_id: int) -> sa.Select[Any]:
    """Return a select of the ids of an organisation and all below it."""
    tenant = tenant_of(session)
    below = sa.select(Organisation.id.label("id")).where(
        Organisation.tenant_id == tenant, Organisation.id == organisation_id
    )
    tree = below.cte("organisation_below", recursive=True)
    tree = tree.union_all(
        sa.select(Organisation.id).where(Organisation.tenant_id == tenant, Organisation.parent_id == tree.c.id)
    )
    return sa.select(tree.c.id)


def attribute_on(session: Session, attribute: Attribute, day: date) -> sa.ScalarSelect[Any]:
    """Return a site's dated attribute on a day, as a column of a query on sites."""
    return (
        sa.select(SiteAttribute.value)
        .where(
            SiteAttribute.tenant_id == tenant_of(session),
            SiteAttribute.site_id == Site.id,
            SiteAttribute.attribute == attribute.value,
            SiteAttribute.start <= day,
            SiteAttribute.end.is_(None) | (SiteAttribute.end > day),
        )
        .correlate(Site)
        .scalar_subquery()
    )


def list_sites(session: Session, day: date, *columns: Any) -> sa.Select[Any]:
    """Return a select of sites with their organisation, today's rooms and area, the number of meters, and the total."""
    meters = (
        sa.select(sa.func.count(Meter.id))
        .where(Meter.tenant_id == tenant_of(session), Meter.site_id == Site.id, Meter.archived_at.is_(None))
        .correlate(Site)
        .scalar_subquery()
    )
    return (
        scoped(session, Site)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .where(Organisation.tenant_id == tenant_of(session))
        .add_columns(
            Organisation.name.label("organisation"),
            attribute_on(session, Attribute.ROOMS, day).label("rooms"),
            attribute_on(session, Attribute.FLOOR_AREA_M2, day).label("floor_area_m2"),
            meters.label("meters"),
            sa.func.count().over().label("total"),
            *columns,
        )
    )


def meters_of(session: Session, site_id: int) -> sa.Select[Any]:
    """Return a select of a site's meters, archived ones too, in the order a page shows them."""
    return (
        scoped(session, Meter)
        .where(Meter.site_id == site_id)
        .order_by(Meter.archived_at.is_not(None), Meter.resource, Meter.variety, Meter.name, Meter.id)
    )


def name_is_taken(session: Session, name: str, but: int | None = None) -> bool:
    """Tell whether a site of the tenant has this name, whether or not this person may see it."""
    return _exists(session, Site.name == name, but)


def external_id_is_taken(session: Session, external_id: str, but: int | None = None) -> bool:
    """Tell whether a site of the tenant has this number."""
    return _exists(session, Site.external_id == external_id, but)


def _exists(session: Session, criterion: sa.ColumnElement[bool], but: int | None) -> bool:
    statement = sa.select(Site.id).where(Site.tenant_id == tenant_of(session), criterion)
    if but is not None:
        statement = statement.where(Site.id != but)
    return session.scalar(statement.limit(1)) is not None


def meter_is_taken(session: Session, site_id: int, identity: Mapping[str, Any], but: int | None = None) -> bool:
    """Tell whether the site has a meter of the same name, resource, variety, destination and direction."""
    statement = sa.select(Meter.id).where(*within(session, Meter), Meter.site_id == site_id).filter_by(**identity)
    if but is not None:
        statement = statement.where(Meter.id != but)
    return session.scalar(statement.limit(1)) is not None
