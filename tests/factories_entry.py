"""Sites, meters and readings for the tests of entry by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from conftest import NOW

from emstrack.domain.periods import Month
from emstrack.services.readings.enter_reading import enter_reading
from emstrack.storage.models import Meter, Site, SiteAttribute
from emstrack.storage.scope import tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def make_site(session: Session, name: str = "Palacio Municipal", **values: Any) -> Site:
    """A building of the tenant itself, or what the values say."""
    defaults: dict[str, Any] = {
        "organisation_id": tenant_of(session),
        "kind": "building",
        "country": "MX",
        "currency": "MXN",
        "time_zone": "America/Mexico_City",
    }
    site = Site(tenant_id=tenant_of(session), name=name, created_at=NOW, **{**defaults, **values})
    session.add(site)
    session.flush()
    return site


def make_meter(session: Session, site: Site, name: str = "Principal", **values: Any) -> Meter:
    """An electricity meter, or what the values say."""
    defaults: dict[str, Any] = {"resource": "electricity", "unit": "kWh"}
    meter = Meter(tenant_id=tenant_of(session), site_id=site.id, name=name, created_at=NOW, **{**defaults, **values})
    session.add(meter)
    session.flush()
    return meter


def give_rooms(session: Session, site: Site, rooms: float) -> None:
    """So many rooms since 2020."""
    session.add(
        SiteAttribute(
            tenant_id=tenant_of(session),
            site_id=site.id,
            attribute="rooms",
            value=rooms,
            start=date(2020, 1, 1),
            created_at=NOW,
        )
    )
    session.flush()


def fill_months(session: Session, meter: Meter, first: str, quantities: list[float], *, price: float = 2.0) -> None:
    """Enter calendar months one after another, each at the same price."""
    for place, quantity in enumerate(quantities):
        enter_reading(
            session,
            meter.id,
            month=Month.parse(first).plus(place),
            quantity_text=str(quantity),
            cost_text=f"{quantity * price:.2f}",
            now=NOW,
        )
