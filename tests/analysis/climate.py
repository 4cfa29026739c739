"""A warm place with a site whose truth is known, for the tests of what is built on models."""

from __future__ import annotations

import numpy as np

from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.portfolio import MeterFacts, Portfolio, Question, SiteFacts
from emstrack.analysis.readings import Readings
from emstrack.domain.periods import Period
from emstrack.domain.resources import Resource
from emstrack.domain.savings import Method

FIRST = np.datetime64("2024-01-01")
DAYS = 731
MONTHS = np.arange("2024-01", "2026-01", dtype="datetime64[M]")
START, END = MONTHS.astype("datetime64[D]"), (MONTHS + 1).astype("datetime64[D]")


def temperatures(mean: float = 22.0, swing: float = 7.0) -> DailySeries:
    """Two years of days that go up and down through the year and through the week [°C]."""
    day = np.arange(DAYS)
    return DailySeries(FIRST, (mean - swing * np.cos(day / 58.1) + 2 * np.sin(day * 2.1))[None])


def monthly_sums(daily: np.ndarray) -> np.ndarray:
    """Add days up to the 24 months."""
    edges = [((low - FIRST).astype(int), (high - FIRST).astype(int)) for low, high in zip(START, END, strict=True)]
    return np.array([daily[low:high].sum() for low, high in edges])


def use(series: DailySeries, base: float = 200.0, cooling: float = 12.0, heating: float = 0.0) -> np.ndarray:
    """Use of each month: cooling above 20 °C, heating below 17 °C [kWh]."""
    t = series.values[0]
    return monthly_sums(base + cooling * np.maximum(t - 20, 0) + heating * np.maximum(17 - t, 0))


def site(quantity: np.ndarray, weather: DailySeries | None = None, **changed: object) -> Portfolio:
    """A portfolio of one electricity meter of one site."""
    parts: dict[str, object] = {
        "sites": (SiteFacts("Hotel Mar", "MX", 0),),
        "meters": (MeterFacts(0, "E", Resource.ELECTRICITY, "kWh", currency="MXN"),),
        "readings": Readings.of(np.zeros(24), START, END, quantity, cost=np.round(quantity * 25_000).astype(int)),
        "temperatures": weather or temperatures(),
    }
    return Portfolio(**{**parts, **changed})  # type: ignore[arg-type]


def question(method: Method = Method.AUTO, **changed: object) -> Question:
    """The baseline is 2024, the report is on 2025."""
    parts: dict[str, object] = {
        "baseline": Period.parse("2024-01:2024-12"),
        "reporting": Period.parse("2025-01:2025-12"),
        "method": method,
    }
    return Question(**{**parts, **changed})  # type: ignore[arg-type]
