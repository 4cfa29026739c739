"""What a batch changed, put back row by row, unless somebody changed the row again since."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.readings import ReadingKind
from emstrack.services.readings.describe_state import restored, same_content, state_of
from emstrack.services.readings.put_back_readings import BOOKKEEPING, put_back_readings
from emstrack.services.readings.undone import Undone, place_of
from emstrack.services.readings.weather_series import BY_ENTITY
from emstrack.services.readings.write_history_link import Change, OpenLink, add_changes
from emstrack.storage.models import DriverValue, History, Meter, Reading, Site, SiteAttribute, WeatherStation
from emstrack.storage.scope import scoped, tenant_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

MODELS: dict[str, Any] = {
    "reading": Reading,
    "driver_value": DriverValue,
    "meter": Meter,
    "site": Site,
    "site_attribute": SiteAttribute,
    "weather_station": WeatherStation,
    **{entity: series.model for entity, series in BY_ENTITY.items()},
}
_COVERING = (ReadingKind.ACTUAL, ReadingKind.ESTIMATED)


def undo_changes(session: Session, changes: Sequence[History], link: OpenLink, undone: Undone) -> None:
    """Put back what was changed or deleted, the newest first; many readings in a few statements."""
    one_by_one, corrected = _split(changes)
    put_back_readings(session, corrected, link, undone)
    for row in one_by_one:
        if row.action == "delete":
            if row.entity == "reading":
                _put_back_deleted(session, row, link, undone)
            continue
        _put_back_changed(session, row, link, undone)


def _split(changes: Sequence[History]) -> tuple[list[History], list[History]]:
    """Return what goes row by row, and corrections of readings that were corrected once, which do not depend on it."""
    readings = [row for row in changes if row.entity == "reading" and row.action == "update" and row.new is not None]
    times = Counter(row.entity_id for row in readings)
    together = {id(row) for row in readings if times[row.entity_id] == 1}
    return [row for row in changes if id(row) not in together], [row for row in readings if id(row) in together]


def _put_back_changed(session: Session, row: History, link: OpenLink, undone: Undone) -> None:
    present = _present(session, row)
    if present is None or row.new is None:
        undone.keep("undo.gone", thing=row.entity, id=row.entity_id)
        return
    before = state_of(present)
    if not same_content(before, row.new):
        undone.keep(f"undo.{row.entity}_changed", **_place(session, present))
        return
    if isinstance(present, Site) and _name_is_taken(session, present, row.old):
        undone.keep("undo.site_name_taken", site=row.old["name"])
        return
    for name, value in restored(type(present), row.old).items():
        if name not in BOOKKEEPING:
            setattr(present, name, value)
    if hasattr(present, "version"):
        present.version += 1
    if isinstance(present, Reading):
        present.link_id = link.id
        undone.meters.add(present.meter_id)
    session.flush()
    after = state_of(present)
    if isinstance(present, Reading):
        link.wrote_states([after])
    add_changes(session, link, [Change(row.entity, row.entity_id, before, after, row.meter_id)])
    undone.put_back += 1


def _present(session: Session, row: History) -> Any:
    model = MODELS.get(row.entity)
    if model is None:
        return None
    if (series := BY_ENTITY.get(row.entity)) is not None:
        wanted = restored(model, {series.key: row.old[series.key]})[series.key]
        found = scoped(session, model).where(model.station_id == row.entity_id, series.column == wanted)
        return session.scalars(found).one_or_none()
    return session.scalars(scoped(session, model).where(model.id == row.entity_id)).one_or_none()


def _place(session: Session, row: Any) -> dict[str, Any]:
    if isinstance(row, Reading):
        return place_of(session, state_of(row))
    if isinstance(row, DriverValue):
        return {"driver": row.driver, "start": row.start.isoformat(), "end": row.end.isoformat()}
    if (series := BY_ENTITY.get(row.__tablename__)) is not None:
        return {"day": str(series.key_of(row))}
    if isinstance(row, Meter | WeatherStation):
        return {"name": row.name}
    site_id = row.id if isinstance(row, Site) else row.site_id
    name = session.scalar(scoped(session, Site.name).where(Site.id == site_id))
    return {"site": name, "attribute": getattr(row, "attribute", "")}


def _name_is_taken(session: Session, site: Site, old: dict[str, Any]) -> bool:
    statement = sa.select(Site.id).where(
        Site.tenant_id == tenant_of(session), Site.id != site.id, Site.name == old.get("name")
    )
    return session.scalar(statement) is not None


def _put_back_deleted(session: Session, row: History, link: OpenLink, undone: Undone) -> None:
    """Make an estimate again that an actual reading had replaced, under its own id."""
    values = restored(Reading, row.old)
    clash = scoped(session, Reading.id).where(
        Reading.meter_id == values["meter_id"],
        Reading.kind.in_([kind.value for kind in _COVERING]),
        Reading.start < values["end"],
        Reading.end > values["start"],
    )
    if session.scalar(clash.limit(1)) is not None:
        undone.keep(
            "undo.estimate_stays_away", start=row.old["start"], end=row.old["end"], quantity=row.old["quantity_text"]
        )
        return
    reading = Reading(**values)
    reading.tenant_id, reading.link_id = tenant_of(session), link.id
    reading.version = int(row.old.get("version") or 1) + 1
    session.add(reading)
    session.flush()
    link.wrote_states([state_of(reading)])
    undone.meters.add(reading.meter_id)
    undone.put_back += 1
