from __future__ import annotations

from dataclasses import fields, replace
from itertools import combinations

import numpy as np
import pytest

from emstrack.analysis.balance_points import BOTH, COOLING, FLAT, HEATING
from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.degree_days import whole_degrees
from emstrack.analysis.driver_choice import fit_with_best_drivers
from emstrack.analysis.least_squares import fit_line
from emstrack.analysis.models import BaselinePoints, Fits, Rules
from emstrack.analysis.prediction import ReportingPeriods, gradients, half_width, predict
from emstrack.analysis.regression import fit
from emstrack.analysis.student import two_sided_t

FIRST = np.datetime64("2023-01-01")
LOOSE = Rules(least_degree_days=0.0)


def climate(rng: np.random.Generator, stations: int = 3) -> DailySeries:
    days = np.arange(800)
    season = 16 + 9 * np.sin(2 * np.pi * days / 365.25)
    return DailySeries(FIRST, season + rng.normal(0, 2.5, (stations, 800)))


def meters(
    rng: np.random.Generator,
    temperatures: DailySeries,
    count: int = 24,
    rows: int = 12,
    drivers: int = 0,
    noise: float = 0.05,
) -> BaselinePoints:
    """Meters of all four forms with dates of their own."""
    lengths = rng.integers(27, 35, (count, rows))
    edges = rng.integers(0, 40, (count, 1)) + np.concatenate(
        [np.zeros((count, 1), int), np.cumsum(lengths, axis=1)], axis=1
    )
    station = rng.integers(0, len(temperatures.values), count)
    x = rng.uniform(20, 80, (count, rows, drivers))
    use = np.empty((count, rows))
    for meter in range(count):
        for row in range(rows):
            t = temperatures.values[station[meter], edges[meter, row] : edges[meter, row + 1]]
            heat = 5 * np.maximum(13 - t, 0) if meter & 1 else 0 * t
            cool = 7 * np.maximum(t - 20, 0) if meter & 2 else 0 * t
            use[meter, row] = (90 + heat + cool + x[meter, row].sum()).sum()
    use *= rng.normal(1, noise, use.shape)
    start, end = FIRST + edges[:, :-1], FIRST + edges[:, 1:]
    return BaselinePoints(start, end, use, lengths.astype(float), x, station)


def brute(
    given: BaselinePoints, temperatures: DailySeries, grid: np.ndarray, meter: int
) -> dict[int, tuple[float, object]]:
    """The best candidate of each form by lstsq on every candidate, physical signs kept."""
    station = int(given.station[meter])
    t = [
        temperatures.values[station, (a - FIRST).astype(int) : (b - FIRST).astype(int)]
        for a, b in zip(given.start[meter], given.end[meter], strict=True)
    ]
    every = np.concatenate(t)
    points = [b for b in grid if (every > b).any() and (every <= b).any()]
    w = np.sqrt(given.days[meter])
    y = given.use[meter] / given.days[meter]
    plain = np.column_stack([np.ones(len(y)), given.drivers[meter]])
    heat = {b: np.array([np.maximum(b - each, 0).mean() for each in t]) for b in points}
    cool = {b: np.array([np.maximum(each - b, 0).mean() for each in t]) for b in points}
    candidates: list[tuple[int, object, list[np.ndarray]]] = [(FLAT, None, [])]
    candidates += [(HEATING, b, [heat[b]]) for b in points] + [(COOLING, b, [cool[b]]) for b in points]
    candidates += [(BOTH, (h, c), [heat[h], cool[c]]) for h in points for c in points if h <= c]
    best: dict[int, tuple[float, object]] = {}
    for form, where, columns in candidates:
        design = np.column_stack([plain, *columns])
        b, _, rank, _ = np.linalg.lstsq(design * w[:, None], y * w, rcond=None)
        signs = [b[0], *b[plain.shape[1] :]]
        if form and (min(signs) < 0 or rank < design.shape[1]):
            continue
        error = float((((y - design @ b) * w) ** 2).sum())
        if form not in best or error < best[form][0] * (1 - 1e-9):
            best[form] = (error, where)
    return best


