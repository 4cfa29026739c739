"""Time the engine: fit and predict 10,000 meters on both grids, beside a plain loop over the same candidates.

Run: python benchmarks/engine.py [meters]
The loop uses statsmodels' WLS where it is installed, else numpy's lstsq, which is several times faster than it.
"""

from __future__ import annotations

import resource
import sys
import time
import warnings
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.caltrack2 import GRID_C
from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.degree_days import whole_degrees
from emstrack.analysis.models import BaselinePoints, Rules
from emstrack.analysis.portfolio import MeterFacts, Portfolio, Question, SiteFacts, SiteSeries
from emstrack.analysis.prediction import ReportingPeriods, gradients, half_width, predict
from emstrack.analysis.readings import Readings
from emstrack.analysis.regression import DEFAULT, fit
from emstrack.analysis.savings import compute_savings
from emstrack.domain.periods import Period
from emstrack.domain.resources import Resource

if TYPE_CHECKING:
    from collections.abc import Callable

STATIONS = 50
WIDE = Rules(inside=False, least_degree_days=0.0)


def temperatures(rng: np.random.Generator) -> DailySeries:
    """Three years at fifty stations [°C]."""
    days = np.arange(1100)
    season = 18 + 8 * np.sin(2 * np.pi * days / 365.25)
    return DailySeries(
        np.datetime64("2022-12-01"), season + rng.normal(0, 3, (STATIONS, 1100)) + rng.uniform(-4, 4, (STATIONS, 1))
    )


def meters(
    count: int, series: DailySeries, drivers: int, rng: np.random.Generator
) -> tuple[BaselinePoints, ReportingPeriods]:
    """Draw meters with their own reading dates, 12 + 12 readings each."""
    lengths = rng.choice([28, 29, 30, 31, 32, 33], (count, 24))
    edges = rng.integers(0, 60, (count, 1)) + np.concatenate([np.zeros((count, 1), int), np.cumsum(lengths, 1)], 1)
    station = rng.integers(0, STATIONS, count)
    mean = np.concatenate([np.zeros((STATIONS, 1)), np.cumsum(series.values, 1)], 1)
    t = (mean[station[:, None], edges[:, 1:]] - mean[station[:, None], edges[:, :-1]]) / lengths
    x = rng.uniform(20, 80, (count, 24, drivers))
    use = (
        lengths
        * (100 + 4 * np.maximum(14 - t, 0) + 6 * np.maximum(t - 20, 0) + x.sum(2))
        * rng.normal(1, 0.06, t.shape)
    )
    start, end = series.first + edges[:, :-1], series.first + edges[:, 1:]
    days = lengths.astype(float)
    return (
        BaselinePoints(start[:, :12], end[:, :12], use[:, :12], days[:, :12], x[:, :12], station),
        ReportingPeriods(start[:, 12:], end[:, 12:], use[:, 12:], days[:, 12:], x[:, 12:], station),
    )


def job(given: BaselinePoints, wanted: ReportingPeriods, series: DailySeries, grid: np.ndarray, rules: Rules) -> float:
    """Fit, predict, band; return the seconds."""
    began = time.perf_counter()
    fits = fit(given, series, grid, rules=rules)
    slopes = gradients(fits, wanted, series)
    predict(fits, slopes)
    half_width(fits, slopes.sum(axis=1), wanted.days.sum(axis=1))
    return time.perf_counter() - began


def solver() -> tuple[str, Callable[[np.ndarray, np.ndarray, np.ndarray], float]]:
    """Return the loop's solver: squared error of one weighted candidate."""
    try:
        from statsmodels.regression.linear_model import WLS  # noqa: PLC0415 - only where it is installed
    except ImportError:
        return "numpy lstsq", lambda x, y, w: float(
            np.linalg.lstsq(x * np.sqrt(w)[:, None], y * np.sqrt(w), rcond=None)[1].sum()
        )
    return "statsmodels WLS", lambda x, y, w: float(WLS(y, x, weights=w).fit().ssr)


