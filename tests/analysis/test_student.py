"""Held against printed tables."""

from __future__ import annotations

from math import inf, isnan

import pytest

from emstrack.analysis.student import f_p, incomplete_beta, two_sided_p, two_sided_t


@pytest.mark.parametrize(
    ("freedom", "confidence", "t"),
    [
        (1, 0.9, 6.313752), (1, 0.95, 12.706205), (2, 0.9, 2.919986), (5, 0.99, 4.032143), (9, 0.68, 1.0525),
        (9, 0.8, 1.383029), (9, 0.9, 1.833113), (9, 0.95, 2.262157), (10, 0.9, 1.812461), (30, 0.95, 2.042272),
        (120, 0.95, 1.979930), (1000, 0.9, 1.646379),
    ],
)  # fmt: skip
def test_m_6_7_t_is_the_tables(freedom: int, confidence: float, t: float) -> None:
    assert two_sided_t(confidence, freedom) == pytest.approx(t, rel=2e-5)


def test_p_values_are_the_inverse_of_t() -> None:
    for freedom in (1, 2, 3, 9, 40, 300):
        for confidence in (0.5, 0.68, 0.9, 0.999):
            assert two_sided_p(two_sided_t(confidence, freedom), freedom) == pytest.approx(1 - confidence, rel=1e-9)


def test_one_degree_of_freedom_is_cauchy() -> None:
    assert two_sided_p(1.0, 1) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("f", "between", "within", "p"), [(4.256495, 2, 9, 0.05), (10.56143, 1, 9, 0.01), (1.0, 7, 7, 0.5)]
)
def test_f_is_the_tables(f: float, between: int, within: int, p: float) -> None:
    assert f_p(f, between, within) == pytest.approx(p, rel=1e-4)


def test_the_ends_of_the_incomplete_beta() -> None:
    assert incomplete_beta(2, 3, 0) == 0
    assert incomplete_beta(2, 3, 1) == 1
    assert incomplete_beta(1, 1, 0.3) == pytest.approx(0.3)
    assert incomplete_beta(2, 3, 0.4) == pytest.approx(0.5248)


def test_without_freedom_nothing_is_sure() -> None:
    assert two_sided_t(0.9, 0) == inf
    assert isnan(two_sided_p(1.0, 0))
    assert isnan(f_p(1.0, 0, 3))
    assert isnan(f_p(float("nan"), 1, 3))
