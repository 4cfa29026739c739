"""What the month page reads: each a single query for all meters shown, none per row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.storage.models import (
    Device,
    DriverValue,
    Meter,
    MonthlyValue,
    Organisation,
    Reading,
    Site,
    StockLevel,
)
from emstrack.storage.queries.sites import spelled_like
from emstrack.storage.scope import scoped, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy.orm import Session


def of_site(session: Session) -> list[sa.ColumnElement[bool]]:
    """Return the criteria of a visible site beside its organisation, which a shared site shows with it."""
    joined = Organisation.id == Site.organisation_id
    return [*within(session, Site), Organisation.tenant_id == tenant_of(session), joined]


def sites(session: Session, *, site_id: int | None, named: str = "", offset: int, limit: int) -> Sequence[sa.Row[Any]]:
    """Return a page of the sites in use, by organisation and name; `total` is how many there are."""
    query = (
        sa.select(
            Site.id,
            Site.name,
            Site.kind,
            Site.country,
            Site.currency,
            Site.time_zone,
            Organisation.id.label("organisation_id"),
            Organisation.name.label("organisation"),
            Organisation.country.label("organisation_country"),
            Organisation.currency.label("organisation_currency"),
            Organisation.time_zone.label("organisation_time_zone"),
            sa.func.count().over().label("total"),
        )
        .where(*of_site(session), Site.archived_at.is_(None))
        .order_by(Organisation.name, Site.name, Site.id)
        .offset(offset)
        .limit(limit)
    )
    if site_id is not None:
        query = query.where(Site.id == site_id)
    if named:
        query = query.where(spelled_like(named, Site.name))
    rows: Sequence[sa.Row[Any]] = session.execute(query).all()  # type: ignore[assignment]  # a row is a row
    return rows


def site_names(session: Session, most: int) -> Sequence[sa.Row[Any]]:
    """Return id and name of the sites in use, for choosing one; at most so many, by name."""
    return session.execute(
        scoped(session, Site.id, Site.name).where(Site.archived_at.is_(None)).order_by(Site.name).limit(most)
    ).all()


def meters(session: Session, site_ids: Collection[int], first: date, after: date) -> Sequence[Meter]:
    """Return the meters in use at some time of a month."""
    return session.scalars(
        scoped(session, Meter)
        .where(
            Meter.site_id.in_(site_ids),
            Meter.archived_at.is_(None),
            Meter.opened.is_(None) | (Meter.opened < after),
            Meter.closed.is_(None) | (Meter.closed > first),
        )
        .order_by(Meter.site_id, Meter.resource, Meter.name, Meter.id)
    ).all()


def monthly_values(session: Session, meter_ids: Collection[int], since: date, until: date) -> Sequence[sa.Row[Any]]:
    """Return the monthly values of meters from a month on, up to another (exclusive)."""
    return session.execute(
        scoped(
            session,
            MonthlyValue.meter_id,
            MonthlyValue.month,
            MonthlyValue.quantity,
            MonthlyValue.cost,
            MonthlyValue.currency,
            MonthlyValue.coverage,
            MonthlyValue.estimated,
        ).where(MonthlyValue.meter_id.in_(meter_ids), MonthlyValue.month >= since, MonthlyValue.month < until)
    ).all()


def readings_between(session: Session, meter_ids: Collection[int], first: date, after: date) -> Sequence[Reading]:
    """Return the readings that touch a stretch of days, oldest first."""
    return session.scalars(
        scoped(session, Reading)
        .where(Reading.meter_id.in_(meter_ids), Reading.end > first, Reading.start < after)
        .order_by(Reading.meter_id, Reading.start, Reading.id)
    ).all()


def last_before(session: Session, meter_ids: Collection[int], after: date) -> dict[int, sa.Row[Any]]:
    """Return each meter's last reading that ends before or on a day: meter, start, end, index_end."""
    newest = (
        scoped(session, Reading.meter_id, sa.func.max(Reading.end).label("end"))
        .where(Reading.meter_id.in_(meter_ids), Reading.end <= after)
        .group_by(Reading.meter_id)
        .subquery()
    )
    rows = session.execute(
        scoped(session, Reading.meter_id, Reading.start, Reading.end, Reading.index_end)
        .join(newest, (newest.c.meter_id == Reading.meter_id) & (newest.c.end == Reading.end))
        .order_by(Reading.id)
    )
    return {row.meter_id: row for row in rows}


def devices(session: Session, meter_ids: Collection[int]) -> Sequence[Device]:
    """Return the devices of meters."""
    return session.scalars(
        scoped(session, Device).where(Device.meter_id.in_(meter_ids)).order_by(Device.installed)
    ).all()


def stock_levels(session: Session, meter_ids: Collection[int], first: date, last: date) -> Sequence[StockLevel]:
    """Return the stock levels of some days, the last included, oldest first."""
    return session.scalars(
        scoped(session, StockLevel)
        .where(StockLevel.meter_id.in_(meter_ids), StockLevel.day >= first, StockLevel.day <= last)
        .order_by(StockLevel.day)
    ).all()


def driver_values(session: Session, site_ids: Collection[int], first: date, after: date) -> Sequence[DriverValue]:
    """Return the drivers of sites over a stretch of days."""
    return session.scalars(
        scoped(session, DriverValue)
        .where(DriverValue.site_id.in_(site_ids), DriverValue.end > first, DriverValue.start < after)
        .order_by(DriverValue.site_id, DriverValue.driver, DriverValue.start)
    ).all()


def overlapping(session: Session, meter_id: int, start: date, end: date) -> Sequence[Reading]:
    """Return the readings of one meter that touch a period."""
    return session.scalars(
        scoped(session, Reading)
        .where(Reading.meter_id == meter_id, Reading.start < end, Reading.end > start)
        .order_by(Reading.start)
    ).all()
