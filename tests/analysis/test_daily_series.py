from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis.daily_series import DailySeries, mean_over
from emstrack.analysis.degree_days import DegreeDays, whole_degrees


def days(*texts: str) -> np.ndarray:
    return np.array(texts, dtype="datetime64[D]")


def test_m_3_2_a_months_value_is_shared_among_its_days() -> None:
    series = DailySeries.of_periods([0], ["2024-01-01"], ["2024-02-01"], [310], 1)
    assert mean_over(series.sums(), np.array([0]), days("2024-01-05"), days("2024-01-15"))[0] == pytest.approx(10)


def test_a_level_holds_on_each_day() -> None:
    series = DailySeries.of_periods([0], ["2024-01-01"], ["2024-02-01"], [25], 1, level=[True])
    assert mean_over(series.sums(), np.array([0]), days("2024-01-05"), days("2024-01-15"))[0] == 25


def test_a_day_with_two_values_is_missing() -> None:
    series = DailySeries.of_periods([0, 0], ["2024-01-01", "2024-01-10"], ["2024-01-11", "2024-01-20"], [10, 10], 1)
    assert np.isnan(series.values[0, 9])
    assert np.isnan(mean_over(series.sums(), np.array([0]), days("2024-01-01"), days("2024-01-20"))[0])


def test_outside_the_series_nothing_is_known() -> None:
    sums = DailySeries.of_periods([0], ["2024-01-01"], ["2024-02-01"], [310], 1).sums()
    total, known = sums.over(
        np.array([0, 0, -1]),
        days("2023-12-22", "2025-01-01", "2024-01-01"),
        days("2024-01-11", "2025-02-01", "2024-01-11"),
    )
    assert known.tolist() == [10, 0, 0]
    assert total == pytest.approx([100, 0, 0])


def test_an_empty_series_has_no_day() -> None:
    assert DailySeries.of_days([], [], [], 2).values.shape == (2, 0)
    assert DailySeries.of_periods([], [], [], [], 2).values.shape == (2, 0)


def test_m_4_2_degree_days_by_hand() -> None:
    temperatures = DailySeries(np.datetime64("2024-01-01"), np.array([[10.0, 14, 18, 22, 26]]))
    table = DegreeDays.of(temperatures, np.array([15.0, 20.0]))
    start, end = days("2024-01-01")[None], days("2024-01-06")[None]
    cooling, mean = table.mean_cooling(np.array([0]), start, end)
    assert cooling[0, 0] == pytest.approx([(3 + 7 + 11) / 5, (2 + 6) / 5])
    assert mean[0, 0] == 18
    cool, heat, above = table.at_points(np.array([0]), start, end, np.array([1]))
    assert (cool[0, 0], heat[0, 0], above[0, 0]) == (pytest.approx(8 / 5), pytest.approx((10 + 6 + 2) / 5), 0.4)


def test_m_4_3_a_period_needs_nine_tenths_of_its_temperatures() -> None:
    values = np.arange(20.0)[None].copy()
    values[0, 3:5] = np.nan
    table = DegreeDays.of(DailySeries(np.datetime64("2024-01-01"), values), np.array([0.0]))
    start, end = days("2024-01-01", "2024-01-01")[None], days("2024-01-21", "2024-01-20")[None]
    _, mean = table.mean_cooling(np.array([0]), start, end)
    assert mean[0, 0] == pytest.approx(np.nanmean(values))
    assert np.isnan(mean[0, 1])


def test_the_grid_is_the_whole_degrees_that_were_seen() -> None:
    assert whole_degrees(np.array([[-1.2, 3.7, np.nan]])).tolist() == [-1, 0, 1, 2, 3]
    assert whole_degrees(np.array([[np.nan]])).tolist() == []
