"""Change-point forms asked for by name, and stations of which only monthly means are known."""

from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis.change_point_baselines import only_monthly_means
from emstrack.analysis.change_points import Form, fit_form
from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.portfolio import SiteFacts
from emstrack.analysis.savings import compute_savings
from emstrack.domain.findings import Severity
from emstrack.domain.savings import Method
from tests.analysis import climate as c

FORMS = {
    Method.CHANGE_POINT_2P: Form.LINE,
    Method.CHANGE_POINT_3PC: Form.COOLS,
    Method.CHANGE_POINT_3PH: Form.HEATS,
    Method.CHANGE_POINT_4P: Form.ABOUT_ONE,
    Method.CHANGE_POINT_5P: Form.TWO_POINTS,
}


def stepped() -> DailySeries:
    """Monthly means that stand for their days."""
    daily = c.temperatures()
    length = (c.END - c.START).astype(int)
    return DailySeries(c.FIRST, np.repeat(c.monthly_sums(daily.values[0]) / length, length)[None])


def monthly_mean() -> np.ndarray:
    return c.monthly_sums(c.temperatures().values[0]) / (c.END - c.START).astype(int)


@pytest.mark.parametrize("method", list(FORMS))
def test_m_10_3_each_form_is_the_weighted_fit_on_period_means(method: Method) -> None:
    length = (c.END - c.START).astype(int)
    x = monthly_mean()
    y = 300 + 9 * np.maximum(17.5 - x, 0) + 14 * np.maximum(x - 23.2, 0)
    if method in {Method.CHANGE_POINT_2P, Method.CHANGE_POINT_3PC}:
        y = 100 + 14 * np.maximum(x - 16.1, 0)
    if method is Method.CHANGE_POINT_3PH:
        y = 300 + 9 * np.maximum(22.4 - x, 0)
    if method is Method.CHANGE_POINT_4P:
        y = 300 + 9 * np.maximum(20.4 - x, 0) + 14 * np.maximum(x - 20.4, 0)
    y = y * np.random.default_rng(3).normal(1, 0.01, 24)
    item = compute_savings(c.site(y * length), c.question(method)).items[0]
    form = FORMS[method]
    grid = np.round(np.arange(x[:12].min(), x[:12].max(), 0.1), 1) if form is not Form.LINE else None
    want = fit_form(form, x[:12], y[:12], length[:12].astype(float), grid)
    assert want is not None
    assert item.model is not None
    assert item.model.form == form
    assert item.model.p == want.p
    assert item.method == method
    use = (want.predict(x[12:]) * length[12:]).sum()
    assert item.adjusted_baseline == pytest.approx(use, rel=2e-3)
    assert item.band_90 is not None
    if want.cooling_point is not None:
        assert item.model.balance_points_c["cooling"] == pytest.approx(want.cooling_point, abs=0.11)


def test_m_10_3_a_form_that_does_not_fit_is_flat_and_named() -> None:
    falling = 5_000 - 60 * monthly_mean() * (c.END - c.START).astype(int)
    item = compute_savings(c.site(falling + 60_000), c.question(Method.CHANGE_POINT_3PC)).items[0]
    assert item.model is not None
    assert item.model.form == "flat"
    assert "baseline.form_not_found" in {each.code for each in item.findings}


def test_m_10_3_without_a_station_nothing_is_claimed() -> None:
    portfolio = c.site(c.use(c.temperatures()), sites=(SiteFacts("A", "MX", -1),))
    for method in FORMS:
        item = compute_savings(portfolio, c.question(method)).items[0]
        assert item.disqualified
        assert item.avoided_percent is None
        codes = {each.code for each in item.findings if each.severity is Severity.DISQUALIFYING}
        assert codes & {"weather.not_there", "driver.not_there", "baseline.no_readings"}


def test_m_10_4_a_stations_monthly_means_serve_auto_as_3pc() -> None:
    x, length = monthly_mean(), (c.END - c.START).astype(int)
    y = 200 + 12 * np.maximum(x - 21, 0)
    item = compute_savings(c.site(y * length, stepped()), c.question()).items[0]
    assert item.model is not None
    assert item.model.form == "cooling"
    assert item.model.balance_points_c == {"cooling": 21.0}
    assert item.model.coefficients["cooling"] == pytest.approx(12)
    assert item.avoided == pytest.approx(0, abs=1e-6 * float((y * length).sum()))
    assert "weather.monthly_means" in {each.code for each in item.findings}


def test_m_10_4_two_slopes_are_not_tried_on_monthly_means_but_by_name() -> None:
    x, length = monthly_mean(), (c.END - c.START).astype(int)
    both = (300 + 20 * np.maximum(18 - x, 0) + 14 * np.maximum(x - 23, 0)) * length
    daily = compute_savings(c.site(both, c.temperatures()), c.question()).items[0]
    coarse = compute_savings(c.site(both, stepped()), c.question()).items[0]
    named = compute_savings(c.site(both, stepped()), c.question(Method.CHANGE_POINT_5P)).items[0]
    assert daily.model is not None
    assert coarse.model is not None
    assert named.model is not None
    assert coarse.model.form != "heating_cooling"
    assert named.model.form == "5P"
    assert named.model.balance_points_c == {"heating": 18.0, "cooling": 23.0}


def test_m_10_4_daily_temperatures_are_told_from_monthly_means() -> None:
    assert only_monthly_means(stepped()).tolist() == [True]
    assert only_monthly_means(c.temperatures()).tolist() == [False]
    assert only_monthly_means(DailySeries(c.FIRST, np.full((2, 40), 20.0))).tolist() == [False, False]
    assert only_monthly_means(DailySeries.empty(1)).tolist() == [False]
