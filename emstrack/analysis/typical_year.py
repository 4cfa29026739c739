"""A typical year of daily temperatures, made of observed years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.weather import LEAST_COVERAGE, LEAST_YEARS, TYPICAL_DAYS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MONTH_DAYS = np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
_FIRST = np.concatenate([[0], np.cumsum(_MONTH_DAYS)])


@dataclass(frozen=True, slots=True)
class TypicalYear:
    """365 days and what they were made of.

    Parameters
    ----------
    mean_c : ndarray of float64, shape (365,)
        Daily means from 1 January on, without 29 February [°C]; NaN in a month that too few years know.
    years : ndarray of int64, shape (12,)
        Observed years behind each calendar month.
    first_year, last_year : int
        The earliest and latest year used; 0 where none was.
    """

    mean_c: NDArray[np.float64]
    years: NDArray[np.int64]
    first_year: int
    last_year: int

    @property
    def is_complete(self) -> bool:
        """Whether every day has a temperature."""
        return not np.isnan(self.mean_c).any()


def typical_year(
    day: NDArray[np.datetime64], mean_c: NDArray[np.float64], *, least_years: int = LEAST_YEARS
) -> TypicalYear:
    """Return the typical year of a station's observed days (M-14.3).

    Calendar month by calendar month: its k-th warmest day is the mean, over the years, of their k-th warmest days, so
    that the year's monthly means are those of the years while its days swing as real days do; a mean by the calendar
    day alone is flat and loses degree-days near the balance point. The warm and cold days are put in the order of the
    means by the calendar day.

    Parameters
    ----------
    day : ndarray of datetime64[D], shape (n,)
    mean_c : ndarray of float64, shape (n,)
        Daily means [°C]; NaN where missing.
    least_years : int
        Years that have to know nine tenths of a calendar month.

    Returns
    -------
    TypicalYear
    """
    table, first = _by_year(day, mean_c)
    result, counts = np.full(TYPICAL_DAYS, np.nan), np.zeros(12, dtype=np.int64)
    used = np.zeros(len(table), dtype=np.bool_)
    for month, days in enumerate(_MONTH_DAYS):
        cut = slice(_FIRST[month], _FIRST[month + 1])
        of_month = table[:, cut]
        full = (~np.isnan(of_month)).sum(axis=1) >= LEAST_COVERAGE * days
        counts[month] = full.sum()
        if counts[month] < least_years:
            continue
        used |= full
        warmest = np.array([_ranked(year, int(days)) for year in of_month[full]]).mean(axis=0)
        with np.errstate(invalid="ignore"):
            order = np.argsort(_by_day(of_month[full]), kind="stable")
        month_days = np.empty(days)
        month_days[order] = warmest
        result[cut] = month_days
    years = first + np.flatnonzero(used)
    return TypicalYear(result, counts, int(years.min(initial=9999)) % 9999, int(years.max(initial=0)))


def _by_year(day: NDArray[np.datetime64], mean_c: NDArray[np.float64]) -> tuple[NDArray[np.float64], int]:
    """Return a row of 365 days per year, 29 February left out, and the first year."""
    known = ~np.isnan(mean_c)
    day, mean_c = day[known].astype("datetime64[D]"), mean_c[known]
    if not len(day):
        return np.empty((0, TYPICAL_DAYS)), 0
    months = day.astype("datetime64[M]").astype(np.int64)
    of_month = (day - day.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    year, month = months // 12 + 1970, months % 12
    kept = of_month < _MONTH_DAYS[month]
    first = int(year.min())
    table = np.full((int(year.max()) - first + 1, TYPICAL_DAYS), np.nan)
    table[year[kept] - first, _FIRST[month[kept]] + of_month[kept]] = mean_c[kept]
    return table, first


def _ranked(values: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    """Return a month's days from cold to warm, as many as it has, their mean kept where some are missing."""
    known = np.sort(values[~np.isnan(values)])
    if len(known) == days:
        return known
    places = (np.arange(days) + 0.5) / days * len(known) - 0.5
    spread: NDArray[np.float64] = np.interp(places, np.arange(len(known)), known)
    kept: NDArray[np.float64] = spread + (known.mean() - spread.mean())
    return kept


def _by_day(years: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean by the calendar day; a day that no year knows takes the month's."""
    known = ~np.isnan(years)
    count = known.sum(axis=0)
    total = np.where(known, years, 0.0).sum(axis=0)
    mean: NDArray[np.float64] = np.where(count > 0, total / np.maximum(count, 1), np.nanmean(years))
    return mean
