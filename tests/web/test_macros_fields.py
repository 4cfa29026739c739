"""Forms made with WTForms, shown by the one macro that knows them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from guide import guide_application
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DecimalField, FileField, Form, RadioField, SelectField, StringField, validators
from wtforms.fields.choices import SelectChoice

from emstrack.language.languages import Language

if TYPE_CHECKING:
    from flask import Flask


class Sample(Form):
    """One field of each kind."""

    name = StringField("Name", [validators.InputRequired("Choose one.")], description="As on the bills.")
    use = DecimalField("Use")
    kind = SelectField("Kind", choices=[SelectChoice("hotel", "Hotel"), SelectChoice("building", "Building")])
    way = RadioField(
        "What the figure is", choices=[SelectChoice("use", "Use"), SelectChoice("index", "Register index")]
    )
    laundry = BooleanField("Laundry on site")
    file = FileField("Import a file")


@pytest.fixture(scope="module")
def flask_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application."""
    return guide_application(tmp_path_factory.mktemp("guide"))


def shown(app: Flask, form: Form, call: str) -> str:
    source = '{% from "_macros/fields.html" import field with context %}{{ ' + call + " }}"
    with app.test_request_context("/?lang=es"):
        return app.jinja_env.from_string(source).render(form=form, language=Language("es"))


def test_label_and_hint_are_translated_and_tied(flask_app: Flask) -> None:
    html = shown(flask_app, Sample(), "field(form.name)")
    assert '<label for="name">Nombre' in html
    assert 'id="name-hint">Como aparece en las facturas.' in html
    assert 'aria-describedby="name-hint"' in html
    assert "aria-invalid" not in html


def test_an_error_is_translated_and_tied_before_the_hint(flask_app: Flask) -> None:
    form = Sample(MultiDict({"name": ""}))
    assert not form.validate()
    html = shown(flask_app, form, "field(form.name)")
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="name-error name-hint"' in html
    assert "Elija una opción." in html


def test_a_figure_is_text_with_a_decimal_keyboard_and_its_unit(flask_app: Flask) -> None:
    form = Sample(MultiDict({"use": "1.234,56"}))
    html = shown(flask_app, form, 'field(form.use, unit="kWh", understood="")')
    assert 'type="text"' in html
    assert 'inputmode="decimal"' in html
    assert 'value="1.234,56"' in html
    assert 'id="use-unit">kWh' in html
    assert '<output class="understood" id="use-understood" for="use">' in html


def test_choices_are_translated(flask_app: Flask) -> None:
    form = Sample(MultiDict({"kind": "building", "way": "index"}))
    html = shown(flask_app, form, "field(form.kind)")
    assert '<option value="building" selected>Edificio</option>' in html
    html = shown(flask_app, form, "field(form.way)")
    assert "<legend>Qué es la cifra</legend>" in html
    assert 'value="index" checked' in html


def test_a_checkbox_keeps_its_state(flask_app: Flask) -> None:
    assert " checked" in shown(flask_app, Sample(MultiDict({"laundry": "y"})), "field(form.laundry)")
    assert " checked" not in shown(flask_app, Sample(MultiDict()), "field(form.laundry)")


def test_a_file_can_be_dropped(flask_app: Flask) -> None:
    html = shown(flask_app, Sample(), 'field(form.file, accept=".csv")')
    assert "data-file-drop" in html
    assert 'accept=".csv"' in html
    assert ">Importar un archivo<" in html


def test_a_field_that_may_stay_empty_says_so(flask_app: Flask) -> None:
    assert "(opcional)" in shown(flask_app, Sample(), "field(form.name, optional=true)").replace("\n", "")
