"""What a year costs, now and before: twelve months in a row or none (M-41.1, M-41.2)."""

from __future__ import annotations

import numpy as np
import pytest

from emstrack.analysis.environmental_costs import NEVER, yearly_costs


def costs(months: dict[int, list[int]], first: list[int], price: float = 10.0) -> tuple[list[float], list[float]]:
    meter = np.array([n for n, each in months.items() for _ in each])
    month = np.array([m for each in months.values() for m in each])
    found = yearly_costs(meter, month, month * price, np.array(first))
    return found.now.tolist(), found.before.tolist()


def test_m_41_1_the_last_twelve_months_are_a_year() -> None:
    now, before = costs({0: list(range(30))}, [12])
    assert now == [10.0 * sum(range(18, 30))]
    assert before == [10.0 * sum(range(12))]


@pytest.mark.parametrize("months", [[m for m in range(30) if m != 20], list(range(11))])
def test_a_year_with_a_month_missing_is_none(months: list[int]) -> None:
    assert np.isnan(costs({0: months}, [NEVER])[0][0])


def test_m_41_2_years_that_overlap_are_not_compared() -> None:
    now, before = costs({0: list(range(23)), 1: list(range(24))}, [12, 12])
    assert np.isnan(before[0])
    assert before[1] == 660.0
    assert now[0] == 10.0 * sum(range(11, 23))


def test_without_a_measure_there_is_no_before() -> None:
    assert np.isnan(costs({0: list(range(36))}, [NEVER])[1][0])
