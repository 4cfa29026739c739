"""What was used between two measurements of a tank (docs/methods.md, M-1.9)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emstrack.analysis.calendarization import calendarize, calendarize_with_allocation
from emstrack.analysis.reading_periods import measured_readings
from emstrack.analysis.readings import Readings
from emstrack.analysis.stock_levels import STOCK, Settled, StockLevels, settle_stock
from emstrack.domain.readings import CalendarMode

DELIVERED = [CalendarMode.BETWEEN_DELIVERIES]


def deliveries(*given: tuple[str, float], kinds: list[str] | None = None) -> Readings:
    start = np.array([day for day, _ in given], dtype="datetime64[D]")
    cost = [round(quantity * 200_000) for _, quantity in given]
    return Readings.of([0] * len(given), start, start + 1, [q for _, q in given], kind=kinds, cost=cost)


def levels(*given: tuple[str, float]) -> StockLevels:
    return StockLevels.of([0] * len(given), [day for day, _ in given], [quantity for _, quantity in given])


def by_month(settled: Settled) -> dict[str, tuple[float, float]]:
    months = calendarize(settled.readings, settled.modes)
    rows = zip(months.month.astype(str), months.quantity, months.coverage, strict=True)
    return {str(month): (round(float(quantity), 6), round(float(part), 6)) for month, quantity, part in rows}


def test_m_1_9_use_is_opening_stock_and_deliveries_less_closing_stock() -> None:
    brought = deliveries(("2025-01-10", 1000), ("2025-02-05", 600), ("2025-02-20", 500))
    measured = levels(("2024-12-31", 300), ("2025-01-31", 450), ("2025-02-28", 200))
    settled = settle_stock(brought, DELIVERED, measured)
    assert by_month(settled) == {"2025-01": (850, 1), "2025-02": (1350, 1)}
    assert settled.source.tolist() == [0, 1, 2, STOCK, STOCK]
    months, allocation = calendarize_with_allocation(settled.readings, settled.modes)
    assert months.priced_quantity.tolist() == [1000, 1100], "the bills paid for what was delivered"
    assert months.cost.sum() == brought.cost.sum()
    stock = settled.source[allocation.reading] == STOCK
    assert allocation.quantity[stock].tolist() == [-150, 250]


def test_m_1_9_a_level_is_that_at_the_end_of_its_day() -> None:
    brought = deliveries(("2025-01-31", 100), ("2025-02-01", 40))
    settled = settle_stock(brought, DELIVERED, levels(("2024-12-31", 0), ("2025-01-31", 60), ("2025-02-28", 0)))
    assert by_month(settled) == {"2025-01": (40, 1), "2025-02": (100, 1)}


def test_m_1_9_between_levels_use_is_spread_by_the_day() -> None:
    settled = settle_stock(deliveries(("2025-01-20", 500)), DELIVERED, levels(("2025-01-14", 100), ("2025-02-13", 0)))
    assert by_month(settled) == {
        "2025-01": (600 * 17 / 30, round(17 / 31, 6)),
        "2025-02": (600 * 13 / 30, round(13 / 28, 6)),
    }


def test_m_1_9_a_month_without_a_delivery_uses_the_stock() -> None:
    settled = settle_stock(deliveries(("2025-01-01", 900)), DELIVERED, levels(("2025-01-31", 500), ("2025-02-28", 320)))
    assert by_month(settled) == {"2025-01": (400, 1), "2025-02": (180, 1)}


def test_m_1_9_after_the_last_level_a_delivery_is_spread_to_the_next_again() -> None:
    brought = deliveries(("2025-01-01", 310), ("2025-02-11", 280), ("2025-03-11", 999))
    settled = settle_stock(brought, DELIVERED, levels(("2024-12-31", 0), ("2025-01-31", 100)))
    assert by_month(settled) == {
        "2025-01": (210, 1),
        "2025-02": (100 + 180, 1),
        "2025-03": (100, round(10 / 31, 6)),
    }, "what was left on 31 January is used up by the delivery of 11 February, which lasts 28 days"


def test_m_1_9_before_the_first_level_the_tank_was_empty_when_it_was_filled() -> None:
    brought = deliveries(("2025-01-01", 400), ("2025-01-11", 300))
    assert by_month(settle_stock(brought, DELIVERED, levels(("2025-01-31", 90)))) == {"2025-01": (400 + 210, 1)}
    more = by_month(settle_stock(brought, DELIVERED, levels(("2025-01-31", 350))))
    assert more == {"2025-01": (400, round(10 / 31, 6))}, "it cannot have been empty: those days are not known"


def test_m_1_9_stock_that_grew_by_more_than_was_delivered_is_named_and_not_counted() -> None:
    brought = deliveries(("2025-01-10", 100), ("2025-02-10", 50))
    measured = levels(("2024-12-31", 80), ("2025-01-31", 300), ("2025-02-28", 10))
    settled = settle_stock(brought, DELIVERED, measured)
    assert by_month(settled) == {"2025-02": (340, 1)}
    found = settled.impossible
    assert (found.meter.tolist(), found.start.astype(str).tolist()) == ([0], ["2025-01-01"])
    assert (found.opening.tolist(), found.delivered.tolist(), found.closing.tolist()) == ([80], [100], [300])


def test_nothing_used_is_zero_and_covers_its_days() -> None:
    settled = settle_stock(deliveries(("2025-01-10", 100)), DELIVERED, levels(("2024-12-31", 80), ("2025-01-31", 180)))
    assert by_month(settled) == {"2025-01": (0, 1)}


def test_an_estimated_delivery_makes_its_stretch_estimated() -> None:
    brought = deliveries(("2025-01-10", 100), ("2025-01-20", 100), kinds=["actual", "estimated"])
    settled = settle_stock(brought, DELIVERED, levels(("2024-12-31", 0), ("2025-01-31", 0)))
    assert calendarize(settled.readings, settled.modes).estimated.tolist() == [1]


def test_credits_and_openings_never_cover() -> None:
    brought = deliveries(("2025-01-05", 7), ("2025-01-10", -20), kinds=["opening", "credit"])
    settled = settle_stock(brought, DELIVERED, levels(("2024-12-31", 100), ("2025-01-31", 0)))
    assert by_month(settled) == {"2025-01": (80, 1)}


def test_other_meters_are_left_as_they_are() -> None:
    readings = Readings.of(
        [0, 1, 0, 1],
        ["2025-01-05", "2025-01-01", "2025-01-15", "2025-01-10"],
        ["2025-01-06", "2025-02-01", "2025-01-16", "2025-01-11"],
        [10, 31, 20, 5],
        kind=["actual", "actual", "actual", "credit"],
    )
    modes = [CalendarMode.BETWEEN_DELIVERIES, CalendarMode.WHOLE_MONTH]
    settled = settle_stock(readings, modes, StockLevels.of([0], ["2025-01-24"], [15]))
    assert settled.modes.tolist() == [0, 1]
    months = calendarize(settled.readings, settled.modes)
    assert months.quantity.tolist() == [15, 36]
    assert months.covered_days.tolist() == [20, 31]


def test_without_levels_nothing_changes() -> None:
    readings = deliveries(("2025-01-05", 10), ("2025-01-15", 20))
    settled = settle_stock(readings, DELIVERED, StockLevels.of([], np.array([], "datetime64[D]"), []))
    assert settled.readings is readings
    assert settled.modes.tolist() == [2]
    assert not len(settled.impossible.meter)


def test_a_model_sees_one_point_per_stretch_at_the_price_of_the_delivery() -> None:
    brought = deliveries(("2025-01-10", 1000), ("2025-01-20", 500))
    settled = settle_stock(brought, DELIVERED, levels(("2024-12-31", 300), ("2025-01-31", 450)))
    measured, _ = measured_readings(settled.readings, settled.modes)
    assert (measured.quantity.tolist(), measured.priced.tolist()) == ([1350], [1500])
    assert (measured.cost.tolist(), measured.has_cost.tolist()) == ([int(brought.cost.sum())], [True])
    assert (measured.start.astype(str).tolist(), measured.days.tolist()) == (["2025-01-01"], [31])


def test_m_2_4_deliveries_of_one_day_are_one_point() -> None:
    brought = deliveries(("2025-01-10", 60), ("2025-01-10", 40), ("2025-01-20", 5))
    measured, index = measured_readings(brought, DELIVERED)
    assert (measured.quantity.tolist(), index.tolist()) == ([100], [0])


DAYS = st.integers(-400, 400)
AMOUNTS = st.floats(0, 1e5)
TANKS = st.lists(
    st.tuples(
        st.dictionaries(DAYS, AMOUNTS, max_size=8),
        st.lists(st.tuples(DAYS, AMOUNTS), max_size=12),
    ),
    min_size=1,
    max_size=4,
)


@given(TANKS)
def test_m_1_9_what_was_used_is_opening_and_deliveries_less_closing(
    tanks: list[tuple[dict[int, float], list[tuple[int, float]]]],
) -> None:
    dips = [(meter, day, level) for meter, (known, _) in enumerate(tanks) for day, level in known.items()]
    brought = [(meter, day, amount) for meter, (_, given) in enumerate(tanks) for day, amount in given]
    zero = np.datetime64("1970-01-01", "D")
    start = zero + np.array([day for _, day, _ in brought], dtype=np.int64)
    readings = Readings.of([m for m, _, _ in brought], start, start + 1, [q for _, _, q in brought])
    known = StockLevels.of(
        [m for m, _, _ in dips], zero + np.array([d for _, d, _ in dips], dtype=np.int64), [q for _, _, q in dips]
    )
    settled = settle_stock(readings, DELIVERED * len(tanks), known)
    months = calendarize(settled.readings, settled.modes)
    for meter, (levels_of, filled) in enumerate(tanks):
        days = sorted(levels_of)
        if not days:
            continue
        expected = 0.0
        for first, last in pairwise(days):
            use = levels_of[first] + sum(q for day, q in filled if first < day <= last) - levels_of[last]
            expected += max(use, 0.0)
        between = settled.readings
        inside = (between.meter == meter) & (between.start > zero + days[0]) & (between.end <= zero + days[-1] + 1)
        assert between.quantity[inside].sum() == pytest.approx(expected, rel=1e-6, abs=1e-3)
        assert (months.quantity[months.meter == meter] >= -1e-3).all()
        assert (months.covered_days[months.meter == meter] <= months.days[months.meter == meter]).all()
