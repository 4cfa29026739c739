from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis.reading_periods import Periods, measured_readings, rows_of
from emstrack.analysis.readings import Readings
from emstrack.domain.readings import CalendarMode


def periods(start: str, end: str, *, in_months: bool, meters: int = 1) -> Periods:
    return Periods(
        np.array([start] * meters, dtype="datetime64[D]"),
        np.array([end] * meters, dtype="datetime64[D]"),
        np.array([in_months] * meters),
    )


def bills(*edges: str) -> Readings:
    return Readings.of([0] * (len(edges) - 1), edges[:-1], edges[1:], list(range(1, len(edges))))


def test_m_2_1_months_take_the_readings_with_more_than_half_inside() -> None:
    readings = bills("2023-12-10", "2024-01-10", "2024-02-10", "2024-03-01", "2024-03-03")
    measured, _ = measured_readings(readings)
    rows, straddling = rows_of(measured, periods("2024-01-01", "2024-03-02", in_months=True))
    assert rows.use[0].tolist() == [2, 3], "9 of 31 days and 1 of 2 days are not more than half"
    assert len(straddling) == 0


def test_m_2_2_days_take_whole_readings_and_name_the_others() -> None:
    measured, _ = measured_readings(bills("2023-12-10", "2024-01-10", "2024-02-10", "2024-03-10"))
    rows, straddling = rows_of(measured, periods("2024-01-01", "2024-03-01", in_months=False))
    assert rows.use[0].tolist() == [2]
    assert measured.start[straddling].astype(str).tolist() == ["2023-12-10", "2024-02-10"]


def test_m_2_4_corrections_are_added_by_the_day_to_what_they_overlap() -> None:
    readings = Readings.of(
        [0, 0, 0, 1],
        ["2024-01-01", "2024-02-01", "2024-01-17", "2024-01-01"],
        ["2024-02-01", "2024-03-01", "2024-02-16", "2024-02-01"],
        [310, 290, -30, 7],
        kind=["actual", "estimated", "credit", "actual"],
    )
    measured, index = measured_readings(readings)
    assert measured.quantity == pytest.approx([310 - 15, 290 - 15, 7])
    assert index.tolist() == [0, 1, 3]


def test_a_correction_that_overlaps_nothing_belongs_to_no_point() -> None:
    readings = Readings.of(
        [0, 0], ["2024-01-01", "2024-05-01"], ["2024-02-01", "2024-06-01"], [1, -5], kind=["actual", "adjusted"]
    )
    assert measured_readings(readings)[0].quantity.tolist() == [1]


def test_deliveries_become_points_between_deliveries() -> None:
    readings = Readings.of(
        [0, 0, 0], ["2024-01-05", "2024-02-20", "2024-03-30"], ["2024-01-06", "2024-02-21", "2024-03-31"], [46, 39, 9]
    )
    measured, _ = measured_readings(readings, [CalendarMode.BETWEEN_DELIVERIES])
    assert measured.days.tolist() == [46, 39]


def test_meters_are_padded_to_the_longest() -> None:
    readings = Readings.of(
        [1, 0, 1], ["2024-02-01", "2024-01-01", "2024-01-01"], ["2024-03-01", "2024-02-01", "2024-02-01"], [3, 1, 2]
    )
    measured, _ = measured_readings(readings)
    rows, _ = rows_of(measured, periods("2024-01-01", "2025-01-01", in_months=True, meters=3))
    assert rows.use.tolist() == [[1, 0], [2, 3], [0, 0]]
    assert rows.days.tolist() == [[31, 0], [31, 29], [0, 0]]
    assert (rows.start[2] == rows.end[2]).all()


def test_nothing_gives_no_rows() -> None:
    measured, _ = measured_readings(Readings.of([], [], [], []))
    rows, _ = rows_of(measured, periods("2024-01-01", "2025-01-01", in_months=True, meters=2))
    assert rows.days.shape == (2, 0)
