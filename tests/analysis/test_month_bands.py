"""M-5.9: bands of single months and of the months so far; the word for a total."""

from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis.portfolio import MeterFacts, Portfolio, Question, SiteFacts
from emstrack.analysis.readings import Readings
from emstrack.analysis.savings import compute_savings
from emstrack.analysis.totals import claim_of
from emstrack.domain.periods import Month, Period
from emstrack.domain.resources import Resource
from emstrack.domain.savings import Claim, Method


def two_years(method: Method = Method.REGRESSION, reporting: str = "2025-01:2025-12"):  # type: ignore[no-untyped-def]  # a saving
    months = [Month(2024, 1).plus(place) for place in range(24)]
    use = [1000.0 + 40 * ((place * 7) % 5) - (100 if place > 11 else 0) for place in range(24)]
    readings = Readings.of(
        np.zeros(24, dtype=np.int64),
        np.array([month.start for month in months], dtype="datetime64[D]"),
        np.array([month.end for month in months], dtype="datetime64[D]"),
        use,
    )
    meter = MeterFacts(0, "M", Resource.ELECTRICITY, "kWh")
    question = Question(Period.parse("2024-01:2024-12"), Period.parse(reporting), method)
    return compute_savings(Portfolio((SiteFacts("S"),), (meter,), readings), question).items[0]


def test_the_band_of_all_months_is_the_savings_own() -> None:
    item = two_years()
    assert item.months[-1].cumulative_band_90 == pytest.approx(item.band_90)
    assert item.months[0].cumulative_band_90 == pytest.approx(item.months[0].band_90)


def test_a_months_band_is_that_of_the_month_asked_alone() -> None:
    alone = two_years(reporting="2025-05:2025-05")
    assert two_years().months[4].band_90 == pytest.approx(alone.band_90)


def test_bands_of_months_do_not_add_in_quadrature() -> None:
    item = two_years()
    quadrature = sum((month.band_90 or 0) ** 2 for month in item.months) ** 0.5
    assert item.band_90 is not None
    assert item.band_90 > 1.05 * quadrature


@pytest.mark.parametrize("method", [Method.AVERAGE, Method.CALTRACK2])
def test_a_method_without_a_band_by_month_gives_none(method: Method) -> None:
    assert {month.band_90 for month in two_years(method).months} == {None}


@pytest.mark.parametrize(
    ("avoided", "band", "word"),
    [
        (100.0, 50.0, Claim.DISTINGUISHABLE),
        (100.0, 120.0, Claim.INDICATIVE),
        (100.0, 300.0, Claim.NOISE),
        (-10.0, 1.0, Claim.NOISE),
        (100.0, None, Claim.INDICATIVE),
        (None, None, None),
    ],
)
def test_a_total_has_its_word(avoided: float | None, band: float | None, word: Claim | None) -> None:
    assert claim_of(avoided, band) is word
