"""The band of a worksheet (docs/methods.md, M-13.1 to M-13.3), by hand and against a simulation."""

from __future__ import annotations

from dataclasses import replace
from math import inf, sqrt

import numpy as np
import pytest
from worksheets_filled import FILLED, P, estimated, measured

from emstrack.analysis.isolation.findings import quantity_findings, worksheet_findings
from emstrack.analysis.isolation.propagation import doubt_of
from emstrack.analysis.isolation.worksheets import compute_worksheet, formula_of, quantities_of
from emstrack.domain.verification import Quantity
from emstrack.domain.worksheets import Worksheet, choices_of

DRAWS = 50_000
TIMES = 800


def test_m_13_1_a_measured_mean_is_as_sure_as_its_sample() -> None:
    doubt = doubt_of(measured(P.LITRES_BEFORE, 13, 0.8, 16))
    assert (doubt.standard, doubt.freedom) == (pytest.approx(0.2), 15)


def test_m_13_2_an_estimate_is_spread_evenly_over_its_range_and_a_count_is_sure() -> None:
    doubt = doubt_of(estimated(P.HOURS_PER_YEAR, 3900, 3600, 4200))
    assert (doubt.standard, doubt.freedom) == (pytest.approx(600 / sqrt(12)), inf)
    assert doubt_of(estimated(P.UNITS, 60)).standard == 0


def test_m_13_3_the_band_by_hand() -> None:
    # toilets: u(flushes) = 20,000/√12 = 5,773.5 → 47.343 m³; u(before) = 0.8/√15 → 12.394; u(after) = 0.2/√15 → 3.098
    # together 49.036 m³; ν = 49.036⁴ ÷ ((12.394⁴ + 3.098⁴)/14) = 3,418 → t = 1.6453
    computed = compute_worksheet(Worksheet.TOILETS, {}, FILLED[Worksheet.TOILETS])
    assert computed.band_90["water"] == pytest.approx(1.6453 * 49.036, rel=2e-4)
    assert computed.shares["water"]["flushes_per_year"] == pytest.approx((47.343 / 49.036) ** 2, rel=1e-4)
    assert sum(computed.shares["water"].values()) == pytest.approx(1)


def test_m_13_3_few_measurements_make_a_wide_band() -> None:
    given = [estimated(P.FLUSHES_PER_YEAR, 60_000, 59_999, 60_001), measured(P.LITRES_BEFORE, 13, 0.8, 2)]
    few = compute_worksheet(Worksheet.TOILETS, {}, [*given, estimated(P.LITRES_AFTER, 4.8, 4.79, 4.81)])
    assert few.band_90["water"] == pytest.approx(6.3138 * 60 * 0.8 / sqrt(2), rel=1e-3)


def test_nothing_in_doubt_has_no_band() -> None:
    computed = compute_worksheet(Worksheet.AIR_CONDITIONING_SAMPLE, {}, [
        estimated(P.UNITS, 60), measured(P.KWH_PER_DAY_BEFORE, 9, 0, 5), measured(P.KWH_PER_DAY_AFTER, 5, 0, 5),
        estimated(P.DAYS_PER_YEAR, 300),
    ])  # fmt: skip
    assert computed.band_90 == {"electricity": 0}


@pytest.mark.parametrize("worksheet", list(Worksheet))
def test_the_first_order_band_is_that_of_a_monte_carlo(worksheet: Worksheet) -> None:
    """Measured means are drawn about themselves (many measured, so that their spread is known), estimates evenly."""
    random = np.random.default_rng(20_261_128)
    choices, drawn = choices_of(worksheet, {}), {}
    given = [
        replace(e, sample=900, spread=doubt_of(e).standard * 30) if e.is_measured else e for e in FILLED[worksheet]
    ]
    for each in given:
        if each.is_measured:
            drawn[str(each.name)] = random.normal(each.value, doubt_of(each).standard, DRAWS)
        else:
            low, high = (each.value if bound is None else bound for bound in (each.low, each.high))
            drawn[str(each.name)] = random.uniform(low, high, DRAWS)
    computed = compute_worksheet(worksheet, choices, given)
    for step in formula_of(worksheet, choices)(drawn):
        if step.resource:
            low, high = np.quantile(step.value, [0.05, 0.95])
            assert computed.band_90[step.resource] == pytest.approx((high - low) / 2, rel=0.06)


@pytest.mark.parametrize("worksheet", [Worksheet.BOILER, Worksheet.AIR_CONDITIONING_SAMPLE, Worksheet.TAPS_SHOWERS])
def test_the_band_holds_the_truth_nine_times_in_ten_with_small_samples(worksheet: Worksheet) -> None:
    """The truth is drawn first; then somebody measures four to twenty things, and takes their mean and spread."""
    random = np.random.default_rng(7)
    choices, filled, held = choices_of(worksheet, {}), FILLED[worksheet], 0
    for _ in range(TIMES):
        truth, given = {}, []
        for each in filled:
            if each.is_measured:
                sample = random.normal(each.value, each.spread or 0.0, each.sample)
                truth[str(each.name)] = np.array(each.value)
                given.append(replace(each, value=float(sample.mean()), spread=float(sample.std(ddof=1))))
            else:
                low, high = (each.value if bound is None else bound for bound in (each.low, each.high))
                truth[str(each.name)] = np.array(random.uniform(low, high))
                given.append(each)
        computed = compute_worksheet(worksheet, choices, given)
        true = {s.resource: float(s.value) for s in formula_of(worksheet, choices)(truth) if s.resource}
        told = {s.resource: float(s.value) for s in computed.steps if s.resource}
        held += sum(abs(told[name] - true[name]) <= computed.band_90[name] for name in true) / len(true)
    assert 0.87 <= held / TIMES <= 0.96


def test_a_saving_that_is_none_or_within_its_band_is_named() -> None:
    gas, diesel = Quantity("lpg", "kWh", "net", 100, 100), Quantity("diesel", "kWh", "net", -1, 2)
    said = quantity_findings([Quantity("water", "m3", "", 100, 20), gas, diesel])
    assert [(each.code, each.evidence["resource"]) for each in said] == [
        ("isolation.within_band", "lpg"),
        ("isolation.nothing_saved", "diesel"),
    ]


def test_small_samples_suspicious_ones_and_the_largest_doubt_are_named() -> None:
    given = [
        estimated(P.FLUSHES_PER_YEAR, 60_000, 50_000, 70_000),
        measured(P.LITRES_BEFORE, 13, 6.5, 10),
        measured(P.LITRES_AFTER, 4.8, 0, 5),
    ]
    said = {
        each.code: each.evidence for each in worksheet_findings(compute_worksheet(Worksheet.TOILETS, {}, given), given)
    }
    assert said["isolation.sample_too_small"]["needed"] == 68
    assert said["isolation.no_spread_at_all"]["parameter"] is P.LITRES_AFTER
    assert said["isolation.doubt_from"]["parameter"] is P.LITRES_BEFORE
    assert quantities_of(compute_worksheet(Worksheet.TOILETS, {}, given), {})[0].band_90 is not None
