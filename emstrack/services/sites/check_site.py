"""What may be said of a site, and what is filled in where nothing was said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emstrack.domain.errors import RefusedError
from emstrack.domain.sites import LONGEST_NAME, HotelService, SiteDetails, SiteKind
from emstrack.domain.weather import StationBy
from emstrack.reference import countries
from emstrack.services.sites.check_place import checked_place
from emstrack.services.sites.choose_station import station_by_distance, station_by_person
from emstrack.storage.models import Organisation, Site
from emstrack.storage.queries import sites as queries
from emstrack.storage.scope import find

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def check_site(session: Session, details: SiteDetails, *, site: Site | None = None) -> dict[str, Any]:
    """Return the columns of a site, defaults filled from country and organisation.

    Raises
    ------
    RefusedError
        With the field it belongs to as evidence ``field``.
    """
    organisation = find(session, Organisation, details.organisation_id)
    moves = site is None or site.organisation_id != organisation.id
    if organisation.archived_at is not None and moves:
        raise RefusedError("site.organisation_archived", organisation=organisation.name, field="organisation_id")
    values = {
        "organisation_id": organisation.id,
        "kind": SiteKind(details.kind).value,
        "name": checked_name(details.name, "site"),
        "external_id": details.external_id.strip() or None,
        "city": details.city.strip()[:LONGEST_NAME],
        "services": _services(details),
        "opened": details.opened,
        **checked_place(details.latitude, details.longitude, details.elevation_m),
        **_station(session, details, site),
        **_calendar_and_money(details, organisation),
    }
    _check_unique(session, values, None if site is None else site.id)
    return values


def checked_name(text: str, thing: str) -> str:
    """Return a name without stray spaces and unprintable letters, or refuse it."""
    name = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    if not name:
        raise RefusedError(f"{thing}.name_missing", field="name")
    if len(name) > LONGEST_NAME:
        raise RefusedError(f"{thing}.name_too_long", limit=LONGEST_NAME, field="name")
    return name


def _check_unique(session: Session, values: dict[str, Any], site_id: int | None) -> None:
    if queries.name_is_taken(session, values["name"], site_id):
        raise RefusedError("site.name_taken", name=values["name"], field="name")
    number = values["external_id"]
    if number and queries.external_id_is_taken(session, number, site_id):
        raise RefusedError("site.external_id_taken", external_id=number, field="external_id")


def _services(details: SiteDetails) -> list[str]:
    """Only a hotel has them; in the order of the list, so that equal choices are equal rows."""
    if details.kind != SiteKind.HOTEL:
        return []
    return [service.value for service in HotelService if service in details.services]


def _station(session: Session, details: SiteDetails, site: Site | None) -> dict[str, Any]:
    """A person's choice stands; one left to distance is made once, and again when the site moves."""
    if details.weather_station_id is not None:
        if site is not None and site.weather_station_id == details.weather_station_id:
            return {"weather_station_id": site.weather_station_id, "station_by": StationBy.PERSON.value}
        return station_by_person(session, details.weather_station_id)
    stays = (
        site is not None
        and site.weather_station_id is not None
        and site.station_by == StationBy.DISTANCE
        and (site.latitude, site.longitude) == (details.latitude, details.longitude)
    )
    return {} if stays else station_by_distance(session, details, None if site is None else site.id)


def _calendar_and_money(details: SiteDetails, organisation: Organisation) -> dict[str, Any]:
    code = (details.country or organisation.country).strip().upper()
    country = countries.country(code) if code else None
    at_home = code == organisation.country
    currency = (
        details.currency.strip().upper()
        or (organisation.currency if at_home else "")
        or (country.currency if country else organisation.currency)
    )
    time_zone = (
        details.time_zone.strip()
        or (organisation.time_zone if at_home and organisation.time_zone != "UTC" else "")
        or (country.time_zone if country else organisation.time_zone)
    )
    month = details.fiscal_year_start_month
    if currency and currency not in countries.currencies():
        raise RefusedError("site.currency_unknown", currency=currency[:60], field="currency")
    if time_zone not in {*countries.time_zones(), "UTC"}:
        raise RefusedError("site.time_zone_unknown", time_zone=time_zone[:60], field="time_zone")
    if month is not None and not 1 <= month <= 12:
        raise RefusedError("site.month_unknown", month=month, field="fiscal_year_start_month")
    return {"country": code, "currency": currency, "time_zone": time_zone, "fiscal_year_start_month": month}
