from __future__ import annotations

from datetime import date
from math import hypot

import numpy as np
import pytest

from emstrack.analysis.portfolio import Adjustment, Fixed
from emstrack.analysis.savings import compute_savings
from emstrack.domain.periods import Period
from emstrack.domain.savings import Method
from tests.analysis import worked_hotel as w

SPRING = (date(2025, 3, 1), date(2025, 6, 1))


def only(asked: object, portfolio: object = None):  # type: ignore[no-untyped-def]
    return compute_savings(portfolio or w.hotel(), asked).items[0]  # type: ignore[arg-type]


def test_m_5_10_a_pool_added_raises_the_baseline_by_the_month() -> None:
    plain = only(w.question())
    item = only(w.question(adjustments=(Adjustment(*SPRING, per_month=4_000.0),)))
    assert item.avoided == pytest.approx(plain.avoided + 12_000)
    assert item.months[3].adjusted_baseline == pytest.approx(plain.months[3].adjusted_baseline + 4_000)
    assert item.months[6].adjusted_baseline == pytest.approx(plain.months[6].adjusted_baseline)
    assert "baseline.adjusted" in {each.code for each in item.findings}


def test_m_5_10_a_wing_closed_lowers_it_by_its_part_and_its_days() -> None:
    plain = only(w.question())
    half_june = Adjustment(date(2025, 6, 16), date(2025, 7, 1), fraction=-0.2)
    item = only(w.question(adjustments=(half_june,)))
    assert item.months[5].adjusted_baseline == pytest.approx(plain.months[5].adjusted_baseline * 0.9)


def test_m_5_10_its_uncertainty_enters_the_band_in_quadrature() -> None:
    plain = only(w.question())
    item = only(w.question(adjustments=(Adjustment(*SPRING, per_month=4_000.0, uncertainty=0.5),)))
    assert item.band_90 == pytest.approx(hypot(plain.band_90, 6_000))


def test_m_5_11_closed_months_are_left_out_of_the_report() -> None:
    plain = only(w.question())
    item = only(w.question(closed=(Period.parse("2025-08:2025-10"),)))
    assert [month.avoided is None for month in item.months[7:10]] == [True] * 3
    assert item.avoided == pytest.approx(plain.avoided - sum(month.avoided for month in plain.months[7:10]))
    assert item.avoided_percent is not None, "a report need not cover them"
    assert "period.closed" in {each.code for each in item.findings}
    assert item.per_room_year is None


@pytest.mark.parametrize("method", [Method.REGRESSION, Method.AVERAGE, Method.INTENSITY])
def test_m_5_11_a_hurricane_in_the_baseline_is_not_fitted(method: Method) -> None:
    quantity = np.array(w.KWH, dtype=float)
    quantity[8] = 5_000
    struck = w.readings()
    struck.quantity[:] = quantity
    closed = (Period.parse("2024-09:2024-09"),)
    asked = w.question(method, closed=closed, drivers=("occupied_room_nights",))
    item = only(asked, w.hotel(readings=struck))
    without = only(
        w.question(method, drivers=("occupied_room_nights",)), w.hotel(readings=w.readings(np.arange(24) != 8))
    )
    assert item.avoided == pytest.approx(without.avoided)
    if item.model is not None:
        assert item.model.n == 11


def test_an_adjustment_of_a_fixed_figure_has_no_band_either() -> None:
    asked = w.question(
        Method.FIXED, fixed=Fixed(140_000), adjustments=(Adjustment(*SPRING, per_month=10.0, uncertainty=1.0),)
    )
    assert only(asked).band_90 is None
