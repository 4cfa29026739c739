"""What savings are computed from, each kind of row in one query for all meters asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from emstrack.domain.readings import Cadence, CalendarMode
from emstrack.domain.savings import BaselineStatus
from emstrack.domain.sites import Attribute
from emstrack.storage.models import (
    Baseline,
    ClosedPeriod,
    DriverValue,
    Meter,
    MonthlyValue,
    NonRoutineAdjustment,
    Reading,
    SavingsResult,
    Site,
    SiteAttribute,
    StockLevel,
    WeatherDay,
    WeatherStation,
)
from emstrack.storage.queries.readings import raw
from emstrack.storage.scope import scoped, within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

Criteria = list[sa.ColumnElement[bool]]
_FETCHED = 20_000
COMPLETE = 1 - 1e-9
"""A month with this coverage is complete; the rest is how a sum of days is stored."""


def wanted_meters(session: Session, criteria: Criteria) -> sa.Select[Any]:
    """Return a select of the ids of the meters asked about: of sites in use, as the criteria on both say."""
    return (
        sa.select(Meter.id)
        .join(Site, Site.id == Meter.site_id)
        .where(*within(session, Meter), *within(session, Site), Site.archived_at.is_(None), *criteria)
    )


def meters(session: Session, criteria: Criteria) -> Sequence[sa.Row[Any]]:
    """Return the meters with what a saving needs of their sites, by site and name."""
    columns: tuple[Any, ...] = (
        Meter.id,
        Meter.site_id,
        Meter.parent_id,
        Meter.name,
        Meter.resource,
        Meter.variety,
        Meter.direction,
        Meter.basis,
        Meter.calendar_mode,
        Site.name.label("site"),
        Site.organisation_id,
        Site.country,
        Site.weather_station_id,
    )
    return session.execute(
        sa.select(*columns)
        .join(Site, Site.id == Meter.site_id)
        .where(*within(session, Meter), *within(session, Site), Site.archived_at.is_(None), *criteria)
        .order_by(Site.name, Site.id, Meter.resource, Meter.name, Meter.id)
    ).all()


def readings(session: Session, wanted: sa.Select[Any]) -> Iterator[Sequence[sa.Row[Any]]]:
    """Yield readings as columns, in no order: meter, start, end, canonical quantity, kind, cost, currency."""
    columns = (
        Reading.meter_id,
        raw(Reading.start),
        raw(Reading.end),
        Reading.canonical_quantity,
        Reading.kind,
        raw(Reading.cost),
        Reading.currency,
    )
    statement = scoped(session, *columns).where(Reading.meter_id.in_(wanted))
    yield from session.execute(statement).partitions(_FETCHED)


def drivers(session: Session, wanted: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    """Return the drivers of the sites of these meters: site, name, start, end, value."""
    sites = _sites_of(session, wanted)
    columns = (
        DriverValue.site_id,
        DriverValue.driver,
        raw(DriverValue.start),
        raw(DriverValue.end),
        DriverValue.value,
    )
    return session.execute(
        scoped(session, *columns)
        .where(DriverValue.site_id.in_(sites))
        .order_by(DriverValue.site_id, DriverValue.driver, DriverValue.start)
    ).all()


def attributes(session: Session, wanted: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    """Return the dated rooms, floor areas and staff of these sites: site, name, start, end or None, value."""
    columns = (
        SiteAttribute.site_id,
        SiteAttribute.attribute,
        raw(SiteAttribute.start),
        raw(SiteAttribute.end),
        SiteAttribute.value,
    )
    names = (Attribute.ROOMS, Attribute.FLOOR_AREA_M2, Attribute.STAFF)
    return session.execute(
        scoped(session, *columns)
        .where(SiteAttribute.site_id.in_(_sites_of(session, wanted)), SiteAttribute.attribute.in_(names))
        .order_by(SiteAttribute.site_id, SiteAttribute.attribute, SiteAttribute.start)
    ).all()


def adjustments(session: Session, wanted: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    """Return the agreed adjustments of these meters that were not withdrawn, the oldest first."""
    row = NonRoutineAdjustment
    columns: tuple[Any, ...] = (row.meter_id, row.start, row.end, row.per_month, row.fraction, row.half_width)
    return session.execute(
        scoped(session, *columns)
        .where(row.meter_id.in_(wanted), row.withdrawn_at.is_(None))
        .order_by(row.meter_id, row.start, row.id)
    ).all()


def closed_periods(session: Session, wanted: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    """Return the days left out at the sites of these meters: site, meter or None for all of the site, start, end."""
    row = ClosedPeriod
    columns: tuple[Any, ...] = (row.site_id, row.meter_id, row.start, row.end)
    return session.execute(
        scoped(session, *columns)
        .where(row.site_id.in_(_sites_of(session, wanted)), row.withdrawn_at.is_(None))
        .order_by(row.site_id, row.start, row.id)
    ).all()


def stations(session: Session) -> Sequence[sa.Row[Any]]:
    """Return id and code of the tenant's stations that were observed by the day; no other kind stands for days."""
    statement = scoped(session, WeatherStation.id, WeatherStation.code).where(WeatherStation.kind == "observed")
    return session.execute(statement.order_by(WeatherStation.id)).all()


