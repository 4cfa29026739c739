"""Mass, energy and money through unit operations, against examples worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emstrack.analysis.material_balance import OUTSIDE, Flows, carry_costs, close, loads, rank

NAN = float("nan")


def flows(operations: int, *streams: tuple[int, int, float]) -> Flows:
    source, target, amount = zip(*streams, strict=True)
    return Flows(operations, np.array(source), np.array(target), np.array(amount, dtype=float))


SOAK, LIME = 0, 1
BEAMHOUSE = flows(
    2,
    (OUTSIDE, SOAK, 10_000.0),  # salted hides, 10 t
    (OUTSIDE, SOAK, 60_000.0),  # soaking water
    (SOAK, LIME, 11_500.0),  # soaked hides
    (SOAK, OUTSIDE, 57_500.0),  # soak liquor
    (OUTSIDE, LIME, 300.0),  # sulphide
    (OUTSIDE, LIME, 400.0),  # lime
    (OUTSIDE, LIME, 30_000.0),  # liming water
    (LIME, OUTSIDE, 11_000.0),  # pelts
    (LIME, OUTSIDE, 2_200.0),  # fleshings
    (LIME, OUTSIDE, 28_500.0),  # lime liquor
)
WATER = np.array([False, True, False, True, False, False, True, False, False, True])
"""A tannery's beamhouse, one batch: soaking, then liming and fleshing."""


def test_m_30_1_a_beamhouse_closes_per_operation_and_as_a_whole() -> None:
    closure = close(BEAMHOUSE, 0.05)
    # soaking: 70 000 in, 69 000 out; liming: 11 500 + 300 + 400 + 30 000 in, 41 700 out; whole: 100 700 in, 99 200 out
    assert closure.inward.tolist() == [70_000, 42_200, 100_700]
    assert closure.outward.tolist() == [69_000, 41_700, 99_200]
    assert closure.difference.tolist() == [1_000, 500, 1_500]
    assert closure.fraction == pytest.approx([1 / 70, 5 / 422, 15 / 1007])
    assert closure.closes.all()


def test_m_30_2_outside_the_tolerance_the_difference_is_still_shown() -> None:
    closure = close(BEAMHOUSE, 0.0125)
    assert closure.closes.tolist() == [False, True, False]
    assert closure.difference.tolist() == [1_000, 500, 1_500]


def test_m_30_2_what_is_not_known_does_not_close() -> None:
    closure = close(flows(1, (OUTSIDE, 0, NAN), (0, OUTSIDE, 10.0)), 0.05)
    assert np.isnan(closure.difference).all()
    assert not closure.closes.any()


def test_m_30_2_an_operation_that_takes_nothing_in_has_no_percentage() -> None:
    closure = close(flows(1, (0, OUTSIDE, 10.0)), 0.05)
    assert closure.difference.tolist() == [-10, -10]
    assert np.isnan(closure.fraction).all()


def beamhouse_costs(typed: dict[int, float] | None = None) -> tuple[np.ndarray, np.ndarray]:
    # hides 1.50/kg, soaking water 60 m³ at 20, sulphide 1.00/kg, lime 0.25/kg, liming water 30 m³ at 20
    bought = np.array([15_000.0, 1_200, 0, 0, 300, 100, 600, 0, 0, 0])
    told = np.full(10, NAN)
    for stream, value in (typed or {}).items():
        told[stream] = value
    costs = carry_costs(BEAMHOUSE, WATER, bought, told, np.array([500.0, 1_320.0]))
    return costs.purchase, costs.processing


def test_m_30_3_what_was_bought_follows_the_material_and_the_water_the_water() -> None:
    purchase, _ = beamhouse_costs()
    assert purchase[2] == pytest.approx(15_000)  # all of the hides' price goes on to liming
    assert purchase[3] == pytest.approx(1_200)  # and all of the water's into the soak liquor
    # liming shares 15 000 + 300 + 100 = 15 400 over 13 200 kg: 7/6 per kg
    assert purchase[7] == pytest.approx(11_000 * 15_400 / 13_200)
    assert purchase[8] == pytest.approx(2_200 * 15_400 / 13_200)
    assert purchase[9] == pytest.approx(600)


def test_m_30_4_processing_so_far_follows_what_is_not_water() -> None:
    _, processing = beamhouse_costs()
    assert processing[2] == pytest.approx(500)
    assert processing[[3, 9]] == pytest.approx([0, 0])
    # 500 + 1 320 = 1 820 over 13 200 kg
    assert processing[[7, 8]] == pytest.approx([1_820 * 11 / 13.2, 1_820 * 2.2 / 13.2])


def test_m_30_3_a_price_that_somebody_typed_is_taken_out_before_the_rest_is_shared() -> None:
    purchase, _ = beamhouse_costs({8: 1_000.0})
    assert purchase[8] == pytest.approx(1_000)
    assert purchase[7] == pytest.approx(14_400)


