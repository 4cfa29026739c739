"""Weather stations and their values: days as measured, days of a typical year, and means of months, each apart."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from emstrack.domain.weather import StationKind, StationSource
from emstrack.storage.base import Base, TenantOwned, belongs_to, one_of, tenant_key
from emstrack.storage.types import Id, Instant

ELEVATION = "elevation_m > -500 AND elevation_m < 9000"
_MEAN, _RAIN = "mean_c > -100 AND mean_c < 70", "rain_mm >= 0 AND rain_mm < 3000"


class WeatherStation(TenantOwned, Base):
    """A place temperatures are known for; its kind says which of the tables below holds them."""

    __tablename__ = "weather_station"
    __table_args__ = (
        tenant_key(),
        one_of("kind", StationKind),
        one_of("source", StationSource),
        sa.CheckConstraint(ELEVATION, name="elevation_m"),
        sa.UniqueConstraint("tenant_id", "code"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    code: Mapped[str] = mapped_column(sa.Text)
    name: Mapped[str] = mapped_column(sa.Text, default="")
    kind: Mapped[str] = mapped_column(sa.Text, default="observed")
    latitude: Mapped[float | None] = mapped_column(sa.Double)
    longitude: Mapped[float | None] = mapped_column(sa.Double)
    elevation_m: Mapped[float | None] = mapped_column(sa.Double)
    source: Mapped[str] = mapped_column(sa.Text, default="file")
    attribution: Mapped[str] = mapped_column(sa.Text, default="")
    batch_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    version: Mapped[int] = mapped_column(sa.Integer, default=1)


class WeatherDay(TenantOwned, Base):
    """A day's mean temperature and rain at a station, as observed."""

    __tablename__ = "weather_day"
    __table_args__ = (
        belongs_to("station_id", "weather_station", ondelete="CASCADE"),
        sa.CheckConstraint(_MEAN, name="mean_c"),
        sa.CheckConstraint(_RAIN, name="rain_mm"),
    )

    station_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    mean_c: Mapped[float | None] = mapped_column(sa.Double)
    rain_mm: Mapped[float | None] = mapped_column(sa.Double)
    batch_id: Mapped[int | None] = mapped_column(sa.BigInteger)


class WeatherTypicalDay(TenantOwned, Base):
    """A day of a typical year, 1 to 365: the year has no 29 February."""

    __tablename__ = "weather_typical_day"
    __table_args__ = (
        belongs_to("station_id", "weather_station", ondelete="CASCADE"),
        sa.CheckConstraint("day_of_year >= 1 AND day_of_year <= 365", name="day_of_year"),
        sa.CheckConstraint(_MEAN, name="mean_c"),
        sa.CheckConstraint(_RAIN, name="rain_mm"),
    )

    station_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    day_of_year: Mapped[int] = mapped_column(sa.Integer, primary_key=True, autoincrement=False)
    mean_c: Mapped[float | None] = mapped_column(sa.Double)
    rain_mm: Mapped[float | None] = mapped_column(sa.Double)
    batch_id: Mapped[int | None] = mapped_column(sa.BigInteger)


class WeatherTypicalYear(TenantOwned, Base):
    """What a computed typical year was made of: the station observed, and the years."""

    __tablename__ = "weather_typical_year"
    __table_args__ = (
        belongs_to("station_id", "weather_station", ondelete="CASCADE"),
        belongs_to("based_on_id", "weather_station", ondelete="CASCADE"),
    )

    station_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    based_on_id: Mapped[int] = mapped_column(sa.BigInteger)
    first_year: Mapped[int] = mapped_column(sa.Integer)
    last_year: Mapped[int] = mapped_column(sa.Integer)
    least_years: Mapped[int] = mapped_column(sa.Integer)
    created_at: Mapped[datetime] = mapped_column(Instant)
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)


class WeatherMonth(TenantOwned, Base):
    """A month's mean temperature and rain, where nothing is known of its days."""

    __tablename__ = "weather_month"
    __table_args__ = (
        belongs_to("station_id", "weather_station", ondelete="CASCADE"),
        sa.CheckConstraint(_MEAN, name="mean_c"),
        sa.CheckConstraint("rain_mm >= 0 AND rain_mm < 30000", name="rain_mm"),
    )

    station_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    month: Mapped[date] = mapped_column(sa.Date, primary_key=True)
    mean_c: Mapped[float | None] = mapped_column(sa.Double)
    rain_mm: Mapped[float | None] = mapped_column(sa.Double)
    batch_id: Mapped[int | None] = mapped_column(sa.BigInteger)
