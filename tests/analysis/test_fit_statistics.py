from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis import fit_statistics as stats
from tests.analysis import worked_hotel as w


def ordinary() -> tuple[np.ndarray, float, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The worked hotel by ordinary least squares: residuals, mean, SSE, SST, n, p."""
    x = np.column_stack([np.ones(12), w.CDD_PER_DAY[:12], np.array(w.ROOM_NIGHTS[:12]) / w.DAYS[:12]])
    y = np.array(w.KWH[:12]) / w.DAYS[:12]
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    error, spread = np.array([(left**2).sum()]), np.array([((y - y.mean()) ** 2).sum()])
    return left, float(y.mean()), error, spread, np.array([12]), np.array([3])


def test_m_6_1_r_squared_of_the_worked_hotel() -> None:
    _, _, error, spread, n, p = ordinary()
    r2 = stats.r_squared(error, spread)
    assert r2[0] == pytest.approx(0.963027, abs=5e-7)
    assert stats.adjusted_r_squared(r2, n, p)[0] == pytest.approx(0.954811, abs=5e-7)


def test_m_6_2_cv_rmse_of_the_worked_hotel() -> None:
    _, mean, error, _, n, p = ordinary()
    assert stats.cv_rmse(error, np.array([12.0]), np.array([mean]), n, p)[0] == pytest.approx(0.010761, abs=5e-6)


def test_m_6_3_a_fit_with_an_intercept_has_no_bias_and_other_months_do() -> None:
    left, mean, _, _, n, p = ordinary()
    assert stats.nmbe(left[None], np.ones((1, 12)), np.array([mean]), n, p)[0] == pytest.approx(0, abs=1e-12)
    shifted = stats.nmbe(left[None] + 9, np.ones((1, 12)), np.array([90.0]), n, p)[0]
    assert shifted == pytest.approx(12 * 9 / (9 * 90))


def test_m_6_4_fractional_uncertainty_of_the_worked_hotel() -> None:
    cv, fraction = 0.0107612, 219_652.7 / 1_725_252.7
    assert stats.fractional_savings_uncertainty(0.68, cv, fraction, 12, 3, 12) == pytest.approx(0.0350, abs=5e-5)
    assert stats.fractional_savings_uncertainty(0.90, cv, fraction, 12, 3, 12) == pytest.approx(0.0609, abs=5e-5)


def test_m_6_5_autocorrelation_by_hand() -> None:
    assert stats.lag_one(np.array([[1.0, -1, 1, -1]]))[0] == pytest.approx(-3 / 4)
    assert stats.lag_one(np.array([[2.0, 1, -1, -2, np.nan]]))[0] == pytest.approx((2 - 1 + 2) / 10)


@pytest.mark.parametrize(
    ("cv", "fraction", "fsu"),
    [(0.05, 0.05, 0.41), (0.05, 0.30, 0.07), (0.10, 0.10, 0.41), (0.20, 0.05, 1.65), (0.25, 0.20, 0.51)],
)
def test_m_6_4_ashraes_matrix_at_68_percent(cv: float, fraction: float, fsu: float) -> None:
    assert stats.fractional_savings_uncertainty(0.68, cv, fraction, 12, 3, 12) == pytest.approx(fsu, abs=8e-3)


@pytest.mark.parametrize(("months", "factor"), [(1, 0.973), (6, 1.131), (12, 1.306), (24, 1.607)])
def test_m_6_4_sun_and_baltazars_factor(months: int, factor: float) -> None:
    assert stats.sun_baltazar(np.array([months]))[0] == pytest.approx(factor, abs=5e-4)


def test_what_cannot_be_said_is_nan() -> None:
    zero, one = np.array([0.0]), np.array([1.0])
    n = np.array([3])
    assert np.isnan(stats.r_squared(zero, zero)[0])
    assert np.isnan(stats.adjusted_r_squared(one, n, n)[0])
    assert np.isnan(stats.cv_rmse(one, one, zero, n, n - 1)[0])
    assert np.isnan(stats.lag_one(np.ones((1, 3)))[0])
    assert np.isnan(stats.lag_one(np.ones((1, 1)))[0])
    assert np.isnan(stats.fractional_savings_uncertainty(0.9, 0.1, 0.0, 12, 3, 12))


def flat(residual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Residuals about a mean alone."""
    left = residual - residual.mean(axis=1, keepdims=True)
    q = np.full((*left.shape, 1), 1 / np.sqrt(left.shape[1]))
    return stats.memory_of(left, q, np.ones(left.shape, dtype=bool), np.full(len(left), left.shape[1] - 1))


def test_m_4_11_independent_residuals_do_not_widen_the_band_and_trends_do() -> None:
    n = np.array([12])
    alternating = np.tile([1.0, -1.0], 6)[None]
    slow = np.sin(np.arange(12) / 12 * 2 * np.pi)[None]
    assert stats.widening(*flat(alternating), n)[0] == 1
    assert stats.widening(*flat(slow), n)[0] == pytest.approx(3)
    assert np.isnan(flat(np.zeros((1, 12)))[1][0]), "without residuals nothing can be told"
    assert stats.widening(*flat(np.zeros((1, 12))), n)[0] == 1
    longer = np.tile(slow, (1, 4))
    assert 1.5 < stats.widening(*flat(longer), np.array([48]))[0] < 3.5


def test_m_4_11_memory_is_standardised_by_what_the_design_does_to_independent_errors() -> None:
    rng = np.random.default_rng(1)
    design = np.column_stack([np.ones(12), np.sin(np.arange(12) / 2), np.arange(12) > 5])
    q = np.linalg.qr(design)[0]
    error = rng.normal(size=(20_000, 12))
    left = error - (error @ q) @ q.T
    columns = np.broadcast_to(q, (len(left), 12, 3))
    _, memory = stats.memory_of(left, columns, np.ones(left.shape, dtype=bool), np.full(len(left), 9))
    assert memory.mean() == pytest.approx(0, abs=0.03)
    assert memory.std() == pytest.approx(1, abs=0.02)
