"""Sites and meters as lists, facts and a history of changes, in the reader's language."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from flask import url_for

from emstrack.domain.sites import ATTRIBUTES_OF_KIND, BEGINNING, Attribute, SiteKind
from emstrack.language.labels import LABELS
from emstrack.language.languages import MISSING
from emstrack.reference.countries import country_name
from emstrack.web.presenters.weather import place as present_place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from emstrack.language.languages import Language
    from emstrack.services.sites.list_changes import Change
    from emstrack.services.sites.list_meters import ListedMeter, ShownMeter
    from emstrack.services.sites.list_sites import SitePage
    from emstrack.services.sites.show_site import ShownSite
    from emstrack.storage.models import Meter, SiteAttribute

FIELDS = {
    "name": "Name",
    "kind": "Kind",
    "organisation_id": "Organisation",
    "country": "Country",
    "city": "City or district",
    "services": "What is on the premises",
    "opened": "Open since",
    "closed": "In use until",
    "external_id": "Your own number",
    "currency": "Currency",
    "time_zone": "Time zone",
    "fiscal_year_start_month": "Fiscal year starts in",
    "weather_station_id": "Weather station",
    "latitude": "Latitude",
    "longitude": "Longitude",
    "elevation_m": "Elevation",
    "station_by": "Choice of the station",
    "photo_id": "Photo",
    "resource": "What it measures",
    "unit": "Unit on the bill",
    "variety": "Kind",
    "destination": "Where it goes",
    "direction": "Direction",
    "basis": "Heating value",
    "provider": "Supplier",
    "supply_point": "Supply-point number",
    "cadence": "A bill comes",
    "calendar_mode": "Months are made",
    "reads_index": "Register is typed",
    "parent_id": "Stands behind",
    "value": "Value",
    "start": "From",
    "end": "Until",
    "fraction": "Share",
    "serial": "Serial number",
    "digits": "Digits of the register",
    "multiplier": "Multiplier",
    "installed": "Installed on",
    "install_index": "Register when installed",
    "removed": "Removed on",
    "removal_index": "Register when removed",
    "per_month": "Quantity a month",
    "half_width": "Uncertainty",
    "agreed_by": "Agreed by",
    "reason": "Reason",
    "file_id": "Evidence",
    "meter_id": "Meter",
    "withdrawn_at": "Withdrawn on",
    "withdrawn_because": "Reason for withdrawing",
}
"""The word for each field of a change."""

METER_COLUMNS = ("Meter", "What it measures", "Unit", "Supplier", "Readings", "Read until")

_WHOSE_IDS = frozenset({"withdrawn_by"})
"""Numbers of people, who are named beside the change already."""
_ONLY_THAT_IT_CHANGED = {"photo_id", "organisation_id", "weather_station_id", "parent_id", "owner_id"}


def attribute_text(attribute: Attribute, value: float | None, language: Language) -> str:
    """Write a dated attribute with its unit."""
    if value is None:
        return MISSING
    number = language.number(value, digits=2, fixed=False)
    return number if attribute in {Attribute.ROOMS, Attribute.STAFF} else f"{number} m²"


def since(day: date, language: Language) -> str:
    """Write from when something holds."""
    return language.text("the beginning") if day <= BEGINNING else language.date(day)


def site_rows(page: SitePage, language: Language) -> list[list[Any]]:
    """Return the cells of the list of sites."""
    return [
        [
            {
                "text": row.name,
                "href": url_for("sites.about", site_id=row.id),
                "note": " · ".join(filter(None, (language.label(row.kind), row.city))),
            },
            row.organisation,
            language.number(row.rooms),
            language.number(row.floor_area_m2),
            language.number(row.meters),
        ]
        for row in page.rows
    ]


def site_columns(language: Language) -> list[dict[str, Any]]:
    """Return the columns of the list of sites."""
    return [
        {"label": language.text("Site")},
        {"label": language.text("Organisation")},
        {"label": language.text("Rooms"), "numeric": True},
        {"label": language.text("Area"), "unit": "m²", "numeric": True},
        {"label": language.text("Meters"), "numeric": True},
    ]


def site_facts(shown: ShownSite, language: Language) -> list[tuple[str, str]]:
    """Return what is known of a site, nothing that is not."""
    site, text = shown.site, language.text
    month = site.fiscal_year_start_month
    months = language.locale.months["stand-alone"]["wide"]
    place = ", ".join(filter(None, (site.city, country_name(site.country, language.code) if site.country else "")))
    facts = [
        (text("Kind"), language.label(site.kind)),
        (text("Organisation"), shown.organisation),
        (text("Place"), place),
        (text("Coordinates"), present_place(site, language)),
        (text("Open since"), language.date(site.opened) if site.opened else ""),
        (text("Your own number"), site.external_id or ""),
        (text("What is on the premises"), ", ".join(language.label(service) for service in site.services)),
        (text("Currency"), site.currency),
        (text("Time zone"), site.time_zone),
        (text("Fiscal year starts in"), str(months[month]) if month else ""),
    ]
    return [(name, value) for name, value in facts if value]


def attribute_rows(shown: ShownSite, language: Language) -> list[dict[str, Any]]:
    """Return each attribute the kind has, or that is known, with all its entries."""
    known = {Attribute(row.attribute) for row in shown.attributes}
    return [
        {
            "attribute": attribute,
            "label": language.label(attribute),
            "today": attribute_text(attribute, shown.today.get(attribute), language),
            "known": attribute in known,
            "entries": [
                _attribute_entry(row, language) for row in shown.attributes if row.attribute == attribute.value
            ],
        }
        for attribute in Attribute
        if attribute in known or attribute in ATTRIBUTES_OF_KIND[SiteKind(shown.site.kind)]
    ]


def _attribute_entry(row: SiteAttribute, language: Language) -> dict[str, Any]:
    until = language.date(row.end) if row.end else language.text("today")
    return {
        "id": row.id,
        "value": attribute_text(Attribute(row.attribute), row.value, language),
        "days": language.text("from {start} until {end}", start=since(row.start, language), end=until),
        "note": row.note,
    }


def measured(meter: Meter, language: Language) -> str:
    """Say what a meter measures: its resource, its kind, its direction where it is not the usual one."""
    variety = language.label(meter.variety) if meter.variety else ""
    direction = language.label(meter.direction) if meter.direction != "import" else ""
    return " · ".join(filter(None, (language.label(meter.resource), variety, meter.destination, direction)))


def meter_rows(listed: Iterable[ListedMeter], language: Language) -> list[list[Any]]:
    """Return the cells of a site's meters; a sub-meter says so."""
    return [
        [
            {
                "text": "— " * row.depth + row.meter.name,
                "href": url_for("meters.show", meter_id=row.meter.id),
                "note": " · ".join(_meter_notes(row, language)),
            },
            measured(row.meter, language),
            language.unit(row.meter.unit),
            row.meter.provider or MISSING,
            language.number(row.readings),
            language.date(row.last_end),
        ]
        for row in listed
    ]


