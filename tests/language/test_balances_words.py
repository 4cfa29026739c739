"""Labels and hints of the forms of balances, and the heads of their tables, are constants: each has its Spanish."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emstrack.language.languages import _catalogue
from emstrack.web.forms.balances import BalanceForm, OperationForm, StreamForm
from emstrack.web.presenters.balance_history import FIELDS

if TYPE_CHECKING:
    from wtforms import Form

HEADS = {"Purchase", "Processing so far", "Disposal", "Cost", "Goes in", "Comes out", "Difference", "Choose a day."}


@pytest.mark.parametrize("form", [BalanceForm, OperationForm, StreamForm])
def test_every_word_of_a_form_of_balances_is_said_in_spanish(form: type[Form]) -> None:
    shown = {text for field in form() for text in (field.label.text, field.description)} - {"", "Version"}
    assert sorted(shown - _catalogue("es").keys()) == []


@pytest.mark.parametrize("language", ["es", "pt", "fr"])
def test_heads_of_tables_and_fields_of_the_history_are_said_in_every_language(language: str) -> None:
    assert sorted({*HEADS, *FIELDS.values()} - _catalogue(language).keys()) == []
