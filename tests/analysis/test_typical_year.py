"""A typical year of observed years: true to their months and to their degree-days."""

from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis.typical_year import typical_year

DAYS = np.arange(np.datetime64("2010-01-01"), np.datetime64("2020-01-01"))
YEAR = DAYS.astype("datetime64[Y]").astype(int) + 1970
MONTH = DAYS.astype("datetime64[M]").astype(int) % 12


def weather(seed: int = 7, swing: float = 6.0, noise: float = 3.0) -> np.ndarray:
    """Ten years with a season, days that follow each other, and years warmer or colder as a whole."""
    rng = np.random.default_rng(seed)
    draws = np.convolve(rng.normal(0, noise, len(DAYS)), [0.5, 0.3, 0.2], mode="same") * 1.6
    whole_years = rng.normal(0, 0.4, 10)[YEAR - 2010]
    return 18 - swing * np.cos(2 * np.pi * np.arange(len(DAYS)) / 365.25) + draws + whole_years


def cooling(mean_c: np.ndarray, point: float) -> float:
    return float(np.maximum(mean_c - point, 0).sum())


def test_m_14_3_the_months_are_the_mean_of_the_years() -> None:
    mean = weather()
    found = typical_year(DAYS, mean)
    assert found.mean_c.shape == (365,)
    assert found.is_complete
    assert (found.first_year, found.last_year) == (2010, 2019)
    assert set(found.years) == {10}
    january = [mean[(year == YEAR) & (MONTH == 0)].mean() for year in range(2010, 2020)]
    assert found.mean_c[:31].mean() == pytest.approx(np.mean(january), abs=1e-9)


@pytest.mark.parametrize("point", [14.0, 18.0, 22.0])
def test_m_14_3_degree_days_are_those_of_the_years_where_calendar_means_lose_them(point: float) -> None:
    mean = weather()
    truth = cooling(mean, point) / 10
    by_calendar_day = np.zeros(365)
    for year in range(2010, 2020):
        by_calendar_day += mean[year == YEAR][:365] / 10
    found = cooling(typical_year(DAYS, mean).mean_c, point)
    assert abs(found / truth - 1) < 0.06
    assert abs(found - truth) < abs(cooling(by_calendar_day, point) - truth) / 4


def test_a_month_that_too_few_years_know_stays_empty() -> None:
    mean = weather()
    mean[(MONTH == 6) & (YEAR > 2011)] = np.nan
    found = typical_year(DAYS, mean)
    assert np.isnan(found.mean_c[181:212]).all()
    assert not np.isnan(found.mean_c[:181]).any()
    assert not found.is_complete
    assert found.years[6] == 2


def test_days_that_are_missing_neither_warm_nor_cool_a_month() -> None:
    mean = weather()
    mean[(MONTH == 2) & (np.arange(len(DAYS)) % 11 == 0)] = np.nan
    found = typical_year(DAYS, mean)
    years = [np.nanmean(mean[(year == YEAR) & (MONTH == 2)]) for year in range(2010, 2020)]
    counted = [
        value for value, year in zip(years, range(2010, 2020), strict=True)
        if np.isnan(mean[(year == YEAR) & (MONTH == 2)]).sum() <= 3
    ]  # fmt: skip
    assert found.mean_c[59:90].mean() == pytest.approx(np.mean(counted), abs=1e-9)


def test_no_day_at_all_gives_no_year() -> None:
    found = typical_year(DAYS[:0], np.empty(0))
    assert np.isnan(found.mean_c).all()
    assert (found.first_year, found.last_year) == (0, 0)


def test_the_order_of_days_does_not_matter() -> None:
    mean = weather()
    order = np.random.default_rng(1).permutation(len(DAYS))
    assert np.array_equal(typical_year(DAYS[order], mean[order]).mean_c, typical_year(DAYS, mean).mean_c)
