"""What a baseline rests on, kept as it was when it was made, so that no later correction moves a claim in silence.

While the rows of the database are still the frozen ones (their fingerprint says so) they are used as they are; where
they moved, the frozen ones take their place for the baseline's own days.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.portfolio import LEVELS, RAIN, Portfolio, SiteSeries
from emstrack.analysis.readings import KINDS, Readings
from emstrack.domain.periods import Period
from emstrack.domain.readings import CalendarMode
from emstrack.services.savings.load_portfolio import Dated, Loaded, daily, window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

_NO_NUMBER = -1.0e308


def freeze_inputs(loaded: Loaded, meter: int, period: Period) -> dict[str, Any]:
    """Return the readings, drivers and weather of the baseline's days as a document that says them in full."""
    portfolio = loaded.portfolio
    site = portfolio.meters[meter].site
    rows = portfolio.readings.take(_own(portfolio, meter)[_mine(portfolio, meter, period)])
    station = portfolio.sites[site].station
    first, values, rain = _weather_of(loaded, site, period)
    return {
        "mode": str(portfolio.meters[meter].mode),
        "readings": [
            [str(start), str(end), float(quantity), KINDS[kind].value]
            for start, end, quantity, kind in zip(rows.start, rows.end, rows.quantity, rows.kind, strict=True)
        ],
        "series": [list(row) for row in _dated_of(loaded, site, period)],
        "weather": None
        if station < 0
        else {
            "station": loaded.stations[station],
            "first": str(first),
            "mean_c": _plain(values),
            "rain_mm": _plain(rain),
        },
        "closed": [[str(each.start), str(each.end)] for each in closed_in(loaded, meter, period)],
    }


def fingerprint_of(loaded: Loaded, meter: int, period: Period) -> str:
    """Return a digest of what `freeze_inputs` would keep now."""
    portfolio = loaded.portfolio
    site = portfolio.meters[meter].site
    rows = portfolio.readings.take(_own(portfolio, meter)[_mine(portfolio, meter, period)])
    digest = hashlib.sha256(str(portfolio.meters[meter].mode).encode())
    for column in (rows.start.astype(np.int64), rows.end.astype(np.int64), rows.quantity, rows.kind):
        digest.update(np.ascontiguousarray(column).tobytes())
    for row in _dated_of(loaded, site, period):
        digest.update(repr(row).encode())
    first, means, rain = _weather_of(loaded, site, period)
    digest.update(str(first).encode())
    for values in (means, rain):
        digest.update(np.where(np.isnan(values), _NO_NUMBER, values).tobytes())
    for left_out in closed_in(loaded, meter, period):
        digest.update(f"closed {left_out}".encode())
    return digest.hexdigest()


def closed_in(loaded: Loaded, meter: int, period: Period) -> list[Period]:
    """Return what of a meter's closed periods lies in its baseline: those days are part of what it rests on."""
    cut = ((max(each.start, period.start), min(each.end, period.end)) for each in loaded.closed.get(meter, ()))
    return sorted(Period(start, end) for start, end in cut if start < end)


def closed_as_frozen(live: Iterable[Period], kept: Mapping[str, Any], period: Period) -> tuple[Period, ...]:
    """Return the closed periods of a baseline that moved: inside it as they were frozen, outside as they are now."""
    frozen = [Period(date.fromisoformat(start), date.fromisoformat(end)) for start, end in kept.get("closed", ())]
    outside = [
        part
        for each in live
        for part in ((each.start, min(each.end, period.start)), (max(each.start, period.end), each.end))
    ]
    return tuple(sorted([*frozen, *(Period(start, end) for start, end in outside if start < end)]))


def with_frozen(
    loaded: Loaded, meters: list[int], frozen: Mapping[int, dict[str, Any]], periods: Mapping[int, Period]
) -> Portfolio:
    """Return the portfolio of some meters, each at a place of its own: what it rests on may differ from its site's.

    Of a meter with frozen inputs the baseline's own days are the frozen ones.
    """
    old = loaded.portfolio
    first, width = _reach(old, frozen.values(), periods.values())
    names = tuple(dict.fromkeys([*old.series.names, *(row[0] for kept in frozen.values() for row in kept["series"])]))
    series = window(old.series.daily, first, width).reshape(len(old.sites), len(old.series.names), width)
    temperatures = window(old.temperatures, first, width)
    sites, facts, readings, values, means = [], [], [], [], []
    for place, meter in enumerate(meters):
        site = old.sites[old.meters[meter].site]
        own = np.full((len(names), width), np.nan)
        own[: len(old.series.names)] = series[old.meters[meter].site]
        mean = temperatures[site.station].copy() if site.station >= 0 else np.full(width, np.nan)
        rows, mode = old.readings.take(_own(old, meter)), old.meters[meter].mode
        if meter in frozen:
            kept, period = frozen[meter], periods[meter]
            mode = CalendarMode(kept["mode"])
            rows = _overlaid_readings(rows, kept, _mine(old, meter, period))
            _overlay_days(own, mean, names, kept, period, first)
        readings.append(replace(rows, meter=np.full(len(rows), place)))
        sites.append(replace(site, station=place))
        facts.append(replace(old.meters[meter], site=place, mode=mode))
        values.append(own)
        means.append(mean)
    columns = ("meter", "start", "end", "quantity", "kind", "cost", "has_cost")
    return Portfolio(
        tuple(sites),
        tuple(facts),
        Readings(*(np.concatenate([getattr(part, name) for part in readings]) for name in columns)),
        SiteSeries(names, DailySeries(first, np.stack(values).reshape(len(meters) * len(names), width))),
        DailySeries(first, np.stack(means)),
    )


