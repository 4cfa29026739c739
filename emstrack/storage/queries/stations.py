"""Weather stations with what each knows: many stations in a few queries, however many there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from emstrack.domain.weather import StationKind
from emstrack.storage.models import (
    ImportBatch,
    Meter,
    MonthlyValue,
    Site,
    User,
    WeatherDay,
    WeatherMonth,
    WeatherStation,
    WeatherTypicalDay,
    WeatherTypicalYear,
)
from emstrack.storage.queries.readings import raw
from emstrack.storage.scope import scoped, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


class KnownMonth(NamedTuple):
    """How many days of a month a station has a temperature of."""

    station_id: int
    year: int
    month: int
    days: int


def list_stations(session: Session) -> list[WeatherStation]:
    """Return the tenant's stations by name."""
    order = (sa.func.lower(WeatherStation.name), WeatherStation.code)
    return list(session.scalars(scoped(session, WeatherStation).order_by(*order)))


def extents(session: Session) -> dict[int, tuple[Any, Any, int, int]]:
    """Return first day, last day, days with a temperature and days with rain of each station, whatever its kind."""
    found: dict[int, tuple[Any, Any, int, int]] = {}
    tables: tuple[tuple[Any, Any], ...] = ((WeatherDay, WeatherDay.day), (WeatherMonth, WeatherMonth.month))
    for model, key in tables:
        known = sa.case((model.mean_c.is_not(None), key))
        columns = (
            model.station_id,
            sa.func.min(known).label("first"),
            sa.func.max(known).label("last"),
            sa.func.count(model.mean_c).label("days"),
            sa.func.count(model.rain_mm).label("wet"),
        )
        rows = session.execute(scoped(session, *columns).group_by(model.station_id))
        found |= {row.station_id: (row.first, row.last, row.days, row.wet) for row in rows}
    counted = (
        WeatherTypicalDay.station_id,
        sa.func.count(WeatherTypicalDay.mean_c).label("days"),
        sa.func.count(WeatherTypicalDay.rain_mm).label("wet"),
    )
    rows = session.execute(scoped(session, *counted).group_by(WeatherTypicalDay.station_id))
    return found | {row.station_id: (None, None, row.days, row.wet) for row in rows}


def known_months(session: Session, station_ids: Sequence[int] | None = None) -> list[KnownMonth]:
    """Return the days with a temperature by station and month, of stations observed by the day."""
    month = sa.func.substr(sa.cast(WeatherDay.day, sa.Text), 1, 7)  # ISO on both databases, and quicker than extracting
    columns = (WeatherDay.station_id, month.label("month"), sa.func.count(WeatherDay.mean_c).label("days"))
    statement = scoped(session, *columns).group_by(WeatherDay.station_id, month)
    if station_ids is not None:
        statement = statement.where(WeatherDay.station_id.in_(list(station_ids)))
    return [
        KnownMonth(row.station_id, int(row.month[:4]), int(row.month[5:]), row.days)
        for row in session.execute(statement)
    ]


def days(session: Session, station_id: int) -> Sequence[sa.Row[Any]]:
    """Return day, mean and rain of a station observed by the day, in order."""
    columns = (raw(WeatherDay.day).label("day"), WeatherDay.mean_c, WeatherDay.rain_mm)
    statement = scoped(session, WeatherDay.station_id, *columns).where(WeatherDay.station_id == station_id)
    return session.execute(statement.order_by(WeatherDay.day)).all()


def typical_days(session: Session, station_id: int) -> Sequence[sa.Row[Any]]:
    """Return day of the year, mean and rain of a typical year, in order."""
    columns = (WeatherTypicalDay.day_of_year, WeatherTypicalDay.mean_c, WeatherTypicalDay.rain_mm)
    statement = scoped(session, *columns).where(WeatherTypicalDay.station_id == station_id)
    return session.execute(statement.order_by(WeatherTypicalDay.day_of_year)).all()


def months(session: Session, station_id: int) -> Sequence[sa.Row[Any]]:
    """Return month, mean and rain of a station of monthly means, in order."""
    columns = (WeatherMonth.month, WeatherMonth.mean_c, WeatherMonth.rain_mm)
    statement = scoped(session, *columns).where(WeatherMonth.station_id == station_id)
    return session.execute(statement.order_by(WeatherMonth.month)).all()


