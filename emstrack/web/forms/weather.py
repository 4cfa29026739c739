"""Forms of weather stations: where one stands, and monthly means pasted from a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import Form, HiddenField, TextAreaField

from emstrack.services.sites.change_station import StationDetails
from emstrack.web.forms.quantities import QuantityField
from emstrack.web.forms.sites import text_field

if TYPE_CHECKING:
    from emstrack.storage.models import WeatherStation


class StationForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """What a person says of a station."""

    name = text_field("Name", autocomplete="off")
    latitude = QuantityField("Latitude", description="In degrees; south is negative, as in −12.05.")
    longitude = QuantityField("Longitude", description="In degrees; west is negative, as in −77.04.")
    elevation_m = QuantityField("Elevation")
    attribution = text_field("Who has to be named", "The source and its licence, as it asks to be cited.", limit=500)
    reason = text_field("Reason for the change", "Kept with the old values.")
    version = HiddenField()

    def details(self) -> StationDetails:
        """Return what the person said."""
        return StationDetails(
            name=self.name.data or "",
            latitude=self.latitude.data,
            longitude=self.longitude.data,
            elevation_m=self.elevation_m.data,
            attribution=self.attribution.data or "",
        )


class MonthsForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A station and its monthly means, a line each."""

    station = text_field("Name of the station or place", autocomplete="off")
    latitude = QuantityField("Latitude", description="In degrees; south is negative, as in −12.05.")
    longitude = QuantityField("Longitude", description="In degrees; west is negative, as in −77.04.")
    elevation_m = QuantityField("Elevation")
    months = TextAreaField(
        "Months and their mean temperature (°C)",
        description="A line per month, as copied from a table: 2024-01, then the mean. Leave out months nobody knows.",
    )


def station_data(station: WeatherStation) -> dict[str, object]:
    """Return what the form shows of a station."""
    names = ("name", "latitude", "longitude", "elevation_m", "attribution", "version")
    return {name: getattr(station, name) for name in names}
