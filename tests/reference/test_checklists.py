"""A checklist is refused here when a question cannot be answered on a walk, or leads to nothing the library knows."""

from __future__ import annotations

import csv
import re
from importlib import resources

import pytest

from emstrack.domain.resources import Resource
from emstrack.domain.sectors import FUEL, AnswerKind, Sector
from emstrack.reference.checklists import ChecklistQuestion, checklist, checklist_area, checklist_areas
from emstrack.reference.measures import library_measure

COLUMNS = [
    *("sector", "area", "code", "position", "answer", "unit", "resource"),
    *("question_en", "question_es", "question_pt", "question_fr"),
    *("hint_en", "hint_es", "hint_pt", "hint_fr", "measures"),
]
HOTEL_AREAS = ("rooms", "kitchen", "laundry", "pool", "boiler", "air_conditioning", "gardens", "water", "waste")
MUNICIPAL_AREAS = ("lighting", "air_conditioning", "office_equipment", "water", "waste", "paper")
UNIT = re.compile(r"1|%|°C|(mm|bar|lux|W|L|m|s|a)|[A-Za-z0-9]{1,4}/([A-Za-z]{1,6}|100g|m3)")
LANGUAGES = ("en", "es", "pt", "fr")
QUESTIONS = tuple(question for sector in Sector for question in checklist(sector))


def test_hotels_and_municipal_buildings_are_walked_area_by_area() -> None:
    assert checklist_areas(Sector.HOTEL) == HOTEL_AREAS
    assert checklist_areas(Sector.MUNICIPAL_BUILDING) == MUNICIPAL_AREAS


@pytest.mark.parametrize("sector", Sector, ids=str)
def test_every_sector_has_eight_to_fifteen_questions_an_area_in_order(sector: Sector) -> None:
    for area in checklist_areas(sector):
        asked = checklist_area(sector, area)
        assert 8 <= len(asked) <= 15, area
        assert [question.position for question in asked] == list(range(1, len(asked) + 1)), area


def test_every_file_has_the_columns_and_only_its_own_sector() -> None:
    folder = resources.files("emstrack.reference") / "checklists"
    files = {file.name.removesuffix(".csv"): file for file in folder.iterdir()}
    assert set(files) == {sector.value for sector in Sector}
    for name, file in files.items():
        with file.open(encoding="utf-8") as stream:
            rows = csv.DictReader(stream)
            assert rows.fieldnames == COLUMNS, name
            assert {row["sector"] for row in rows} == {name}


def test_codes_are_stable_names_and_stand_once() -> None:
    assert len({question.code for question in QUESTIONS}) == len(QUESTIONS)
    for question in QUESTIONS:
        assert re.fullmatch(rf"{question.sector}\.{question.area}\.[a-z][a-z0-9_]*", question.code)


def test_a_number_has_its_unit_and_nothing_else_has() -> None:
    for question in QUESTIONS:
        assert bool(question.unit) == (question.answer is AnswerKind.NUMBER), question.code
        assert not question.unit or UNIT.fullmatch(question.unit), question.code


def test_a_question_is_about_a_resource() -> None:
    known = {*Resource, FUEL, "chemicals", "money"}
    assert [question.code for question in QUESTIONS if question.resource not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_and_hint_is_said_in_every_language(language: str) -> None:
    for question in QUESTIONS:
        asked, hint = question.question.said_in(language), question.hint.said_in(language)
        assert asked.endswith("?"), question.code
        assert hint.endswith((".", "?")), question.code
        assert len(asked) > 12, question.code
        if language == "es":
            assert "¿" in asked, question.code


def test_a_question_leads_to_measures_that_fit_its_sector() -> None:
    def lost(question: ChecklistQuestion) -> list[str]:
        measures = [(code, library_measure(code)) for code in question.measures]
        return [code for code, measure in measures if measure is None or not measure.is_for(question.sector)]

    assert {question.code: wrong for question in QUESTIONS if (wrong := lost(question))} == {}


def test_nearly_every_question_leads_somewhere() -> None:
    assert sum(bool(question.measures) for question in QUESTIONS) > 0.95 * len(QUESTIONS)
