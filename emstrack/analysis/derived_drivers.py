"""Drivers that nobody has to enter: working days by the country's calendar, degree-days (docs/methods.md, M-4.13)."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import holidays
import numpy as np

from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.portfolio import SiteSeries

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from emstrack.analysis.portfolio import Portfolio, SiteFacts

WORKING_DAYS = "working_days"

_DEGREE_DAYS = re.compile(r"(hdd|cdd)_(\d{1,2}(?:\.\d)?)")
_DAY = np.timedelta64(1, "D")
_MONDAY_TO_FRIDAY = "1111100"


def is_derived(name: str) -> bool:
    """Tell whether a driver is made from the calendar or the weather: ``working_days``, ``cdd_18``, ``hdd_15.5``."""
    return name == WORKING_DAYS or _DEGREE_DAYS.fullmatch(name) is not None


def working_days(country: str, first: np.datetime64, days: int) -> NDArray[np.float64]:
    """Return 1 for each working day and 0 for the others: Saturdays, Sundays and the country's public holidays.

    Implements M-4.13.

    Parameters
    ----------
    country : str
        ISO 3166 code.
    first : datetime64[D]
    days : int
        How many. [d]

    Returns
    -------
    ndarray of float64, shape (days,)
        NaN throughout for a country whose calendar is not known: weekends alone would be a guess.
    """
    if not days:
        return np.zeros(0)
    day = first + np.arange(days)
    closed = []
    for year in range(int(str(day[0])[:4]), int(str(day[-1])[:4]) + 1):
        off = _public_holidays(country, year)
        if off is None:
            return np.full(days, np.nan)
        closed += off
    return np.is_busday(day, _MONDAY_TO_FRIDAY, np.array(closed, dtype="datetime64[D]")).astype(np.float64)


@lru_cache(maxsize=1024)
def _public_holidays(country: str, year: int) -> list[str] | None:
    """Return the public holidays of a year (ISO), or None where the calendar of the country is not known."""
    try:
        return [day.isoformat() for day in holidays.country_holidays(country, years=year)]
    except NotImplementedError:
        return None


def with_derived(portfolio: Portfolio, names: Iterable[str]) -> Portfolio:
    """Return a portfolio whose sites also have the derived drivers among some names.

    Implements M-4.13. A series that was entered under such a name stands: nothing of somebody's is replaced.

    Parameters
    ----------
    portfolio : Portfolio
    names : iterable of str
        Drivers that are asked for; others than derived ones are left to whoever entered them.
    """
    series = portfolio.series
    wanted = [name for name in dict.fromkeys(names) if is_derived(name) and name not in series.names]
    readings, old = portfolio.readings, series.daily
    if not wanted or not len(readings):
        return portfolio
    has_days = bool(old.values.shape[1])
    first = min(readings.start.min(), old.first) if has_days else readings.start.min()
    last = readings.end.max()
    last = max(last, old.first + old.values.shape[1] * _DAY) if has_days else last
    width, sites = int((last - first).astype(int)), portfolio.sites
    values = np.full((len(sites), len(series.names) + len(wanted), width), np.nan)
    if has_days and series.names:
        low = int((old.first - first).astype(int))
        values[:, : len(series.names), low : low + old.values.shape[1]] = old.values.reshape(
            len(sites), len(series.names), -1
        )
    for place, name in enumerate(wanted, len(series.names)):
        values[:, place] = _derived(name, sites, portfolio.temperatures, first, width)
    names = (*series.names, *wanted)
    return replace(portfolio, series=SiteSeries(names, DailySeries(first, values.reshape(-1, width))))


def _derived(
    name: str, sites: tuple[SiteFacts, ...], temperatures: DailySeries, first: np.datetime64, width: int
) -> NDArray[np.float64]:
    """Return one derived driver by site and day."""
    if name == WORKING_DAYS:
        calendars = {site.country: working_days(site.country, first, width) for site in sites}
        return np.stack([calendars[site.country] for site in sites])
    kind, point = name.split("_")
    out = np.full((len(sites), width), np.nan)
    offset = int((temperatures.first - first).astype(int))
    low, high = max(offset, 0), min(offset + temperatures.values.shape[1], width)
    stations = np.array([site.station for site in sites])
    served = np.flatnonzero(stations >= 0)
    if low < high and len(served):
        excess = temperatures.values[stations[served], low - offset : high - offset] - float(point)
        out[served, low:high] = np.maximum(excess if kind == "cdd" else -excess, 0.0)
    return out
