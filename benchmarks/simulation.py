"""Simulate meters whose truth is known: does the band hold, is the right form found, is the saving unbiased.

Run: python benchmarks/simulation.py [meters per cell]
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

import numpy as np

from emstrack.analysis.balance_points import BOTH, COOLING, FLAT, HEATING
from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.degree_days import whole_degrees
from emstrack.analysis.models import BaselinePoints
from emstrack.analysis.prediction import ReportingPeriods, gradients, half_width, predict
from emstrack.analysis.regression import fit

SEED = 20260701
YEARS = 5
DAY_ONE = np.datetime64("2022-12-20")


@dataclass(frozen=True)
class Climate:
    """Daily mean temperatures: a sine through the year and weather that lasts a few days [°C]."""

    name: str
    mean: float
    swing: float
    weather: float
    forms: tuple[int, ...]


CLIMATES = (
    Climate("La Paz", 8.0, 2.5, 1.2, (FLAT, HEATING)),
    Climate("Mexico City", 17.0, 3.0, 1.5, (FLAT, HEATING, COOLING, BOTH)),
    Climate("Monterrey", 22.5, 7.0, 3.2, (FLAT, HEATING, COOLING, BOTH)),
    Climate("Lima", 19.5, 3.5, 0.8, (FLAT, COOLING)),
    Climate("San José", 21.0, 1.0, 0.9, (FLAT, COOLING)),
    Climate("Kingston", 27.5, 1.5, 0.8, (FLAT, COOLING)),
)


def temperatures(climate: Climate, stations: int, rng: np.random.Generator) -> DailySeries:
    """Five years of days at several stations of a climate."""
    days = np.arange(YEARS * 365 + 60)
    season = climate.mean + climate.swing * np.cos(2 * np.pi * (days - 200) / 365.25)
    shock = rng.normal(0, climate.weather * np.sqrt(1 - 0.7**2), (stations, len(days)))
    weather = np.zeros_like(shock)
    for day in range(1, len(days)):
        weather[:, day] = 0.7 * weather[:, day - 1] + shock[:, day]
    return DailySeries(DAY_ONE, season + weather + rng.normal(0, 1.0, (stations, 1)))


@dataclass(frozen=True)
class Truth:
    """What the meters of a cell really do."""

    form: np.ndarray
    base: np.ndarray
    heating_point: np.ndarray
    cooling_point: np.ndarray
    heating: np.ndarray
    cooling: np.ndarray
    per_room: np.ndarray


def truths(climate: Climate, series: DailySeries, station: np.ndarray, rng: np.random.Generator) -> Truth:
    """Draw forms, balance points inside the climate, and slopes that matter (10–60 % of the use)."""
    n = len(station)
    form = rng.choice(climate.forms, n)
    low, middle, high = (np.quantile(series.values, q, axis=1)[station] for q in (0.15, 0.5, 0.85))
    heating_point = rng.uniform(0.3, 1.0, n) * (high - middle) + middle - (high - middle) * 0.6
    cooling_point = np.maximum(middle - rng.uniform(0.0, 0.8, n) * (middle - low), heating_point)
    base = rng.uniform(50, 500, n)
    values = series.values[station]
    cdd = np.maximum(values - cooling_point[:, None], 0).mean(axis=1)
    hdd = np.maximum(heating_point[:, None] - values, 0).mean(axis=1)
    share = rng.uniform(0.15, 1.2, (2, n))
    heating = np.where(form & HEATING, share[0] * base / np.maximum(hdd, 0.05), 0.0)
    cooling = np.where(form & COOLING, share[1] * base / np.maximum(cdd, 0.05), 0.0)
    return Truth(form, base, heating_point, cooling_point, heating, cooling, rng.uniform(0.2, 0.8, n) * base / 60)


def expected(truth: Truth, series: DailySeries, station: np.ndarray, rooms: np.ndarray | None) -> np.ndarray:
    """Return the use of each day without noise [kWh/d]."""
    t = series.values[station]
    use: np.ndarray = (
        truth.base[:, None]
        + truth.heating[:, None] * np.maximum(truth.heating_point[:, None] - t, 0)
        + truth.cooling[:, None] * np.maximum(t - truth.cooling_point[:, None], 0)
    )
    if rooms is not None:
        use += truth.per_room[:, None] * rooms
    return use


@dataclass
class Result:
    """What came out of one cell."""

    covered: float
    uncorrected: float
    right: float
    told_slope: float
    flats: int
    error: float
    width: float
    meters: int


def cell(
    climate: Climate, noise: float, rho: float, *, rooms: bool, meters: int, rng: np.random.Generator, months: int = 12
) -> Result:
    """Simulate, fit on so many months, predict twelve, compare."""
    periods = months + 12
    series = temperatures(climate, 20, rng)
    station = rng.integers(0, 20, meters)
    truth = truths(climate, series, station, rng)
    offset = rng.integers(0, 28, meters)
    lengths = np.where(rng.random((meters, periods)) < 0.5, 30, 31)
    edges = offset[:, None] + np.concatenate([np.zeros((meters, 1), int), np.cumsum(lengths, axis=1)], axis=1)
    nightly = occupied(meters, series.values.shape[1], rng) if rooms else None
    daily = expected(truth, series, station, nightly)
    sums = np.concatenate([np.zeros((meters, 1)), np.cumsum(daily, axis=1)], axis=1)
    each = np.arange(meters)[:, None]
    clean = sums[each, edges[:, 1:]] - sums[each, edges[:, :-1]]
    noisy = clean + disturbances(clean, noise, rho, lengths, rng)
    days = lengths.astype(float)
    start, end = DAY_ONE + edges[:, :-1], DAY_ONE + edges[:, 1:]
    drivers = np.zeros((meters, periods, 0))
    if nightly is not None:
        total = np.concatenate([np.zeros((meters, 1)), np.cumsum(nightly, axis=1)], axis=1)
        drivers = ((total[each, edges[:, 1:]] - total[each, edges[:, :-1]]) / days)[:, :, None]
    given = BaselinePoints(
        start[:, :months], end[:, :months], noisy[:, :months], days[:, :months], drivers[:, :months], station
    )
    wanted = ReportingPeriods(
        start[:, months:], end[:, months:], noisy[:, months:], days[:, months:], drivers[:, months:], station
    )
    fits = fit(given, series, whole_degrees(series.values))
    slopes = gradients(fits, wanted, series)
    predicted = predict(fits, slopes).sum(axis=1)
    band = half_width(fits, slopes.sum(axis=1), days[:, months:].sum(axis=1))
    wider = fits.widening
    would = noisy[:, months:].sum(axis=1)
    flat = truth.form == FLAT
    return Result(
        covered=float((np.abs(predicted - would) <= band).mean()),
        uncorrected=float((np.abs(predicted - would) <= band / wider).mean()),
        right=float((fits.form == truth.form).mean()),
        told_slope=float((fits.form[flat] != FLAT).sum()),
        flats=int(flat.sum()),
        error=float((predicted - would).sum() / clean[:, months:].sum()),
        width=float(np.median(band / would)),
        meters=meters,
    )


def occupied(meters: int, days: int, rng: np.random.Generator) -> np.ndarray:
    """Occupied rooms of each day: a season of its own phase, and good and bad months."""
    phase = rng.uniform(0, 365, (meters, 1))
    level = 60 + 20 * np.sin(2 * np.pi * (np.arange(days) - phase) / 365.25)
    months = np.repeat(rng.normal(0, 8, (meters, days // 30 + 1)), 30, axis=1)[:, :days]
    return np.clip(level + months, 0, 120)


def disturbances(
    clean: np.ndarray, noise: float, rho: float, lengths: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Errors of each period: a share of the meter's mean use, with memory from one period to the next."""
    shape = clean.shape
    shock = rng.normal(0, np.sqrt(1 - rho**2), shape)
    error = np.zeros(shape)
    error[:, 0] = rng.normal(0, 1, shape[0])
    for period in range(1, shape[1]):
        error[:, period] = rho * error[:, period - 1] + shock[:, period]
    per_day = clean.sum(axis=1, keepdims=True) / lengths.sum(axis=1, keepdims=True)
    error *= noise * per_day * np.sqrt(lengths * lengths.mean())
    return error


