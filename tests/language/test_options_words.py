"""Words of savings verified apart that are constants in the code: each is said in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emstrack.language.languages import _catalogue
from emstrack.web.forms.verification import (
    CHOICE_LABELS,
    GROUNDS,
    ExternalForm,
    ParameterForm,
    SubMeterForm,
    choice_word,
)
from emstrack.web.presenters.isolated_savings import _EVENTS, _WORDS
from emstrack.web.presenters.options import _GUIDANCE

if TYPE_CHECKING:
    from wtforms import Form

WORDS = {
    *CHOICE_LABELS.values(),
    *GROUNDS.values(),
    *_EVENTS.values(),
    *_WORDS.values(),
    *_GUIDANCE.values(),
    *(choice_word(each) for each in ("none", "net", "gross")),
    "Signature taken off",
}


def words(form: type[Form]) -> set[str]:
    """Every constant a form shows."""
    shown: set[str] = set()
    for field in form():
        shown |= {
            field.label.text,
            field.description,
            *(choice.label for choice in getattr(field, "choices", None) or ()),
        }
        shown |= {str(each.message) for each in field.validators if getattr(each, "message", None)}
    return {word for word in shown if any(letter.isalpha() for letter in word)} - {"Version"}


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
def test_every_word_is_said(language: str) -> None:
    said = _catalogue(language)
    shown = WORDS.union(*(words(form) for form in (SubMeterForm, ExternalForm, ParameterForm)))
    assert sorted(shown - said.keys()) == []
