"""Forms of sites and their dated attributes. Labels are English constants; the page translates them."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from wtforms import DateField, Form, HiddenField, SelectField, SelectMultipleField, StringField, validators
from wtforms.fields.choices import SelectChoice

from emstrack.domain.sites import ATTRIBUTES_OF_KIND, Attribute, HotelService, SiteDetails, SiteKind
from emstrack.language.labels import LABELS
from emstrack.web.forms.quantities import QuantityField, required

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emstrack.domain.errors import EmstrackError
    from emstrack.language.languages import Language

    Pair = tuple[int, str] | tuple[str, str]

UNIT_OF = {
    Attribute.ROOMS: "",
    Attribute.FLOOR_AREA_M2: "m²",
    Attribute.CONDITIONED_AREA_M2: "m²",
    Attribute.GUEST_AREA_M2: "m²",
    Attribute.MEETING_AREA_M2: "m²",
    Attribute.STAFF: "",
}


def options(*pairs: Pair) -> list[Any]:
    """Return choices as the library wants them."""
    return [SelectChoice(str(value), label) for value, label in pairs]


def number_or_none(value: object) -> int | None:
    """Read the id of a choice; empty is none."""
    return int(str(value)) if value not in {None, "", "None"} else None


def text_field(label: str, description: str = "", *, limit: int = 200, **attributes: Any) -> Any:
    """Return a field for a short text."""
    return StringField(
        label,
        [validators.Length(max=limit, message="This is too long.")],
        description=description,
        filters=[lambda text: (text or "").strip()],
        render_kw={"maxlength": limit, **attributes},
    )


def day_field(label: str, description: str = "") -> Any:
    """Return a field for a day that may be left empty."""
    return DateField(label, [validators.Optional()], description=description)


class SiteForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A site, new or known; the page shows the fields that fit its kind."""

    name = text_field("Name", autocomplete="off")
    kind = SelectField("Kind", choices=options(*((kind.value, LABELS[kind]) for kind in SiteKind)))
    organisation_id = SelectField("Organisation", coerce=number_or_none)
    country = SelectField("Country")
    city = text_field("City or district")
    rooms = QuantityField("Rooms", description="All rooms that can be sold.")
    floor_area_m2 = QuantityField("Gross floor area")
    conditioned_area_m2 = QuantityField("Conditioned area", description="With heating or air conditioning.")
    guest_area_m2 = QuantityField("Guest area")
    meeting_area_m2 = QuantityField("Meeting area")
    staff = QuantityField("Staff")
    services = SelectMultipleField(
        "What is on the premises", choices=options(*((service.value, LABELS[service]) for service in HotelService))
    )
    opened = day_field("Open since")
    external_id = text_field("Your own number", "As in the inventory of buildings or the accounts.")
    currency = text_field("Currency", "Three letters, as in MXN; empty takes the country's.", limit=3)
    time_zone = text_field("Time zone", "Empty takes the country's.", limit=60, list="time-zones")
    fiscal_year_start_month = SelectField("Fiscal year starts in", coerce=number_or_none)
    weather_station_id = SelectField("Weather station", coerce=number_or_none)
    latitude = QuantityField("Latitude", description="In degrees; south is negative, as in −12.05.")
    longitude = QuantityField("Longitude", description="In degrees; west is negative, as in −77.04.")
    elevation_m = QuantityField("Elevation")
    reason = text_field("Reason for the change", "Kept with the old values.")
    version = HiddenField()

    def offer(self, choices: SiteChoices, language: Language) -> None:
        """Fill the lists of what may be chosen."""
        self.organisation_id.choices = options(*choices.organisations)
        self.country.choices = options(("", "As the organisation"), *choices.countries)
        months = language.locale.months["stand-alone"]["wide"].items()
        self.fiscal_year_start_month.choices = options(("", "As the organisation"), *months)
        self.weather_station_id.choices = options(("", "The nearest, by itself"), *choices.stations)

    def details(self, kind: SiteKind) -> SiteDetails:
        """Return what the person said."""
        return SiteDetails(
            name=self.name.data or "",
            kind=kind,
            organisation_id=self.organisation_id.data or 0,
            country=self.country.data or "",
            city=self.city.data or "",
            currency=self.currency.data or "",
            time_zone=self.time_zone.data or "",
            fiscal_year_start_month=self.fiscal_year_start_month.data,
            services=tuple(HotelService(service) for service in self.services.data or ()),
            external_id=self.external_id.data or "",
            opened=self.opened.data,
            latitude=self.latitude.data,
            longitude=self.longitude.data,
            elevation_m=self.elevation_m.data,
            weather_station_id=self.weather_station_id.data,
        )

    def attributes(self, kind: SiteKind) -> dict[Attribute, float]:
        """Return the attributes that were given, among those the kind has."""
        given = {attribute: self[attribute.value].data for attribute in ATTRIBUTES_OF_KIND[kind]}
        return {attribute: value for attribute, value in given.items() if value is not None}


class SiteChoices:
    """What the lists of a site's form offer."""

    def __init__(
        self,
        organisations: Iterable[Pair],
        countries: Iterable[Pair],
        stations: Iterable[Pair],
    ) -> None:
        """Take (value, name) of each."""
        self.organisations, self.countries, self.stations = list(organisations), list(countries), list(stations)


class AttributeForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A dated attribute: a value and the days it holds."""

    value = QuantityField("Value", [required])
    start = day_field("From", "Empty means since the beginning.")
    end = day_field("Until", "The first day it no longer holds; empty while it holds.")
    note = text_field("Reason or note")
    version = HiddenField()


def as_data(details: Any, **more: object) -> dict[str, object]:
    """Return what a form shows of something known."""
    return {field.name: getattr(details, field.name) for field in fields(details)} | more


def show_beside(form: Form, error: EmstrackError, language: Language) -> str:
    """Put an error beside the field it belongs to; return it where it belongs to none."""
    sentence = language.sentence(error)
    field = str(error.evidence.get("field", ""))
    if field not in form:
        return sentence
    form[field].errors = [*form[field].errors, sentence]
    return ""
