"""Days that two readings claim: whatever the order, what stands never overlaps, and nothing is lost without a word."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from emstrack.services.readings.find_overlaps import ACTUAL, ESTIMATED, Overlaps, Spans, find_overlaps

Row = tuple[int, int, int, int, int]
"""Meter, start, end, kind, stored."""


def settle(*rows: Row) -> Overlaps:
    columns = list(zip(*rows, strict=True)) or [()] * 5
    meter, start, end, kind, stored = (np.array(column, dtype=np.int64) for column in columns)
    index = np.where(stored == 0, np.arange(len(meter)), -1)
    return find_overlaps(Spans(meter, start, end, kind.astype(np.int8), stored, index))


def test_neighbours_do_not_overlap() -> None:
    assert settle((0, 0, 31, ACTUAL, 0), (0, 31, 60, ACTUAL, 0)) == Overlaps()


def test_meters_do_not_meet() -> None:
    assert settle((0, 0, 31, ACTUAL, 0), (1, 10, 40, ACTUAL, 0)) == Overlaps()


def test_days_before_1970_are_days_too() -> None:
    assert list(settle((0, -7000, -6900, ACTUAL, 0), (0, -6950, -6800, ACTUAL, 0)).refused) == [1]


def test_the_earlier_row_stands_and_the_later_names_it() -> None:
    found = settle((0, 20, 50, ACTUAL, 0), (0, 0, 31, ACTUAL, 0))
    assert {index: span.at for index, span in found.refused.items()} == {1: 0}


def test_an_actual_row_stands_before_an_estimated_one_above_it() -> None:
    assert list(settle((0, 0, 31, ESTIMATED, 0), (0, 0, 31, ACTUAL, 0)).refused) == [0]


def test_a_long_reading_found_behind_shorter_ones() -> None:
    assert list(settle((0, 0, 365, ACTUAL, 9), (0, 100, 101, ACTUAL, 0), (0, 365, 396, ACTUAL, 0)).refused) == [1]


def test_one_actual_row_replaces_all_the_estimates_it_covers() -> None:
    found = settle((0, 0, 60, ACTUAL, 0), (0, 0, 31, ESTIMATED, 7), (0, 31, 60, ESTIMATED, 8))
    assert {index: [span.stored for span in spans] for index, spans in found.replaced.items()} == {0: [7, 8]}


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 60), st.integers(1, 30), st.sampled_from([ACTUAL, ESTIMATED])),
        max_size=25,
    )
)
def test_what_stands_never_overlaps_and_every_refusal_names_what_it_meets(
    made: list[tuple[int, int, int, int]],
) -> None:
    rows = [(meter, start, start + days, kind, 0) for meter, start, days, kind in made]
    found = settle(*rows)
    assert found.replaced == {}
    standing = sorted(row[:3] for index, row in enumerate(rows) if index not in found.refused)
    for (meter, _, end), (other, start, _) in pairwise(standing):
        assert meter != other or end <= start
    for index, span in found.refused.items():
        meter, start, end, _, _ = rows[index]
        assert rows[span.at][0] == meter
        assert span.start < end
        assert span.end > start
        assert span.at not in found.refused
