"""What may be said of a meter: a unit that measures its resource, and a place behind a meter of the same kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.domain.errors import RefusedError
from emstrack.domain.meters import USUAL_UNITS, MeterDetails, would_circle
from emstrack.domain.readings import Cadence, CalendarMode, Direction
from emstrack.domain.resources import WATER_VARIETIES, Resource
from emstrack.domain.sites import LONGEST_NAME
from emstrack.reference import units
from emstrack.services.sites.check_site import checked_name
from emstrack.storage.models import Meter, Reading, Site
from emstrack.storage.queries import sites as queries
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    import sqlalchemy as sa
    from sqlalchemy.orm import Session


def check_meter(session: Session, site: Site, details: MeterDetails, *, meter: Meter | None = None) -> dict[str, Any]:
    """Return the columns of a meter.

    Raises
    ------
    RefusedError
        With the field it belongs to as evidence ``field``.
    """
    if site.archived_at is not None:
        raise RefusedError("meter.site_archived", field="name")
    values = _values(details)
    if details.opened and details.closed and details.closed <= details.opened:
        raise RefusedError("meter.backward", opened=details.opened, closed=details.closed, field="closed")
    if meter is not None and _changes_its_measure(meter, values) and has_readings(session, meter.id):
        raise RefusedError("meter.has_readings", field="resource")
    identity = {name: values[name] for name in ("name", "resource", "variety", "destination", "direction")}
    if queries.meter_is_taken(session, site.id, identity, None if meter is None else meter.id):
        raise RefusedError("meter.taken", name=values["name"], field="name")
    _check_parent(session, site, values, meter)
    return values


def has_readings(session: Session, meter_id: int) -> bool:
    """Tell whether anything was recorded on a meter."""
    return session.scalar(scoped(session, Reading.id).where(Reading.meter_id == meter_id).limit(1)) is not None


def _values(details: MeterDetails) -> dict[str, Any]:
    resource = Resource(details.resource)
    if units.find_unit(details.unit) != details.unit or not units.fits(resource.value, details.unit):
        raise RefusedError("meter.unit_unknown", unit=details.unit[:60], units=USUAL_UNITS[resource], field="unit")
    variety = details.variety.strip()[:LONGEST_NAME]
    if resource is Resource.WATER and variety and variety not in WATER_VARIETIES:
        raise RefusedError("meter.variety_unknown", variety=variety, varieties=WATER_VARIETIES, field="variety")
    if details.basis and not resource.is_fuel:
        raise RefusedError("meter.basis_not_a_fuel", field="basis")
    return {
        "name": checked_name(details.name, "meter"),
        "resource": resource.value,
        "unit": details.unit,
        "variety": variety,
        "destination": details.destination.strip()[:LONGEST_NAME],
        "direction": Direction(details.direction).value,
        "basis": details.basis,
        "supply_point": details.supply_point.strip()[:LONGEST_NAME],
        "provider": details.provider.strip()[:LONGEST_NAME],
        "cadence": Cadence(details.cadence).value,
        "calendar_mode": CalendarMode(details.calendar_mode).value,
        "reads_index": details.reads_index,
        "opened": details.opened,
        "closed": details.closed,
        "parent_id": details.parent_id,
    }


def _changes_its_measure(meter: Meter, values: dict[str, Any]) -> bool:
    return any(getattr(meter, name) != values[name] for name in ("resource", "basis"))


def _check_parent(session: Session, site: Site, values: dict[str, Any], meter: Meter | None) -> None:
    _check_children(session, values, meter)
    parent_id = values["parent_id"]
    if parent_id is None:
        return
    if meter is not None and parent_id == meter.id:
        raise RefusedError("meter.parent_itself", field="parent_id")
    parent = find(session, Meter, parent_id)
    code = None
    if parent.site_id != site.id:
        code = "meter.parent_elsewhere"
    elif (parent.resource, parent.direction) != (values["resource"], values["direction"]):
        code = "meter.parent_differs"
    elif parent.archived_at is not None and (meter is None or meter.parent_id != parent_id):
        code = "meter.parent_archived"
    elif meter is not None and would_circle(meter.id, parent_id, _parents(session, site.id)):
        code = "meter.parent_circle"
    if code is not None:
        raise RefusedError(code, parent=parent.name, field="parent_id")


def _check_children(session: Session, values: dict[str, Any], meter: Meter | None) -> None:
    """A meter that others stand behind cannot become another resource than theirs."""
    if meter is None or (meter.resource, meter.direction) == (values["resource"], values["direction"]):
        return
    names = sub_meters(session, meter.id)
    if names:
        raise RefusedError("meter.has_sub_meters", meters=names, field="resource")


def sub_meters(session: Session, meter_id: int, *, live: bool = False) -> list[str]:
    """Return the names of the meters right behind this one."""
    statement = scoped(session, Meter.name).where(Meter.parent_id == meter_id).order_by(Meter.name)
    return list(session.scalars(statement.where(Meter.archived_at.is_(None)) if live else statement))


def _parents(session: Session, site_id: int) -> dict[int, int | None]:
    rows = session.execute(scoped(session, Meter.id, Meter.parent_id).where(Meter.site_id == site_id))
    return {row.id: row.parent_id for row in rows}


def lock_site(session: Session, site_id: int) -> Site:
    """Return a site with its row held, so that of two changes of its meters one waits for the other."""
    find(session, Site, site_id)
    statement: sa.Select[Any] = scoped(session, Site).where(Site.id == site_id).with_for_update()
    site: Site = session.scalars(statement.execution_options(populate_existing=True)).one()
    return site
