from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emstrack.analysis.calendarization import calendarize, calendarize_with_allocation
from emstrack.analysis.readings import Readings
from emstrack.domain.readings import CalendarMode


def values(readings: Readings, **kwargs: object) -> dict[tuple[int, str], float]:
    monthly = calendarize(readings, **kwargs)  # type: ignore[arg-type]
    return {
        (int(meter), str(month)): float(quantity)
        for meter, month, quantity in zip(monthly.meter, monthly.month, monthly.quantity, strict=True)
    }


def test_m_1_1_bills_are_split_by_days() -> None:
    readings = Readings.of([0, 0], ["2025-01-15", "2025-02-14"], ["2025-02-14", "2025-03-17"], [3000, 3720])
    monthly = calendarize(readings)
    assert monthly.month.astype(str).tolist() == ["2025-01", "2025-02", "2025-03"]
    assert monthly.quantity == pytest.approx([1700, 3100, 1920])
    assert monthly.covered_days.tolist() == [17, 28, 16]


def test_m_1_3_only_a_wholly_covered_month_is_complete() -> None:
    readings = Readings.of([0, 0], ["2025-01-15", "2025-02-14"], ["2025-02-14", "2025-03-17"], [3000, 3720])
    monthly = calendarize(readings)
    assert monthly.complete.tolist() == [False, True, False]
    assert monthly.coverage == pytest.approx([17 / 31, 1, 16 / 31])


def test_a_month_without_readings_is_not_there_at_all() -> None:
    readings = Readings.of([0, 0], ["2025-01-01", "2025-03-01"], ["2025-02-01", "2025-04-01"], [1, 0])
    assert values(readings) == {(0, "2025-01"): 1, (0, "2025-03"): 0}


def test_m_1_4_a_bills_parts_add_up_to_its_cents() -> None:
    readings = Readings.of([0], ["2025-01-15"], ["2025-03-17"], [61], cost=[100_00 * 100 + 100])
    monthly, allocation = calendarize_with_allocation(readings)
    assert monthly.cost.sum() == 100_00 * 100 + 100
    assert (allocation.cost % 100 == 0).all()
    assert allocation.days.tolist() == [17, 28, 16]


def test_an_amount_finer_than_a_cent_is_still_split_exactly() -> None:
    readings = Readings.of([0], ["2025-01-30"], ["2025-02-02"], [3], cost=[10_001])
    assert calendarize(readings).cost.tolist() == [6667, 3334]


def test_m_1_4_a_credit_is_split_like_a_bill() -> None:
    readings = Readings.of([0], ["2025-01-31"], ["2025-02-03"], [0], cost=[-1000], kind=["credit"])
    assert calendarize(readings).cost.tolist() == [-300, -700]


def test_m_1_5_corrections_change_the_quantity_and_never_the_coverage() -> None:
    readings = Readings.of(
        [0, 0],
        ["2025-01-01", "2025-01-01"],
        ["2025-02-01", "2025-03-01"],
        [310, -59],
        kind=["actual", "credit"],
    )
    monthly = calendarize(readings)
    assert monthly.quantity == pytest.approx([310 - 31, -28])
    assert monthly.covered_days.tolist() == [31, 0]


def test_days_that_two_estimates_claim_are_covered_once() -> None:
    readings = Readings.of(
        [0, 0, 0],
        ["2025-01-01", "2025-01-10", "2025-01-12"],
        ["2025-01-20", "2025-01-25", "2025-01-14"],
        [1, 1, 1],
        kind=["estimated"] * 3,
    )
    assert calendarize(readings).covered_days.tolist() == [24]


def test_m_1_2_the_estimated_share_is_of_the_covered_days() -> None:
    readings = Readings.of(
        [0, 0], ["2025-01-01", "2025-01-11"], ["2025-01-11", "2025-01-31"], [1, 1], kind=["estimated", "actual"]
    )
    monthly = calendarize(readings)
    assert monthly.estimated.tolist() == pytest.approx([10 / 30])
    assert monthly.coverage.tolist() == pytest.approx([30 / 31])


def test_an_opening_reading_gives_nothing() -> None:
    readings = Readings.of([0], ["2025-01-01"], ["2025-01-02"], [5000], kind=["opening"])
    assert len(calendarize(readings)) == 0


def test_m_1_6_a_whole_month_reading_goes_to_the_month_with_most_days() -> None:
    readings = Readings.of([0, 0], ["2025-01-05", "2025-02-05"], ["2025-02-05", "2025-03-05"], [100, 200])
    monthly = calendarize(readings, [CalendarMode.WHOLE_MONTH])
    assert monthly.month.astype(str).tolist() == ["2025-01", "2025-02"]
    assert monthly.quantity.tolist() == [100, 200]
    assert monthly.complete.all()


