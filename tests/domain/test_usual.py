"""What is usual for a meter is what it did itself."""

import pytest

from emstrack.domain.usual import unusual, usual_range

STEADY = usual_range([100, 102, 98, 101, 99, 100])


def test_the_usual_range_lies_around_the_median() -> None:
    assert STEADY is not None
    assert STEADY.middle == 100
    assert STEADY.low == 85
    assert STEADY.high == 115


def test_a_meter_that_varies_has_a_wide_range_that_never_goes_below_nothing() -> None:
    wide = usual_range([10, 200, 90, 400, 120, 15])
    assert wide is not None
    assert wide.low == 0
    assert wide.high > 400


def test_with_too_few_months_nothing_is_usual_and_nothing_odd() -> None:
    assert usual_range([100, 102, 98]) is None
    assert unusual(1e9, None) == ""


@pytest.mark.parametrize(
    ("rate", "code"),
    [
        (100, ""),
        (115, ""),
        (130, "entry.above_usual"),
        (1000, "entry.ten_times"),
        (10, "entry.a_tenth"),
        (60, "entry.below_usual"),
        (0, "entry.below_usual"),
        (5000, "entry.above_usual"),
    ],
)
def test_what_is_odd_is_named(rate: float, code: str) -> None:
    assert unusual(rate, STEADY) == code


def test_near_the_same_month_of_last_year_nothing_is_odd() -> None:
    assert unusual(150, STEADY, last_year=140) == ""
    assert unusual(150, STEADY, last_year=100) == "entry.above_usual"
