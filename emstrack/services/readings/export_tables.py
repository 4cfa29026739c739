"""What the scope holds as canonical files: imported again, they give the same rows."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from emstrack.documents.tables import Table, write_csv, write_xlsx, write_zip
from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.sites import Attribute
from emstrack.storage.models import (
    DriverValue,
    Meter,
    Organisation,
    Reading,
    Site,
    SiteAttribute,
    WeatherDay,
    WeatherMonth,
    WeatherStation,
)
from emstrack.storage.scope import require, scoped, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

_AT_ONCE = 5_000
_READINGS: dict[str, Any] = {
    "site": Site.name,
    "meter": Meter.name,
    "resource": Meter.resource,
    "start": Reading.start,
    "end": Reading.end,
    "quantity": Reading.quantity,
    "unit": Reading.unit,
    "cost": Reading.cost,
    "currency": Reading.currency,
    "kind": Reading.kind,
    "bill_number": Reading.bill_number,
    "demand_kw": Reading.demand_kw,
    "reactive_kvarh": Reading.reactive_kvarh,
    "tax": Reading.tax,
    "variety": Meter.variety,
    "destination": Meter.destination,
    "direction": Meter.direction,
    "note": Reading.note,
}
_XLSX_ROWS = 1_048_575


def export_readings(session: Session, path: Path) -> int:
    """Write every reading of the scope to a CSV or XLSX file; return how many."""
    require(session, Permission.VIEW)
    tables = {"readings": readings_table(session)}
    if path.suffix.lower() == ".xlsx":
        _fits(session)
        return _whole(path, lambda stream: write_xlsx(stream, tables))
    if path.suffix.lower() != ".csv":
        raise RefusedError("export.unknown_suffix", file=path.name, known=[".csv", ".xlsx"])
    return _whole(path, lambda stream: write_csv(stream, tables["readings"]))


def export_all(session: Session, path: Path) -> int:
    """Write sites, readings, drivers and weather of the scope to a ZIP of CSV files or one XLSX; return the rows."""
    require(session, Permission.VIEW)
    tables = {
        "sites": sites_table(session),
        "readings": readings_table(session),
        "drivers": drivers_table(session),
        "weather": weather_table(session),
    }
    months = weather_months_table(session)
    if months[1]:
        tables["weather_months"] = months
    if path.suffix.lower() == ".xlsx":
        _fits(session)
        return _whole(path, lambda stream: write_xlsx(stream, tables))
    if path.suffix.lower() != ".zip":
        raise RefusedError("export.unknown_suffix", file=path.name, known=[".zip", ".xlsx"])
    return _whole(path, lambda stream: write_zip(stream, tables))


_PLACE = ("latitude", "longitude", "elevation_m")


def readings_table(session: Session) -> Table:
    """Return the readings, by site, meter and start."""
    statement = scoped(session, *_READINGS.values()).where(Reading.meter_id == Meter.id, Meter.site_id == Site.id)
    order = (Site.name, Meter.resource, Meter.name, Meter.id, Reading.start, Reading.end, Reading.id)
    return tuple(_READINGS), _rows(session, statement.order_by(*order))


def sites_table(session: Session) -> Table:
    """Return the sites with the sizes they have now."""
    header = (
        "site",
        "kind",
        "organisation",
        "rooms",
        "floor_area_m2",
        "country",
        "city",
        *_PLACE,
        "time_zone",
        "station",
    )
    columns = (
        Site.name,
        Site.kind,
        Organisation.name,
        _size(session, Attribute.ROOMS),
        _size(session, Attribute.FLOOR_AREA_M2),
        Site.country,
        Site.city,
        *(getattr(Site, name) for name in _PLACE),
        Site.time_zone,
        WeatherStation.code,
        Site.opened,
        Site.external_id,
    )
    statement = (
        sa.select(*columns)
        .select_from(Site)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .outerjoin(
            WeatherStation, sa.and_(WeatherStation.id == Site.weather_station_id, *within(session, WeatherStation))
        )
        .where(*within(session, Site), *within(session, Organisation))
    )
    return (*header, "time_zone", "station", "opened", "external_id"), _rows(session, statement.order_by(Site.name))


def drivers_table(session: Session) -> Table:
    """Return the drivers, by site, driver and start."""
    columns = (Site.name, DriverValue.driver, DriverValue.value, DriverValue.start, DriverValue.end)
    statement = scoped(session, *columns).where(DriverValue.site_id == Site.id)
    rows = _rows(session, statement.order_by(Site.name, DriverValue.driver, DriverValue.start))
    return ("site", "driver", "value", "start", "end"), rows


def weather_table(session: Session) -> Table:
    """Return the daily weather, by station and day, with where the station stands."""
    facts = [WeatherStation.name, *(getattr(WeatherStation, name) for name in (*_PLACE, "source", "attribution"))]
    columns = (WeatherStation.code, WeatherDay.day, WeatherDay.mean_c, WeatherDay.rain_mm, *facts)
    statement = scoped(session, *columns).where(WeatherDay.station_id == WeatherStation.id)
    rows = _rows(session, statement.order_by(WeatherStation.code, WeatherDay.day))
    return ("station", "date", "mean_c", "rain_mm", "station_name", *_PLACE, "source", "attribution"), rows


def weather_months_table(session: Session) -> Table:
    """Return monthly means, by station and month: apart from the days, as they came."""
    columns = (WeatherStation.code, WeatherMonth.month, WeatherMonth.mean_c, WeatherMonth.rain_mm, WeatherStation.name)
    statement = scoped(session, *columns).where(WeatherMonth.station_id == WeatherStation.id)
    rows = _rows(session, statement.order_by(WeatherStation.code, WeatherMonth.month))
    return ("station", "month", "mean_c", "rain_mm", "station_name"), [
        (row[0], str(row[1])[:7], *row[2:]) for row in rows
    ]


def _size(session: Session, attribute: Attribute) -> Any:
    """Return the newest value of a dated attribute as a column of the site."""
    newest = aliased(SiteAttribute)
    statement = sa.select(newest.value).where(
        *within(session, newest), newest.site_id == Site.id, newest.attribute == attribute.value
    )
    return statement.order_by(newest.start.desc()).limit(1).correlate(Site).scalar_subquery()


def _rows(session: Session, statement: sa.Select[Any]) -> Iterator[tuple[Any, ...]]:
    for row in session.execute(statement.execution_options(yield_per=_AT_ONCE)):
        yield tuple(row)


def _fits(session: Session) -> None:
    count = session.scalar(scoped(session, sa.func.count(Reading.id))) or 0
    if count > _XLSX_ROWS:
        raise RefusedError("export.too_many_rows", rows=count, most=_XLSX_ROWS)


def _whole(path: Path, write: Callable[[Any], int]) -> int:
    """Write beside the place first, so that a file is there whole or not at all."""
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with half.open("wb") as stream:
            count = write(stream)
        half.replace(path)
    except OSError as error:
        raise RefusedError("export.cannot_write", file=str(path), reason=error.strerror or str(error)) from error
    finally:
        half.unlink(missing_ok=True)
    return count
