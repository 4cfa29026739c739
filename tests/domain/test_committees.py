"""When a committee meets, in what order it talks, and who sits on it."""

from __future__ import annotations

from datetime import date

import pytest

from emstrack.domain.committees import (
    Rhythm,
    day_of,
    in_order,
    meetings_from,
    moved,
    next_meeting,
    overlapping_terms,
)
from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import Month

SECOND_THURSDAY = Rhythm(1, 2, 3)


@pytest.mark.parametrize(
    ("rhythm", "month", "day"),
    [
        (SECOND_THURSDAY, Month(2026, 12), date(2026, 12, 10)),
        (Rhythm(1, 1, 1), Month(2026, 12), date(2026, 12, 1)),
        (Rhythm(1, 5, 4), Month(2027, 1), date(2027, 1, 29)),
        (Rhythm(1, 5, 0), Month(2027, 2), date(2027, 2, 22)),
    ],
)
def test_a_committee_meets_on_the_nth_weekday(rhythm: Rhythm, month: Month, day: date) -> None:
    assert day_of(rhythm, month) == day


def test_a_holiday_is_stepped_over_a_week_later_or_earlier_at_the_end_of_the_month() -> None:
    assert day_of(SECOND_THURSDAY, Month(2026, 12), {date(2026, 12, 10)}) == date(2026, 12, 17)
    assert day_of(Rhythm(1, 5, 4), Month(2026, 12), {date(2026, 12, 25)}) == date(2026, 12, 18)


def test_the_calendar_of_the_year_follows_the_rhythm() -> None:
    found = meetings_from(Rhythm(3, 1, 0), Month(2026, 11), count=3)
    assert found == [date(2026, 11, 2), date(2027, 2, 1), date(2027, 5, 3)]


@pytest.mark.parametrize(
    ("after", "day"),
    [
        (date(2026, 11, 12), date(2026, 12, 10)),  # held as planned
        (date(2026, 12, 1), date(2026, 12, 10)),  # this month's is still to come
        (date(2026, 12, 5), date(2027, 1, 14)),  # held just before: not again within a week
    ],
)
def test_the_next_meeting_is_proposed(after: date, day: date) -> None:
    assert next_meeting(SECOND_THURSDAY, after) == day


@pytest.mark.parametrize("rhythm", [Rhythm(0, 1, 1), Rhythm(13, 1, 1), Rhythm(1, 6, 1), Rhythm(1, 1, 7)])
def test_a_rhythm_no_calendar_has_is_refused(rhythm: Rhythm) -> None:
    with pytest.raises(RefusedError) as refused:
        rhythm.check()
    assert refused.value.code == "committee.rhythm"


def test_what_was_placed_by_hand_comes_first_and_what_is_gone_leaves_no_gap() -> None:
    assert in_order(["a", "b", "c"], ["c", "gone", "a"]) == ["c", "a", "b"]


@pytest.mark.parametrize(
    ("key", "step", "order"),
    [("b", -1, "bac"), ("b", 1, "acb"), ("a", -1, "abc"), ("c", 1, "abc"), ("x", 1, "abc")],
)
def test_an_item_moves_by_one_and_stays_at_either_end(key: str, step: int, order: str) -> None:
    assert "".join(moved(["a", "b", "c"], key, step)) == order


def test_nobody_sits_twice_at_once() -> None:
    first, later = (1, date(2025, 1, 1), date(2026, 1, 1)), (1, date(2026, 1, 1), None)
    assert list(overlapping_terms([first, later, (2, date(2025, 6, 1), None)])) == []
    assert list(overlapping_terms([first, (1, date(2025, 12, 31), None)])) == [1]
