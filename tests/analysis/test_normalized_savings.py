"""Both years at the conditions of a typical one."""

from __future__ import annotations

from math import hypot

import numpy as np
import pytest

from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.normalized_savings import (
    FIRST,
    TypicalYear,
    normalized_savings,
    typical_series,
    typical_temperatures,
)
from emstrack.analysis.portfolio import SiteSeries
from emstrack.analysis.savings import compute_savings
from emstrack.domain.periods import Period
from emstrack.domain.savings import Method
from tests.analysis import climate as c
from tests.analysis import worked_hotel as w

COOLER = DailySeries(FIRST, np.full((1, 365), 25.0))
NOTHING = SiteSeries()


def two_years(noise: float = 0.0) -> np.ndarray:
    quantity = c.use(c.temperatures())
    quantity[12:] = c.use(c.temperatures(), base=150.0, cooling=9.0)[12:]
    return quantity * np.random.default_rng(2).normal(1, noise, 24)


def test_m_5_12_the_difference_of_two_models_at_a_typical_years_weather() -> None:
    (found,) = normalized_savings(c.site(two_years()), [c.question()], TypicalYear(COOLER, NOTHING))
    assert found.before == pytest.approx(365 * (200 + 12 * 5))
    assert found.after == pytest.approx(365 * (150 + 9 * 5))
    assert found.avoided == pytest.approx(365 * 65)
    assert found.avoided_percent == pytest.approx(25)
    assert sum(before for before, _ in found.months) == pytest.approx(found.before)
    assert found.findings == ()


def test_m_5_12_the_band_holds_the_noise_of_both_years() -> None:
    portfolio = c.site(two_years(0.03))
    usual = DailySeries(FIRST, c.temperatures().values[:, :365])
    (found,) = normalized_savings(portfolio, [c.question()], TypicalYear(usual, NOTHING))
    one = compute_savings(portfolio, c.question()).items[0].band_90
    other = compute_savings(portfolio, c.question(baseline=c.question().reporting, reporting=c.question().baseline))
    assert found.band_90 is not None
    assert found.band_90 == pytest.approx(hypot(one, other.items[0].band_90), rel=0.1)  # type: ignore[arg-type]
    truth = two_years()
    assert found.avoided == pytest.approx(truth[:12].sum() - truth[12:].sum(), abs=found.band_90)


def test_m_5_13_a_typical_month_is_the_median_one_with_its_ups_and_downs() -> None:
    years = np.concatenate([np.full(365, 10.0), np.tile([19.0, 21.0], 183)[:365], np.full(365, 40.0)])
    typical = typical_temperatures(DailySeries(np.datetime64("2021-01-01"), years[None]))
    assert set(typical.values[0]) == {19.0, 21.0}
    assert typical.first == FIRST
    assert typical.values.shape == (1, 365)
    holed = DailySeries(np.datetime64("2021-01-01"), np.full((1, 40), 5.0))
    assert np.isnan(typical_temperatures(holed).values[0, 31:]).all(), "no year has February"


def test_m_5_13_typical_drivers_are_the_calendar_months_of_the_period_agreed() -> None:
    series = typical_series(w.series(("occupied_room_nights",)), Period.parse("2024-01:2024-12"))
    assert series.daily.values[0, :31].sum() == pytest.approx(w.ROOM_NIGHTS[0])
    assert series.daily.values[0, 31:59].sum() == pytest.approx(w.ROOM_NIGHTS[1] * 28 / 29)


def test_m_5_12_the_worked_hotel_in_its_own_baseline_year() -> None:
    typical = TypicalYear(DailySeries.empty(0), typical_series(w.series(), Period.parse("2024-01:2024-12")))
    (found,) = normalized_savings(w.hotel(), [w.question()], typical)
    assert found.before == pytest.approx(sum(w.KWH[:12]), rel=0.01)
    assert found.avoided_percent == pytest.approx(12.7, abs=0.7)


def test_what_lacks_a_model_or_conditions_is_named_and_null() -> None:
    short = c.question(reporting=Period.parse("2025-01:2025-06"))
    (found,) = normalized_savings(c.site(two_years()), [short], TypicalYear(COOLER, NOTHING))
    assert [each.code for each in found.findings] == ["normalized.too_few_after"]
    assert found.avoided_percent is None
    cold = TypicalYear(DailySeries(FIRST, np.full((1, 365), np.nan)), NOTHING)
    (found,) = normalized_savings(c.site(two_years()), [c.question()], cold)
    assert [each.code for each in found.findings] == ["normalized.no_typical_year"]
    assert (found.before, found.avoided, found.months) == (None, None, ())
    (found,) = normalized_savings(c.site(two_years()), [c.question(Method.AVERAGE)], TypicalYear(COOLER, NOTHING))
    assert {each.code for each in found.findings} == {"normalized.too_few_before", "normalized.too_few_after"}
