"""Several methods side by side, the recommended one marked, and what an expert asks of each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emstrack.analysis.candidates import Reason, compare_candidates
from emstrack.analysis.least_squares import fit_line
from emstrack.domain.savings import Method
from emstrack.language.sentences import SENTENCES
from tests.analysis import climate as c
from tests.analysis import worked_hotel as w

ALL = (Method.AUTO, Method.REGRESSION, Method.AVERAGE, Method.INTENSITY, Method.CALTRACK2, Method.CHANGE_POINT_4P)


def noisy(level: float = 0.03) -> np.ndarray:
    return c.use(c.temperatures()) * np.random.default_rng(6).normal(1, level, 24)


def test_m_6_9_the_one_that_misses_least_is_recommended_and_each_says_why() -> None:
    found = compare_candidates(c.site(noisy()), c.question(), ALL)
    assert [each.question.method for each in found] == list(ALL)
    reasons = [each.reason for each in found]
    assert reasons == [
        Reason.NARROWEST,
        Reason.WIDER,
        Reason.INDICATIVE,
        Reason.DISQUALIFIED,
        Reason.REFERENCE,
        Reason.REFERENCE,
    ]
    assert [each.recommended for each in found] == [True, *[False] * 5]
    assert set(Reason) <= set(SENTENCES), "each reason can be said"


def test_m_6_9_what_was_saved_has_no_part_in_it() -> None:
    quantity = noisy()
    tripled = np.where(np.arange(24) < 12, quantity, 3 * quantity)
    one, other = (compare_candidates(c.site(each), c.question(), ALL) for each in (quantity, tripled))
    assert [each.reason for each in one] == [each.reason for each in other]


def test_m_6_9_nothing_is_recommended_where_nothing_may_be_claimed_on() -> None:
    few = c.site(noisy())
    few = replace(few, readings=few.readings.take(np.arange(24) >= 6))
    found = compare_candidates(few, c.question())
    assert not any(each.recommended for each in found)
    assert {each.reason for each in found} == {Reason.DISQUALIFIED}


def test_m_6_8_errors_t_and_p_are_those_of_least_squares_where_no_point_is_searched() -> None:
    (found,) = compare_candidates(w.hotel(), w.question(), (Method.AUTO,))
    assert found.expert is not None
    per_day = np.array(w.KWH[:12]) / w.DAYS[:12]
    columns = np.column_stack([w.CDD_PER_DAY[:12], np.array(w.ROOM_NIGHTS[:12]) / w.DAYS[:12]])
    line = fit_line(per_day, columns, w.DAYS[:12])
    by_name = {each.name: each for each in found.expert.coefficients}
    assert list(by_name) == ["base", "cdd", "occupied_room_nights"]
    for place, each in enumerate(by_name.values()):
        assert each.value == pytest.approx(line.coefficients[place])
        assert each.error == pytest.approx(line.errors[place])
        assert each.t == pytest.approx(line.t[place])
        assert each.p == pytest.approx(line.p[place])
    assert found.expert.model.n == 12
    assert found.reason is Reason.ONLY_ONE


def test_m_6_8_residuals_have_their_dates_and_points_an_error_of_their_own() -> None:
    (found,) = compare_candidates(c.site(noisy()), c.question(), (Method.AUTO,))
    expert = found.expert
    assert expert is not None
    assert [str(each.start) for each in expert.residuals[:2]] == ["2024-01-01", "2024-02-01"]
    assert len(expert.residuals) == 12
    for each in expert.residuals:
        assert each.actual - each.fitted == pytest.approx(each.residual)
    names = [each.name for each in expert.coefficients]
    assert names == ["base", "cooling", "cooling_point"]
    point = expert.coefficients[-1]
    assert point.value == pytest.approx(20, abs=1.5)
    assert point.error is not None
    assert 0 < point.error < 3
    assert (point.t, point.p) == (None, None)


def test_m_11_6_the_smallest_saving_a_meter_can_show_shrinks_with_its_noise_and_grows_with_the_months() -> None:
    def least(level: float) -> float:
        (found,) = compare_candidates(c.site(noisy(level)), c.question(), (Method.AUTO,))
        assert found.detectable is not None
        assert found.detectable.months == 12
        assert found.detectable.likely[0] > found.detectable.least[0]
        assert found.item.band_90 == pytest.approx(found.detectable.least[0], rel=0.05), "a year like the baseline's"
        return float(found.detectable.least_fraction[0])

    assert least(0.01) < least(0.03) < 0.15


def test_m_11_6_simulated_savings_of_the_likely_size_show_four_times_in_five() -> None:
    from emstrack.analysis.detectable_saving import detectable_saving
    from emstrack.analysis.models import BaselinePoints
    from emstrack.analysis.prediction import ReportingPeriods, gradients, half_width, predict
    from emstrack.analysis.regression import fit

    rng = np.random.default_rng(8)
    meters, days = 4_000, np.full((4_000, 12), 30.4375)
    start = np.repeat((c.START[:12])[None], meters, axis=0)
    end = start + np.timedelta64(30, "D")
    none, station = np.zeros((meters, 12, 0)), np.full(meters, -1)
    before, would = (days * rng.normal(100, 5, days.shape) for _ in range(2))
    fits = fit(BaselinePoints(start, end, before, days, none, station), c.temperatures(), np.zeros(0))
    wanted = ReportingPeriods(start, end, would, days, none, station)
    slopes = gradients(fits, wanted, c.temperatures())
    found = detectable_saving(fits, slopes.sum(axis=1), days.sum(axis=1))
    band = half_width(fits, slopes.sum(axis=1), days.sum(axis=1))
    avoided = predict(fits, slopes).sum(axis=1) - would.sum(axis=1) + found.likely / fits.widening
    shown = avoided > band / fits.widening
    assert shown.mean() == pytest.approx(0.8, abs=0.03)
