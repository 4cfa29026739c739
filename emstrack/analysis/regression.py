"""The default baseline: use per day on drivers and degree-days, for many meters at once (docs/methods.md, M-4)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

import numpy as np

from emstrack.analysis import balance_points as points
from emstrack.analysis.balance_points import BOTH, COOLING, FLAT, HEATING
from emstrack.analysis.degree_days import DegreeDays
from emstrack.analysis.orthogonal import Factors, orthogonalize, residual

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.daily_series import DailySeries

CHUNK = 128
"""Meters computed together, so that their pairs of balance points stay in the processor's cache."""

SPARE = 2
"""Degrees of freedom a candidate has to leave for the noise."""

TIE_SCORE = 1e-9
"""A richer form has to score lower by more than this."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How candidates are ruled out and compared.

    Parameters
    ----------
    by_bic : bool
        By BIC with each balance point a parameter; else by adjusted R², balance points not counted (CalTRACK).
    inside : bool
        Whether only points inside the range of temperatures that the meter's station saw in the baseline are tried.
    least_degree_days : float
        Degree-days that a candidate has to see over the baseline. [°C d]
    spare : int
        Degrees of freedom that a candidate has to leave for the noise.
    """

    by_bic: bool = True
    inside: bool = True
    least_degree_days: float = 0.0
    spare: int = SPARE


DEFAULT = Rules()


@dataclass(frozen=True, slots=True)
class BaselinePoints:
    """What a baseline is fitted on: one row per reading period, each meter with its own dates.

    Parameters
    ----------
    start, end : ndarray of datetime64[D], shape (meters, rows)
    use : ndarray of float64, shape (meters, rows)
        Quantity of each period. [canonical unit]
    days : ndarray of float64, shape (meters, rows)
        Length of each period; 0 where a meter has no such row. [d]
    drivers : ndarray of float64, shape (meters, rows, drivers)
        Each driver per day; NaN where missing.
    station : ndarray of int64, shape (meters,)
        Row of the temperatures; -1 where the meter has no station or no use for one.
    """

    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    use: NDArray[np.float64]
    days: NDArray[np.float64]
    drivers: NDArray[np.float64]
    station: NDArray[np.int64]

    def take(self, which: NDArray[np.int64]) -> Self:
        """Return some of the meters."""
        return type(self)(*(getattr(self, each.name)[which] for each in fields(self)))


@dataclass(frozen=True, slots=True)
class Fits:
    """Fitted models, one per meter; columns are base, drivers, heating, cooling.

    Parameters
    ----------
    form : ndarray of int8, shape (meters,)
        FLAT, HEATING, COOLING or BOTH.
    heating_point, cooling_point : ndarray of float64
        NaN where the form has none. [°C]
    coefficients : ndarray of float64, shape (meters, columns)
        [canonical unit / d per unit of the column]; 0 where a column is not in the model.
    used : ndarray of bool, shape (meters, columns)
        Which columns are in the model.
    factor : Factors
        Of the weighted Jacobian: the columns, then one per balance point.
    error, spread : ndarray of float64
        Weighted sums of squares: of the residuals, and about the mean. [canonical unit² / d]
    days : ndarray of float64
        Days fitted on. [d]
    mean : ndarray of float64
        Mean use per day. [canonical unit / d]
    n, p : ndarray of int64
        Rows fitted on, and parameters, each balance point being one.
    residual : ndarray of float64, shape (meters, rows)
        Use minus fit per day; NaN in rows left out. [canonical unit / d]
    """

    form: NDArray[np.int8]
    heating_point: NDArray[np.float64]
    cooling_point: NDArray[np.float64]
    coefficients: NDArray[np.float64]
    used: NDArray[np.bool_]
    factor: Factors
    error: NDArray[np.float64]
    spread: NDArray[np.float64]
    days: NDArray[np.float64]
    mean: NDArray[np.float64]
    n: NDArray[np.int64]
    p: NDArray[np.int64]
    residual: NDArray[np.float64]

    def __len__(self) -> int:
        """Return how many meters there are."""
        return len(self.form)

    @property
    def freedom(self) -> NDArray[np.int64]:
        """Degrees of freedom, n − p."""
        return self.n - self.p

    @property
    def variance(self) -> NDArray[np.float64]:
        """Variance of a day's use about the model; NaN without a degree of freedom. [canonical unit² / d]"""
        return np.where(self.freedom > 0, self.error / np.maximum(self.freedom, 1), np.nan)

    @property
    def bic(self) -> NDArray[np.float64]:
        """Bayesian information criterion, balance points counted as parameters (M-4.5)."""
        return _bic(self.error, self.n, self.p)


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
    order = np.argsort(given.station, kind="stable")
    table = _Tables(temperatures, grid, given)
    parts = [
        _fit_chunk(given.take(order[low : low + CHUNK]), table, forms, rules)
        for low in range(0, len(order), CHUNK)
    ]
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    return _joined(parts, back)


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
            high = int(np.clip((self.last - self.temperatures.first).astype(int), low, self.temperatures.values.shape[1]))
            cut = type(self.temperatures)(
                self.temperatures.first + low, self.temperatures.values[list(wanted), low:high]
            )
            self._table, self._stations = DegreeDays.of(cut, self.grid), wanted
        return self._table, np.searchsorted(np.array(wanted), np.maximum(station, 0)).astype(np.int64)


