"""Forms of savings verified apart from the whole meter. Labels are English constants; the page translates them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from wtforms import DateField, Form, HiddenField, RadioField, SelectField, StringField, validators

from emstrack.domain.resources import Resource
from emstrack.domain.verification import (
    LONGEST_TITLE,
    CalibrationSteps,
    ExternalResult,
    Grounds,
    Option,
    Parameter,
    Quantity,
    SavingDetails,
)
from emstrack.domain.worksheets import CHOICES, COLD, choices_of, definitions_of
from emstrack.language.labels import LABELS
from emstrack.web import requests
from emstrack.web.forms.quantities import QuantityField, understood_number
from emstrack.web.forms.sites import day_field, number_or_none, options, show_beside, text_field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from emstrack.domain.errors import EmstrackError
    from emstrack.domain.worksheets import Definition, Worksheet
    from emstrack.language.languages import Language

GROUNDS = {Grounds.MEASURED: "Measured", Grounds.ESTIMATED: "An estimate"}
QUANTITIES = (1, 2, 3)
"""How many resources the form of an external result has room for."""
SAVED = (
    Resource.ELECTRICITY,
    *(r for r in Resource if r.is_fuel),
    Resource.WATER,
    Resource.WASTE,
    Resource.MATERIAL,
)
BESIDE = {
    "isolation.sample_of_one": "sample",
    "isolation.no_spread": "spread",
    "isolation.no_instrument": "instrument",
    "isolation.no_day": "measured_on",
    "isolation.measured_in_future": "measured_on",
    "isolation.no_source": "source",
    "isolation.no_range": "low",
    "isolation.value_outside_range": "low",
}
"""Which field of a parameter's row a refusal belongs to; the others belong to its value."""


class ReadingsField(StringField):  # type: ignore[misc]  # wtforms carries no types
    """Several numbers as people type them, separated by spaces or semicolons."""

    data: tuple[float, ...]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Understand each."""
        self.data = ()
        parts = re.split(r"[;\s]+", valuelist[0].strip()) if valuelist and valuelist[0].strip() else []
        try:
            self.data = tuple(understood_number(part) for part in parts)
        except ValueError as error:
            raise ValueError(_not_a_number(str(error))) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "; ".join(_written(each) for each in self.data or ())


def _not_a_number(text: str) -> str:
    message = "“{text}” is not a number. Write the measured values with a space between them."
    return requests.language().text(message, text=text[:40])


def _written(number: float) -> str:
    return requests.language().number(number, digits=6, fixed=False)


class SavingForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """What every saving says of itself."""

    title = text_field("Name", limit=LONGEST_TITLE, autocomplete="off")
    start = DateField("Saves since", [validators.InputRequired("Choose the day it began to save.")])
    end = day_field("Until", "The first day it no longer does; empty while it goes on.")
    note = text_field("Note", limit=1000)
    reason = text_field("Reason for the change", "Kept with the old values.")
    version = HiddenField()

    def shared(self, option: Option) -> dict[str, Any]:
        """Return what the person said, whatever the option."""
        return {
            "title": self.title.data or "",
            "option": option,
            "start": self.start.data,
            "end": self.end.data,
            "note": self.note.data or "",
        }


class SubMeterForm(SavingForm):
    """Option B: a sub-meter of the site."""

    meter_id = SelectField("Sub-meter", coerce=number_or_none, validate_choice=False)

    def details(self) -> SavingDetails:
        """Return what the person said."""
        return SavingDetails(**self.shared(Option.ALL_PARAMETERS), meter_id=self.meter_id.data)


class ExternalForm(SavingForm):
    """Option D: a result of somebody else's calibrated model; three resources have room."""

    model = text_field("Program and version")
    author = text_field("Made by")
    made_on = DateField("Made on", [validators.InputRequired("Choose the day the model was made on.")])
    steps = RadioField(
        "Compared with the meters by",
        choices=options((CalibrationSteps.MONTHLY.value, "months"), (CalibrationSteps.HOURLY.value, "hours")),
        default=CalibrationSteps.MONTHLY.value,
    )
    cv_rmse = QuantityField("CV(RMSE)")
    nmbe = QuantityField("NMBE")
    resource_1, resource_2, resource_3 = (
        SelectField(
            "Resource", choices=options(("", "–"), *((r.value, LABELS[r]) for r in SAVED)), validate_choice=False
        )
        for _ in QUANTITIES
    )
    quantity_1, quantity_2, quantity_3 = (QuantityField("Saving a year") for _ in QUANTITIES)
    band_1, band_2, band_3 = (QuantityField("± at 90 %") for _ in QUANTITIES)
    basis = SelectField("Heating value of fuels", choices=options(("net", "Net (lower)"), ("gross", "Gross (higher)")))

    def details(self) -> SavingDetails:
        """Return what the person said; percentages become fractions."""
        cv_rmse, nmbe = (float("nan") if f.data is None else f.data / 100 for f in (self.cv_rmse, self.nmbe))
        result = ExternalResult(
            model=self.model.data or "",
            author=self.author.data or "",
            made_on=self.made_on.data,
            steps=CalibrationSteps(self.steps.data),
            cv_rmse=cv_rmse,
            nmbe=nmbe,
            quantities=tuple(self._quantities()),
        )
        return SavingDetails(**self.shared(Option.CALIBRATED_MODEL), external=result)

    def _quantities(self) -> list[Quantity]:
        found: dict[str, Quantity] = {}
        for place in QUANTITIES:
            resource, quantity = self[f"resource_{place}"].data, self[f"quantity_{place}"].data
            if resource in set(SAVED) and quantity is not None:
                code = Resource(resource)
                basis = self.basis.data if code.is_fuel else ""
                band = self[f"band_{place}"].data
                found[code.value] = Quantity(code.value, code.canonical_unit, basis, quantity, band)
        return list(found.values())


