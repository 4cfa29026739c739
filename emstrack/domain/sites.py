"""Sites: their kinds, their dated attributes, a hotel's services, and the drivers of their use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from emstrack.domain.periods import EARLIEST_YEAR, Period

if TYPE_CHECKING:
    from collections.abc import Iterable


class SiteKind(StrEnum):
    """What a site is."""

    BUILDING = "building"
    HOTEL = "hotel"
    PLANT = "plant"
    STREET_LIGHTING = "street_lighting"
    PUMPING_STATION = "pumping_station"
    OTHER = "other"


class Attribute(StrEnum):
    """A dated attribute of a site; one row per attribute and period, each independent of the others."""

    ROOMS = "rooms"
    FLOOR_AREA_M2 = "floor_area_m2"
    CONDITIONED_AREA_M2 = "conditioned_area_m2"
    GUEST_AREA_M2 = "guest_area_m2"
    MEETING_AREA_M2 = "meeting_area_m2"
    STAFF = "staff"


class HotelService(StrEnum):
    """What a hotel does on its premises, as it shows in its meters."""

    LAUNDRY_ON_SITE = "laundry_on_site"
    LAUNDRY_OUTSOURCED = "laundry_outsourced"
    POOL = "pool"
    RESTAURANTS = "restaurants"
    SPA = "spa"
    GOLF = "golf"
    DESALINATION = "desalination"


class Driver(StrEnum):
    """A series that explains use; any other name is a custom driver."""

    OCCUPIED_ROOM_NIGHTS = "occupied_room_nights"
    GUEST_NIGHTS = "guest_nights"
    AVAILABLE_ROOM_NIGHTS = "available_room_nights"
    MEALS = "meals"
    LAUNDRY_KG = "laundry_kg"
    OCCUPANTS = "occupants"
    PRODUCTION = "production"


BEGINNING = date(EARLIEST_YEAR, 1, 1)
"""The first day of an attribute that nobody dated: it holds since the beginning."""

ATTRIBUTES_OF_KIND: dict[SiteKind, tuple[Attribute, ...]] = {
    SiteKind.HOTEL: (
        Attribute.ROOMS,
        Attribute.FLOOR_AREA_M2,
        Attribute.CONDITIONED_AREA_M2,
        Attribute.GUEST_AREA_M2,
        Attribute.MEETING_AREA_M2,
        Attribute.STAFF,
    ),
    SiteKind.BUILDING: (Attribute.FLOOR_AREA_M2, Attribute.CONDITIONED_AREA_M2, Attribute.STAFF),
    SiteKind.PLANT: (Attribute.FLOOR_AREA_M2, Attribute.STAFF),
    SiteKind.STREET_LIGHTING: (),
    SiteKind.PUMPING_STATION: (Attribute.FLOOR_AREA_M2,),
    SiteKind.OTHER: (Attribute.ROOMS, Attribute.FLOOR_AREA_M2, Attribute.STAFF),
}
"""What the form of each kind asks for: a hotel knows its rooms, a lighting circuit has no floor."""

LARGEST_ATTRIBUTE = {
    Attribute.ROOMS: 20_000.0,
    Attribute.STAFF: 200_000.0,
}
"""Beyond these a value is a typing error [rooms, people]."""

LARGEST_AREA_M2 = 10_000_000.0
"""Beyond this an area is a typing error [m2]."""

LONGEST_NAME = 200
"""Letters of a name; a longer one does not fit a report's line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteDetails:
    """What a person says of a site; dated attributes are apart.

    Parameters
    ----------
    name : str
    kind : SiteKind
    organisation_id : int
    country : str
        ISO 3166 code; empty takes the organisation's.
    city : str
    currency : str
        ISO 4217 code; empty takes the country's, else the organisation's.
    time_zone : str
        IANA name; empty takes the country's, else the organisation's.
    fiscal_year_start_month : int or None
        1 to 12; None is the organisation's.
    services : tuple of HotelService
    external_id : str
        The site's number in somebody else's books; empty for none.
    opened : date or None
    latitude, longitude : float or None
        [degrees].
    elevation_m : float or None
        Above the sea [m].
    weather_station_id : int or None
        None leaves the choice to distance.
    """

    name: str
    kind: SiteKind
    organisation_id: int
    country: str = ""
    city: str = ""
    currency: str = ""
    time_zone: str = ""
    fiscal_year_start_month: int | None = None
    services: tuple[HotelService, ...] = ()
    external_id: str = ""
    opened: date | None = None
    latitude: float | None = None
    longitude: float | None = None
    elevation_m: float | None = None
    weather_station_id: int | None = None


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value that holds from a day on, until another or for good.

    Parameters
    ----------
    value : float
        [rooms, m2 or people, as its attribute says].
    start : date
        First day.
    end : date or None
        First day after it; None is open.
    """

    value: float
    start: date
    end: date | None = None

    def days_in(self, period: Period) -> int:
        """Return the days of a period it holds on [d]."""
        end = period.end if self.end is None else min(self.end, period.end)
        return max(0, (end - max(self.start, period.start)).days)

    def overlaps(self, other: DatedValue) -> bool:
        """Tell whether both hold on some day."""
        return (self.end is None or other.start < self.end) and (other.end is None or self.start < other.end)


@dataclass(frozen=True, slots=True)
class DayWeighted:
    """An attribute's average over a period, each day counting once.

    Parameters
    ----------
    value : float or None
        Average over the days it is known for; None where it is known for none.
    known_days : int
        Days it is known for [d].
    days : int
        Days of the period [d].
    """

    value: float | None
    known_days: int
    days: int

    @property
    def is_complete(self) -> bool:
        """Whether it is known for every day: only then may something be divided by it."""
        return self.known_days == self.days


def average_between(values: Iterable[DatedValue], period: Period) -> DayWeighted:
    """Return the day-weighted average of a dated attribute.

    Parameters
    ----------
    values : iterable of DatedValue
        Of one attribute of one site; they do not overlap.
    period : Period

    Returns
    -------
    DayWeighted
        Days without a value are left out of the average and counted as unknown: missing is never zero.
    """
    weights = [(each.value, each.days_in(period)) for each in values]
    known = sum(days for _, days in weights)
    total = sum(value * days for value, days in weights)
    return DayWeighted(total / known if known else None, known, period.days)


def rooms_between(values: Iterable[DatedValue], period: Period) -> float | None:
    """Return the day-weighted installed rooms of a period [rooms], for savings per room.

    Parameters
    ----------
    values : iterable of DatedValue
        The site's dated rooms (or another attribute, which is weighted the same way).
    period : Period

    Returns
    -------
    float or None
        None unless they are known on every day and not zero throughout: what is not known divides nothing.
    """
    average = average_between(values, period)
    return average.value if average.is_complete and average.value else None


def value_on(values: Iterable[DatedValue], day: date) -> float | None:
    """Return the value that holds on a day, or None."""
    return next((e.value for e in values if e.start <= day and (e.end is None or day < e.end)), None)


def largest(attribute: Attribute) -> float:
    """Return the value beyond which an attribute is a typing error [its own unit]."""
    return LARGEST_ATTRIBUTE.get(attribute, LARGEST_AREA_M2)
