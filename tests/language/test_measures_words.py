"""Labels, hints and refusals of the forms of measures are constants: each has its Spanish, Portuguese and French."""

from __future__ import annotations

import pytest
from wtforms import SelectField

from emstrack.documents import measures_workbook
from emstrack.language.languages import _catalogue
from emstrack.web.forms.measures import OPTION_WORDS, EffectForm, LineForm, MeasureForm, PlanForm, RateForm
from emstrack.web.presenters.measures import FIELDS, STEPS


def words() -> set[str]:
    shown = {*FIELDS.values(), *STEPS.values(), *OPTION_WORDS.values(), "Choose one.", "None of them", "Nobody yet"}
    for form in (EffectForm, LineForm, PlanForm, RateForm):
        for field in form():
            shown |= {field.label.text, field.description}
            if isinstance(field, SelectField) and field.choices:
                shown |= {choice.label for choice in field.choices}
    blank = MeasureForm.__new__(MeasureForm)
    for name in dir(type(blank)):
        unbound = getattr(MeasureForm, name)
        if hasattr(unbound, "creation_counter") and unbound.args and isinstance(unbound.args[0], str):
            shown |= {unbound.args[0], unbound.kwargs.get("description", "")}
    for headers in ("_SUMMARY", "_EFFECTS", "_LINES", "_PLAN"):
        shown |= set(getattr(measures_workbook, headers))
    return {word for word in shown if any(letter.isalpha() for letter in word)} - {"Version"}


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
def test_every_word_of_the_forms_is_said(language: str) -> None:
    catalogue = _catalogue(language)
    assert sorted(word for word in words() if word not in catalogue) == []
