"""What a person typed is understood, or asked about; never guessed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from emstrack.domain.errors import RefusedError
from emstrack.domain.typed import Writing, understand_day, understand_number

MEXICO = Writing(".", ",")
ARGENTINA = Writing(",", ".")
FRANCE = Writing(",", "\u202f")


@pytest.mark.parametrize(
    ("text", "writing", "value"),
    [
        ("1234", MEXICO, "1234"),
        ("1,234.5", MEXICO, "1234.5"),
        ("1,234.5", ARGENTINA, "1234.5"),
        ("1.234,5", MEXICO, "1234.5"),
        ("1,234", MEXICO, "1234"),
        ("1.234", ARGENTINA, "1234"),
        ("1.234.567", MEXICO, "1234567"),
        ("12,5", MEXICO, "12.5"),
        ("0.234", MEXICO, "0.234"),
        ("1234.567", MEXICO, "1234.567"),
        (".5", MEXICO, "0.5"),
        ("7.", MEXICO, "7"),
        ("1 234,50", FRANCE, "1234.50"),
        ("1\u00a0234", MEXICO, "1234"),
        ("12'345.6", MEXICO, "12345.6"),
        ("$ 450.00", MEXICO, "450"),
        ("MXN 1,450.25", MEXICO, "1450.25"),
        ("B/. 12.50", MEXICO, "12.50"),
        ("(12.5)", MEXICO, "-12.5"),
        ("-3", MEXICO, "-3"),
        ("−3", MEXICO, "-3"),
        ("0", MEXICO, "0"),
        ("0", ARGENTINA, "0"),
    ],
)
def test_a_number_is_understood_by_the_persons_writing(text: str, writing: Writing, value: str) -> None:
    assert understand_number(text, writing).value == Decimal(value)


def test_the_word_after_a_number_is_kept_as_its_unit() -> None:
    assert understand_number("1,234.5 kWh", MEXICO).word == "kWh"
    assert understand_number("12 m3", MEXICO).word == "m3"


@pytest.mark.parametrize(("text", "writing"), [("1.234", MEXICO), ("1,234", ARGENTINA), ("1.234", FRANCE)])
def test_a_mark_before_three_digits_that_may_mean_two_things_is_asked(text: str, writing: Writing) -> None:
    with pytest.raises(RefusedError) as told:
        understand_number(text, writing)
    assert told.value.code == "entry.number_ambiguous"
    assert told.value.evidence["whole"] == "1234"
    settled = f"{told.value.evidence['decimal']}0"
    assert understand_number(settled, writing).value == Decimal("1.234"), "the answer offered is not asked again"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "1.2.3",
        "12,34,5",
        "1,23.4",
        "--5",
        "1 2 3",
        "nan",
        "inf",
        "٣٤",
        "(5",
        "1e5",
        ".",
        ",",
        "= A1",
        "5" * 90,
    ],
)
def test_what_is_no_number_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(RefusedError) as told:
        understand_number(text, MEXICO)
    assert told.value.code == "entry.number_not_understood"


def test_a_number_no_meter_can_show_is_refused() -> None:
    with pytest.raises(RefusedError) as told:
        understand_number("9" * 17, MEXICO)
    assert told.value.code == "entry.number_too_large"


@pytest.mark.parametrize(
    ("text", "writing", "day"),
    [
        ("2025-04-03", MEXICO, date(2025, 4, 3)),
        ("3/4/2025", MEXICO, date(2025, 4, 3)),
        ("03.04.25", MEXICO, date(2025, 4, 3)),
        ("4/3/2025", Writing(day_first=False), date(2025, 4, 3)),
        ("4/30/2025", MEXICO, date(2025, 4, 30)),
        ("30/4/2025", Writing(day_first=False), date(2025, 4, 30)),
    ],
)
def test_a_day_is_understood(text: str, writing: Writing, day: date) -> None:
    assert understand_day(text, writing) == day


@pytest.mark.parametrize("text", ["", "31/2/2025", "2025-13-01", "1/1/1900", "13/13/2025", "hoy", "2025", "1/1/20255"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(RefusedError) as told:
        understand_day(text, MEXICO)
    assert told.value.code == "entry.day_not_understood"
