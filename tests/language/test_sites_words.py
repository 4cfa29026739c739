"""Labels, hints and refusals of the forms of sites and meters are constants: each has its Spanish."""

from __future__ import annotations

import pytest
from wtforms import Form, SelectField, SelectMultipleField

from emstrack.language.languages import _catalogue
from emstrack.web.forms.meters import DeviceForm, MeterForm, ShareForm
from emstrack.web.forms.sites import AttributeForm, SiteForm
from emstrack.web.presenters.sites import FIELDS, METER_COLUMNS

REFUSALS = {
    "This is too long.",
    "Write a number here.",
    "Choose a site.",
    "Not a valid choice.",
    "Invalid Choice: could not coerce.",
    "Not a valid date value.",
    "As the organisation",
    "None yet",
    "No other meter",
    "Not said",
}


def words(form: type[Form]) -> set[str]:
    """Every constant a form shows."""
    shown = set()
    for field in form():
        shown |= {field.label.text, field.description}
        if isinstance(field, SelectField | SelectMultipleField) and field.choices:
            shown |= {choice.label for choice in field.choices}
    return {word for word in shown if word and not word.isdigit()}


@pytest.mark.parametrize("form", [SiteForm, AttributeForm, MeterForm, DeviceForm, ShareForm])
def test_every_word_of_a_form_is_said_in_spanish(form: type[Form]) -> None:
    spanish = _catalogue("es")
    assert sorted(word for word in words(form) if word not in {"Version"} and word not in spanish) == []


def test_refusals_columns_and_fields_are_said_in_spanish() -> None:
    spanish = _catalogue("es")
    assert sorted({*REFUSALS, *FIELDS.values(), *METER_COLUMNS} - spanish.keys()) == []