def sites_of(session: Session, station_id: int | None = None) -> Sequence[sa.Row[Any]]:
    """Return the sites in use that name a station: id, name, place, station and who chose it."""
    columns = (
        Site.id,
        Site.name,
        Site.latitude,
        Site.longitude,
        Site.elevation_m,
        Site.weather_station_id,
        Site.station_by,
    )
    named = Site.weather_station_id.is_not(None) if station_id is None else Site.weather_station_id == station_id
    return session.execute(scoped(session, *columns).where(Site.archived_at.is_(None), named).order_by(Site.name)).all()


def unassigned(session: Session) -> list[Site]:
    """Return the sites of the tenant whose place is known and whose station distance may still choose."""
    statement = sa.select(Site).where(
        Site.tenant_id == tenant_of(session),
        Site.archived_at.is_(None),
        Site.station_by == "distance",
        Site.weather_station_id.is_(None),
        Site.latitude.is_not(None),
    )
    return list(session.scalars(statement.order_by(Site.id)))


def metered(session: Session, site_ids: Sequence[int] | None = None) -> dict[int, tuple[Any, Any]]:
    """Return the first and the last month that sites have values of."""
    columns = (Meter.site_id, sa.func.min(MonthlyValue.month).label("first"), sa.func.max(MonthlyValue.month))
    statement = sa.select(*columns).join(MonthlyValue, MonthlyValue.meter_id == Meter.id)
    statement = statement.where(Meter.tenant_id == tenant_of(session), MonthlyValue.tenant_id == tenant_of(session))
    if site_ids is not None:
        statement = statement.where(Meter.site_id.in_(list(site_ids)))
    return {row[0]: (row[1], row[2]) for row in session.execute(statement.group_by(Meter.site_id))}


def batches_of(session: Session, kind: StationKind, station_id: int) -> Sequence[sa.Row[Any]]:
    """Return what brought a station's values: batch, file, when, who, how many rows; the newest first."""
    models = {
        StationKind.OBSERVED: WeatherDay,
        StationKind.TYPICAL_YEAR: WeatherTypicalDay,
        StationKind.MONTHLY_MEANS: WeatherMonth,
    }
    model: Any = models[kind]
    made = (
        scoped(session, model.batch_id, sa.func.count().label("rows"))
        .where(model.station_id == station_id)
        .group_by(model.batch_id)
        .subquery()
    )
    columns = (ImportBatch.id, ImportBatch.file_name, ImportBatch.created_at, User.name.label("person"), made.c.rows)
    return session.execute(
        sa.select(*columns)
        .join(made, made.c.batch_id == ImportBatch.id)
        .outerjoin(User, User.id == ImportBatch.created_by)
        .where(*within(session, ImportBatch))
        .order_by(ImportBatch.id.desc())
        .limit(50)
    ).all()


def origin_of(session: Session, station_id: int) -> sa.Row[Any] | None:
    """Return what a computed typical year was made of: station, its name, years, when, who."""
    columns: tuple[Any, ...] = (
        WeatherTypicalYear.based_on_id,
        WeatherStation.name,
        WeatherTypicalYear.first_year,
        WeatherTypicalYear.last_year,
        WeatherTypicalYear.least_years,
        WeatherTypicalYear.created_at,
        User.name.label("person"),
    )
    statement = (
        sa.select(*columns)
        .join(WeatherStation, WeatherStation.id == WeatherTypicalYear.based_on_id)
        .outerjoin(User, User.id == WeatherTypicalYear.created_by)
        .where(*within(session, WeatherTypicalYear), *within(session, WeatherStation))
    )
    return session.execute(statement.where(WeatherTypicalYear.station_id == station_id)).one_or_none()


def typical_years_of(session: Session, based_on_id: int) -> list[int]:
    """Return the typical years that were made of a station."""
    statement = scoped(session, WeatherTypicalYear.station_id).where(WeatherTypicalYear.based_on_id == based_on_id)
    return list(session.scalars(statement.order_by(WeatherTypicalYear.station_id)))
