"""Schedules of loans: to the cent, as numpy-financial has them, and adding up whatever the terms."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy_financial as npf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emstrack.analysis.amortization import (
    debt_service_coverage,
    heaviest_year,
    months_on,
    savings_coverage,
    schedule,
)
from emstrack.domain.financing import Amortization, Terms

START = date(2026, 1, 31)
CENT = Decimal("0.01")


def annuity(principal: str = "400000", rate: float = 0.12, instalments: int = 60, **given: object) -> Terms:
    del principal
    return Terms(annual_rate=rate, instalments=instalments, **given)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("principal", "rate", "per_year", "instalments"),
    [("400000", 0.12, 12, 60), ("600000", 0.095, 4, 20), ("15000", 0.3, 1, 3), ("8123.45", 0.0725, 2, 11)],
)
def test_m_60_1_an_annuity_agrees_with_numpy_financial(
    principal: str, rate: float, per_year: int, instalments: int
) -> None:
    made = schedule(
        Decimal(principal), Terms(annual_rate=rate, instalments=instalments, per_year=per_year), start=START
    )
    for each in made[:-1]:
        interest = -npf.ipmt(rate / per_year, each.number, instalments, float(principal))
        part = -npf.ppmt(rate / per_year, each.number, instalments, float(principal))
        assert float(each.interest) == pytest.approx(float(interest), abs=0.02 + 0.01 * each.number)
        assert float(each.principal) == pytest.approx(float(part), abs=0.02 + 0.01 * each.number)
    assert float(made[0].payment) == pytest.approx(-npf.pmt(rate / per_year, instalments, float(principal)), abs=0.005)
    assert abs(made[-1].payment - made[0].payment) < CENT * (instalments + 1)


def test_m_60_1_a_loan_of_400_000_at_12_percent_over_five_years_costs_8_897_78_a_month() -> None:
    made = schedule(Decimal(400_000), annuity(), start=START)
    assert made[0].payment == Decimal("8897.78")
    assert made[0].interest == Decimal("4000.00")
    assert [made[0].due, made[1].due] == [date(2026, 2, 28), date(2026, 3, 28)]
    assert heaviest_year(made, 12) == Decimal("106773.36")


@given(
    cents=st.integers(1, 10**12),
    rate=st.floats(0, 2),
    instalments=st.integers(1, 120),
    per_year=st.sampled_from([1, 2, 4, 12]),
    grace=st.integers(0, 119),
    amortization=st.sampled_from(list(Amortization)),
)
def test_m_60_2_principals_add_up_to_the_cent_whatever_the_terms(
    cents: int, rate: float, instalments: int, per_year: int, grace: int, amortization: Amortization
) -> None:
    principal = Decimal(cents) / 100
    terms = Terms(
        amortization=amortization,
        annual_rate=rate,
        instalments=instalments,
        per_year=per_year,
        grace=min(grace, instalments - 1),
    )
    made = schedule(principal, terms, start=START)
    assert sum(each.principal for each in made) == principal
    assert made[-1].outstanding == 0
    assert all(each.principal >= 0 and each.interest >= 0 and each.outstanding >= 0 for each in made)
    assert all(each.payment == each.payment.quantize(CENT) for each in made)
    assert [each.due for each in made] == sorted({each.due for each in made})


def test_grace_pays_interest_alone_and_a_bullet_all_at_the_end() -> None:
    grace = schedule(Decimal(1200), Terms(annual_rate=0.12, instalments=4, grace=2), start=START)
    assert [each.principal for each in grace[:2]] == [0, 0]
    assert [each.interest for each in grace[:2]] == [12, 12]
    bullet = schedule(
        Decimal(1200), Terms(amortization=Amortization.BULLET, annual_rate=0.12, instalments=3), start=START
    )
    assert [each.principal for each in bullet] == [0, 0, 1200]
    linear = schedule(
        Decimal(100), Terms(amortization=Amortization.LINEAR, annual_rate=0.0, instalments=3), start=START
    )
    assert [str(each.principal) for each in linear] == ["33.33", "33.33", "33.34"]


def test_m_60_5_coverage_is_the_saving_over_the_dearest_year() -> None:
    made = schedule(
        Decimal(1200), Terms(amortization=Amortization.LINEAR, annual_rate=0.12, instalments=24), start=START
    )
    service = heaviest_year(made, 12)
    assert service == sum(each.payment for each in made[:12])
    assert savings_coverage(Decimal(1000), Decimal(500), haircut=0.2) == pytest.approx(1.6)
    assert savings_coverage(None, Decimal(500)) is None
    assert savings_coverage(Decimal(1000), Decimal(0)) is None
    assert heaviest_year([], 12) is None


def test_m_60_6_dscr_needs_the_whole_cash_flow() -> None:
    assert debt_service_coverage(Decimal(1500), Decimal(1000)) == pytest.approx(1.5)
    assert debt_service_coverage(None, Decimal(1000)) is None


def test_the_last_of_a_month_stays_within_the_month() -> None:
    assert months_on(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert months_on(date(2025, 11, 30), 3) == date(2026, 2, 28)
