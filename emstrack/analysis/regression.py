"""The default baseline: use per day on drivers and degree-days, for many meters at once (docs/methods.md, M-4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis import balance_points as points
from emstrack.analysis.balance_points import BOTH, COOLING, FLAT, HEATING
from emstrack.analysis.degree_days import DegreeDays
from emstrack.analysis.fit_statistics import memory_of, widening
from emstrack.analysis.models import BaselinePoints, Fits, Rules, bayesian_information
from emstrack.analysis.orthogonal import Factors, orthogonalize, residual

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.daily_series import DailySeries

CHUNK = 128
"""Meters computed together, so that their pairs of balance points stay in the processor's cache."""

DEFAULT = Rules()

SMALL_BASE = 0.1
"""A base below this fraction of the mean use may have been kept from zero by the rule of signs (M-4.12)."""

TIE_SCORE = 1e-9
"""A richer form has to score lower by more than this."""


def fit(
    given: BaselinePoints,
    temperatures: DailySeries,
    grid: NDArray[np.float64],
    *,
    forms: tuple[int, ...] = (FLAT, HEATING, COOLING, BOTH),
    rules: Rules = DEFAULT,
) -> Fits:
    """Fit the model of each meter: its drivers, and the temperature form that BIC prefers.

    Implements M-4.1 to M-4.8 of docs/methods.md.

    Parameters
    ----------
    given : BaselinePoints
    temperatures : DailySeries
        Daily means, a row per station. [°C]
    grid : ndarray of float64
        Balance points to try, rising. [°C]
    forms : tuple of int
        Temperature forms to try.
    rules : Rules

    Returns
    -------
    Fits
        In the order of the meters given.
    """
    free = _fit_all(given, _Tables(temperatures, grid, given), forms, rules, origin=False)
    low = (free.coefficients[:, 0] < SMALL_BASE * np.nan_to_num(free.mean)) & (
        free.bound | (free.coefficients[:, 0] < 0)
    )
    if not rules.by_bic or not rules.signed or not low.any():
        return free
    some = np.flatnonzero(low)
    part = given.take(some)
    bounded = _fit_all(part, _Tables(temperatures, grid, part), forms, rules, origin=True)
    take = np.zeros(len(free), dtype=bool)
    take[some] = (free.coefficients[some, 0] < 0) | (bounded.bic < free.bic[some] - TIE_SCORE)
    whole = Fits.joined([free, bounded], np.where(low, len(free) + np.cumsum(low) - 1, np.arange(len(free))))
    return free.replaced(whole, take)


def _fit_all(given: BaselinePoints, table: _Tables, forms: tuple[int, ...], rules: Rules, *, origin: bool) -> Fits:
    order = np.argsort(given.station, kind="stable")
    parts = [
        _fit_chunk(given.take(order[low : low + CHUNK]), table, forms, rules, origin=origin)
        for low in range(0, len(order), CHUNK)
    ]
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return Fits.joined(parts, back)


