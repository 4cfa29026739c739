"""Sites: their kinds, their dated attributes, a hotel's services, and the drivers of their use."""

from __future__ import annotations

from enum import StrEnum


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