def _reach(
    portfolio: Portfolio, frozen: Iterable[Mapping[str, Any]], periods: Iterable[Period]
) -> tuple[np.datetime64, int]:
    """Return the window that holds the live days and the frozen ones, which may have been deleted since."""
    daily_series = portfolio.series.daily if portfolio.series.names else portfolio.temperatures
    first, width = daily_series.first, daily_series.values.shape[1]
    edges = [first, first + np.timedelta64(width, "D")]
    edges += [np.datetime64(day, "D") for period in periods for day in (period.start, period.end)]
    edges += [np.datetime64(day, "D") for kept in frozen for row in kept["readings"] for day in row[:2]]
    return min(edges), int((max(edges) - min(edges)).astype(int))


def _own(portfolio: Portfolio, meter: int) -> NDArray[np.int64]:
    """Return the places of a meter's readings; a loaded portfolio has them sorted by meter."""
    low, high = np.searchsorted(portfolio.readings.meter, [meter, meter + 1])
    return np.arange(low, high)


def _mine(portfolio: Portfolio, meter: int, period: Period) -> NDArray[np.bool_]:
    """Return which of a meter's own readings its baseline rests on; of deliveries the neighbours too."""
    readings, own = portfolio.readings, _own(portfolio, meter)
    begins, ends = readings.start[own], readings.end[own]
    start, end = np.datetime64(period.start, "D"), np.datetime64(period.end, "D")
    touching: NDArray[np.bool_] = (begins < end) & (ends > start)
    if portfolio.meters[meter].mode is CalendarMode.BETWEEN_DELIVERIES:
        before, later = ends <= start, begins >= end
        if before.any():
            touching |= before & (ends == ends[before].max())
        if later.any():
            touching |= later & (begins == begins[later].min())
    return touching


def _dated_of(loaded: Loaded, site: int, period: Period) -> list[Dated]:
    start, end = period.start.isoformat(), period.end.isoformat()
    touching = [row for row in loaded.dated.get(site, ()) if row[1] < end and row[2] > start]
    return sorted((*_cut(row, start, end), row[3]) for row in touching)


def _cut(row: Dated, start: str, end: str) -> tuple[str, str, str]:
    """Cut levels to the baseline, so that a later change of rooms leaves it alone; shared totals keep their period."""
    return (row[0], max(row[1], start), min(row[2], end)) if row[0] in LEVELS else row[:3]


def _weather_of(
    loaded: Loaded, site: int, period: Period
) -> tuple[np.datetime64, NDArray[np.float64], NDArray[np.float64]]:
    temperatures = loaded.portfolio.temperatures
    station = loaded.portfolio.sites[site].station
    low, high = _columns(temperatures.first, temperatures.values.shape[1], period)
    first = temperatures.first + np.timedelta64(low, "D")
    if station < 0:
        return first, np.zeros(0), np.zeros(0)
    return first, temperatures.values[station, low:high], loaded.rain[station, low:high]


def _columns(first: np.datetime64, width: int, period: Period) -> tuple[int, int]:
    low = int((np.datetime64(period.start, "D") - first).astype(int))
    high = int((np.datetime64(period.end, "D") - first).astype(int))
    return min(max(low, 0), width), min(max(high, 0), width)


def _overlaid_readings(live: Readings, kept: Mapping[str, Any], covered: NDArray[np.bool_]) -> Readings:
    """Return the frozen readings, and the live ones outside. A saving's money never rests on them."""
    outside = live.take(~covered)
    start, end, quantity, kind = zip(*kept["readings"], strict=True) if kept["readings"] else ((), (), (), ())
    frozen = Readings.of(
        np.zeros(len(start), dtype=np.int64),
        np.array(start, dtype="datetime64[D]"),
        np.array(end, dtype="datetime64[D]"),
        np.array(quantity, dtype=np.float64),
        kind=list(kind),
    )
    names = ("meter", "start", "end", "quantity", "kind", "cost", "has_cost")
    return Readings(*(np.concatenate([getattr(outside, name), getattr(frozen, name)]) for name in names))


def _overlay_days(
    own: NDArray[np.float64],
    mean: NDArray[np.float64],
    names: tuple[str, ...],
    kept: Mapping[str, Any],
    period: Period,
    first: np.datetime64,
) -> None:
    """Put the frozen drivers and weather in place of the live ones on the baseline's days."""
    width = own.shape[1]
    low, high = _columns(first, width, period)
    rows = [(row[0], row[1], row[2], float(row[3])) for row in kept["series"] if row[0] in names]
    own[:, low:high] = np.nan
    if rows:
        own[:, low:high] = daily(rows, names, first, width)[:, low:high]
    weather = kept["weather"]
    mean[low:high] = np.nan
    if weather is None:
        return
    series = DailySeries(np.datetime64(weather["first"], "D"), _arrays(weather))
    offset = int((series.first - first).astype(int))
    begin, until = max(low, offset), min(high, offset + series.values.shape[1])
    if begin < until:
        mean[begin:until] = series.values[0, begin - offset : until - offset]
        if RAIN in names:
            own[names.index(RAIN), begin:until] = series.values[1, begin - offset : until - offset]


def _arrays(weather: Mapping[str, Any]) -> NDArray[np.float64]:
    return np.array([weather["mean_c"], weather["rain_mm"]], dtype=np.float64)


def _plain(values: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]
