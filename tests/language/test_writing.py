"""How people of a locale write, for reading what they typed."""

from datetime import date

import pytest

from emstrack.domain.typed import Writing, understand_day
from emstrack.language.languages import Language
from emstrack.language.writing import writing_of, written_day


@pytest.mark.parametrize(
    ("locale", "decimal_mark", "group_mark", "day_first"),
    [
        ("es", ".", ",", True),
        ("es_AR", ",", ".", True),
        ("en", ".", ",", True),
        ("en_US", ".", ",", False),
        ("pt", ",", ".", True),
        ("fr", ",", "\u202f", True),
    ],
)
def test_a_locale_has_its_marks_and_its_order_of_days(
    locale: str, decimal_mark: str, group_mark: str, day_first: bool
) -> None:
    assert writing_of(Language(locale)) == Writing(decimal_mark, group_mark, day_first)


@pytest.mark.parametrize("locale", ["es", "es_AR", "en", "en_US", "pt", "fr"])
def test_a_day_as_written_is_understood_as_itself(locale: str) -> None:
    writing = writing_of(Language(locale))
    assert understand_day(written_day(date(2026, 4, 3), writing), writing) == date(2026, 4, 3)


def test_no_day_is_written_as_nothing() -> None:
    assert written_day(None, Writing()) == ""
