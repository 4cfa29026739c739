"""Drivers as what they are, so that a sentence can say their word."""

from __future__ import annotations

from enum import StrEnum

from emstrack.domain.sites import Driver


class Term(StrEnum):
    """What a model rests on beside the drivers somebody entered."""

    HEATING = "heating"
    COOLING = "cooling"
    TEMPERATURE = "temperature"
    WORKING_DAYS = "working_days"
    RAIN = "rain_mm"


GUESTS = frozenset({Driver.OCCUPIED_ROOM_NIGHTS, Driver.GUEST_NIGHTS})
"""Drivers that count guests."""


def named(driver: str) -> str:
    """Return a known driver as what it is, so that a sentence can say its word."""
    for known in (Driver, Term):
        if driver in set(known):
            return known(driver)
    return driver.replace("_", " ")