def _meter_notes(row: ListedMeter, language: Language) -> list[str]:
    notes = [language.text("sub-meter: not counted again")] if row.depth else []
    return notes + ([language.text("archived")] if row.meter.archived_at else [])


def meter_columns(language: Language) -> list[dict[str, Any]]:
    """Return the columns of a site's meters."""
    return [{"label": language.text(name), "numeric": name == "Readings"} for name in METER_COLUMNS]


def meter_facts(shown: ShownMeter, language: Language) -> list[tuple[str, str]]:
    """Return what is known of a meter, nothing that is not."""
    meter, text = shown.meter, language.text
    basis = {"net": text("Net (lower)"), "gross": text("Gross (higher)")}
    facts = [
        (text("What it measures"), measured(meter, language)),
        (text("Unit on the bill"), language.unit(meter.unit)),
        (text("Heating value"), basis.get(meter.basis, "")),
        (text("Supplier"), meter.provider),
        (text("Supply-point number"), meter.supply_point),
        (text("A bill comes"), language.label(meter.cadence)),
        (text("Months are made"), language.label(meter.calendar_mode)),
        (text("Stands behind"), shown.parent.name if shown.parent else ""),
        (text("In use since"), language.date(meter.opened) if meter.opened else ""),
        (text("In use until"), language.date(meter.closed) if meter.closed else ""),
    ]
    return [(name, value) for name, value in facts if value]


def change_entries(
    changes: Iterable[Change], time_zone: str, language: Language, *, fields: Mapping[str, str] = FIELDS
) -> list[dict[str, str]]:
    """Return changes for the timeline macro; `fields` has the word of each field."""
    return [_change_entry(change, time_zone or "UTC", language, fields) for change in changes]


def _change_entry(change: Change, time_zone: str, language: Language, fields: Mapping[str, str]) -> dict[str, str]:
    what, old, new = _what(change, language, fields), "", ""
    if change.field not in {"archived_at", *_ONLY_THAT_IT_CHANGED}:
        old, new = _written(change.old, language, fields), _written(change.new, language, fields)
    if new and not old:
        what, new = f"{what}: {new}", ""
    return {
        "when": language.instant(change.at, time_zone),
        "who": change.who or language.text("Operator"),
        "what": what,
        "old": old,
        "new": new,
        "why": change.reason,
    }


def _what(change: Change, language: Language, fields: Mapping[str, str]) -> str:
    if change.field == "archived_at":
        return language.text("Archived") if change.new else language.text("Restored")
    part, _, name = change.field.partition(" ")
    if part == "device" and name:
        return language.text("Device {serial}", serial=name)
    if part == "share" and name:
        return language.text("Share of {site}", site=name)
    if part == "photo" and name:
        return language.text("Photo removed") if change.new is None else language.text("Photo added")
    if part == "adjustment" and name:
        return language.text("Adjustment")
    if part == "closed_period" and name:
        return language.text("Days left out")
    if change.field in _ONLY_THAT_IT_CHANGED:
        return language.text("{field} changed", field=language.text(fields[change.field]))
    return language.text(fields[change.field]) if change.field in fields else language.label(change.field)


def _written(value: Any, language: Language, fields: Mapping[str, str] = FIELDS) -> str:
    if isinstance(value, dict):
        return _written_part(value, language, fields)
    if isinstance(value, list):
        return ", ".join(language.label(each) for each in value)
    if isinstance(value, bool):
        return language.text("Yes") if value else language.text("No")
    if isinstance(value, int | float):
        return language.number(value, digits=6, fixed=False)
    text = "" if value is None else str(value)
    return language.label(text) if text in LABELS else _day_or_text(text, language)


def _written_part(values: Mapping[str, Any], language: Language, fields: Mapping[str, str]) -> str:
    told = {name: value for name, value in values.items() if value not in {None, ""} and name not in _WHOSE_IDS}
    if told.get("start") == BEGINNING.isoformat():
        told["start"] = language.text("the beginning")
    for part in ("fraction", "half_width"):
        if part in told:
            told[part] = language.percent(told[part])
    for file in ("file_id", "meter_id"):
        if file in told:
            told[file] = language.text("Yes")
    return ", ".join(
        f"{language.text(fields.get(name, name))}: {_written(value, language)}" for name, value in told.items()
    )


def _day_or_text(text: str, language: Language) -> str:
    try:
        return language.date(datetime.fromisoformat(text).date()) if len(text) >= len("2025-01-01") else text
    except ValueError:
        return text
