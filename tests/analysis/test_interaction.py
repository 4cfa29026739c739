"""Measures on one meter act on the remaining load."""

from __future__ import annotations

import pytest

from emstrack.analysis.interaction import combined_fraction, remaining_savings


def test_m_12_7_together_they_take_less_than_their_sum() -> None:
    assert combined_fraction([0.2, 0.1]) == pytest.approx(0.28)
    assert combined_fraction([]) == 0
    assert combined_fraction([0.3]) == pytest.approx(0.3)


def test_m_12_7_what_each_leaves_adds_up() -> None:
    parts = remaining_savings([0.5, 0.5, 0.1])
    assert parts.tolist() == pytest.approx([0.5, 0.25, 0.025])
    assert parts.sum() == pytest.approx(combined_fraction([0.5, 0.5, 0.1]))


def test_nobody_saves_more_than_everything() -> None:
    assert combined_fraction([1.4, 0.2]) == 1
    assert remaining_savings([1.4, 0.2]).tolist() == [1.0, 0.0]


def test_what_adds_use_counts_as_that() -> None:
    assert combined_fraction([-0.1, 0.2]) == pytest.approx(0.12)
