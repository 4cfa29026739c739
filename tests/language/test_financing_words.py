"""Labels and hints of the forms of finance, and constants of its tables, are said in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emstrack.documents.exposure_workbook import _HEADS, SHEETS
from emstrack.language.financing_labels import FINANCING_LABELS
from emstrack.language.languages import _catalogue
from emstrack.language.sentences.financing import SENTENCES
from emstrack.web.forms.financing import INTERVALS, ApplicationForm, CapitalForm, EntryForm, FacilityForm
from emstrack.web.presenters.financing import FIELDS

if TYPE_CHECKING:
    from wtforms import Form

HEADS = {"Payment", "Principal", "Interest", "Owed after it", "Finance", *(word for _, word in INTERVALS)}
FORMS = (FacilityForm, CapitalForm, ApplicationForm, EntryForm)


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
@pytest.mark.parametrize("form", FORMS)
def test_every_word_of_a_form_of_finance_is_said(form: type[Form], language: str) -> None:
    shown = {text for field in form() for text in (field.label.text, field.description)}
    shown -= {"", "Version", "Reverses Id"}
    assert sorted(shown - _catalogue(language).keys()) == []


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
def test_labels_sentences_and_heads_are_said(language: str) -> None:
    shown = {*HEADS, *FIELDS.values(), *FINANCING_LABELS.values(), *SENTENCES.values(), *_HEADS, *SHEETS}
    assert sorted(shown - _catalogue(language).keys()) == []
