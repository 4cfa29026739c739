"""Where a factor is from is said in the reader's language; the titles of publications stay as they are."""

from __future__ import annotations

import csv
import re
from importlib import resources

import pytest

from emstrack.language.citations import REMARKS, written_source
from emstrack.language.languages import Language, _catalogue

ENGLISH = re.compile(r"\b(the|and|of|as|by|per|our|your|value|table|only|after|to be)\b", re.IGNORECASE)
TABLES = ("emission_factors", "heat_contents", "densities")


def sources() -> list[str]:
    found: dict[str, None] = {}
    for table in TABLES:
        text = (resources.files("emstrack.reference") / f"{table}.csv").read_text(encoding="utf-8")
        found |= {row["source"]: None for row in csv.DictReader(text.splitlines())}
    return list(found)


def test_every_remark_is_used_and_said_in_every_language() -> None:
    assert [remark for remark in REMARKS if not any(remark in source for source in sources())] == []
    for code in ("es", "pt", "fr"):
        assert [remark for remark in REMARKS if remark not in _catalogue(code)] == []


@pytest.mark.parametrize("source", sources())
def test_nothing_english_is_left_in_a_spanish_source_but_titles(source: str) -> None:
    titles = ("IFI Default Grid Factors 2021 v3.1", "US EPA Emission Factors Hub 2024")
    written = written_source(source, Language("es"))
    for title in titles:
        written = written.replace(title, "")
    assert ENGLISH.findall(written) == []


def test_in_english_a_source_stays_as_it_is() -> None:
    assert [written_source(source, Language("en")) for source in sources()] == sources()