def chosen_by_bic(best: dict[int, tuple[float, object]], n: int, plain: int) -> int:
    score = {
        form: n * np.log(error / n) + (plain + (0, 2, 2, 4)[form]) * np.log(n) for form, (error, _) in best.items()
    }
    return min(score, key=lambda form: score[form])


@pytest.mark.parametrize("drivers", [0, 2])
def test_m_4_4_the_search_never_misses_the_best_candidate(drivers: int) -> None:
    rng = np.random.default_rng(11 + drivers)
    temperatures = climate(rng)
    given = meters(rng, temperatures, drivers=drivers)
    grid = whole_degrees(temperatures.values)[::2]
    per_form = {
        form: fit(given, temperatures, grid, forms=(FLAT, form), rules=LOOSE) for form in (HEATING, COOLING, BOTH)
    }
    fits = fit(given, temperatures, grid, rules=LOOSE)
    for meter in range(len(fits)):
        best = brute(given, temperatures, grid, meter)
        assert fits.form[meter] == chosen_by_bic(best, 12, 1 + drivers)
        error, where = best[int(fits.form[meter])]
        assert fits.error[meter] == pytest.approx(error, rel=1e-9)
        points = {HEATING: fits.heating_point[meter], COOLING: fits.cooling_point[meter]}
        if fits.form[meter] == BOTH:
            assert (points[HEATING], points[COOLING]) == where
        elif fits.form[meter]:
            assert points[int(fits.form[meter])] == where
    found_both = per_form[BOTH].form == BOTH
    for meter in np.flatnonzero(found_both):
        assert per_form[BOTH].error[meter] == pytest.approx(brute(given, temperatures, grid, meter)[BOTH][0], rel=1e-9)
    assert found_both.any()


@pytest.mark.parametrize("drivers", [0, 2])
def test_a_batch_gives_what_its_members_give_alone(drivers: int) -> None:
    rng = np.random.default_rng(5)
    temperatures = climate(rng)
    given = meters(rng, temperatures, count=150, drivers=drivers)
    grid = whole_degrees(temperatures.values)
    together = fit(given, temperatures, grid)
    for meter in range(0, 150, 13):
        alone = fit(given.take(np.array([meter])), temperatures, grid)
        for name in ("form", "heating_point", "cooling_point", "coefficients", "error", "n", "p"):
            assert getattr(alone, name)[0] == pytest.approx(getattr(together, name)[meter], rel=1e-9, nan_ok=True)


def test_meters_with_fewer_rows_or_no_station_share_a_batch() -> None:
    rng = np.random.default_rng(8)
    temperatures = climate(rng)
    given = meters(rng, temperatures)
    given.days[3, 9:] = 0
    given.station[5] = -1
    fits = fit(given, temperatures, whole_degrees(temperatures.values))
    assert fits.n[3] == 9
    assert fits.form[5] == FLAT
    assert np.isnan(fits.residual[3, 9:]).all()


def test_m_4_3_rows_without_enough_weather_or_a_driver_are_left_out() -> None:
    rng = np.random.default_rng(9)
    temperatures = climate(rng)
    given = meters(rng, temperatures, drivers=1)
    given.drivers[0, 4] = np.nan
    low = (given.start[1, 2] - FIRST).astype(int)
    temperatures.values[given.station[1], low : low + 10] = np.nan
    fits = fit(given, temperatures, whole_degrees(climate(rng).values))
    assert fits.n[0] == 11
    assert fits.n[1] == 11


def test_splitting_a_reading_at_its_own_use_changes_only_what_it_must() -> None:
    rng = np.random.default_rng(21)
    temperatures = climate(rng)
    given = meters(rng, temperatures, noise=0.0)
    exact = fit(given, temperatures, whole_degrees(temperatures.values))
    assert (exact.form == np.arange(24) % 4).all()
    assert exact.heating_point[1] == 13
    assert exact.cooling_point[2] == 20
    assert exact.coefficients[3] == pytest.approx([90, 5, 7], rel=1e-6)


