from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from emstrack.analysis.overlaps import overlapping
from emstrack.analysis.readings import KINDS, Readings


def found(*rows: tuple[str, str, str], meter: list[int] | None = None) -> list[tuple[int, int]]:
    readings = Readings.of(
        meter or [0] * len(rows),
        [row[0] for row in rows],
        [row[1] for row in rows],
        [1] * len(rows),
        kind=[row[2] for row in rows],
    )
    refused, other = overlapping(readings)
    return list(zip(refused.tolist(), other.tolist(), strict=True))


def test_bills_in_a_row_do_not_overlap() -> None:
    assert found(("2024-01-01", "2024-02-01", "actual"), ("2024-02-01", "2024-03-01", "actual")) == []


def test_m_1_8_the_one_that_starts_later_is_refused() -> None:
    assert found(("2024-01-20", "2024-02-20", "actual"), ("2024-01-01", "2024-02-01", "actual")) == [(0, 1)]


def test_an_estimate_gives_way_to_an_actual_reading_and_the_other_way_round() -> None:
    assert found(("2024-01-01", "2024-03-01", "actual"), ("2024-02-01", "2024-03-01", "estimated")) == [(1, 0)]
    assert found(("2024-01-01", "2024-03-01", "estimated"), ("2024-02-01", "2024-03-01", "actual")) == [(1, 0)]


def test_two_estimates_corrections_and_openings_may_overlap() -> None:
    long = ("2024-01-01", "2024-03-01")
    assert found((*long, "estimated"), (*long, "estimated"), (*long, "credit"), (*long, "adjusted")) == []
    assert found((*long, "actual"), (*long, "opening"), (*long, "credit")) == []


def test_a_refused_reading_refuses_no_other() -> None:
    assert found(
        ("2024-01-01", "2024-02-01", "actual"),
        ("2024-01-15", "2024-02-15", "actual"),
        ("2024-02-01", "2024-03-01", "actual"),
    ) == [(1, 0)]


def test_meters_do_not_touch_each_other() -> None:
    assert found(("2024-01-01", "2024-02-01", "actual"), ("2024-01-01", "2024-02-01", "actual"), meter=[0, 1]) == []


@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 60), st.integers(1, 25), st.sampled_from(KINDS[:2])), max_size=25
    )
)
def test_what_is_kept_never_claims_a_day_twice(rows: list[tuple[int, int, int, str]]) -> None:
    start = np.datetime64("2024-01-01") + np.array([row[1] for row in rows], dtype=int)
    end = start + np.array([row[2] for row in rows], dtype=int)
    readings = Readings.of([row[0] for row in rows], start, end, [1.0] * len(rows), kind=[row[3] for row in rows])
    refused, _ = overlapping(readings)
    kept = [at for at in range(len(rows)) if at not in set(refused.tolist())]
    for one in kept:
        for two in kept:
            if one < two and rows[one][0] == rows[two][0] and "actual" in {rows[one][3], rows[two][3]}:
                assert start[one] >= end[two] or start[two] >= end[one]
