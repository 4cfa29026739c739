"""Savings that fade are told from those that only wobble."""

from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis.degradation import FALSE_ALARM, HORIZON, SIDE, alarm_threshold, find_fading
from emstrack.analysis.savings import compute_savings
from tests.analysis import worked_hotel as w

MONTHS, FREEDOM, SIGMA = 24, 9, 20.0


def simulated(meters: int, after: float, turn: int = 12, seed: int = 1) -> dict[str, np.ndarray]:
    """Savings of 15 % of 30,000 a month, then of another part; noise of 3 %, known with nine degrees of freedom."""
    rng = np.random.default_rng(seed)
    season = 30_000 * (1 + 0.2 * np.sin(np.arange(MONTHS) / 6 * np.pi))
    adjusted = np.repeat(season[None], meters, axis=0)
    days = np.full(adjusted.shape, 30.0)
    sigma = 0.03 * 30_000 / np.sqrt(30)
    part = np.where(np.arange(MONTHS) < turn, 0.15, after)
    avoided = adjusted * part + rng.normal(0, sigma * np.sqrt(30), adjusted.shape)
    variance = sigma**2 * rng.chisquare(FREEDOM, meters) / FREEDOM
    return {
        "avoided": avoided,
        "adjusted": adjusted,
        "days": days,
        "variance": variance,
        "freedom": np.full(meters, FREEDOM),
    }


def test_m_11_7_steady_savings_looked_at_every_month_rarely_raise_an_alarm() -> None:
    given = simulated(3_000, 0.15)
    ever = np.zeros(3_000, dtype=bool)
    for look in range(2 * SIDE, MONTHS + 1):
        cut = {name: value[:, :look] if value.ndim == 2 else value for name, value in given.items()}
        ever |= find_fading(**cut).alert
    assert ever.mean() <= FALSE_ALARM + 0.01, "in two of the three years that the rate is stated for"
    assert ever.mean() > 0.015, "and the rate is used, not only kept"


def test_m_11_7_savings_that_lose_two_thirds_are_seen_where_they_turned() -> None:
    fading = find_fading(**simulated(500, 0.05))
    assert fading.alert.mean() > 0.95
    assert np.median(fading.since[fading.alert]) == pytest.approx(12, abs=1)
    assert np.median(fading.before) == pytest.approx(0.15, abs=0.01)
    assert np.median(fading.after) == pytest.approx(0.05, abs=0.01)


def test_m_11_7_savings_that_grow_raise_none() -> None:
    assert find_fading(**simulated(500, 0.25)).alert.mean() < 0.02


def test_m_11_7_what_months_share_of_the_models_error_makes_an_alarm_harder() -> None:
    given = simulated(50, 0.05)
    alone = find_fading(**given).statistic
    early = np.where(np.arange(MONTHS) < 12, 4.0, -4.0)[None, :, None] * np.ones((50, 1, 1))
    assert (find_fading(**given, along=early).statistic < alone).all()


def test_a_few_months_or_no_noise_to_measure_by_say_nothing() -> None:
    given = simulated(3, 0.0)
    short = {name: value[:, : 2 * SIDE - 1] if value.ndim == 2 else value for name, value in given.items()}
    assert not find_fading(**short).alert.any()
    assert np.isnan(find_fading(**short).statistic).all()
    assert not find_fading(**{**given, "freedom": np.zeros(3, dtype=int)}).alert.any()
    holed = {**given, "avoided": np.full_like(given["avoided"], np.nan)}
    assert (find_fading(**holed).since == -1).all()


def test_the_threshold_falls_with_what_the_baseline_knows() -> None:
    assert alarm_threshold(4) > alarm_threshold(9) > alarm_threshold(30) > 2.5
    assert HORIZON == 36


def test_a_hotel_whose_saving_fades_is_told() -> None:
    quantity = np.array(w.KWH, dtype=float)
    readings = w.readings()
    quantity[12:18] *= 0.85
    quantity[18:] *= 1.10
    readings.quantity[:] = quantity
    item = compute_savings(w.hotel(readings=readings), w.question()).items[0]
    (finding,) = [each for each in item.findings if each.code == "savings.fading"]
    assert finding.evidence["since"] == "2025-07"
    assert int(str(finding.evidence["before"])) > int(str(finding.evidence["after"]))
    assert "savings.fading" not in {each.code for each in compute_savings(w.hotel(), w.question()).items[0].findings}