def stock_levels(session: Session, wanted: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    """Return what was in the tanks of these meters, where deliveries fill them: meter, day, canonical quantity."""
    delivered = (Meter.cadence == Cadence.ON_DELIVERY) | (Meter.calendar_mode == CalendarMode.BETWEEN_DELIVERIES)
    return session.execute(
        scoped(session, StockLevel.meter_id, raw(StockLevel.day), StockLevel.canonical_quantity)
        .join(Meter, Meter.id == StockLevel.meter_id)
        .where(*within(session, Meter), delivered, StockLevel.meter_id.in_(wanted))
        .order_by(StockLevel.meter_id, StockLevel.day)
    ).all()


def weather(session: Session, station_ids: Collection[int], first: date, after: date) -> Sequence[sa.Row[Any]]:
    """Return the days of these stations: station, day, mean, rain."""
    columns = (WeatherDay.station_id, raw(WeatherDay.day), WeatherDay.mean_c, WeatherDay.rain_mm)
    return session.execute(
        scoped(session, *columns).where(
            WeatherDay.station_id.in_(station_ids), WeatherDay.day >= first, WeatherDay.day < after
        )
    ).all()


def _sites_of(session: Session, wanted: sa.Select[Any]) -> sa.Select[Any]:
    return sa.select(Meter.site_id).where(*within(session, Meter), Meter.id.in_(wanted))


def adopted(session: Session, wanted: sa.Select[Any]) -> Sequence[sa.Row[Any]]:
    """Return the adopted baselines of these meters, without their frozen inputs, which are large."""
    holding = Baseline.status == BaselineStatus.ADOPTED.value
    return session.execute(scoped(session, *_asked_of_baselines()).where(holding, Baseline.meter_id.in_(wanted))).all()


def baselines_by_id(session: Session, ids: Sequence[int]) -> dict[int, sa.Row[Any]]:
    """Return some baselines, whatever their status, without their frozen inputs."""
    found: dict[int, sa.Row[Any]] = {}
    for first in range(0, len(ids), 500):
        some = list(ids[first : first + 500])
        rows = session.execute(scoped(session, *_asked_of_baselines()).where(Baseline.id.in_(some)))
        found |= {row.id: row for row in rows}
    return found


def _asked_of_baselines() -> list[Any]:
    return [
        Baseline.id,
        Baseline.meter_id,
        Baseline.revision,
        Baseline.supersedes_id,
        Baseline.adopted_at,
        Baseline.method,
        Baseline.start,
        Baseline.end,
        Baseline.in_months,
        Baseline.reporting_start,
        Baseline.reporting_end,
        Baseline.drivers,
        Baseline.fixed_quantity,
        Baseline.fixed_per,
        Baseline.fingerprint,
    ]


def frozen_inputs(session: Session, baseline_ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return the frozen inputs of some baselines."""
    found: dict[int, dict[str, Any]] = {}
    for first in range(0, len(baseline_ids), 500):
        some = list(baseline_ids[first : first + 500])
        rows = session.execute(scoped(session, Baseline.id, Baseline.inputs).where(Baseline.id.in_(some)))
        found |= {row.id: row.inputs for row in rows}
    return found


def last_complete_months(session: Session, wanted: sa.Select[Any]) -> dict[int, date]:
    """Return the first day of each meter's last complete month."""
    rows = session.execute(
        scoped(session, MonthlyValue.meter_id, sa.func.max(MonthlyValue.month).label("month"))
        .where(MonthlyValue.meter_id.in_(wanted), MonthlyValue.coverage >= COMPLETE)
        .group_by(MonthlyValue.meter_id)
    )
    return {row.meter_id: row.month for row in rows}


def sites_with(session: Session, criteria: Criteria) -> sa.Select[Any]:
    """Return a select of how many sites have a meter that counts in totals, by resource and heating-value basis."""
    statement = (
        sa.select(Meter.resource, Meter.basis, sa.func.count(sa.distinct(Meter.site_id)).label("sites"))
        .join(Site, Site.id == Meter.site_id)
        .where(
            *within(session, Meter),
            *within(session, Site),
            Site.archived_at.is_(None),
            Meter.parent_id.is_(None),
            Meter.direction == "import",
            *criteria,
        )
        .group_by(Meter.resource, Meter.basis)
    )
    return cast("sa.Select[Any]", statement)


def unprepared_meters(session: Session, meter_ids: Collection[int] | None) -> Criteria:
    """Return the criteria of meters whose adopted baseline has no result, or one that something moved under."""
    ready = sa.select(SavingsResult.baseline_id).where(*within(session, SavingsResult), SavingsResult.stale.is_(False))
    waiting = sa.select(Baseline.meter_id).where(
        *within(session, Baseline), Baseline.status == BaselineStatus.ADOPTED.value, Baseline.id.not_in(ready)
    )
    criteria: Criteria = [Meter.id.in_(waiting)]  # meant for `wanted_meters`, which leaves archived sites out
    if meter_ids is not None:
        criteria.append(Meter.id.in_(list(meter_ids)))
    return criteria
