"""Drivers that move together are named, with how closely."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emstrack.analysis.collinearity import collinearity, collinearity_finding
from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.portfolio import SiteSeries
from emstrack.analysis.savings import compute_savings
from emstrack.language.languages import Language
from tests.analysis import worked_hotel as w


def test_m_11_8_inflation_is_one_over_one_minus_r_squared() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=(30, 3))
    x[:, 2] = x[:, 0] + 0.3 * rng.normal(size=30)
    found = collinearity(x, ("a", "b", "c"))
    others = np.column_stack([np.ones(30), x[:, 0], x[:, 1]])
    left = x[:, 2] - others @ np.linalg.lstsq(others, x[:, 2], rcond=None)[0]
    r2 = 1 - (left**2).sum() / ((x[:, 2] - x[:, 2].mean()) ** 2).sum()
    assert found.inflation["c"] == pytest.approx(1 / (1 - r2))
    assert found.pair == ("a", "c")
    assert found.correlation == pytest.approx(np.corrcoef(x[:, 0], x[:, 2])[0, 1])
    assert found.condition == pytest.approx(
        np.sqrt(np.linalg.cond(np.corrcoef(x.T))),
    )


def test_drivers_that_move_on_their_own_are_not_named() -> None:
    found = collinearity(np.random.default_rng(4).normal(size=(40, 3)), ("a", "b", "c"))
    assert not found.is_strong
    assert collinearity_finding(found) == []


def test_a_combination_has_no_finite_condition_and_a_constant_one_no_inflation() -> None:
    a = np.arange(12.0)
    found = collinearity(np.column_stack([a, 2 * a + 1, np.full(12, 7.0)]), ("a", "b", "c"))
    assert found.condition == float("inf")
    assert np.isnan(found.inflation["c"])
    assert collinearity_finding(found)[0].evidence["correlation"] == 1.0


def test_one_driver_alone_or_none_moves_with_nothing() -> None:
    assert collinearity(np.arange(12.0)[:, None], ("a",)).pair is None
    assert collinearity(np.full((3, 2), np.nan), ("a", "b")).condition == 1.0


def test_m_11_8_a_model_on_room_nights_and_meals_that_follow_them_says_so() -> None:
    plain = w.series(("occupied_room_nights",))
    nights = plain.daily.values[0]
    rng = np.random.default_rng(5)
    meals = 2.1 * nights + np.repeat(rng.normal(0, 0.6, 24), w.DAYS)
    series = SiteSeries(("occupied_room_nights", "meals"), DailySeries(plain.daily.first, np.stack([nights, meals])))
    item = compute_savings(w.hotel(series=series), w.question(drivers=("occupied_room_nights", "meals"))).items[0]
    (finding,) = [each for each in item.findings if each.code == "driver.collinear"]
    sentence = Language("es").sentence(finding)
    assert "Habitaciones-noche ocupadas" in sentence
    assert "Comidas" in sentence
    assert "{" not in sentence
    apart = replace(series, daily=DailySeries(plain.daily.first, np.stack([nights, meals[::-1]])))
    other = compute_savings(w.hotel(series=apart), w.question(drivers=("occupied_room_nights", "meals"))).items[0]
    assert "driver.collinear" not in {each.code for each in other.findings}
