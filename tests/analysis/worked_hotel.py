"""The worked hotel of docs/methods.md (M-9): 120 rooms, two years of electricity."""

from __future__ import annotations

import numpy as np

from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.portfolio import MeterFacts, Portfolio, Question, SiteFacts, SiteSeries
from emstrack.analysis.readings import Readings
from emstrack.domain.periods import Period
from emstrack.domain.resources import Resource
from emstrack.domain.savings import Method

ROOM_NIGHTS = [
    *(2976, 2958, 3162, 2790, 2604, 2520, 2790, 2852, 2160, 2356, 2700, 2976),
    *(3100, 2912, 3255, 2880, 2697, 2610, 2883, 2945, 2250, 2480, 2820, 3069),
]
CDD_PER_DAY = [
    *(3.6, 3.9, 4.6, 5.4, 6.2, 6.8, 7.1, 7.2, 6.9, 6.3, 5.1, 4.1),
    *(3.9, 4.1, 4.8, 5.6, 6.4, 7.0, 7.3, 7.4, 7.1, 6.5, 5.3, 4.3),
]
KWH = [
    *(131200, 127300, 145900, 140100, 143600, 142300, 153800, 155900, 139700, 140800, 135200, 135100),
    *(118900, 108600, 128900, 125000, 127500, 126800, 136000, 138100, 124900, 126300, 122700, 121900),
]
MONTHS = np.arange("2024-01", "2026-01", dtype="datetime64[M]")
START, END = MONTHS.astype("datetime64[D]"), (MONTHS + 1).astype("datetime64[D]")
DAYS = (END - START).astype(int)
PRICE = 0.15


def readings(which: np.ndarray | None = None, scale: float = 1.0, kind: list[str] | None = None) -> Readings:
    """Readings by calendar month, some of them left out."""
    every = Readings.of(
        np.zeros(24),
        START,
        END,
        np.array(KWH) * scale,
        kind=kind,
        cost=np.round(np.array(KWH) * PRICE * 10_000).astype(np.int64),
    )
    return every if which is None else every.take(which)


def series(names: tuple[str, ...] = ("cdd", "occupied_room_nights", "rooms", "floor_area_m2")) -> SiteSeries:
    """The hotel's drivers and attributes."""
    known = {
        "cdd": (np.array(CDD_PER_DAY) * DAYS, False),
        "occupied_room_nights": (np.array(ROOM_NIGHTS), False),
        "rooms": (np.full(24, 120), True),
        "floor_area_m2": (np.full(24, 6000), True),
    }
    row = np.repeat(np.arange(len(names)), 24)
    value = np.concatenate([known[name][0] for name in names]) if names else []
    level = np.repeat([known[name][1] for name in names], 24)
    daily = DailySeries.of_periods(
        row, np.tile(START, len(names)), np.tile(END, len(names)), value, len(names), level=level
    )
    return SiteSeries(names, daily)


def hotel(**changed: object) -> Portfolio:
    """The hotel as a portfolio of one meter."""
    parts: dict[str, object] = {
        "sites": (SiteFacts("Hotel Sol", "JM"),),
        "meters": (MeterFacts(0, "M1", Resource.ELECTRICITY, "kWh", currency="USD"),),
        "readings": readings(),
        "series": series(),
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
