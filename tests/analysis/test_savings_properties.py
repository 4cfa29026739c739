"""Whatever comes in: a result or a named finding, never a traceback, a NaN or a claim that should not be made."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.portfolio import Fixed, MeterFacts, Portfolio, Question, SiteFacts, SiteSeries
from emstrack.analysis.readings import KINDS, Readings
from emstrack.analysis.savings import compute_savings
from emstrack.domain.periods import Period
from emstrack.domain.readings import CalendarMode
from emstrack.domain.resources import Resource
from emstrack.domain.savings import Method
from emstrack.language.languages import Language

FIRST = np.datetime64("2023-12-01")
PERIODS = [
    *("2024-01:2024-12", "2025-01:2025-12", "2024-01-15:2025-01-10", "2024-06:2024-06", "2025-02-01:2025-09-01"),
    *("2023-01:2026-12", "2024-03-01:2024-03-02"),
]
BILLS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.integers(0, 760),
        st.one_of(st.integers(1, 62), st.just(400)),
        st.one_of(st.floats(0, 1e4), st.just(0.0), st.floats(1e11, 1e13), st.floats(1e-13, 1e-11)),
        st.sampled_from(KINDS),
    ),
    max_size=40,
)
EXTREME = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def portfolio(bills: list[tuple[int, int, int, float, str]], mode: CalendarMode, seed: int) -> Portfolio:
    rng = np.random.default_rng(seed)
    start = FIRST + np.array([bill[1] for bill in bills], dtype=int)
    length = np.array([bill[2] for bill in bills], dtype=int)
    sign = [-1 if bill[4] == "credit" else 1 for bill in bills]
    readings = Readings.of(
        [bill[0] for bill in bills],
        start,
        start + length,
        [bill[3] * s for bill, s in zip(bills, sign, strict=True)],
        kind=[bill[4] for bill in bills],
        cost=[int(bill[3]) * s for bill, s in zip(bills, sign, strict=True)],
    )
    temperatures = 20 + 6 * np.sin(np.arange(800) / 58) + rng.normal(0, 2, (1, 800))
    temperatures[0, rng.integers(0, 800, int(rng.integers(0, 200)))] = np.nan
    values = np.stack([rng.uniform(10, 60, 800), np.full(800, 30.0), np.full(800, 12.0)])
    values[0, rng.integers(0, 800, int(rng.integers(0, 60)))] = np.nan
    return Portfolio(
        (SiteFacts("A", "MX", 0),),
        (
            MeterFacts(0, "E", Resource.ELECTRICITY, "kWh", mode=mode, currency="MXN"),
            MeterFacts(0, "G", Resource.LPG, "kWh", heating_value_basis="net", mode=mode, currency="MXN"),
        ),
        readings,
        SiteSeries(("occupied_room_nights", "constant", "rooms"), DailySeries(FIRST, values)),
        DailySeries(FIRST, temperatures),
    )


def numbers(value: object) -> list[float]:
    if isinstance(value, dict):
        return [each for part in value.values() for each in numbers(part)]
    if isinstance(value, list | tuple):
        return [each for part in value for each in numbers(part)]
    return [value] if isinstance(value, float) else []


@EXTREME
@given(
    BILLS,
    st.sampled_from(PERIODS),
    st.sampled_from(PERIODS),
    st.sampled_from(list(Method)),
    st.sampled_from(list(CalendarMode)),
    st.sampled_from([(), ("occupied_room_nights",), ("constant", "occupied_room_nights"), ("meals",)]),
    st.integers(0, 5),
)
def test_anything_gives_a_result_or_a_named_finding(
    bills: list[tuple[int, int, int, float, str]],
    baseline: str,
    reporting: str,
    method: Method,
    mode: CalendarMode,
    drivers: tuple[str, ...],
    seed: int,
) -> None:
    asked = Question(Period.parse(baseline), Period.parse(reporting), method, drivers, Fixed(100.0))
    result = compute_savings(portfolio(bills, mode, seed), asked)
    english = Language("en")
    for item in result.items:
        assert np.isfinite(numbers(asdict(item))).all()
        if item.avoided is None:
            assert item.disqualified
        if item.disqualified:
            assert item.avoided_percent is None
            assert item.cost_avoided is None
            assert item.claim is None
        else:
            assert item.avoided is not None
        counted = [month.avoided for month in item.months if month.avoided is not None]
        if item.avoided is not None:
            largest = max(abs(item.actual or 0), abs(item.adjusted_baseline or 0), 1e-9)
            assert sum(counted) == pytest.approx(item.avoided, abs=1e-9 * largest)
        for finding in item.findings:
            assert english.sentence(finding) != finding.code
            assert "{" not in english.sentence(finding)
            assert "–" not in english.sentence(finding) or finding.code == "carbon.no_factor"


@EXTREME
@given(st.integers(0, 10_000), st.floats(0.001, 1000), st.floats(0, 0.2))
def test_money_and_units_scale_through(seed: int, scale: float, noise: float) -> None:
    rng = np.random.default_rng(seed)
    bills = [(0, month * 30, 30, float(rng.normal(900, 900 * noise)), "actual") for month in range(25)]
    bills = [(meter, day, length, max(value, 0.0), kind) for meter, day, length, value, kind in bills]
    asked = Question(Period.parse("2024-01:2024-12"), Period.parse("2025-01:2025-11"))
    scaled = [(meter, day, length, value * scale, kind) for meter, day, length, value, kind in bills]
    one, other = (
        compute_savings(portfolio(each, CalendarMode.PRO_RATA, 3), asked).items[0] for each in (bills, scaled)
    )
    assert (one.avoided is None) == (other.avoided is None)
    if one.avoided is not None and other.avoided is not None:
        assert other.avoided == pytest.approx(one.avoided * scale, rel=1e-6, abs=1e-6 * scale)
        assert (one.model and one.model.form) == (other.model and other.model.form)
