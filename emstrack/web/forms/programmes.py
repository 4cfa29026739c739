"""Forms of programmes and their parts. Labels are English constants; the page translates them."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from wtforms import BooleanField, DateField, Form, HiddenField, SelectField, SelectMultipleField, validators

from emstrack.domain.programmes import (
    ActivityDetails,
    ActivityKind,
    CohortDetails,
    IndicatorDetails,
    LeveragedDetails,
    ProgrammeDetails,
    PublishedDetails,
)
from emstrack.domain.sectors import Sector
from emstrack.language.labels import LABELS
from emstrack.web.forms.measures import long_text
from emstrack.web.forms.quantities import QuantityField, required
from emstrack.web.forms.sites import day_field, options, text_field

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emstrack.web.forms.sites import Pair

SECTORS = options(*((each.value, LABELS[each]) for each in Sector if each is not Sector.ANY))
ANY_SECTOR = options((Sector.ANY.value, LABELS[Sector.ANY]))


def _needed_day(label: str) -> Any:
    return DateField(label, [validators.InputRequired("Choose a day.")])


def _needed(label: str, description: str = "") -> Any:
    return text_field(label, description, autocomplete="off")


class ProgrammeForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A programme."""

    name = _needed("Name")
    summary = long_text("What it does", rows=2)
    partners = long_text("Partners", "One in a line.", rows=3)
    countries = SelectMultipleField("Countries", validate_choice=False)
    sectors = SelectMultipleField("Sectors", choices=SECTORS)
    currency = text_field(
        "Currency of the results", "Three letters; empty keeps currencies in rows of their own.", limit=3
    )
    rate_day = day_field("Exchange rates of", "Empty takes today’s.")
    start = day_field("From")
    end = day_field("Until", "The first day after it.")
    version = HiddenField()

    def offer(self, countries: Iterable[Pair]) -> None:
        """Fill the list of countries."""
        self.countries.choices = options(*countries)

    def details(self) -> ProgrammeDetails:
        """Return what the person said."""
        texts: dict[str, Any] = {name: self[name].data or "" for name in ("name", "summary", "partners", "currency")}
        days: dict[str, Any] = {name: self[name].data for name in ("rate_day", "start", "end")}
        sectors = tuple(Sector(each) for each in self.sectors.data or ())
        return ProgrammeDetails(**texts, **days, sectors=sectors, countries=tuple(self.countries.data or ()))


class CohortForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A cohort."""

    name = _needed("Name", "As in “The first 17 buildings”.")
    start = day_field("From")
    end = day_field("Until", "The first day after it.")
    version = HiddenField()


class ActivityForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """An activity with people, outputs, cost."""

    kind = SelectField("Kind", choices=options(*((each.value, LABELS[each]) for each in ActivityKind)))
    title = _needed("Title")
    start = _needed_day("First day")
    last_day = _needed_day("Last day")
    place = text_field("Place")
    women = QuantityField("Women")
    men = QuantityField("Men")
    not_told = QuantityField("Sex not told")
    reach = QuantityField("People reached")
    measured = text_field("What was measured", "Before and after, as in “Lights off at 8 p.m. (%)”.")
    before = QuantityField("Before")
    after = QuantityField("After")
    outputs = long_text("Outputs", rows=2)
    cost = QuantityField("Cost")
    currency = text_field("Currency", "Three letters, as in USD.", limit=3)
    version = HiddenField()


class IndicatorForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """An indicator from a baseline to a target."""

    name = _needed("Indicator")
    unit = text_field("Unit", limit=40)
    baseline = QuantityField("Baseline")
    baseline_day = day_field("Baseline of")
    target = QuantityField("Target")
    target_day = day_field("Target by")
    version = HiddenField()


class MoneyForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """Money of others that the programme brought in."""

    source = _needed("Source")
    amount = QuantityField("Amount", [required])
    currency = text_field("Currency", "Three letters, as in USD.", limit=3)
    day = day_field("Day")
    note = text_field("Note")
    version = HiddenField()


class PublishedForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """A row of results as somebody printed it."""

    label = _needed("Sector or case, in their words")
    sector = SelectField("Sector", choices=[*ANY_SECTOR, *SECTORS])
    sites = QuantityField("Sites")
    implemented_percent = QuantityField("Implemented")
    investment = QuantityField("Investment")
    annual_savings = QuantityField("Savings a year")
    per_room = QuantityField("Savings per room")
    currency = text_field("Currency", "Three letters, as in USD.", limit=3)
    year = QuantityField("Year")
    period_uncertain = BooleanField("The period of the figures is uncertain")
    in_total = BooleanField("It stands in their table and counts in its total")
    source = text_field("Where it was published")
    version = HiddenField()


PART_FORMS: dict[str, tuple[Any, Any]] = {
    "cohorts": (CohortForm, CohortDetails),
    "activities": (ActivityForm, ActivityDetails),
    "indicators": (IndicatorForm, IndicatorDetails),
    "money": (MoneyForm, LeveragedDetails),
    "published": (PublishedForm, PublishedDetails),
}
_MONEY = frozenset({"cost", "amount", "investment", "annual_savings", "per_room"})
_COUNTS = frozenset({"women", "men", "not_told", "reach", "sites", "year"})


def part_details(word: str, form: Form) -> Any:
    """Return what the person said of a part."""
    details = PART_FORMS[word][1]
    said: dict[str, Any] = {}
    for field in fields(details):
        value = form[field.name].data
        if field.name in _MONEY:
            value = None if value is None else Decimal(repr(value))
        elif field.name in _COUNTS:
            value = None if value is None else -1 if value != int(value) else int(value)
        elif field.name == "kind":
            value = ActivityKind(value)
        elif field.name == "sector":
            value = Sector(value)
        said[field.name] = value
    return details(**said)


def part_data(details: Any, *, version: int) -> dict[str, Any]:
    """Return what a form shows of a part that is known."""
    said = {field.name: getattr(details, field.name) for field in fields(details)}
    plain = {name: float(value) if isinstance(value, Decimal) else value for name, value in said.items()}
    return plain | {"version": version}
