"""Public holidays of a country, from the library that keeps them; a country it does not know has only weekends."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import holidays

if TYPE_CHECKING:
    from datetime import date


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """Return the national public holidays of a year; empty where the country is not known."""
    if not country:
        return frozenset()
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


def holidays_around(country: str, day: date) -> frozenset[date]:
    """Return the holidays of a day's year and the next, so that a move over New Year finds them."""
    return public_holidays(country, day.year) | public_holidays(country, day.year + 1)
