"""Why a bill changed, and what a unit more or less costs."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emstrack.analysis.bill_change import MarginalPrice, Paid, avoided_cost, change_of_bill, marginal_price

CENTS = st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100)
QUANTITY = st.one_of(st.just(Decimal(0)), st.integers(1, 10**9).map(lambda n: Decimal(n) / 1000))
RATE = st.integers(1, 10**7).map(lambda n: Decimal(n) / 10**4)
PAID = st.builds(Paid, QUANTITY, CENTS, CENTS, CENTS)


def test_m_11_1_quantity_price_fixed_demand_and_exchange_by_hand() -> None:
    before = Paid(Decimal(1000), Decimal(2000), Decimal(100), Decimal(50))
    after = Paid(Decimal(800), Decimal(2000), Decimal(110), Decimal(40))
    change = change_of_bill(before, after, Decimal("0.05"), Decimal("0.06"))
    assert change.quantity == Decimal("-20.00"), "(800 - 1000) × 2.00 at 0.05"
    assert change.price == Decimal("20.00"), "(2.50 - 2.00) × 800 at 0.05"
    assert (change.fixed, change.demand) == (Decimal("0.50"), Decimal("-0.50"))
    assert change.exchange == Decimal("21.50"), "2150 × 0.01"
    assert change.total == Decimal("21.50")


@given(PAID, PAID, RATE, RATE)
def test_m_11_2_the_parts_add_up_to_the_printed_change_to_the_cent(
    before: Paid, after: Paid, rate: Decimal, later: Decimal
) -> None:
    change = change_of_bill(before, after, rate, later)
    parts = [change.quantity, change.price, change.fixed, change.demand, change.exchange]
    assert sum(parts) == change.total
    assert all(part == part.quantize(Decimal("0.01")) for part in parts)
    assert abs(change.total - (after.total * later - before.total * rate)) <= Decimal("0.01")
    assert abs(change.fixed - (after.fixed - before.fixed) * rate) < Decimal("0.02"), (
        "no part strays by more than its cent"
    )


def test_m_11_1_without_use_before_all_of_the_variable_change_is_quantity() -> None:
    change = change_of_bill(Paid(Decimal(0), Decimal(0), Decimal(10)), Paid(Decimal(5), Decimal(50), Decimal(10)))
    assert (change.quantity, change.price, change.total) == (Decimal("50.00"), Decimal("0.00"), Decimal("50.00"))


def test_a_rate_that_is_not_positive_is_the_callers_defect() -> None:
    with pytest.raises(ValueError, match="positive"):
        change_of_bill(Paid(Decimal(1), Decimal(1)), Paid(Decimal(1), Decimal(1)), Decimal(0))


def test_m_11_3_the_marginal_price_leaves_fixed_charges_out() -> None:
    days = np.array([30.0, 31, 28, 33, 30, 29, 31, 30])
    quantity = np.array([900.0, 1100, 800, 1500, 950, 700, 1300, 1000])
    found = marginal_price(quantity, 4 * days + 2.5 * quantity, days)
    assert found is not None
    assert found.price == pytest.approx(2.5)
    assert found.half_width_90 == pytest.approx(0, abs=1e-6)
    assert found.bills == 8


@pytest.mark.parametrize(
    ("quantity", "cost"),
    [
        ([900.0] * 8, [2000.0] * 8),
        ([900.0, 1000, 1100, 1200, 1300], [1.0, 2, 3, 4, 5]),
        ([900.0, 1000, 1100, 1200, 1300, 1400, 1500, 1600], [5.0, 9, 2, 7, 3, 8, 1, 6]),
        ([900.0, 1000, 1100, 1200, 1300, 1400, 1500, 1600], [9.0, 8, 7, 6, 5, 4, 3, 2]),
        ([900.0, float("nan"), 1100, 1200, 1300, 1400, 1500, 1600], [2.0, 3, 4, 5, 6, 7, 8, 9]),
    ],
    ids=["quantity never changes", "too few", "no slope", "falling", "a hole"],
)
def test_m_11_3_no_marginal_price_where_the_bills_do_not_tell(quantity: list[float], cost: list[float]) -> None:
    assert marginal_price(quantity, cost, [30.0] * len(quantity)) is None


def test_m_11_4_avoided_cost_at_both_prices_and_none_where_one_is_unknown() -> None:
    both = avoided_cost(100.0, 3.0, MarginalPrice(2.0))
    assert (both.at_average, both.at_marginal) == (300.0, 200.0)
    assert avoided_cost(100.0, None, None).at_average is None
    assert avoided_cost(None, 3.0, MarginalPrice(2.0)).at_marginal is None
