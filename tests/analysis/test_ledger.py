"""The ledger's arithmetic: whatever the mix, lines and rest are the meter's saving."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emstrack.analysis.ledger import (
    Claimant,
    Counted,
    Isolated,
    estimated_over,
    fingerprint_of,
    realisation_of,
    settle_apart,
    settle_meter,
)
from emstrack.domain.ledger import LineKind
from emstrack.domain.periods import Month

K = LineKind
JANUARY = date(2025, 1, 1)


def year(avoided: float | list[float] = 100.0, band: float | None = 60.0, cost: int | None = 2_400_00) -> Counted:
    """Twelve months of 2025, each with its saving; NaN does not count."""
    months = [Month(2025, n) for n in range(1, 13)]
    values = np.array([avoided] * 12 if isinstance(avoided, int | float) else avoided, dtype=np.float64)
    return Counted(
        tuple(map(str, months)),
        np.array([each.start for each in months], dtype="datetime64[D]"),
        np.array([each.end for each in months], dtype="datetime64[D]"),
        values,
        float(np.nansum(values)),
        band,
        cost,
    )


def apart(per_month: float | list[float], estimate: float | None = None, band: float = 1.0, **given: Any) -> Isolated:
    values = np.array([per_month] * 12 if isinstance(per_month, int | float) else per_month, dtype=np.float64)
    return Isolated(Claimant(estimate, **{"start": JANUARY, **given}), values, np.full(12, band))


def codes(settled: Any) -> list[str]:
    return [each.code for each in settled.findings]


def test_m_40_1_an_estimate_is_told_over_the_days_that_counted_with_the_measure_in_place() -> None:
    settled = settle_meter(year(), [], [Claimant(3652.5, date(2025, 7, 1))])
    assert settled.shared[0].days == 184
    assert settled.shared[0].estimated == pytest.approx(1840.0)
    assert estimated_over(365.25, 10) == pytest.approx(10)
    assert estimated_over(None, 10) is None
    gap = [100.0] * 11 + [np.nan]
    assert settle_meter(year(gap), [], [Claimant(3652.5, date(2025, 7, 1))]).shared[0].days == 153


def test_m_40_2_realisation_is_measured_over_estimated_on_equal_days() -> None:
    part = settle_meter(year(), [], [Claimant(1461.0, JANUARY)]).shared[0]
    assert part.realisation == pytest.approx(1200 / (1461 * 365 / 365.25))
    assert realisation_of(None, 5.0) is None
    assert realisation_of(5.0, 0.0) is None
    assert realisation_of(-5.0, -10.0) == pytest.approx(0.5)


def test_m_40_3_what_was_measured_apart_comes_off_first_month_by_month() -> None:
    settled = settle_meter(year(), [apart(30.0, 400.0)], [Claimant(900.0, JANUARY)])
    one, rest = settled.isolated[0], settled.shared[0]
    assert (one.kind, one.quantity, one.estimated) == (
        K.ISOLATED,
        pytest.approx(360),
        pytest.approx(400 * 365 / 365.25),
    )
    assert one.band_90 == pytest.approx(12)  # months of one saving share its parameters
    assert rest.quantity == pytest.approx(840)
    assert dict(rest.months)["2025-03"] == pytest.approx(70)
    assert settled.unallocated == 0.0


def test_m_40_3_a_month_nobody_knows_apart_is_not_taken_as_nothing() -> None:
    known = [30.0] * 6 + [np.nan] * 6
    settled = settle_meter(year(), [apart(known, 400.0)], [])
    assert (settled.isolated[0].quantity, settled.isolated[0].days) == (pytest.approx(180), 181)
    assert [month for month, _ in settled.isolated[0].months][-1] == "2025-06"


def test_m_40_4_alone_on_the_meter_it_is_the_meters_own_saving_and_may_be_signed() -> None:
    part = settle_meter(year(), [], [Claimant(1000.0, JANUARY)]).shared[0]
    assert (part.kind, part.quantity, part.band_90) == (K.MEASURED, pytest.approx(1200), pytest.approx(60))
    assert part.kind.may_be_verified
    beside = settle_meter(year(), [apart(30.0)], [Claimant(1000.0, JANUARY)]).shared[0]
    assert beside.kind is K.ALLOCATED
    assert not beside.kind.may_be_verified


def test_m_40_5_the_rest_is_shared_by_estimate_times_active_days() -> None:
    first, second = Claimant(600.0, JANUARY), Claimant(600.0, date(2025, 7, 2))
    settled = settle_meter(year(), [], [first, second])
    assert [part.kind for part in settled.shared] == [K.ALLOCATED, K.ALLOCATED]
    assert settled.shared[0].quantity == pytest.approx(1200 * 365 / (365 + 183))
    assert settled.shared[1].quantity == pytest.approx(1200 * 183 / (365 + 183))
    assert settled.unallocated == 0.0


def test_m_40_5_a_negative_rest_is_shared_too() -> None:
    settled = settle_meter(year(10.0), [apart(30.0)], [Claimant(100.0, JANUARY), Claimant(300.0, JANUARY)])
    assert [part.quantity for part in settled.shared] == [pytest.approx(-60), pytest.approx(-180)]


def test_m_40_5_without_an_estimate_nothing_is_shared_and_it_says_so() -> None:
    settled = settle_meter(year(), [apart(30.0)], [Claimant(None, JANUARY), Claimant(300.0, JANUARY)])
    assert [part.quantity for part in settled.shared] == [None, None]
    assert (settled.unallocated, codes(settled)) == (pytest.approx(840), ["ledger.no_estimate"])
    mixed = settle_meter(year(), [], [Claimant(-100.0, JANUARY), Claimant(300.0, JANUARY)])
    assert (mixed.unallocated, codes(mixed)) == (pytest.approx(1200), ["ledger.mixed_signs"])


def test_m_40_6_the_band_of_the_rest_holds_the_meters_and_that_of_what_came_off() -> None:
    settled = settle_meter(year(), [apart(30.0)], [Claimant(100.0, JANUARY), Claimant(300.0, JANUARY)])
    whole = (60**2 + 12**2) ** 0.5
    assert [part.band_90 for part in settled.shared] == [pytest.approx(whole / 4), pytest.approx(whole * 3 / 4)]
    assert settle_meter(year(band=None), [], [Claimant(100.0, JANUARY)]).shared[0].band_90 is None


def test_m_40_7_days_before_any_measure_are_nobodys() -> None:
    settled = settle_meter(year(), [], [Claimant(1000.0, date(2025, 4, 16))])
    assert settled.shared[0].quantity == pytest.approx(100 * 15 / 30 + 800)
    assert settled.unallocated == pytest.approx(350)
    assert codes(settled) == ["ledger.before_measures"]
    assert settled.findings[0].evidence == {"n": 105}
    nobody = settle_meter(year(), [apart(30.0)], [])
    assert (nobody.unallocated, codes(nobody)) == (pytest.approx(840), ["ledger.no_measure_left"])
    later = settle_meter(year(), [], [Claimant(1000.0, date(2026, 4, 1))])
    assert (later.shared[0].quantity, later.shared[0].days, later.unallocated) == (None, 0, pytest.approx(1200))


def test_m_40_8_money_adds_up_to_the_meters_to_the_cent() -> None:
    settled = settle_meter(year(cost=100_00), [apart(30.0)], [Claimant(1.0, JANUARY), Claimant(2.0, JANUARY)])
    costs = [part.cost for part in (*settled.isolated, *settled.shared)]
    assert sum(each or 0 for each in costs) + (settled.unallocated_cost or 0) == 100_00
    assert all(each is not None and each % 100 == 0 for each in costs)
    assert settle_meter(year(cost=None), [], [Claimant(1.0, JANUARY)]).shared[0].cost is None
    nothing = settle_meter(year(0.0, cost=0), [], [Claimant(1.0, JANUARY)])
    assert (nothing.shared[0].quantity, nothing.shared[0].cost) == (0.0, None)


def test_m_40_9_a_saving_in_no_meters_total_counts_its_own_months() -> None:
    part = settle_apart(year(0.0), apart([np.nan] * 3 + [41.0] * 9, 500.0, start=date(2025, 4, 1)))
    assert (part.kind, part.quantity, part.days) == (K.ISOLATED, pytest.approx(369), 275)
    nothing = settle_apart(year(0.0), apart([np.nan] * 12, 500.0))
    assert (nothing.kind, nothing.quantity) == (K.ESTIMATED, None)


def test_m_40_10_a_fingerprint_tells_a_change_and_no_other_order_of_adding_up() -> None:
    facts = {"resource": "water", "unit": "m3"}
    signed = fingerprint_of(facts, [("2025-01", 0.1 + 0.2)])
    assert signed == fingerprint_of(facts, [("2025-01", 0.3)])
    assert signed != fingerprint_of(facts, [("2025-01", 0.3001)])
    assert signed != fingerprint_of({**facts, "unit": "kWh"}, [("2025-01", 0.3)])


days = st.integers(-200, 500).map(lambda n: JANUARY + timedelta(days=n))
amounts = st.floats(-1e6, 1e6, allow_nan=False)
estimates = st.none() | st.floats(-1e5, 1e5, allow_nan=False)
claimants = st.builds(
    lambda estimate, start, length: Claimant(estimate, start, start + timedelta(days=length) if length else None),
    estimates,
    days,
    st.none() | st.integers(1, 400),
)
monthly = st.lists(st.just(np.nan) | amounts, min_size=12, max_size=12)


@settings(max_examples=150, deadline=None)
@given(monthly, st.lists(monthly, max_size=3), st.lists(claimants, max_size=4))
def test_m_40_whatever_the_mix_lines_and_rest_are_the_meters_saving(
    avoided: list[float], isolated: list[list[float]], shares: list[Claimant]
) -> None:
    counted = year(avoided, cost=round(float(np.nansum(avoided))) * 100)
    settled = settle_meter(counted, [apart(each) for each in isolated], shares)
    parts = [*settled.isolated, *settled.shared]
    lines = [part.quantity for part in parts if part.quantity is not None]
    scale = max(1.0, *(abs(each) for each in lines), abs(counted.total)) if lines else 1.0
    assert abs(sum(lines) + settled.unallocated - counted.total) <= 1e-9 * scale * 10
    if settled.unallocated_cost is not None:
        money = sum(part.cost or 0 for part in parts) + settled.unallocated_cost
        assert money == counted.cost
    for part in parts:
        if part.quantity is not None:
            assert sum(value for _, value in part.months) == pytest.approx(part.quantity, rel=1e-9, abs=1e-6)