def test_m_4_8_a_column_that_repeats_another_is_left_out() -> None:
    rng = np.random.default_rng(3)
    temperatures = climate(rng)
    given = meters(rng, temperatures, drivers=1)
    twice = replace(given, drivers=np.repeat(given.drivers, 2, axis=2))
    one, two = (fit(each, temperatures, np.zeros(0)) for each in (given, twice))
    assert not two.used[:, 2].any()
    assert two.error == pytest.approx(one.error)
    assert (two.p == one.p).all()


def test_all_temperatures_missing_gives_the_flat_model() -> None:
    rng = np.random.default_rng(4)
    temperatures = climate(rng)
    given = meters(rng, temperatures)
    nothing = replace(temperatures, values=np.full_like(temperatures.values, np.nan))
    fits = fit(given, nothing, whole_degrees(nothing.values))
    assert (fits.form == FLAT).all()


def test_m_4_6_the_subset_of_drivers_is_the_one_bic_prefers() -> None:
    rng = np.random.default_rng(13)
    temperatures = climate(rng)
    given = meters(rng, temperatures, drivers=3)
    given.use[:] -= given.drivers[:, :, 2] * given.days
    grid = whole_degrees(temperatures.values)
    names = ("a", "b", "c")
    best = fit_with_best_drivers(given, names, temperatures, grid, (FLAT, HEATING, COOLING, BOTH))
    scores = []
    for size in range(4):
        for subset in combinations(range(3), size):
            fits = fit(replace(given, drivers=given.drivers[:, :, list(subset)]), temperatures, grid)
            physical = (fits.coefficients[:, 0] >= 0) & (fits.coefficients[:, 1 : 1 + size] >= 0).all(axis=1)
            scores.append(np.where(physical & (fits.freedom >= 2) | (size == 0), fits.bic, np.inf))
    assert best.bic == pytest.approx(np.min(scores, axis=0))


def test_room_nights_and_guest_nights_never_stand_together() -> None:
    rng = np.random.default_rng(14)
    temperatures = climate(rng)
    given = meters(rng, temperatures, drivers=2)
    names = ("occupied_room_nights", "guest_nights")
    fits = fit_with_best_drivers(given, names, temperatures, np.zeros(0), (FLAT,))
    assert not (fits.used[:, 1] & fits.used[:, 2]).any()


def test_a_chosen_subset_predicts_like_the_same_drivers_alone() -> None:
    rng = np.random.default_rng(15)
    temperatures = climate(rng)
    given = meters(rng, temperatures, drivers=2)
    given.drivers[:, :, 0] = rng.uniform(0, 1, given.days.shape)
    grid = whole_degrees(temperatures.values)
    best = fit_with_best_drivers(given, ("noise", "b"), temperatures, grid, (FLAT, HEATING, COOLING, BOTH))
    only = fit(replace(given, drivers=given.drivers[:, :, 1:]), temperatures, grid)
    wanted = ReportingPeriods(given.start, given.end, given.use, given.days, given.drivers, given.station)
    alone = replace(wanted, drivers=given.drivers[:, :, 1:])
    same = np.flatnonzero(best.used[:, 2] & ~best.used[:, 1])
    assert len(same)
    slopes, own = gradients(best, wanted, temperatures), gradients(only, alone, temperatures)
    assert predict(best, slopes)[same] == pytest.approx(predict(only, own)[same])
    days = given.days.sum(axis=1)
    assert half_width(best, slopes.sum(axis=1), days)[same] == pytest.approx(
        half_width(only, own.sum(axis=1), days)[same]
    )


def test_batches_are_joined_in_the_order_given() -> None:
    rng = np.random.default_rng(16)
    temperatures = climate(rng)
    given = meters(rng, temperatures, count=300)
    fits = fit(given, temperatures, whole_degrees(temperatures.values))
    assert {each.name for each in fields(Fits)} >= {"factor"}
    assert fits.mean == pytest.approx(given.use.sum(axis=1) / given.days.sum(axis=1))


