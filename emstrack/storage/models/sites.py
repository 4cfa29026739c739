"""Sites and meters."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.readings import Cadence, CalendarMode, Direction
from emstrack.domain.resources import Resource
from emstrack.domain.sites import Attribute, SiteKind
from emstrack.domain.weather import StationBy
from emstrack.storage.base import Base, TenantOwned, belongs_to, finite, one_of, tenant_key
from emstrack.storage.types import Id, Instant, JsonText


class Site(TenantOwned, Base):
    """A building, hotel, plant, lighting circuit or pumping station; it changes ministry in one row."""

    __tablename__ = "site"
    __table_args__ = (
        tenant_key(),
        belongs_to("organisation_id", "organisation"),
        belongs_to("weather_station_id", "weather_station"),
        belongs_to("photo_id", "stored_file"),
        one_of("kind", SiteKind),
        one_of("station_by", StationBy),
        sa.CheckConstraint("elevation_m > -500 AND elevation_m < 9000", name="elevation_m"),
        sa.UniqueConstraint("tenant_id", "name"),
        sa.UniqueConstraint("tenant_id", "external_id"),
        sa.Index("ix_site_organisation_id", "organisation_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.BigInteger)
    kind: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text)
    external_id: Mapped[str | None] = mapped_column(sa.Text)
    country: Mapped[str] = mapped_column(sa.Text, default="")
    city: Mapped[str] = mapped_column(sa.Text, default="")
    latitude: Mapped[float | None] = mapped_column(sa.Double)
    longitude: Mapped[float | None] = mapped_column(sa.Double)
    elevation_m: Mapped[float | None] = mapped_column(sa.Double)
    currency: Mapped[str] = mapped_column(sa.Text, default="")
    time_zone: Mapped[str] = mapped_column(sa.Text, default="")
    fiscal_year_start_month: Mapped[int | None] = mapped_column(sa.Integer)
    weather_station_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    station_by: Mapped[str] = mapped_column(sa.Text, default="distance")
    services: Mapped[list[str]] = mapped_column(JsonText, default=list)
    photo_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    opened: Mapped[date | None] = mapped_column(sa.Date)
    batch_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    archived_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class SiteAttribute(TenantOwned, Base):
    """One dated attribute: each independent, so that new floor area never moves the rooms."""

    __tablename__ = "site_attribute"
    __table_args__ = (
        tenant_key(),
        belongs_to("site_id", "site", ondelete="CASCADE"),
        one_of("attribute", Attribute),
        finite("value"),
        sa.CheckConstraint("value >= 0", name="value_not_negative"),
        sa.UniqueConstraint("site_id", "attribute", "start"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    attribute: Mapped[str] = mapped_column(sa.Text)
    value: Mapped[float] = mapped_column(sa.Double)
    start: Mapped[date] = mapped_column(sa.Date)
    end: Mapped[date | None] = mapped_column(sa.Date)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    batch_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class Meter(TenantOwned, Base):
    """A supply point; devices come and go on it. Variety, destination and direction are part of its identity."""

    __tablename__ = "meter"
    __table_args__ = (
        tenant_key(),
        belongs_to("site_id", "site"),
        belongs_to("parent_id", "meter"),
        one_of("resource", Resource),
        one_of("direction", Direction),
        one_of("cadence", Cadence),
        one_of("calendar_mode", CalendarMode),
        sa.CheckConstraint("basis IN ('', 'net', 'gross')", name="basis"),
        sa.UniqueConstraint(
            "tenant_id", "site_id", "name", "resource", "variety", "destination", "direction", name="uq_meter_identity"
        ),
        sa.Index("ix_meter_site_id", "site_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    parent_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.Text)
    resource: Mapped[str] = mapped_column(sa.Text)
    variety: Mapped[str] = mapped_column(sa.Text, default="")
    destination: Mapped[str] = mapped_column(sa.Text, default="")
    direction: Mapped[str] = mapped_column(sa.Text, default="import")
    unit: Mapped[str] = mapped_column(sa.Text)
    basis: Mapped[str] = mapped_column(sa.Text, default="")
    supply_point: Mapped[str] = mapped_column(sa.Text, default="")
    provider: Mapped[str] = mapped_column(sa.Text, default="")
    cadence: Mapped[str] = mapped_column(sa.Text, default="monthly")
    calendar_mode: Mapped[str] = mapped_column(sa.Text, default="pro_rata")
    reads_index: Mapped[bool] = mapped_column(sa.Boolean, default=False)
    opened: Mapped[date | None] = mapped_column(sa.Date)
    closed: Mapped[date | None] = mapped_column(sa.Date)
    batch_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    archived_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class Device(TenantOwned, Base):
    """A counter on a supply point between two days, with the indexes it came and went at."""

    __tablename__ = "device"
    __table_args__ = (
        tenant_key(),
        belongs_to("meter_id", "meter", ondelete="CASCADE"),
        finite("multiplier"),
        sa.CheckConstraint("multiplier > 0", name="multiplier_positive"),
        sa.CheckConstraint("digits BETWEEN 1 AND 15", name="digits"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meter_id: Mapped[int] = mapped_column(sa.BigInteger)
    serial: Mapped[str] = mapped_column(sa.Text, default="")
    multiplier: Mapped[float] = mapped_column(sa.Double, default=1.0)
    digits: Mapped[int] = mapped_column(sa.Integer, default=6)
    installed: Mapped[date | None] = mapped_column(sa.Date)
    install_index: Mapped[float | None] = mapped_column(sa.Double)
    removed: Mapped[date | None] = mapped_column(sa.Date)
    removal_index: Mapped[float | None] = mapped_column(sa.Double)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class MeterShare(TenantOwned, Base):
    """The dated part of a meter that another site uses."""

    __tablename__ = "meter_share"
    __table_args__ = (
        tenant_key(),
        belongs_to("meter_id", "meter", ondelete="CASCADE"),
        belongs_to("site_id", "site", ondelete="CASCADE"),
        sa.CheckConstraint("fraction > 0 AND fraction <= 1", name="fraction"),
        sa.UniqueConstraint("meter_id", "site_id", "start"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    meter_id: Mapped[int] = mapped_column(sa.BigInteger)
    site_id: Mapped[int] = mapped_column(sa.BigInteger)
    fraction: Mapped[float] = mapped_column(sa.Double)
    start: Mapped[date] = mapped_column(sa.Date)
    end: Mapped[date | None] = mapped_column(sa.Date)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)