def loop(given: BaselinePoints, series: DailySeries, grid: np.ndarray, count: int) -> tuple[str, float]:
    """Fit some meters candidate by candidate; return the solver's name and the seconds per meter."""
    name, solve = solver()
    warnings.filterwarnings("ignore")  # some candidates are singular, and the loop says so one by one
    began = time.perf_counter()
    for meter in range(count):
        low = (given.start[meter] - series.first).astype(int)
        high = (given.end[meter] - series.first).astype(int)
        rows = [series.values[given.station[meter], a:b] for a, b in zip(low, high, strict=True)]
        hdd = np.array([np.maximum(grid[:, None] - row, 0).mean(axis=1) for row in rows])
        cdd = np.array([np.maximum(row - grid[:, None], 0).mean(axis=1) for row in rows])
        y, w = given.use[meter] / given.days[meter], given.days[meter]
        one = np.ones((len(y), 1))
        best = solve(one, y, w)
        for h in range(len(grid)):
            best = min(best, solve(np.c_[one, hdd[:, h]], y, w), solve(np.c_[one, cdd[:, h]], y, w))
            for c in range(h, len(grid)):
                best = min(best, solve(np.c_[one, hdd[:, h], cdd[:, c]], y, w))
    return name, (time.perf_counter() - began) / count


def main() -> None:
    """Print seconds, meters per second, ratios, memory and growth, each beside its limit."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rng = np.random.default_rng(7)
    series = temperatures(rng)
    grids = {"30–90 °F, 1 °F": (GRID_C, WIDE), "1 °C, default": (whole_degrees(series.values), DEFAULT)}
    given, wanted = meters(count, series, 0, rng)
    three, later = meters(count, series, 3, rng)
    took = {}
    for title, (grid, rules) in grids.items():
        alone = min(job(given, wanted, series, grid, rules) for _ in range(3))
        took[title] = alone, min(job(three, later, series, grid, rules) for _ in range(3))
    held = _peak()
    for title, (grid, _) in grids.items():
        seconds, driven = took[title]
        name, each = loop(given, series, grid, 3)
        print(
            f"{title}: {count:,} meters × (12 + 12) in {seconds:.2f} s = {count / seconds:,.0f} meters/s;"
            f" {name} loop {1 / each:,.1f} meters/s; ratio {each * count / seconds:,.0f}×;"
            f" with three drivers {driven / seconds:.2f}× the time"
        )
        if title.startswith("30"):
            _mark("ratio per meter", each * count / seconds, "×", least=2000)
            _mark("meters per second", count / seconds, "", least=8000)
        _mark("three drivers", driven / seconds, "× the time", most=2)
    _mark("one site of six meters and sixty months", 1000 * one_site(), " ms", most=50)
    _mark("peak memory", held, " MB", most=400)
    many, after = meters(10 * count, series, 0, rng)
    before = _peak()
    seconds = job(many, after, series, *grids["30–90 °F, 1 °F"])
    print(f"{10 * count:,} meters in {seconds:.2f} s")
    _mark("growth to ten times as many", seconds / took["30–90 °F, 1 °F"][0], "× the time", most=12)
    _mark("memory beside the meters' own", _peak() - before, " MB", most=400)


def one_site() -> float:
    """Return the seconds in which one site's six meters have their savings, sixty months each."""
    rng = np.random.default_rng(3)
    months = np.arange("2021-01", "2026-01", dtype="datetime64[M]")
    start, end = months.astype("datetime64[D]"), (months + 1).astype("datetime64[D]")
    days = (end - start).astype(int)
    series = DailySeries(start[0], (20 + 7 * np.sin(np.arange(days.sum()) / 58) + rng.normal(0, 2, days.sum()))[None])
    nights = SiteSeries(("occupied_room_nights",), DailySeries(start[0], rng.uniform(20, 90, 60).repeat(days)[None]))
    readings = Readings.of(np.repeat(np.arange(6), 60), np.tile(start, 6), np.tile(end, 6), rng.normal(9000, 500, 360))
    portfolio = Portfolio(
        (SiteFacts("A", "MX", 0),),
        tuple(MeterFacts(0, f"M{each}", Resource.ELECTRICITY, "kWh") for each in range(6)),
        readings,
        nights,
        series,
    )
    question = Question(Period.parse("2021-01:2021-12"), Period.parse("2022-01:2025-12"))
    took = []
    for _ in range(7):
        began = time.perf_counter()
        compute_savings(portfolio, question)
        took.append(time.perf_counter() - began)
    return sorted(took)[3]


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _mark(title: str, value: float, unit: str, *, least: float = 0.0, most: float = float("inf")) -> None:
    limit = f"at least {least:,.0f}" if least else f"at most {most:,.0f}"
    print(f"  {'pass' if least <= value <= most else 'MISS'}  {title}: {value:,.2f}{unit} ({limit})")


if __name__ == "__main__":
    main()