def test_of_two_equal_months_the_earlier_has_it() -> None:
    readings = Readings.of([0], ["2025-01-30"], ["2025-02-03"], [1])
    assert values(readings, modes=[CalendarMode.WHOLE_MONTH]) == {(0, "2025-01"): 1}


def test_m_1_7_a_delivery_is_used_up_by_the_next_one_and_the_last_stays_open() -> None:
    readings = Readings.of(
        [0, 0, 0],
        ["2025-01-22", "2025-02-01", "2025-01-22"],
        ["2025-01-23", "2025-02-02", "2025-01-23"],
        [60, 999, 40],
        cost=[6000, 1, 4000],
    )
    monthly = calendarize(readings, [CalendarMode.BETWEEN_DELIVERIES])
    assert monthly.month.astype(str).tolist() == ["2025-01"]
    assert monthly.quantity.tolist() == [100]
    assert monthly.covered_days.tolist() == [10]
    assert monthly.cost.tolist() == [10_000]


def test_meters_keep_their_own_modes_and_values() -> None:
    readings = Readings.of(
        [1, 0, 1], ["2025-01-20", "2025-01-20", "2025-02-20"], ["2025-02-20", "2025-02-20", "2025-03-20"], [31, 31, 28]
    )
    found = values(readings, modes=[CalendarMode.PRO_RATA, CalendarMode.WHOLE_MONTH])
    assert found == {(0, "2025-01"): 12, (0, "2025-02"): 19, (1, "2025-02"): 31, (1, "2025-03"): 28}


def test_no_readings_give_no_months() -> None:
    assert len(calendarize(Readings.of([], [], [], []))) == 0


BILLS = st.lists(
    st.tuples(st.integers(1, 95), st.floats(0, 1e6), st.integers(-(10**12), 10**12)), min_size=1, max_size=15
)


def in_a_row(bills: list[tuple[int, float, int]]) -> Readings:
    days = np.cumsum([0, *(length for length, _, _ in bills)])
    edges = np.datetime64("2023-11-17") + days
    return Readings.of(np.zeros(len(bills)), edges[:-1], edges[1:], [b[1] for b in bills], cost=[b[2] for b in bills])


@given(BILLS)
def test_nothing_is_lost_and_nothing_is_made(bills: list[tuple[int, float, int]]) -> None:
    readings = in_a_row(bills)
    monthly, allocation = calendarize_with_allocation(readings)
    assert monthly.quantity.sum() == pytest.approx(readings.quantity.sum(), rel=1e-12, abs=1e-9)
    assert monthly.cost.sum() == readings.cost.sum()
    parts = np.zeros(len(readings), dtype=np.int64)
    np.add.at(parts, allocation.reading, allocation.cost)
    assert parts.tolist() == readings.cost.tolist()
    assert monthly.covered_days.sum() == readings.days.sum()


@given(BILLS, st.data())
def test_splitting_a_bill_at_its_daily_rate_changes_nothing(
    bills: list[tuple[int, float, int]], data: st.DataObject
) -> None:
    readings = in_a_row(bills)
    which = data.draw(st.integers(0, len(bills) - 1))
    length = int(readings.days[which])
    cut = data.draw(st.integers(0, length))
    middle = readings.start[which] + cut
    share = cut / length
    split = Readings.of(
        np.zeros(len(bills) + 1),
        np.append(readings.start, middle),
        np.append(np.where(np.arange(len(bills)) == which, middle, readings.end), readings.end[which]),
        np.append(
            np.where(np.arange(len(bills)) == which, readings.quantity * share, readings.quantity),
            readings.quantity[which] * (1 - share),
        ),
    )
    one, two = calendarize(readings), calendarize(split)
    assert one.month.tolist() == two.month.tolist()
    assert one.quantity == pytest.approx(two.quantity, rel=1e-9, abs=1e-6)
    assert one.covered_days.tolist() == two.covered_days.tolist()


@given(BILLS, st.randoms())
def test_the_order_of_rows_does_not_matter(bills: list[tuple[int, float, int]], random: object) -> None:
    readings = in_a_row(bills)
    order = list(range(len(bills)))
    random.shuffle(order)  # type: ignore[attr-defined]
    one, two = calendarize(readings), calendarize(readings.take(np.array(order)))
    assert one.quantity == pytest.approx(two.quantity)
    assert one.cost.tolist() == two.cost.tolist()


def test_many_meters_are_one_batch() -> None:
    readings = Readings.of(
        [3, 3, 7], ["2025-01-01", "2025-02-01", "2025-01-01"], ["2025-02-01", "2025-03-01", "2025-02-01"], [1, 2, 3]
    )
    assert values(readings) == {(3, "2025-01"): 1, (3, "2025-02"): 2, (7, "2025-01"): 3}


def test_columns_of_different_lengths_are_a_defect() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        Readings.of([0], ["2025-01-01"], ["2025-02-01"], [1, 2])
