"""Forms of meters, their devices and shares. Labels are English constants; the page translates them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import BooleanField, Form, HiddenField, SelectField, StringField, validators

from emstrack.domain.meters import USUAL_UNITS, Counter, MeterDetails
from emstrack.domain.readings import Cadence, CalendarMode, Direction
from emstrack.domain.resources import WATER_VARIETIES, Resource
from emstrack.language.labels import LABELS, unit_symbol
from emstrack.web.forms.quantities import QuantityField, required
from emstrack.web.forms.sites import day_field, number_or_none, options, text_field

if TYPE_CHECKING:
    from collections.abc import Iterable


class MeterForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A meter, new or known; the page shows the fields that fit its resource."""

    name = text_field("Name", "For example “Main”, “Kitchen” or the number on the meter.", autocomplete="off")
    resource = SelectField("What it measures", choices=options(*((code.value, LABELS[code]) for code in Resource)))
    unit = SelectField("Unit on the bill")
    variety = StringField("Kind", [validators.Length(max=200)])
    destination = text_field("Where it goes", "Landfill, composting, recycling …")
    direction = SelectField("Direction", choices=options(*((code.value, LABELS[code]) for code in Direction)))
    basis = SelectField(
        "Heating value",
        default="",
        choices=options(("", "As the unit implies"), ("net", "Net (lower)"), ("gross", "Gross (higher)")),
    )
    provider = text_field("Supplier")
    supply_point = text_field("Supply-point number", "As on the bill: service, contract or account number.")
    cadence = SelectField("A bill comes", choices=options(*((code.value, LABELS[code]) for code in Cadence)))
    calendar_mode = SelectField(
        "Months are made", choices=options(*((code.value, LABELS[code]) for code in CalendarMode))
    )
    reads_index = BooleanField("I type what the register shows, not the consumption")
    parent_id = SelectField("Stands behind", coerce=number_or_none)
    opened = day_field("In use since")
    closed = day_field("In use until", "The first day without it.")
    reason = text_field("Reason for the change", "Kept with the old values.")
    version = HiddenField()

    def offer(self, resource: Resource, parents: Iterable[tuple[int, str]], unit: str = "") -> None:
        """Fill the lists with what fits the resource, its present unit included."""
        units = list(USUAL_UNITS[resource])
        units += [unit] if unit and unit not in units else []
        self.unit.choices = options(*((code, unit_symbol(code)) for code in units))
        self.parent_id.choices = options(("", "No other meter"), *parents)

    def offer_varieties(self, resource: Resource) -> list[tuple[str, str]]:
        """Return the sources of water as choices; other varieties are words of one's own."""
        return [("", "Not said"), *((v, LABELS[v]) for v in WATER_VARIETIES)] if resource is Resource.WATER else []

    def details(self) -> MeterDetails:
        """Return what the person said."""
        return MeterDetails(
            name=self.name.data or "",
            resource=Resource(self.resource.data),
            unit=self.unit.data or "",
            variety=self.variety.data or "",
            destination=self.destination.data or "",
            direction=Direction(self.direction.data),
            basis=self.basis.data or "",
            supply_point=self.supply_point.data or "",
            provider=self.provider.data or "",
            cadence=Cadence(self.cadence.data),
            calendar_mode=CalendarMode(self.calendar_mode.data),
            reads_index=bool(self.reads_index.data),
            opened=self.opened.data,
            closed=self.closed.data,
            parent_id=self.parent_id.data,
        )


class DeviceForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A device on a meter, and its register."""

    serial = text_field("Serial number", autocomplete="off")
    digits = SelectField(
        "Digits of the register",
        coerce=int,
        choices=options(*((n, str(n)) for n in range(1, 16))),
        description="Without decimals: it tells when the register starts again at zero.",
    )
    multiplier = QuantityField("Multiplier", [required], description="As on the bill; without one it is 1.")
    installed = day_field("Installed on", "Empty if it has always been there.")
    install_index = QuantityField("Register when installed")
    removed = day_field("Removed on", "Empty while it is there.")
    removal_index = QuantityField("Register when removed")
    version = HiddenField()

    def counter(self) -> Counter:
        """Return what the person said."""
        return Counter(
            serial=self.serial.data or "",
            digits=self.digits.data,
            multiplier=self.multiplier.data or 0.0,
            installed=self.installed.data,
            install_index=self.install_index.data,
            removed=self.removed.data,
            removal_index=self.removal_index.data,
        )


class ShareForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """The part of a meter that another site uses."""

    site_id = SelectField("Site", coerce=number_or_none, validators=[validators.InputRequired("Choose a site.")])
    percent = QuantityField("Share", [required])
    start = day_field("From", "Empty means since the beginning.")
    end = day_field("Until", "The first day it no longer holds; empty while it holds.")