def _fit_chunk(given: BaselinePoints, tables: _Tables, forms: tuple[int, ...], rules: Rules) -> Fits:
    present = (given.days > 0) & ~np.isnan(given.use) & ~np.isnan(given.drivers).any(axis=2)
    with_weather = np.flatnonzero(given.station >= 0)
    weather = None
    if len(with_weather) and any(form != FLAT for form in forms) and len(tables.grid):
        weather = _Weather(given, tables, present, rules)
        present = weather.present
    root = np.sqrt(np.where(present, given.days, 0.0))
    per_day = np.where(present, given.use / np.maximum(given.days, 1), 0.0)
    plain = np.concatenate([np.ones((*root.shape, 1)), np.where(present[:, :, None], given.drivers, 0.0)], axis=2)
    others = orthogonalize(plain * root[:, :, None])
    y = per_day * root
    n = present.sum(axis=1)
    known = others.kept.sum(axis=1)
    left = residual(others.q, y)
    flat = np.einsum("mn,mn->m", left, left)
    chosen = _Choice(flat, n, known, 1e-14 * np.einsum("mn,mn->m", y, y), rules)
    if weather is not None:
        columns = points.prepare(y, root, others, weather.cooling, weather.mean, tables.grid, weather.cold_useful, weather.warm_useful)
        for form in (HEATING, COOLING):
            if form in forms:
                chosen.offer(form, points.best_single(columns, form))
        if BOTH in forms:
            chosen.offer(BOTH, points.best_pair(columns))
    return _final(given, chosen, weather, tables, present, plain, root, per_day, rules)


class _Weather:
    """Temperatures of a chunk's rows."""

    def __init__(
        self, given: BaselinePoints, tables: _Tables, present: NDArray[np.bool_], rules: Rules
    ) -> None:
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
        self.spread = np.maximum(flat, tiny)
        self.score = self._score(flat, known)

    def _score(self, error: NDArray[np.float64], count: NDArray[np.int64]) -> NDArray[np.float64]:
        """The lower the better."""
        error = np.maximum(error, self.tiny)
        if self.rules.by_bic:
            return _bic(error, self.n, count)
        freedom = np.maximum(self.n - count, 1)
        return error / np.where(self.spread > 0, self.spread, 1.0) * (self.n - 1) / freedom - 1.0

    def offer(self, form: int, best: points.Best) -> None:
        """Take the candidate where it scores lower and enough freedom is left."""
        slopes = 2 if form == BOTH else 1
        count = self.known + (2 * slopes if self.rules.by_bic else slopes)
        score = self._score(best.error, count)
        better = np.isfinite(best.error) & (self.n - count >= self.rules.spare) & (score < self.score - TIE_SCORE)
        self.form[better] = form
        self.heating[better] = best.heating[better]
        self.cooling[better] = best.cooling[better]
        self.score[better] = score[better]


