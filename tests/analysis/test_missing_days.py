"""Gaps in a series of days."""

from __future__ import annotations

import numpy as np

from emstrack.analysis.missing_days import missing_days


def test_gaps_are_counted_and_placed_whatever_the_order() -> None:
    day = np.array(["2024-01-09", "2024-01-01", "2024-01-02", "2024-01-05"], dtype="datetime64[D]")
    found = missing_days(day, np.array([1.0, 2.0, np.nan, 3.0]))
    assert (found.days, str(found.first), str(found.last)) == (6, "2024-01-01", "2024-01-09")
    assert [str(each) for each in found.start] == ["2024-01-02", "2024-01-06"]
    assert [str(each) for each in found.end] == ["2024-01-05", "2024-01-09"]
    assert (found.longest, str(found.longest_begins)) == (3, "2024-01-02")


def test_nothing_known_has_no_gap() -> None:
    found = missing_days(np.array(["2024-01-09"], dtype="datetime64[D]"), np.array([np.nan]))
    assert (found.days, found.longest) == (0, 0)
    assert np.isnat(found.longest_begins)
