"""Measures together are worth the sum of their flows."""

from __future__ import annotations

import numpy_financial as npf
import pytest

from emstrack.analysis.bundle_finance import appraise_bundle
from emstrack.analysis.finance import Case, appraise

BOILER = Case(investment=10_000, yearly=4_000, life_years=10, rate=0.12)
LAMPS = Case(investment=2_000, yearly=1_000, life_years=3, rate=0.12)


def test_m_60_9_one_measure_is_worth_what_it_is_worth_alone() -> None:
    bundle, alone = appraise_bundle([BOILER]), appraise(BOILER)
    assert bundle is not None
    assert bundle.net_present_value == pytest.approx(12_600.89, abs=0.005)
    assert bundle.internal_rate == pytest.approx(alone.internal_rate)
    assert bundle.payback_years == 2.5


def test_m_60_9_flows_are_added_as_numpy_financial_adds_them() -> None:
    bundle = appraise_bundle([BOILER, LAMPS])
    flows = [-12_000, 5_000, 5_000, 5_000, *[4_000] * 7]
    assert bundle is not None
    assert bundle.net_present_value == pytest.approx(npf.npv(0.12, flows))
    assert bundle.internal_rate == pytest.approx(npf.irr(flows))
    assert bundle.payback_years == pytest.approx(2.4)
    assert bundle.sign_changes == 1


def test_nothing_is_worth_nothing_known() -> None:
    assert appraise_bundle([]) is None