def _bic(error: NDArray[np.float64], n: NDArray[np.int64], p: NDArray[np.int64]) -> NDArray[np.float64]:
    count = np.maximum(n, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value: NDArray[np.float64] = count * np.log(np.maximum(error, 1e-300) / count) + p * np.log(count)
    return value


def _final(
    given: BaselinePoints,
    chosen: _Choice,
    weather: _Weather | None,
    tables: _Tables,
    present: NDArray[np.bool_],
    plain: NDArray[np.float64],
    root: NDArray[np.float64],
    per_day: NDArray[np.float64],
    rules: Rules,
) -> Fits:
    """Fit the chosen candidates anew on their own columns, and factor the Jacobian for the band (M-4.7)."""
    meters, rows = root.shape
    hot, cold = (chosen.form & COOLING) > 0, (chosen.form & HEATING) > 0
    heat, cool, below, above = (np.zeros((meters, rows)) for _ in range(4))
    if weather is not None:
        args = (weather.row, given.start, given.end)
        cooling, _, warmer = weather.table.at_points(*args, chosen.cooling)
        _, heating, warmer_than_heating = weather.table.at_points(*args, chosen.heating)
        cool = np.where(present & hot[:, None], cooling, 0.0)
        heat = np.where(present & cold[:, None], heating, 0.0)
        above = np.where(present & hot[:, None], warmer, 0.0)
        below = np.where(present & cold[:, None], 1.0 - warmer_than_heating, 0.0)
    design = np.concatenate([plain, heat[:, :, None], cool[:, :, None]], axis=2)
    design[~present] = 0.0
    factors = orthogonalize(design * root[:, :, None])
    coefficients = factors.solve(per_day * root)
    fitted = np.einsum("mnk,mk->mn", design, coefficients)
    left = np.where(present, per_day - fitted, np.nan)
    weight = root * root
    total = weight.sum(axis=1)
    mean = np.where(total > 0, (weight * per_day).sum(axis=1) / np.maximum(total, 1), np.nan)
    moves = np.stack([coefficients[:, -2, None] * below, -coefficients[:, -1, None] * above], axis=2)
    jacobian = np.concatenate([design, moves], axis=2) * root[:, :, None]
    return Fits(
        form=chosen.form,
        heating_point=np.where(cold, tables.grid[chosen.heating] if len(tables.grid) else np.nan, np.nan),
        cooling_point=np.where(hot, tables.grid[chosen.cooling] if len(tables.grid) else np.nan, np.nan),
        coefficients=coefficients,
        used=factors.kept,
        factor=_without_q(orthogonalize(jacobian)),
        error=(weight * np.nan_to_num(left) ** 2).sum(axis=1),
        spread=(weight * (per_day - np.nan_to_num(mean)[:, None]) ** 2).sum(axis=1),
        days=total,
        mean=mean,
        n=present.sum(axis=1),
        p=factors.kept.sum(axis=1) + (hot.astype(np.int64) + cold if rules.by_bic else 0),
        residual=left,
    )


def _without_q(factors: Factors) -> Factors:
    return Factors(np.zeros((len(factors.r), 0, factors.r.shape[1])), factors.r, factors.kept)


def _joined(parts: list[Fits], order: NDArray[np.int64]) -> Fits:
    values = {}
    for each in fields(Fits):
        if each.name == "factor":
            values[each.name] = Factors(
                *(np.concatenate([getattr(part.factor, name) for part in parts])[order] for name in ("q", "r", "kept"))
            )
        else:
            values[each.name] = np.concatenate([getattr(part, each.name) for part in parts])[order]
    return Fits(**values)
