"""Country, currency, language and time zone: checked, and what was left out taken from the country."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emstrack.domain.accounts import Locality
from emstrack.domain.errors import RefusedError
from emstrack.language.languages import LANGUAGES
from emstrack.reference.countries import countries, currencies


def checked_locality(locality: Locality) -> Locality:
    """Return a locality that can be worked with.

    Raises
    ------
    RefusedError
        ``organisation.country``, ``organisation.currency`` or ``organisation.time_zone``.
    """
    code, currency = locality.country.strip().upper(), locality.currency.strip().upper()
    country = countries().get(code)
    if code and country is None:
        raise RefusedError("organisation.country", country=code[:60])
    if currency and currency not in currencies():
        raise RefusedError("organisation.currency", currency=currency[:60])
    time_zone = locality.time_zone.strip()
    if time_zone in {"", "UTC"} and country is not None:
        time_zone = country.time_zone
    try:
        ZoneInfo(time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RefusedError("organisation.time_zone", time_zone=time_zone[:60]) from None
    language = locality.language or (country.language if country else "")
    return Locality(
        country=code,
        currency=currency or (country.currency if country else ""),
        language=language if language in LANGUAGES else "",
        time_zone=time_zone or "UTC",
    )
