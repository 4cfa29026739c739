"""What holds on which day, and what may be divided by it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emstrack.domain.periods import Period
from emstrack.domain.sites import (
    ATTRIBUTES_OF_KIND,
    BEGINNING,
    Attribute,
    DatedValue,
    SiteKind,
    average_between,
    largest,
    rooms_between,
    value_on,
)

YEAR = Period.parse("2025-01:2025-12")


def test_rooms_that_never_changed_are_those_rooms() -> None:
    assert rooms_between([DatedValue(120, BEGINNING)], YEAR) == 120


def test_a_wing_opened_in_july_counts_for_the_days_it_was_open() -> None:
    rooms = [DatedValue(100, BEGINNING, date(2025, 7, 1)), DatedValue(140, date(2025, 7, 1))]
    assert rooms_between(rooms, YEAR) == pytest.approx((100 * 181 + 140 * 184) / 365)


def test_a_period_known_in_part_has_an_average_but_divides_nothing() -> None:
    rooms = [DatedValue(100, date(2025, 7, 1))]
    average = average_between(rooms, YEAR)
    assert (average.value, average.known_days, average.days) == (100, 184, 365)
    assert not average.is_complete
    assert rooms_between(rooms, YEAR) is None


def test_nothing_known_is_none_and_not_zero() -> None:
    assert average_between([], YEAR).value is None
    assert rooms_between([], YEAR) is None


def test_zero_rooms_divide_nothing() -> None:
    assert average_between([DatedValue(0, BEGINNING)], YEAR).value == 0
    assert rooms_between([DatedValue(0, BEGINNING)], YEAR) is None


def test_the_last_day_is_not_included() -> None:
    value = DatedValue(5, date(2025, 1, 1), date(2025, 2, 1))
    assert value_on([value], date(2025, 1, 31)) == 5
    assert value_on([value], date(2025, 2, 1)) is None


def test_neighbours_do_not_overlap_and_a_day_in_common_does() -> None:
    first = DatedValue(1, date(2025, 1, 1), date(2025, 2, 1))
    assert not first.overlaps(DatedValue(2, date(2025, 2, 1)))
    assert first.overlaps(DatedValue(2, date(2025, 1, 31)))
    assert DatedValue(2, BEGINNING).overlaps(first)


@given(
    st.lists(st.integers(1, 200), min_size=1, max_size=6),
    st.lists(st.floats(0, 1000), min_size=6, max_size=6),
    st.integers(0, 400),
    st.integers(1, 500),
)
def test_the_average_is_that_of_the_days_counted_one_by_one(
    lengths: list[int], values: list[float], first: int, days: int
) -> None:
    day, dated = date(2025, 1, 1), []
    for length, value in zip(lengths, values, strict=False):
        dated.append(DatedValue(value, day, day + timedelta(days=length)))
        day += timedelta(days=length)
    start = date(2025, 1, 1) + timedelta(days=first)
    period = Period(start, start + timedelta(days=days))
    single = [value_on(dated, start + timedelta(days=n)) for n in range(days)]
    known = [value for value in single if value is not None]
    average = average_between(dated, period)
    assert average.known_days == len(known)
    assert average.value == (pytest.approx(sum(known) / len(known)) if known else None)


def test_every_kind_says_what_its_form_asks() -> None:
    assert set(ATTRIBUTES_OF_KIND) == set(SiteKind)
    assert Attribute.ROOMS in ATTRIBUTES_OF_KIND[SiteKind.HOTEL]
    assert Attribute.ROOMS not in ATTRIBUTES_OF_KIND[SiteKind.BUILDING]


def test_rooms_and_areas_have_their_own_limits() -> None:
    assert largest(Attribute.ROOMS) < largest(Attribute.FLOOR_AREA_M2)
