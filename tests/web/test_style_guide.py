"""Every component renders, in Spanish too, and every icon it names exists."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest
from flask import render_template
from guide import PLACES, guide, guide_application

from emstrack.language.languages import Language
from emstrack.paths import resource_root

if TYPE_CHECKING:
    from flask import Flask

TEMPLATES = resource_root() / "templates"
OURS = [
    TEMPLATES / "base.html",
    TEMPLATES / "style_guide.html",
    *(TEMPLATES / "_macros").glob("*.html"),
    *(TEMPLATES / "errors").glob("*.html"),
]


@pytest.fixture(scope="module")
def flask_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application; no database is asked for what is tested here, so one of either kind does."""
    return guide_application(tmp_path_factory.mktemp("guide"))


def english() -> set[str]:
    """All English that the design's templates and charts hold."""
    found: set[str] = set()
    for path in OURS:
        text = path.read_text()
        found |= {one or two for one, two in re.findall(r"""\b_\((?:"([^"]+)"|'([^']+)')""", text)}
        for constants in re.findall(
            r"set (?:severity_words|claim_kinds|words|told) = \{(.*?)\}\s*-?%", text, re.DOTALL
        ):
            found |= {each for each in re.findall(r'"([^"]+)"', constants) if each[0].isupper()}
    for path in (resource_root() / "emstrack" / "charts").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name == "text":
                    found.add(str(node.args[0].value))
    return found


def test_every_word_of_the_design_is_spanish_too() -> None:
    spanish, same = Language("es"), {"Hotel", "Total", "…"}
    assert len(english()) > 100
    assert {each for each in english() - same if spanish.text(each) == each} == set()


def test_placeholders_survive_translation() -> None:
    spanish = Language("es")
    for each in english():
        assert set(re.findall(r"\{\w+\}", spanish.text(each))) == set(re.findall(r"\{\w+\}", each)), each


@pytest.mark.parametrize("code", ["es", "en", "pt", "fr"])
def test_the_style_guide_renders_in_each_language(flask_app: Flask, code: str) -> None:
    page = guide(flask_app, code)
    assert f'<html lang="{code}"' in page
    assert page.count("<svg") > 40
    assert "Undefined" not in page
    assert not re.search(r'[=> ]"?None[<"]', page)


def test_ids_are_unique_and_every_reference_leads_somewhere(flask_app: Flask) -> None:
    page = guide(flask_app, "en")
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for names in re.findall(
        r'\b(?:for|aria-describedby|aria-labelledby|popovertarget|data-opens-dialog)="([^"]+)"', page
    ):
        assert set(names.split()) <= set(ids), names


def test_every_icon_named_in_a_template_exists() -> None:
    shapes = re.findall(r'^  "(\w+)": "[Mm]', (TEMPLATES / "_macros" / "icons.html").read_text(), re.MULTILINE)
    for path in TEMPLATES.rglob("*.html"):
        for name in re.findall(r'\bicon\("(\w+)"|icon_name="(\w+)"', path.read_text()):
            assert (name[0] or name[1]) in shapes, (path.name, name)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503])
def test_every_error_has_a_page_that_says_the_way_on(flask_app: Flask, status: int) -> None:
    with flask_app.test_request_context("/?lang=es"):
        page = render_template(
            "errors/error.html", status=status, sentence="", reference="abc123" if status == 500 else ""
        )
    assert "Ir a la primera página" in page
    assert ("abc123" in page) == (status == 500)
    assert page.count("<h1>") == 1


def test_a_sentence_of_the_product_stands_before_the_general_one(flask_app: Flask) -> None:
    with flask_app.test_request_context("/?lang=en"):
        page = render_template("errors/error.html", status=422, sentence="Row 7 has no unit <b>.", reference="")
    assert "Row 7 has no unit &lt;b&gt;." in page
    assert "Something in it has to be put right" not in page


def test_a_chosen_theme_is_there_from_the_first_byte(flask_app: Flask) -> None:
    assert '<html lang="en" data-theme="dark">' in guide(flask_app, "en", theme="dark")
    assert '<html lang="en">' in guide(flask_app, "en", theme='evil" onload')


def test_what_people_type_is_escaped_everywhere(flask_app: Flask) -> None:
    hostile = '"><script>alert(1)</script>'
    source = """
    {% from "_macros/fields.html" import input, select, choices with context %}
    {% from "_macros/tables.html" import data_table, entry_cell with context %}
    {% from "_macros/messages.html" import alert, toast, badge with context %}
    {% from "_macros/figures.html" import figure_card with context %}
    {% from "_macros/timeline.html" import timeline with context %}
    {% from "_macros/actions.html" import button, confirm_dialog with context %}
    {{ input("a", x, x, hint=x, unit=x, errors=[x], understood=x, placeholder=x) }}
    {{ select("b", x, [(x, x)], x) }}{{ choices("c", x, [(x, x, x)]) }}{{ button(x, name=x, value=x) }}
    {{ data_table(x, [{"label": x}], [[{"text": x, "note": x, "href": x}]], caption=x) }}
    {{ entry_cell("d", x, x, x, "warning", x) }}{{ alert("info", x, x) }}{{ toast(x, x) }}{{ badge(x, x) }}
    {{ figure_card(x, x, x, x, x, x) }}{{ confirm_dialog("e", x, x, x, x) }}
    {{ timeline([{"when": x, "who": x, "what": x, "old": x, "new": x, "why": x, "href": x}], x) }}
    """
    with flask_app.test_request_context("/"):
        page = flask_app.jinja_env.from_string(source).render(x=hostile, language=Language("en"))
    assert "<script" not in page
    assert '"">' not in page


def test_a_page_below_an_entry_of_the_navigation_marks_it(flask_app: Flask) -> None:
    source = '{% extends "base.html" %}{% set here = "health.process" %}'
    with flask_app.test_request_context("/?lang=en"):
        template = flask_app.jinja_env.from_string(source)
        page = template.render(language=Language("en"), languages=("en",), navigation=PLACES[:2])
    marked = re.findall(r'href="([^"]+)" aria-current="page"', page)
    assert set(marked) == {"/healthz"}