@pytest.mark.parametrize("typed", [None, {8: 1_000.0}, {7: 9_000.0, 8: 1_000.0}, {9: 50.0}])
def test_m_30_3_costs_add_up_to_what_was_bought_and_spent(typed: dict[int, float] | None) -> None:
    purchase, processing = beamhouse_costs(typed)
    leaving = BEAMHOUSE.target == OUTSIDE
    assert purchase[leaving].sum() == pytest.approx(15_000 + 1_200 + 300 + 100 + 600)
    assert processing[leaving].sum() == pytest.approx(1_820)


def test_m_30_3_a_brewery_with_a_recycle_is_solved_and_not_walked() -> None:
    # wort 1 000 kg at 1.00; fermentation hands 1 100 kg to filtration, which sends 100 kg of beer back and lets out
    # 950 kg of beer and 50 kg of yeast: per kg out of filtration x = (1 000 + 100 x) / 1 100, so x = 1
    brewery = flows(2, (OUTSIDE, 0, 1_000.0), (0, 1, 1_100.0), (1, 0, 100.0), (1, OUTSIDE, 950.0), (1, OUTSIDE, 50.0))
    dry = np.zeros(5, dtype=bool)
    costs = carry_costs(brewery, dry, np.array([1_000.0, 0, 0, 0, 0]), np.full(5, NAN), np.array([0.0, 200.0]))
    assert costs.purchase == pytest.approx([1_000, 1_100, 100, 950, 50])
    # 200 a batch leaves with 1 000 kg: 0.20/kg, and what goes back carries its part too
    assert costs.processing == pytest.approx([0, 20, 20, 190, 10])


def test_m_30_4_where_only_water_comes_out_the_costs_go_with_it() -> None:
    evaporation = flows(1, (OUTSIDE, 0, 100.0), (0, OUTSIDE, 80.0), (0, OUTSIDE, 20.0))
    wet = np.array([True, True, True])
    costs = carry_costs(evaporation, wet, np.array([10.0, 0, 0]), np.full(3, NAN), np.array([5.0]))
    assert costs.purchase == pytest.approx([10, 8, 2])
    assert costs.processing == pytest.approx([0, 4, 1])


@given(
    masses=st.lists(st.floats(1.0, 1e5), min_size=3, max_size=8),
    price=st.floats(0.0, 1e6),
    spent=st.floats(0.0, 1e6),
)
def test_m_30_3_whatever_the_masses_nothing_is_lost(masses: list[float], price: float, spent: float) -> None:
    one = flows(1, (OUTSIDE, 0, sum(masses)), *((0, OUTSIDE, mass) for mass in masses))
    count = len(masses) + 1
    wet = np.zeros(count, dtype=bool)
    costs = carry_costs(one, wet, np.array([price] + [0.0] * (count - 1)), np.full(count, NAN), np.array([spent]))
    assert costs.purchase[1:].sum() == pytest.approx(price)
    assert costs.processing.sum() == pytest.approx(spent)


def test_m_30_6_a_load_is_flow_times_concentration() -> None:
    # 57.5 m³ of soak liquor at 8 000 mg/L COD is 460 kg; chromium was not measured there
    found = loads(np.array([57.5, 28.5]), np.array([[8_000.0, 20_000.0], [NAN, 5.0]]))
    assert found[0] == pytest.approx([460, 570])
    assert np.isnan(found[1, 0])
    assert found[1, 1] == pytest.approx(0.1425)


def test_m_30_5_losses_are_ranked_by_money_and_unknown_ones_come_last() -> None:
    assert rank(np.array([5.0, NAN, 20.0, 5.0])).tolist() == [2, 0, 3, 1]


def test_a_loop_that_nothing_leaves_is_no_crash() -> None:
    loop = flows(2, (OUTSIDE, 0, 10.0), (0, 1, 10.0), (1, 0, 10.0))
    costs = carry_costs(loop, np.zeros(3, dtype=bool), np.array([5.0, 0, 0]), np.full(3, NAN), np.zeros(2))
    assert np.isfinite(costs.purchase).all()


def test_four_hundred_streams_are_weighed_in_a_moment() -> None:
    rng = np.random.default_rng(7)
    source, target = rng.integers(0, 40, 400), rng.integers(0, 40, 400)
    source[:100], target[300:] = OUTSIDE, OUTSIDE
    wide = Flows(40, source, target, rng.uniform(1, 1_000, 400))
    bought = np.where(source == OUTSIDE, 10.0, 0.0)
    costs = carry_costs(wide, np.zeros(400, dtype=bool), bought, np.full(400, NAN), np.ones(40))
    assert costs.purchase[target == OUTSIDE].sum() == pytest.approx(1_000)
    assert costs.processing[target == OUTSIDE].sum() == pytest.approx(40)


def test_a_balance_without_operations_is_empty_and_no_crash() -> None:
    nothing = flows(0, (OUTSIDE, OUTSIDE, 1.0))
    assert carry_costs(nothing, np.array([False]), np.array([2.0]), np.array([NAN]), np.array([])).purchase == [2.0]
    assert close(nothing, 0.1).closes.tolist() == [True]