@dataclass(frozen=True)
class Sum:
    """Cells that share a correlation and whether they have a driver."""

    cells: tuple[Result, ...]

    def mean(self, name: str) -> float:
        """Average of a figure over the cells."""
        return float(np.mean([getattr(each, name) for each in self.cells]))

    @property
    def worst(self) -> float:
        """Coverage of the worst cell."""
        return min(each.covered for each in self.cells)

    @property
    def told_slope(self) -> float:
        """Flat meters that were told a slope ÷ flat meters."""
        return sum(each.told_slope for each in self.cells) / max(sum(each.flats for each in self.cells), 1)

    @property
    def error(self) -> float:
        """Mean error of the annual saving ÷ use."""
        return self.mean("error")

    @property
    def doubt(self) -> float:
        """Standard error of `error`."""
        return float(np.std([each.error for each in self.cells]) / np.sqrt(len(self.cells)))


def run(rho: float, *, rooms: bool, meters: int, months: int, rng: np.random.Generator, show: bool) -> Sum:
    """Run every climate and noise."""
    cells = []
    for climate in CLIMATES:
        for noise in (0.03, 0.07, 0.15):
            one = cell(climate, noise, rho, rooms=rooms, meters=meters, rng=rng, months=months)
            cells.append(one)
            if show:
                print(
                    f"{climate.name:12} {noise:6.0%} {rho:4.1f} {rooms!s:>5} {one.covered:6.1%} {one.right:6.1%}"
                    f" {one.error:+8.3%} {one.width:6.1%}"
                )
    return Sum(tuple(cells))


