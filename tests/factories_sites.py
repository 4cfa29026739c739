"""Sites and meters for tests, made the way people make them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conftest import NOW

from emstrack.domain.meters import MeterDetails
from emstrack.domain.resources import Resource
from emstrack.domain.sites import Attribute, SiteDetails, SiteKind
from emstrack.services.sites.add_meter import add_meter
from emstrack.services.sites.add_site import add_site
from emstrack.storage.models import Meter, Organisation, Site
from emstrack.storage.scope import tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def site_details(session: Session, name: str = "Palacio Municipal", **given: Any) -> SiteDetails:
    """What a person says of a building of the tenant's root."""
    return SiteDetails(**{"kind": SiteKind.BUILDING, "organisation_id": tenant_of(session), "name": name, **given})


def make_building(session: Session, name: str = "Palacio Municipal", **given: Any) -> Site:
    """A building."""
    return add_site(session, site_details(session, name, **given), now=NOW)


def make_hotel(session: Session, name: str = "Hotel Bahía", *, rooms: float = 120, **given: Any) -> Site:
    """A hotel with its rooms since the beginning."""
    details = site_details(session, name, **{"kind": SiteKind.HOTEL, **given})
    return add_site(session, details, attributes={Attribute.ROOMS: rooms}, now=NOW)


def make_ministry(session: Session, name: str = "Secretaría de Salud", parent_id: int | None = None) -> Organisation:
    """An organisation below the root, or below another."""
    tenant = tenant_of(session)
    row = Organisation(
        tenant_id=tenant,
        parent_id=parent_id or tenant,
        kind="ministry",
        name=name,
        country="MX",
        currency="MXN",
        created_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def make_meter(session: Session, site_id: int, name: str = "CFE", **given: Any) -> Meter:
    """An electricity meter in kWh, unless told otherwise."""
    details = MeterDetails(**{"name": name, "resource": Resource.ELECTRICITY, "unit": "kWh", **given})
    return add_meter(session, site_id, details, now=NOW)
