"""Labels, hints and headers of programmes are constants: each has its Spanish, Portuguese and French."""

from __future__ import annotations

import pytest
from wtforms import SelectField, SelectMultipleField

from emstrack.documents import programme_report, programme_workbook
from emstrack.language.languages import _catalogue
from emstrack.language.programme_labels import PROGRAMME_LABELS
from emstrack.language.sentences.programmes import SENTENCES
from emstrack.services.programmes.demonstrate_programmes import TABLE
from emstrack.web.forms.programmes import PART_FORMS, ProgrammeForm
from emstrack.web.presenters.accounts import MODULE_WORDS
from emstrack.web.presenters.programmes import FIELDS, PARTS


def words() -> set[str]:
    shown = {*FIELDS.values(), *PROGRAMME_LABELS.values(), *SENTENCES.values(), *programme_report.METHOD}
    shown |= {*(word for pair in PARTS.values() for word in pair), *MODULE_WORDS["programmes"]}
    shown |= {label for label, *_ in TABLE} | {"Poultry slaughterhouse", "Five Jamaican hotels"}
    for name in ("RESULTS", "COHORTS", "SITES", "MEASURES", "ACTIVITIES", "INDICATORS", "MONEY"):
        shown |= set(getattr(programme_workbook, name))
    for form in (ProgrammeForm, *(form for form, _ in PART_FORMS.values())):
        for field in form():
            shown |= {field.label.text, field.description}
            if isinstance(field, SelectField | SelectMultipleField) and field.choices:
                shown |= {choice.label for choice in field.choices}
    shown |= {
        "Results",
        "Cohorts",
        "Sites",
        "Measures",
        "Activities",
        "Indicators",
        "Latest",
        "measured",
        "Implemented",
    }
    return {word for word in shown if any(letter.isalpha() for letter in word)} - {"Version"}


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
def test_every_word_of_programmes_is_said(language: str) -> None:
    catalogue = _catalogue(language)
    assert sorted(word for word in words() if word not in catalogue) == []
