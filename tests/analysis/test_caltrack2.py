from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emstrack.analysis import caltrack2
from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.models import BaselinePoints
from emstrack.analysis.student import two_sided_t


def test_m_7_2_eemeters_metrics_on_its_own_five_points() -> None:
    """Observed 1, 3, 4, 1, 6, predicted 2, 3, 3, 2, 4, two slopes: eemeter prints 0.509 and −0.674."""
    use = np.array([[1.0, 3, 4, 1, 6]])
    days, start = np.ones((1, 5)), np.arange("2024-01-01", "2024-01-06", dtype="datetime64[D]")[None]
    given = BaselinePoints(start, start + 1, use, days, np.zeros((1, 5, 0)), np.array([-1]))
    fits = caltrack2.fit(given, DailySeries.empty())
    as_if = replace(fits, residual=use - np.array([[2.0, 3, 3, 2, 4]]), used=np.array([[True, True, True]]))
    figures = caltrack2.statistics(as_if, days, use)
    assert figures.cv_rmse[0] == pytest.approx(0.509, abs=5e-4)
    assert figures.autocorrelation[0] == pytest.approx(-0.674, abs=5e-4)
    flat = caltrack2.statistics(fits, days, use)
    assert (flat.r2[0], flat.adjusted_r2[0]) == (0, 0)


def test_m_7_3_the_band_by_its_formula() -> None:
    figures = caltrack2.Statistics(
        *(np.array([each]) for each in (0.9, 0.88, 0.1, 100.0, 0.2, 12_000.0)), np.array([12]), np.array([1])
    )
    other = 12 * 0.8 / 1.2
    factor = -0.00022 * 144 + 0.03306 * 12 + 0.94054
    want = 12_000 * two_sided_t(0.9, 11) * factor * (100 / 1000) * np.sqrt(12 / other * (1 + 2 / other) / 12)
    assert caltrack2.error_band(figures, np.array([12]))[0] == pytest.approx(want)


def test_without_months_or_residuals_there_is_no_band() -> None:
    figures = caltrack2.Statistics(
        *(np.array([each]) for each in (0.9, 0.88, 0.1, 100.0, np.nan, 12_000.0)), np.array([12]), np.array([1])
    )
    assert np.isnan(caltrack2.error_band(figures, np.array([12]))[0])