def judge(results: dict[tuple[float, bool], Sum]) -> None:
    """Print each figure beside its limit."""
    plain, driven = results[0.0, False], results[0.0, True]
    independent = Sum((*plain.cells, *driven.cells))
    strong = Sum((*results[0.6, False].cells, *results[0.6, True].cells))
    gain = strong.mean("covered") - strong.mean("uncorrected")
    for title, value, low, high in (
        ("band holds, independent noise", independent.mean("covered"), 0.88, 0.92),
        ("its worst cell", independent.worst, 0.86, 1.0),
        ("points won at rho 0.6", gain, 0.15, 1.0),
        ("right form without drivers", plain.mean("right"), 0.72, 1.0),
        ("mean error of annual savings", independent.error, -0.001, 0.001),
        ("flat meters told a slope", plain.told_slope, 0.0, 0.12),
        ("the same beside a driver", driven.told_slope, 0.0, 0.12),
    ):
        mark = "pass" if low <= value <= high else "MISS"
        print(f"  {mark}  {title:32} {value:+8.2%}   limits {low:.1%} to {high:.1%}")


def main() -> None:
    """Run every cell and print the figures that docs/methods.md asks for."""
    meters = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    rng = np.random.default_rng(SEED)
    began = time.perf_counter()
    print(f"{'climate':12} {'noise':>6} {'rho':>4} {'rooms':>5} {'held':>6} {'right':>6} {'bias':>8} {'width':>6}")
    count = 0
    for months in (12, 24):
        results = {}
        some = meters if months == 12 else max(meters // 4, 1)
        for rho in (0.0, 0.3, 0.6):
            for rooms in (False, True):
                results[rho, rooms] = run(rho, rooms=rooms, meters=some, months=months, rng=rng, show=months == 12)
                count += some * len(results[rho, rooms].cells)
        print(f"baselines of {months} months")
        for (rho, rooms), one in results.items():
            print(
                f"  rho {rho:.1f} {'with' if rooms else 'without'} rooms: band held {one.mean('covered'):.1%}"
                f" (worst cell {one.worst:.1%}; not widened {one.mean('uncorrected'):.1%}), right form"
                f" {one.mean('right'):.1%}, flat meters told a slope {one.told_slope:.1%}, mean error"
                f" {one.error:+.3%} ± {one.doubt:.3%}"
            )
        if months == 12:
            judge(results)
    print(f"{count:,} meters in {time.perf_counter() - began:.1f} s, seed {SEED}")


if __name__ == "__main__":
    main()
