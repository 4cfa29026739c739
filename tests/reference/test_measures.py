"""An entry is refused here when it lacks its source or its verification, or says what another says."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations

import pytest

from emstrack.domain.resources import Resource
from emstrack.domain.sectors import FUEL, Sector
from emstrack.reference.measures import (
    TEXT_COLUMNS,
    Basis,
    LibraryMeasure,
    find_library_measures,
    library_measure,
    library_measures,
)
from emstrack.reference.spellings import plain, table
from emstrack.reference.texts import FourTexts

CATEGORIES = {
    *("housekeeping", "input_change", "process_control", "equipment_change"),
    *("technology_change", "on_site_reuse", "by_product", "product_change"),
}
LANGUAGES = ("en", "es", "pt", "fr")
TOO_ALIKE = 0.8
MEASURES = library_measures()


@cache
def words(text: str) -> frozenset[str]:
    return frozenset(word for word in re.findall(r"[a-z]+", plain(text)) if len(word) > 3)


def alike(one: LibraryMeasure, other: LibraryMeasure) -> float:
    """How much two entries say the same: shared words of title and mechanism, or nearly the same title."""
    first, second = words(one.title.en + one.mechanism.en), words(other.title.en + other.mechanism.en)
    shared = len(first & second) / min(len(first), len(second))
    titles = SequenceMatcher(None, plain(one.title.en), plain(other.title.en))
    return max(shared, titles.ratio()) if titles.quick_ratio() > TOO_ALIKE else shared


def test_the_library_is_a_library() -> None:
    assert len(MEASURES) >= 80
    assert len({each.code for each in MEASURES}) == len(MEASURES)
    assert set(Sector) == {sector for each in MEASURES for sector in each.sectors}


def lacks(measure: LibraryMeasure) -> list[str]:
    """What keeps an entry out of the library."""
    rules = {
        "a code": bool(re.fullmatch(r"[a-z][a-z0-9_]*", measure.code)),
        "a source, or the mark of an estimate": (measure.basis is Basis.SOURCE) == bool(measure.source),
        "the figure its source gives": not measure.source or bool(re.search(r"\d", measure.source)),
        "a range": 0 <= measure.low_percent < measure.high_percent <= 100,
        "a life": 1 <= measure.life_years <= 40,
        "an option": measure.option in {"A", "B", "C", "D"},
        "a verification": len(measure.verification.en.split()) >= 6,
        "an ease": measure.ease in {"easy", "moderate", "hard"},
        "a category": measure.category in CATEGORIES,
        "a resource": measure.resource in {*Resource, FUEL, "chemicals", "money"},
    }
    return [what for what, kept in rules.items() if not kept]


def test_an_entry_says_where_its_range_comes_from_and_how_to_verify_it() -> None:
    assert {measure.code: missing for measure in MEASURES if (missing := lacks(measure))} == {}


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        ({"basis": Basis.SOURCE, "source": ""}, "a source, or the mark of an estimate"),
        ({"source": "Everybody knows it"}, "the figure its source gives"),
        ({"verification": FourTexts("", "", "", "")}, "a verification"),
        ({"low_percent": 40.0, "high_percent": 10.0}, "a range"),
    ],
)
def test_an_entry_without_source_or_verification_is_refused(change: dict[str, object], missing: str) -> None:
    economizer = library_measure("boiler_economizer")
    assert economizer is not None
    assert missing in lacks(replace(economizer, **change))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_said_in_every_language(language: str) -> None:
    for measure in MEASURES:
        for column in TEXT_COLUMNS:
            said = getattr(measure, column).said_in(language)
            assert said == said.strip()
            assert len(said) > 5, f"{measure.code} {column}"
        assert measure.verification.said_in(language).endswith("."), measure.code
        assert len(measure.verification.said_in(language).split()) >= 6, f"{measure.code} says too little to verify"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentences_of_a_language_are_those_of_the_table(language: str) -> None:
    assert [row["code"] for row in table(f"measures/{language}.csv")] == [each.code for each in MEASURES]


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_translation_is_no_copy_of_the_english(language: str) -> None:
    same = [m.code for m in MEASURES if m.title.said_in(language) == m.title.en]
    assert same == []
    counted = Counter(m.title.said_in(language) for m in MEASURES)
    assert [title for title, count in counted.items() if count > 1] == []


def test_no_two_entries_say_the_same() -> None:
    too_alike = [(one.code, other.code) for one, other in combinations(MEASURES, 2) if alike(one, other) > TOO_ALIKE]
    assert too_alike == []


def test_the_same_thing_in_other_words_is_found_out() -> None:
    tuning = library_measure("boiler_tuning")
    economizer = library_measure("boiler_economizer")
    assert tuning is not None
    assert economizer is not None
    assert alike(tuning, tuning) > TOO_ALIKE > alike(tuning, economizer)


def test_entries_are_found_by_sector_resource_category_and_words_without_accents() -> None:
    found = find_library_measures(sector=Sector.TANNERY, words="CROMO", language="es")
    assert {each.code for each in found} == {"chrome_exhaustion", "chrome_recycling"}
    assert all(each.resource == "water" for each in find_library_measures(sector=Sector.HOTEL, resource="water"))
    everywhere = {each.code for each in find_library_measures(sector=Sector.CEMENT)}
    assert {"air_leaks", "kiln_heat"} <= everywhere
    assert "linen_reuse" not in everywhere
    assert find_library_measures(category="by_product", words="no such thing") == ()


def test_an_unknown_code_finds_nothing() -> None:
    assert library_measure("perpetual_motion") is None
