"""Registers, sub-meters and shares."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emstrack.domain.errors import RefusedError
from emstrack.domain.meters import (
    USUAL_UNITS,
    Counter,
    DatedShare,
    consumption_between,
    first_overfull_day,
    fractions_between,
    would_circle,
)
from emstrack.domain.periods import Period
from emstrack.domain.resources import Resource
from emstrack.reference import units

START = date(2025, 1, 1)


def test_consumption_is_the_difference_times_the_multiplier() -> None:
    found = consumption_between(10_200, 10_450, Counter(multiplier=40))
    assert (found.quantity, found.rolled_over) == (10_000, False)


def test_a_register_that_starts_again_adds_its_range_once() -> None:
    found = consumption_between(99_950, 120, Counter(digits=5, multiplier=2))
    assert (found.quantity, found.rolled_over) == (340, True)


def test_a_register_that_goes_down_a_little_is_a_typing_error_and_no_rollover() -> None:
    with pytest.raises(RefusedError) as refused:
        consumption_between(5_000, 4_900, Counter(digits=5))
    assert refused.value.code == "device.index_backward"


def test_what_is_plausible_may_be_said() -> None:
    assert consumption_between(5_000, 4_900, Counter(digits=4), largest_plausible=9_950).quantity == 9_900
    with pytest.raises(RefusedError):
        consumption_between(9_990, 500, Counter(digits=4), largest_plausible=400)


def test_an_index_longer_than_the_register_is_refused() -> None:
    with pytest.raises(RefusedError) as refused:
        consumption_between(0, 100_000, Counter(digits=5))
    assert refused.value.code == "device.index_too_long"


def test_a_replaced_device_counts_to_its_removal_and_the_new_one_from_its_installation() -> None:
    old = Counter(digits=5, removal_index=98_000, serial="A")
    new = Counter(digits=6, install_index=12, multiplier=10, serial="B")
    assert consumption_between(97_000, 112, old, new).quantity == 1_000 + 100 * 10


@pytest.mark.parametrize(
    "counters",
    [(Counter(serial="A"), Counter(install_index=0)), (Counter(removal_index=5), Counter(serial="A"))],
)
def test_a_replaced_device_without_its_index_is_refused(counters: tuple[Counter, ...]) -> None:
    with pytest.raises(RefusedError) as refused:
        consumption_between(1, 2, *counters)
    assert refused.value.code == "device.index_missing"


@given(st.integers(1, 9), st.integers(0, 10**9), st.floats(0, 0.5))
def test_a_plausible_consumption_comes_back_whether_or_not_it_rolled_over(digits: int, first: int, part: float) -> None:
    counter = Counter(digits=digits)
    first %= 10**digits
    used = int(part * 10**digits)
    assert consumption_between(first, (first + used) % 10**digits, counter).quantity == used


def test_shares_may_be_the_whole_but_not_more() -> None:
    half = DatedShare(2, 0.5, START)
    assert first_overfull_day([half, DatedShare(3, 0.5, START)]) is None
    late = DatedShare(3, 0.6, date(2025, 6, 1))
    assert first_overfull_day([half, late]) == date(2025, 6, 1)
    assert first_overfull_day([DatedShare(2, 0.5, START, date(2025, 6, 1)), late]) is None


def test_ten_tenths_are_one_whole() -> None:
    assert first_overfull_day([DatedShare(n, 0.1, START) for n in range(10)]) is None


def test_the_owner_keeps_what_is_not_shared_day_by_day() -> None:
    parts = fractions_between([DatedShare(2, 0.4, date(2025, 7, 1))], 1, Period.parse("2025-01:2025-12"))
    assert parts[2] == pytest.approx(0.4 * 184 / 365)
    assert sum(parts.values()) == pytest.approx(1)
    assert fractions_between([], 1, Period.parse("2025-01:2025-12")) == {1: 1.0}


def test_a_meter_may_not_stand_behind_itself_however_far() -> None:
    parents = {1: None, 2: 1, 3: 2}
    assert would_circle(1, 3, parents)
    assert would_circle(2, 2, parents)
    assert not would_circle(3, 1, parents)
    assert not would_circle(4, None, parents)


def test_a_circle_that_is_there_already_is_not_walked_for_ever() -> None:
    assert not would_circle(9, 1, {1: 2, 2: 1})


@pytest.mark.parametrize("resource", Resource)
def test_every_resource_offers_units_that_measure_it(resource: Resource) -> None:
    assert USUAL_UNITS[resource]
    assert all(units.fits(resource.value, unit) for unit in USUAL_UNITS[resource])
