"""Money of measures: the worked example to the digits printed, numpy-financial's figures, and every refusal."""

from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis.finance import (
    Case,
    annuity_factor,
    appraise,
    cash_flows,
    cost_of_saved_unit,
    discounted_payback,
    internal_rate,
    net_present_value,
    sign_changes,
    simple_payback,
    together_payback,
)
from emstrack.domain.errors import RefusedError

EXAMPLE = Case(investment=10_000, yearly=4_000, life_years=10, rate=0.12)

# Printed by numpy-financial 1.0.0 (npv, irr) on these flows: (flows, {rate: npv}, irr).
ORACLE = [
    (
        [-10_000, *[4_000] * 10],
        {0.0: 30000.0, 0.05: 20886.93971673924, 0.12: 12600.892113643451, 0.3: 2366.157996181255},
        0.3845481952109686,
    ),
    (
        [-25_000, 3_000, 4_500, 6_000, 7_500, 9_000, 9_000],
        {0.0: 14000.0, 0.05: 7059.743730277825, 0.12: -30.46725546900325, 0.3: -10384.082941753031},
        0.1196396943218967,
    ),
    (
        [-1_000, *[150] * 5],
        {0.0: -250.0, 0.05: -350.5784994053771, 0.12: -459.2835696482493},
        -0.0888205808346837,
    ),
    (
        [-500_000, *[81_234.56] * 19, 21_234.56],
        {0.05: 489748.8048313046, 0.12: 100556.96036221592, 0.3: -230958.63581776255},
        0.15176248508437662,
    ),
    ([-5_000, *[100] * 10], {0.12: -4434.9776971589135}, -0.2200338621026472),
    ([-1_200, 0, 0, 0, 3_000], {0.05: 1268.1074243756457, 0.3: -149.6166100626731}, 0.25743342968293503),
]


def test_m_12_2_the_worked_example_to_the_digits_printed() -> None:
    found = appraise(EXAMPLE)
    assert found.payback_years == 2.5
    assert round(annuity_factor(0.12, 10), 5) == 5.65022
    assert round(found.net_present_value, 2) == 12_600.89
    assert round(100 * (found.internal_rate or 0), 3) == 38.455
    assert round(found.discounted_payback_years or 0, 3) == 3.147
    assert round(found.savings_to_investment or 0, 4) == 2.2601
    assert round(found.recovery_factor, 6) == 0.176984
    assert found.return_on_investment == 0.4
    assert found.sign_changes == 1


@pytest.mark.parametrize(("flows", "values", "rate"), ORACLE)
def test_m_12_4_numpy_financial_says_the_same(flows: list[float], values: dict[float, float], rate: float) -> None:
    given = np.array(flows, dtype=float)
    for discount, expected in values.items():
        assert net_present_value(discount, given) == pytest.approx(expected, rel=1e-11, abs=1e-8)
    assert internal_rate(given) == pytest.approx(rate, abs=1e-12)


def test_m_12_1_a_part_of_a_year_yields_that_part_and_the_residual_comes_last() -> None:
    flows = cash_flows(Case(investment=100, yearly=40, life_years=2.5, rate=0.1, residual_value=7))
    assert flows.tolist() == [-100, 40, 40, 27]


def test_m_12_1_a_saving_grows_with_its_price() -> None:
    flows = cash_flows(Case(investment=0, yearly=100, life_years=3, rate=0.1, escalation=0.1))
    assert flows.tolist() == pytest.approx([0, 100, 110, 121])


def test_m_12_3_nothing_invested_is_immediate_and_nothing_saved_is_none() -> None:
    assert simple_payback(0, 10) == 0
    assert simple_payback(100, 0) is None
    assert simple_payback(100, -5) is None


def test_m_12_3_several_measures_pay_back_together_and_not_on_average() -> None:
    assert together_payback([100, 900], [100, 100]) == 5
    assert together_payback([100], [0]) is None


def test_without_an_investment_there_is_no_rate_and_no_ratio() -> None:
    found = appraise(Case(investment=0, yearly=100, life_years=5, rate=0.12))
    assert (found.internal_rate, found.savings_to_investment, found.return_on_investment) == (None, None, None)
    assert found.payback_years == found.discounted_payback_years == 0


def test_m_12_4_several_changes_of_sign_are_counted_and_the_root_nearest_to_zero_is_given() -> None:
    flows = np.array([-100.0, 230.0, -132.0])
    assert sign_changes(flows) == 2
    assert internal_rate(flows) == pytest.approx(0.10)


def test_a_cost_at_the_end_of_the_life_changes_the_sign_twice() -> None:
    found = appraise(Case(investment=1_000, yearly=400, life_years=5, rate=0.1, residual_value=-1_200))
    assert found.sign_changes == 2


def test_m_12_4_flows_that_never_change_sign_have_no_rate() -> None:
    assert internal_rate(np.array([-100.0, -5.0, -5.0])) is None
    assert appraise(Case(investment=100, yearly=-5, life_years=5, rate=0.1)).internal_rate is None


def test_m_12_5_what_the_interest_eats_is_never_paid_back() -> None:
    assert discounted_payback(Case(investment=1_000, yearly=100, life_years=50, rate=0.1)) is None
    assert discounted_payback(Case(investment=1_000, yearly=110, life_years=5, rate=0.01)) is None


def test_m_12_5_without_discount_it_is_the_simple_one() -> None:
    assert discounted_payback(Case(investment=1_000, yearly=400, life_years=5, rate=0.0)) == 2.5


def test_m_12_5_a_growing_saving_is_followed_year_by_year() -> None:
    case = Case(investment=190, yearly=110, life_years=5, rate=0.1, escalation=0.1)
    assert discounted_payback(case) == pytest.approx(1.9)


def test_m_12_6_what_a_saved_kwh_costs() -> None:
    assert cost_of_saved_unit(EXAMPLE, 10_000) == pytest.approx(0.176984, abs=5e-7)
    assert cost_of_saved_unit(EXAMPLE, 0) is None


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"investment": -1.0}, "finance.investment_negative"),
        ({"life_years": 0.0}, "finance.life_not_positive"),
        ({"life_years": float("nan")}, "finance.life_not_positive"),
        ({"rate": -1.0}, "finance.rate_too_low"),
        ({"rate": float("inf")}, "finance.rate_too_low"),
    ],
)
def test_what_no_appraisal_can_be_made_of_is_refused(changed: dict[str, float], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        appraise(Case(**{"investment": 1.0, "yearly": 1.0, "life_years": 1.0, "rate": 0.1, **changed}))
    assert refused.value.code == code
