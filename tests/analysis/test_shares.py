from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from emstrack.analysis.shares import split_evenly


def test_what_is_left_goes_to_the_largest_remainders() -> None:
    amount, owner = np.array([10_000]), np.zeros(3, dtype=np.int64)
    assert split_evenly(amount, owner, np.array([1, 1, 1])).tolist() == [3400, 3300, 3300]
    assert split_evenly(amount, owner, np.array([3, 2, 2])).tolist() == [4300, 2900, 2800]


def test_no_parts_are_no_amounts() -> None:
    assert split_evenly(np.array([5]), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)).tolist() == []


@given(
    st.lists(
        st.tuples(st.integers(-(9 * 10**17), 9 * 10**17), st.lists(st.integers(1, 31), min_size=1, max_size=30)),
        min_size=1,
        max_size=6,
    )
)
def test_parts_always_add_up_to_their_amounts(amounts: list[tuple[int, list[int]]]) -> None:
    amount = np.array([each for each, _ in amounts])
    owner = np.repeat(np.arange(len(amounts)), [len(parts) for _, parts in amounts])
    weight = np.array([part for _, parts in amounts for part in parts])
    parts = split_evenly(amount, owner, weight)
    total = np.zeros(len(amounts), dtype=np.int64)
    np.add.at(total, owner, parts)
    assert total.tolist() == amount.tolist()
    assert (np.sign(parts) * np.sign(amount)[owner] >= 0).all()