def test_m_4_12_a_base_that_would_be_negative_is_held_at_zero() -> None:
    rng = np.random.default_rng(17)
    temperatures = climate(rng)
    given = meters(rng, temperatures, count=40, drivers=1)
    use = 3.0 * given.drivers[:, :, 0] * given.days * rng.normal(1, 0.03, given.days.shape)
    fits = fit(replace(given, use=use, station=np.full(40, -1)), temperatures, np.zeros(0))
    held = fits.coefficients[:, 0] == 0
    assert 5 < held.sum() < 35, "half of the lines would have gone below zero"
    assert (fits.coefficients[:, 0] >= 0).all()
    assert fits.coefficients[held, 1] == pytest.approx(3, rel=0.05)
    assert (fits.p == 2).all()


def test_a_fuel_used_for_heating_alone_keeps_its_balance_point() -> None:
    rng = np.random.default_rng(18)
    temperatures = climate(rng)
    given = meters(rng, temperatures, count=60, noise=0.0)
    use = np.empty_like(given.use)
    for meter in range(60):
        for row in range(12):
            low, high = (given.start[meter, row] - FIRST).astype(int), (given.end[meter, row] - FIRST).astype(int)
            t = temperatures.values[given.station[meter], low:high]
            use[meter, row] = 4 * np.maximum(15 - t, 0).sum()
    given = replace(given, use=use * rng.normal(1, 0.03, use.shape))
    fits = fit(given, temperatures, whole_degrees(temperatures.values), forms=(FLAT, HEATING))
    assert (fits.form == HEATING).all()
    assert (fits.coefficients[:, 0] >= 0).all()
    assert np.median(np.abs(fits.heating_point - 15)) <= 1
    assert fits.coefficients[:, -2].mean() == pytest.approx(4, rel=0.05)


def test_m_4_1_rows_are_weighted_by_their_days() -> None:
    rng = np.random.default_rng(19)
    temperatures = climate(rng)
    given = meters(rng, temperatures, drivers=2)
    fits = fit(replace(given, station=np.full(24, -1)), temperatures, np.zeros(0))
    for meter in range(24):
        line = fit_line(given.use[meter] / given.days[meter], given.drivers[meter], given.days[meter])
        if fits.coefficients[meter, 0] > 0:
            assert fits.coefficients[meter, :3] == pytest.approx(line.coefficients, rel=1e-9)


def test_m_4_5_bic_keeps_flat_meters_flat() -> None:
    rng = np.random.default_rng(20)
    temperatures = climate(rng)
    given = meters(rng, temperatures, count=4000)
    flat = replace(given, use=given.days * rng.normal(100, 7, given.days.shape))
    fits = fit(flat, temperatures, whole_degrees(temperatures.values))
    assert (fits.form != FLAT).mean() < 0.1
    sse, n = fits.error[0], 12
    assert fits.bic[0] == pytest.approx((n - 1) * np.log(sse / n) + fits.p[0] * np.log(n))


def test_m_4_7_the_band_is_gauss_newtons_plus_the_reports_own_noise() -> None:
    rng = np.random.default_rng(22)
    temperatures = climate(rng)
    given = meters(rng, temperatures, drivers=1)
    fits = fit(given, temperatures, whole_degrees(temperatures.values))
    wanted = ReportingPeriods(given.start, given.end, given.use, given.days, given.drivers, given.station)
    slopes = gradients(fits, wanted, temperatures)
    days = given.days.sum(axis=1)
    band = half_width(fits, slopes.sum(axis=1), days)
    checked = 0
    for meter in np.flatnonzero((fits.form == BOTH) & (fits.coefficients[:, 0] > 0)):
        jacobian = slopes[meter] / given.days[meter][:, None]
        weighted = jacobian * np.sqrt(given.days[meter])[:, None]
        covariance = np.linalg.inv(weighted.T @ weighted) * fits.variance[meter]
        g = slopes[meter].sum(axis=0)
        spread = np.sqrt(g @ covariance @ g + fits.variance[meter] * days[meter])
        wider = fits.widening[meter]
        assert band[meter] == pytest.approx(two_sided_t(0.9, 12 - 6) * spread * wider, rel=1e-6)
        checked += 1
    assert checked > 2
