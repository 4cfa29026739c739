"""The worksheets of option A by hand (docs/methods.md, M-13.5 to M-13.13)."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pytest
from worksheets_filled import FILLED, HEATED, P, estimated, measured

from emstrack.analysis.isolation.worksheets import (
    compute_worksheet,
    formula_of,
    parts_of_year,
    quantities_of,
    sample_needed,
)
from emstrack.domain.periods import Month
from emstrack.domain.worksheets import COLD, Rating, Worksheet, choices_of


def yearly(worksheet: Worksheet, *, without: tuple[str, ...] = (), **choices: str) -> dict[str, float]:
    chosen = choices_of(worksheet, choices)
    given = [each for each in FILLED[worksheet] if each.name not in without]
    return {q.resource: q.per_year for q in quantities_of(compute_worksheet(worksheet, chosen, given), chosen)}


def test_m_13_5_lighting_and_the_cooling_that_no_longer_carries_its_heat_away() -> None:
    # 240 × (72 − 28) W × 3,900 h = 41,184 kWh; a tenth of it again is cooling
    assert yearly(Worksheet.LIGHTING) == {"electricity": pytest.approx(45_302.4)}
    assert yearly(Worksheet.LIGHTING, without=("cooling_factor",)) == {"electricity": pytest.approx(41_184)}


def test_m_13_5_lamps_that_also_burn_fewer_hours() -> None:
    given = [*FILLED[Worksheet.LIGHTING][:5], measured(P.HOURS_AFTER_PER_YEAR, 2000, 100)]
    computed = compute_worksheet(Worksheet.LIGHTING, {}, given)
    assert computed.steps[-1].value == pytest.approx(240 * (72 * 3900 - 28 * 2000) / 1000)


def test_m_13_7_a_low_flow_shower_saves_water_and_the_fuel_that_heats_it() -> None:
    # M-13.6: 40,000 × 8 min × 4.5 L/min = 1,440 m³; × 1.163 × 14 K = 23,446.08 kWh of heat; ÷ 0.78
    assert yearly(Worksheet.TAPS_SHOWERS) == {"water": pytest.approx(1440), "lpg": pytest.approx(30_059.0769, abs=1e-3)}
    assert yearly(Worksheet.TAPS_SHOWERS, fuel=COLD) == {"water": pytest.approx(1440)}


def test_m_13_8_smaller_flushes() -> None:
    assert yearly(Worksheet.TOILETS) == {"water": pytest.approx(60_000 * 8.2 / 1000)}


def test_m_13_9_laundry_that_is_not_washed_saves_water_fuel_electricity_and_detergent() -> None:
    # 31,000 × 2.5 kg = 77,500 kg; × 24 L = 1,860 m³; × 0.6 × 1.163 × 35 K ÷ 0.8 = 56,783.475 kWh; drying 85,250 kWh
    assert yearly(Worksheet.LINEN) == {
        "water": pytest.approx(1860),
        "lpg": pytest.approx(56_783.475 + 85_250, rel=1e-6),
        "electricity": pytest.approx(15_500),
        "material": pytest.approx(930),
    }


def test_m_13_9_an_electric_laundry_has_one_saving_of_electricity() -> None:
    both = yearly(Worksheet.LINEN, fuel="electricity")
    assert both.keys() == {"water", "electricity", "material"}
    assert both["electricity"] == pytest.approx(56_783.475 + 85_250 + 15_500, rel=1e-6)


def test_m_13_10_a_repaired_leak() -> None:
    assert yearly(Worksheet.LEAKS) == {"water": pytest.approx(2.4 * 60 * 8000 / 1000)}
    assert yearly(Worksheet.LEAKS, without=("leak_after_l_min",)) == {"water": pytest.approx(1200)}


def test_m_13_11_a_boiler_after_its_combustion_test() -> None:
    assert yearly(Worksheet.BOILER, fuel="diesel") == {"diesel": pytest.approx(500_000 * (1 - 76 / 84))}


@pytest.mark.parametrize(
    ("rating", "before", "after"),
    [(Rating.KW_PER_TON, 1.3, 0.8), (Rating.COP, 3.517 / 1.3, 3.517 / 0.8), (Rating.SEER, 12 / 1.3, 12 / 0.8)],
)
def test_m_13_12_a_chiller_saves_the_same_however_its_rating_is_written(
    rating: Rating, before: float, after: float
) -> None:
    given = [
        *FILLED[Worksheet.AIR_CONDITIONING][:2],
        measured(P.RATING_BEFORE, before),
        measured(P.RATING_AFTER, after),
    ]
    computed = compute_worksheet(Worksheet.AIR_CONDITIONING, {"rating": rating.value}, given)
    assert computed.steps[-1].value == pytest.approx(60 * 2400 * 0.5)


def test_m_13_12_air_conditioners_by_the_kwh_of_a_sample() -> None:
    assert yearly(Worksheet.AIR_CONDITIONING_SAMPLE) == {"electricity": pytest.approx(60 * 300 * 3.5)}


@pytest.mark.parametrize("worksheet", list(Worksheet))
@pytest.mark.parametrize("fuel", ["lpg", "electricity", COLD])
def test_the_arithmetic_that_is_shown_is_what_was_computed(worksheet: Worksheet, fuel: str) -> None:
    """An auditor who types the shown numbers into a calculator gets the shown result."""
    choices = choices_of(worksheet, {"fuel": fuel})
    values = {str(each.name): each.value for each in FILLED[worksheet]}
    for step in compute_worksheet(worksheet, choices, FILLED[worksheet]).steps:
        typed = re.sub(r"\{(\w+)\}", lambda found: repr(float(values[found[1]])), step.arithmetic)
        typed = typed.replace("×", "*").replace("÷", "/").replace("−", "-")
        assert re.fullmatch(r"[\d.e()+\-*/ ]+", typed)
        assert step.value == pytest.approx(eval(typed), rel=1e-12)  # noqa: S307 - digits and signs only
        values[step.name] = float(step.value)


@pytest.mark.parametrize("worksheet", list(Worksheet))
def test_a_formula_takes_many_at_once(worksheet: Worksheet) -> None:
    choices = choices_of(worksheet, {})
    one = {str(each.name): np.array([each.value]) for each in FILLED[worksheet]}
    many = {name: np.repeat(value, 1000) for name, value in one.items()}
    formula = formula_of(worksheet, choices)
    for alone, together in zip(formula(one), formula(many), strict=True):
        assert together.value == pytest.approx(np.repeat(alone.value, 1000))


def test_m_13_13_a_month_has_its_days_of_the_year() -> None:
    months = [Month(2025, 3), Month(2025, 4), Month(2025, 5), Month(2025, 6), Month(2025, 7)]
    parts = parts_of_year(date(2025, 4, 11), date(2025, 7, 1), months)
    assert (parts * 365).tolist() == pytest.approx([0, 20, 31, 30, 0])


def test_a_fuel_has_its_heating_value_basis_and_water_has_none() -> None:
    choices = choices_of(Worksheet.TAPS_SHOWERS, {"fuel": "natural_gas", "basis": "gross"})
    computed = compute_worksheet(Worksheet.TAPS_SHOWERS, choices, FILLED[Worksheet.TAPS_SHOWERS])
    assert [(q.resource, q.unit, q.basis) for q in quantities_of(computed, choices)] == [
        ("water", "m3", ""),
        ("natural_gas", "kWh", "gross"),
    ]
    assert choices_of(Worksheet.TAPS_SHOWERS, {"fuel": "electricity", "basis": "gross"})["basis"] == ""


def test_a_sample_that_tells_its_mean_to_a_tenth_is_enough() -> None:
    assert sample_needed(measured(P.LITRES_BEFORE, 13, 0.8, 15)) is None
    assert sample_needed(estimated(P.LITRES_BEFORE, 13, 12, 14)) is None
    assert sample_needed(measured(P.LITRES_BEFORE, 13, 6.5, 10)) == 68  # (1.645 × 0.5 ÷ 0.1)² = 67.6
    assert HEATED