class _Tables:
    """Degree-day tables of the stations of one chunk, kept while the next chunk has the same."""

    def __init__(self, temperatures: DailySeries, grid: NDArray[np.float64], given: BaselinePoints) -> None:
        self.temperatures, self.grid = temperatures, grid
        self._stations: tuple[int, ...] | None = None
        self._table: DegreeDays | None = None
        present = given.days > 0
        self.first = given.start[present].min() if present.any() else temperatures.first
        self.last = given.end[present].max() if present.any() else temperatures.first

    def of(self, station: NDArray[np.int64]) -> tuple[DegreeDays, NDArray[np.int64]]:
        """Return the table of some stations and each meter's row in it."""
        wanted = tuple(np.unique(station[station >= 0]).tolist())
        if self._table is None or wanted != self._stations:
            low = int(np.clip((self.first - self.temperatures.first).astype(int), 0, self.temperatures.values.shape[1]))
            high = int(
                np.clip((self.last - self.temperatures.first).astype(int), low, self.temperatures.values.shape[1])
            )
            cut = type(self.temperatures)(
                self.temperatures.first + low, self.temperatures.values[list(wanted), low:high]
            )
            self._table, self._stations = DegreeDays.of(cut, self.grid), wanted
        return self._table, np.searchsorted(np.array(wanted), np.maximum(station, 0)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Rows:
    """A chunk's rows as the solver wants them; absent ones are zero.

    Parameters
    ----------
    given : BaselinePoints
    present : ndarray of bool, shape (meters, rows)
    root : ndarray, shape (meters, rows)
        Root of the weight.
    per_day : ndarray, shape (meters, rows)
    plain : ndarray, shape (meters, rows, 1 + drivers)
        Intercept and drivers, not weighted.
    """

    given: BaselinePoints
    present: NDArray[np.bool_]
    root: NDArray[np.float64]
    per_day: NDArray[np.float64]
    plain: NDArray[np.float64]

    @classmethod
    def of(cls, given: BaselinePoints, present: NDArray[np.bool_], *, origin: bool) -> _Rows:
        """Lay the rows out; through the origin the intercept's column is zero."""
        per_day = np.where(present, given.use / np.maximum(given.days, 1), 0.0)
        drivers = np.where(present[:, :, None], given.drivers, 0.0)
        one = np.zeros_like(per_day) if origin else present.astype(np.float64)
        plain = np.concatenate([one[:, :, None], drivers], axis=2)
        return cls(given, present, np.sqrt(np.where(present, given.days, 0.0)), per_day, plain)


def _fit_chunk(given: BaselinePoints, tables: _Tables, forms: tuple[int, ...], rules: Rules, *, origin: bool) -> Fits:
    present = (given.days > 0) & ~np.isnan(given.use) & ~np.isnan(given.drivers).any(axis=2)
    weather = None
    if (given.station >= 0).any() and any(form != FLAT for form in forms) and len(tables.grid):
        weather = _Weather(given, tables, present, rules)
        present = weather.present
    rows = _Rows.of(given, present, origin=origin)
    others = orthogonalize(rows.plain * rows.root[:, :, None])
    y = rows.per_day * rows.root
    left = residual(others.q, y)
    flat = np.einsum("mn,mn->m", left, left)
    tiny = 1e-14 * np.einsum("mn,mn->m", y, y)
    chosen = _Choice(flat, present.sum(axis=1), others.kept.sum(axis=1) + origin, tiny, rules)
    if weather is not None:
        columns = points.prepare(
            y, rows.root, others, weather.cooling, weather.mean, tables.grid, (weather.cold_useful, weather.warm_useful)
        )
        for form in (HEATING, COOLING):
            if form in forms:
                chosen.offer(form, points.best_single(columns, form))
        if BOTH in forms:
            chosen.offer(BOTH, points.best_pair(columns, one_point=rules.one_point))
    return _final(rows, chosen, weather, tables, rules, origin=origin)


class _Weather:
    """Temperatures of a chunk's rows."""

    def __init__(self, given: BaselinePoints, tables: _Tables, present: NDArray[np.bool_], rules: Rules) -> None:
        self.table, self.row = tables.of(given.station)
        has = given.station >= 0
        cooling, mean = self.table.mean_cooling(self.row, given.start, given.end)
        known = ~np.isnan(mean)
        self.present = present & (known | ~has[:, None])
        usable = self.present & has[:, None]
        self.cooling = np.where(usable[:, :, None], cooling, 0.0)
        self.mean = np.where(usable, mean, 0.0)
        grid = tables.grid
        days = np.where(usable, given.days, 0.0)
        cooling_days = np.matmul(days[:, None, :], self.cooling)[:, 0]
        heating_days = cooling_days - (self.mean * days).sum(axis=1)[:, None] + days.sum(axis=1)[:, None] * grid
        least = max(rules.least_degree_days, 1e-9)
        self.warm_useful = (cooling_days >= least - 1e-9) & has[:, None]
        self.cold_useful = (heating_days >= least - 1e-9) & has[:, None]
        if rules.inside:
            within = self._inside(given, usable)
            self.warm_useful &= within
            self.cold_useful &= within

    def _inside(self, given: BaselinePoints, usable: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which points have days both above and not above them in a meter's rows: no two of these tie."""
        table = self.table
        low, high = table.temperature.place(given.start), table.temperature.place(given.end)
        row = self.row[:, None]
        known = ((table.temperature.count[row, high] - table.temperature.count[row, low]) * usable).sum(axis=1)
        above = np.matmul(usable[:, None, :].astype(np.float32), table.above[row, high] - table.above[row, low])[:, 0]
        inside: NDArray[np.bool_] = (above > 0) & (above < known[:, None])
        return inside


class _Choice:
    """The best form so far of each meter, by BIC; a richer form has to be better, not equal."""

    def __init__(
        self,
        flat: NDArray[np.float64],
        n: NDArray[np.int64],
        known: NDArray[np.int64],
        tiny: NDArray[np.float64],
        rules: Rules,
    ) -> None:
        self.n, self.known, self.tiny, self.rules = n, known, tiny, rules
        self.form = np.zeros(len(n), dtype=np.int8)
        self.heating = np.zeros(len(n), dtype=np.int64)
        self.cooling = np.zeros(len(n), dtype=np.int64)
        self.bound = np.zeros(len(n), dtype=bool)
        self.spread = np.maximum(flat, tiny)
        self.score = np.full(len(n), np.inf) if rules.forced else self._score(flat, known)

    def _score(self, error: NDArray[np.float64], count: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what is compared: the lower the better."""
        error = np.maximum(error, self.tiny)
        if self.rules.by_bic:
            return bayesian_information(error, self.n, count)
        freedom = np.maximum(self.n - count, 1)
        score: NDArray[np.float64] = error / np.where(self.spread > 0, self.spread, 1.0) * (self.n - 1) / freedom - 1.0
        return score

    def offer(self, form: int, best: points.Best) -> None:
        """Take the candidate where it scores lower and enough freedom is left."""
        slopes = 2 if form == BOTH else 1
        shared = form == BOTH and self.rules.one_point
        count = self.known + (2 * slopes - shared if self.rules.by_bic else slopes)
        found = np.isfinite(best.error)
        score = self._score(np.where(found, best.error, self.spread), count)
        better = found & (self.n - count >= self.rules.spare) & (score < self.score - TIE_SCORE)
        self.bound |= best.bound
        self.form[better] = form
        self.heating[better] = best.heating[better]
        self.cooling[better] = best.cooling[better]
        self.score[better] = score[better]


def _final(
    rows: _Rows, chosen: _Choice, weather: _Weather | None, tables: _Tables, rules: Rules, *, origin: bool
) -> Fits:
    """Fit the chosen candidates anew on their own columns, and factor the Jacobian for the band (M-4.7).

    A base held at zero counts as a parameter all the same.
    """
    hot, cold = (chosen.form & COOLING) > 0, (chosen.form & HEATING) > 0
    heat, cool, below, above = _chosen_columns(rows, chosen, weather)
    design = np.concatenate([rows.plain, heat[:, :, None], cool[:, :, None]], axis=2)
    factors = orthogonalize(design * rows.root[:, :, None])
    coefficients = factors.solve(rows.per_day * rows.root)
    left = rows.per_day - np.einsum("mnk,mk->mn", design, coefficients)
    weight = rows.root * rows.root
    total = weight.sum(axis=1)
    mean = np.where(total > 0, (weight * rows.per_day).sum(axis=1) / np.maximum(total, 1), np.nan)
    moves = np.stack([coefficients[:, -2, None] * below, -coefficients[:, -1, None] * above], axis=2)
    jacobian = np.concatenate([design, moves], axis=2) * rows.root[:, :, None]
    outer = orthogonalize(jacobian)
    n = rows.present.sum(axis=1)
    memory = memory_of(left * rows.root, outer.q, rows.present, n - outer.kept.sum(axis=1))
    points_c = tables.grid if len(tables.grid) else np.full(1, np.nan)
    return Fits(
        form=chosen.form,
        heating_point=np.where(cold, points_c[chosen.heating], np.nan),
        cooling_point=np.where(hot, points_c[chosen.cooling], np.nan),
        coefficients=coefficients,
        used=factors.kept,
        factor=_without_q(outer),
        error=(weight * left**2).sum(axis=1),
        spread=(weight * (rows.per_day - np.nan_to_num(mean)[:, None]) ** 2).sum(axis=1),
        days=total,
        mean=mean,
        n=n,
        p=factors.kept.sum(axis=1) + origin + (_turns(hot, cold, rules) if rules.by_bic else 0),
        residual=np.where(rows.present, left, np.nan),
        reach=np.stack([_reach(heat, rows.present), _reach(cool, rows.present)], axis=1),
        widening=widening(*memory, n),
        excess=memory[0],
        bound=chosen.bound,
    )


def _turns(hot: NDArray[np.bool_], cold: NDArray[np.bool_], rules: Rules) -> NDArray[np.int64]:
    """Return how many balance points count as parameters; one that both slopes share counts once."""
    return hot.astype(np.int64) + cold - (hot & cold if rules.one_point else 0)


def _reach(column: NDArray[np.float64], present: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the larger of a column's maximum, and its mean plus three standard deviations, per meter (M-8.8)."""
    count = np.maximum(present.sum(axis=1), 1)
    mean = column.sum(axis=1) / count
    square = np.where(present, (column - mean[:, None]) ** 2, 0.0).sum(axis=1) / np.maximum(count - 1, 1)
    most = np.where(present, column, 0.0).max(axis=1, initial=0.0)
    reach: NDArray[np.float64] = np.maximum(most, mean + 3 * np.sqrt(square))
    return reach


def _chosen_columns(rows: _Rows, chosen: _Choice, weather: _Weather | None) -> tuple[NDArray[np.float64], ...]:
    """Return heating and cooling degree-days per day, and the shares of days below and above the chosen points."""
    if weather is None:
        zero = np.zeros(rows.root.shape)
        return zero, zero, zero, zero
    dates = (weather.row, rows.given.start, rows.given.end)
    cooling, _, warmer = weather.table.at_points(*dates, chosen.cooling)
    _, heating, warmer_than_heating = weather.table.at_points(*dates, chosen.heating)
    hot = rows.present & ((chosen.form & COOLING) > 0)[:, None]
    cold = rows.present & ((chosen.form & HEATING) > 0)[:, None]
    return (
        np.where(cold, heating, 0.0),
        np.where(hot, cooling, 0.0),
        np.where(cold, 1.0 - warmer_than_heating, 0.0),
        np.where(hot, warmer, 0.0),
    )


def _without_q(factors: Factors) -> Factors:
    return Factors(np.zeros((len(factors.r), 0, factors.r.shape[1])), factors.r, factors.kept)
