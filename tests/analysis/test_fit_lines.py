"""A model as lines to look at: they go through the middle of what it says."""

from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis.fit_lines import TEMPERATURE, fit_lines
from emstrack.analysis.savings_types import Model

NIGHTS = np.array([20.0, 30.0, 40.0, 50.0])
TEMPERATURES = np.array([18.0, 22.0, 26.0, 30.0])


def model(coefficients: dict[str, float], points: dict[str, float]) -> Model:
    return Model("cooling", coefficients, points, None, None, None, None, 4, 3)


def test_m_20_5_a_line_holds_the_other_variables_at_their_mean() -> None:
    fitted = 100.0 + 2.0 * NIGHTS + 5.0 * np.maximum(TEMPERATURES - 24.0, 0.0)
    given = model({"base": 100.0, "occupied_room_nights": 2.0, "cooling": 5.0}, {"cooling": 24.0})
    cool, nights = fit_lines(given, fitted, {TEMPERATURE: TEMPERATURES, "occupied_room_nights": NIGHTS})
    assert (cool.variable, nights.variable) == (TEMPERATURE, "occupied_room_nights")
    assert cool.use[0] == pytest.approx(100 + 2 * 35)
    assert cool.use[-1] == pytest.approx(100 + 2 * 35 + 5 * 6)
    assert np.diff(nights.use) == pytest.approx(2.0 * np.diff(nights.at))
    assert np.interp(35.0, nights.at, nights.use) == pytest.approx(fitted.mean())


def test_what_is_unknown_or_never_changes_has_no_line() -> None:
    given = model({"base": 1.0, "guests": 2.0, "meals": 1.0, "heating": 1.0}, {"heating": 20.0})
    values = {"guests": np.full(4, 7.0), "meals": np.full(4, np.nan)}
    assert fit_lines(given, np.ones(4), values) == []


def test_missing_rows_are_left_out() -> None:
    given = model({"base": 0.0, "guests": 2.0}, {})
    (line,) = fit_lines(given, np.array([2.0, 4.0, 99.0]), {"guests": np.array([1.0, 2.0, np.nan])})
    assert (line.at[0], line.at[-1]) == (1.0, 2.0)
    assert line.use[-1] == pytest.approx(4.0)