class ParameterForm(Form):  # type: ignore[misc]  # wtforms carries no types
    """One row of a worksheet."""

    grounds = RadioField("What it rests on", choices=options(*((each.value, word) for each, word in GROUNDS.items())))
    value = QuantityField("Value")
    readings = ReadingsField("Values measured one by one", default=())
    sample = QuantityField("How many were measured")
    spread = QuantityField("Standard deviation")
    instrument = text_field("Measured with")
    measured_on = day_field("Measured on")
    low = QuantityField("At least")
    high = QuantityField("At most")
    source = text_field("Where it comes from")


@dataclass(frozen=True, slots=True)
class Row:
    """A parameter's definition with its fields, and the file that stands behind it already."""

    definition: Definition
    form: ParameterForm
    file_id: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed: an optional parameter is then left out."""
        return self.form.value.data is None and not self.form.readings.data

    def parameter(self) -> Parameter:
        """Return what the person said of it."""
        form, value = self.form, self.form.value.data
        measured = form.grounds.data == Grounds.MEASURED
        sample = form.sample.data
        return Parameter(
            name=self.definition.name,
            value=float("nan") if value is None else value,
            grounds=Grounds.MEASURED if measured else Grounds.ESTIMATED,
            sample=int(sample) if measured and sample is not None and abs(sample) < 1e9 else None,
            spread=form.spread.data if measured else None,
            instrument=(form.instrument.data or "") if measured else "",
            measured_on=form.measured_on.data if measured else None,
            low=None if measured else form.low.data,
            high=None if measured else form.high.data,
            source="" if measured else form.source.data or "",
            file_id=self.file_id,
            readings=form.readings.data if measured else (),
        )


class WorksheetForm:
    """Option A: the saving's own fields, the worksheet's choices, and a row for each parameter."""

    def __init__(self, worksheet: Worksheet, typed: Any, known: SavingDetails | None = None, version: int = 1) -> None:
        """Take what was typed, else what is known."""
        filled = typed or None  # an empty form would empty every number that is known
        self.worksheet = worksheet
        asked = {name: typed.get(name) for name in CHOICES.get(worksheet, {}) if typed.get(name)}
        self.choices = choices_of(worksheet, asked or (known.choices if known else None))
        data = {} if known is None else {name: getattr(known, name) for name in ("title", "start", "end", "note")}
        self.head = SavingForm(filled, data={**data, "version": str(version)})
        before = {each.name: each for each in known.parameters} if known else {}
        self.rows = [_row(each, filled, before.get(each.name)) for each in definitions_of(worksheet, self.choices)]

    def asks(self, language: Language) -> list[tuple[str, str, list[tuple[str, str]], str]]:
        """Return the choices as (name, label, options, chosen)."""
        return [
            (name, CHOICE_LABELS[name], [(v, language.text(choice_word(v))) for v in values], self.choices[name])
            for name, values in CHOICES.get(self.worksheet, {}).items()
            if self.choices[name]
        ]

    def validate(self) -> bool:
        """Whether every field can be read; what it means is the domain's to judge."""
        return all([self.head.validate(), *(row.form.validate() for row in self.rows)])

    def details(self) -> SavingDetails:
        """Return what the person said."""
        given = tuple(row.parameter() for row in self.rows if not row.is_empty)
        return SavingDetails(
            **self.head.shared(Option.KEY_PARAMETER), worksheet=self.worksheet, choices=self.choices, parameters=given
        )

    def show_beside(self, error: EmstrackError, language: Language) -> str:
        """Put an error beside the field it belongs to; return it where it belongs to none."""
        for row in self.rows:
            if row.definition.name == error.evidence.get("field"):
                field = row.form[BESIDE.get(error.code, "value")]
                field.errors = [*field.errors, language.sentence(error)]
                return ""
        return show_beside(self.head, error, language)


CHOICE_LABELS = {"fuel": "What heats the water", "basis": "Heating value", "rating": "The rating is written as"}


def choice_word(value: str) -> str:
    """Return the English word of a choice, to be translated."""
    words: Mapping[str, str] = {COLD: "Nothing: cold water", "net": "Net (lower)", "gross": "Gross (higher)"}
    return words.get(value) or LABELS.get(value, value)


def _row(definition: Definition, typed: Any, known: Parameter | None) -> Row:
    usual = Grounds.MEASURED if definition.may_be_key else Grounds.ESTIMATED
    data: dict[str, Any] = {"grounds": usual.value, "readings": ()}
    if known is not None:
        names = ("value", "readings", "sample", "spread", "instrument", "measured_on", "low", "high", "source")
        data = {name: getattr(known, name) for name in names} | {"grounds": known.grounds.value}
    form = ParameterForm(typed, prefix=f"{definition.name}-", data=data)
    return Row(definition, form, known.file_id if known else None)
