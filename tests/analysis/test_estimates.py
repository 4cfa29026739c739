"""Estimates are settled by the next actual reading."""

from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis.estimates import settle_estimates
from emstrack.analysis.reading_periods import measured_readings
from emstrack.analysis.readings import ACTUAL, ESTIMATED, Readings
from emstrack.analysis.savings import compute_savings
from tests.analysis import worked_hotel as w


def measured(rows: list[tuple[int, str, str, float, str]]):  # type: ignore[no-untyped-def]
    meter, start, end, quantity, kind = zip(*rows, strict=True)
    cost = [int(each * 10_000) for each in quantity]
    given = Readings.of(meter, np.array(start, "M8[D]"), np.array(end, "M8[D]"), quantity, kind=kind, cost=cost)
    return measured_readings(given)[0]


def test_m_2_5_an_estimate_and_the_actual_reading_that_settles_it_are_one() -> None:
    merged, settled = settle_estimates(
        measured(
            [
                (0, "2025-01-01", "2025-02-01", 100, "actual"),
                (0, "2025-02-01", "2025-03-01", 180, "estimated"),
                (0, "2025-03-01", "2025-04-01", 20, "actual"),
                (1, "2025-01-01", "2025-02-01", 7, "estimated"),
            ]
        )
    )
    assert merged.quantity.tolist() == [100, 200, 7]
    assert merged.kind.tolist() == [ACTUAL, ACTUAL, ESTIMATED]
    assert str(merged.start[1]) == "2025-02-01"
    assert str(merged.end[1]) == "2025-04-01"
    assert (merged.cost[1], merged.priced[1]) == (2_000_000, 200)
    assert settled.tolist() == [1, 0]


@pytest.mark.parametrize(
    "rows",
    [
        [(0, "2025-01-01", "2025-02-01", 1, "estimated"), (0, "2025-02-01", "2025-03-15", 1, "actual")],
        [(0, "2025-01-01", "2025-02-01", 1, "estimated"), (0, "2025-02-02", "2025-03-01", 1, "actual")],
        [(0, "2025-01-01", "2025-02-01", 1, "estimated"), (1, "2025-02-01", "2025-03-01", 1, "actual")],
        [(0, "2025-01-01", "2025-02-01", 1, "actual"), (0, "2025-02-01", "2025-03-01", 1, "estimated")],
    ],
    ids=["73 days together", "a day between", "another meter", "nothing after"],
)
def test_m_2_5_what_does_not_meet_or_is_too_long_stays(rows: list[tuple[int, str, str, float, str]]) -> None:
    given = measured(rows)
    merged, settled = settle_estimates(given)
    assert len(merged) == 2
    assert settled.sum() == 0


def test_a_run_of_estimates_is_settled_whole_or_not_at_all() -> None:
    weeks = [(0, f"2025-01-{day:02d}", f"2025-01-{day + 7:02d}", 1.0, "estimated") for day in (1, 8, 15)]
    merged, settled = settle_estimates(measured([*weeks, (0, "2025-01-22", "2025-02-01", 9.0, "actual")]))
    assert merged.quantity.tolist() == [12.0]
    assert settled.tolist() == [3]


def test_no_readings_are_no_trouble() -> None:
    empty = measured_readings(Readings.of([], np.array([], "M8[D]"), np.array([], "M8[D]"), []))[0]
    assert len(settle_estimates(empty)[0]) == 0


def test_an_estimate_that_the_next_bill_settles_does_not_bend_the_model() -> None:
    quantity = np.array(w.KWH, dtype=float)
    kinds = ["actual"] * 24
    kinds[5] = "estimated"
    wrong = w.readings(kind=kinds)
    wrong.quantity[5:7] = quantity[5] + 60_000, quantity[6] - 60_000
    item = compute_savings(w.hotel(readings=wrong), w.question()).items[0]
    plain = compute_savings(w.hotel(), w.question()).items[0]
    assert item.avoided == pytest.approx(plain.avoided, rel=0.02)
    assert "baseline.estimates_settled" in {each.code for each in item.findings}


def test_m_8_11_long_and_off_cycle_readings_are_named() -> None:
    edges = np.array(["2024-01-01", "2024-01-11", *(f"2024-{m:02d}-01" for m in range(2, 10)), "2024-12-20"], "M8[D]")
    days = np.diff(edges).astype(int)
    given = Readings.of(np.zeros(len(days)), edges[:-1], edges[1:], days * 10.0)
    item = compute_savings(w.hotel(readings=given), w.question()).items[0]
    found = {each.code: each.evidence for each in item.findings}
    assert found["baseline.long_reading"]["days"] == 110
    assert found["baseline.off_cycle_reading"]["count"] == 2
