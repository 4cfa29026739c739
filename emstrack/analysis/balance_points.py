"""The search for balance points: every pair on the grid, for many meters at once (docs/methods.md, M-4.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.orthogonal import Factors, residual

if TYPE_CHECKING:
    from numpy.typing import NDArray

FLAT, HEATING, COOLING, BOTH = range(4)
"""Codes of the temperature forms; 1 and 2 are bits."""

TIE = 1e-9
"""Candidates whose squared errors differ by less than this fraction are one; the lowest points stand for them."""

_THIN = 1e-8
"""A degree-day column whose part outside the other drivers is smaller than this fraction of it explains nothing."""
_PARALLEL = 1e-7
"""Least ``1 − r²`` between the heating and the cooling column: nearly parallel ones explain no more than one."""

STRIPE = 8
"""Heating points compared at once."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best candidate of one temperature form for each meter.

    Parameters
    ----------
    error : ndarray of float64, shape (meters,)
        Weighted squared error; infinite where no candidate keeps the physical signs.
    heating, cooling : ndarray of int64, shape (meters,)
        Place on the grid; 0 where the form has no such point.
    bound : ndarray of bool, shape (meters,)
        Whether a better candidate was ruled out because its base would be negative.
    """

    error: NDArray[np.float64]
    heating: NDArray[np.int64]
    cooling: NDArray[np.int64]
    bound: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Columns:
    """Degree-day columns with the other drivers taken out, normalised, ready to compare.

    Parameters
    ----------
    left : ndarray, shape (meters,)
        Squared length of the use outside the other drivers.
    tiny : ndarray, shape (meters,)
        Squared error below which a fit is perfect.
    heating, cooling : ndarray, shape (meters, rows, points)
        Unit columns; zero where a point is of no use.
    p, q : ndarray, shape (meters, points)
        Use along them.
    base : ndarray, shape (meters,)
        The base of the model without temperature.
    heating_base, cooling_base : ndarray, shape (meters, points)
        How much a unit along the column lowers the base.
    """

    left: NDArray[np.float64]
    tiny: NDArray[np.float64]
    heating: NDArray[np.float64]
    cooling: NDArray[np.float64]
    p: NDArray[np.float64]
    q: NDArray[np.float64]
    base: NDArray[np.float64]
    heating_base: NDArray[np.float64]
    cooling_base: NDArray[np.float64]


def prepare(
    y: NDArray[np.float64],
    root: NDArray[np.float64],
    others: Factors,
    cooling: NDArray[np.float64],
    temperature: NDArray[np.float64],
    grid: NDArray[np.float64],
    useful: tuple[NDArray[np.bool_], NDArray[np.bool_]],
) -> Columns:
    """Take the other drivers out of the use and of every degree-day column: one factorisation for all candidates.

    Parameters
    ----------
    y : ndarray, shape (meters, rows)
        Use per day, times the root of the weight.
    root : ndarray, shape (meters, rows)
        Root of the weight; 0 for absent rows.
    others : Factors
        Of the intercept and the other drivers, weighted.
    cooling : ndarray, shape (meters, rows, points)
        Cooling degree-days per day; 0 in absent rows.
    temperature : ndarray, shape (meters, rows)
        Mean temperature; 0 in absent rows. [°C]
    grid : ndarray, shape (points,)
        [°C]
    useful : pair of ndarray of bool, shape (meters, points)
        Which points may be tried for heating, and for cooling.
    """
    left = residual(others.q, y)
    warm = cooling * root[:, :, None]
    along = np.matmul(others.q.transpose(0, 2, 1), warm)
    full = np.einsum("mng,mng->mg", warm, warm)
    warm -= np.matmul(others.q, along)
    mean = (temperature * root)[:, :, None]
    mean_along = np.matmul(others.q.transpose(0, 2, 1), mean)
    one = root[:, :, None]
    one_left = one - np.matmul(others.q, np.matmul(others.q.transpose(0, 2, 1), one))
    cold = warm - (mean - np.matmul(others.q, mean_along)) + one_left * grid
    warm_base = _first(others, along)
    cold_base = np.where(others.kept[:, :1], warm_base - (_first(others, mean_along) - grid), 0.0)
    squares = np.einsum("mn,mn->m", y, y)
    scale = full + np.einsum("mng,mng->m", mean, mean)[:, None]
    p, cold_size = _normalise(cold, left, useful[0], scale)
    q, warm_size = _normalise(warm, left, useful[1], scale)
    return Columns(
        left=np.einsum("mn,mn->m", left, left),
        tiny=1e-14 * squares,
        heating=cold,
        cooling=warm,
        p=p,
        q=q,
        base=others.solve(y)[:, 0],
        heating_base=cold_base * cold_size,
        cooling_base=warm_base * warm_size,
    )


def _first(others: Factors, along: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the intercept's coefficient when each column (meters, factors, points) is explained by the others."""
    x = np.zeros_like(along)
    size = along.shape[1]
    for j in range(size - 1, -1, -1):
        rest = along[:, j] - np.einsum("mk,mkg->mg", others.r[:, j, j + 1 :], x[:, j + 1 :])
        x[:, j] = np.where(others.kept[:, j, None], rest / others.r[:, j, j, None], 0.0)
    first: NDArray[np.float64] = x[:, 0]
    return first


def _normalise(
    columns: NDArray[np.float64], left: NDArray[np.float64], useful: NDArray[np.bool_], scale: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    square = np.einsum("mng,mng->mg", columns, columns)
    good = useful & (square > _THIN * _THIN * scale)
    inverse = np.where(good, 1.0 / np.sqrt(np.where(good, square, 1.0)), 0.0)
    columns *= inverse[:, None, :]
    return np.matmul(left[:, None, :], columns)[:, 0], inverse


def best_single(columns: Columns, form: int) -> Best:
    """Return the best heating-only or cooling-only candidate, its slope and base not negative."""
    along = columns.p if form == HEATING else columns.q
    lowers = columns.heating_base if form == HEATING else columns.cooling_base
    free = np.where(along > 0, along * along, -np.inf)
    gain = np.where(columns.base[:, None] - along * lowers >= 0, free, -np.inf)
    place, error = _lowest(gain, columns)
    none = np.zeros_like(place)
    bound = free.max(axis=1, initial=-np.inf) > gain.max(axis=1, initial=-np.inf)
    return Best(error, place if form == HEATING else none, place if form == COOLING else none, bound)


def best_pair(columns: Columns, *, one_point: bool = False) -> Best:
    """Return the best candidate with both slopes, heating point ≤ cooling point, slopes and base not negative.

    Parameters
    ----------
    columns : Columns
    one_point : bool
        Whether both slopes have to turn at the same point (form 4P).
    """
    best = _best_pair(columns, with_base=False, one_point=one_point)
    again = np.flatnonzero(_pair_base(columns, best) < 0)
    if len(again):
        strict = _best_pair(_of(columns, again), with_base=True, one_point=one_point)
        best.error[again], best.heating[again], best.cooling[again] = strict.error, strict.heating, strict.cooling
        best.bound[again] = True
    return best


def _best_pair(columns: Columns, *, with_base: bool, one_point: bool) -> Best:
    """Search the triangle of pairs in stripes of heating points, which stay in the processor's cache."""
    meters, points = columns.p.shape
    stripes = [
        _pair_gains(columns, low, min(low + STRIPE, points), with_base=with_base, one_point=one_point)
        for low in range(0, points, STRIPE)
    ]
    each = np.arange(meters)
    tops = np.stack([stripe[each, stripe.argmax(axis=1)] for stripe in stripes])
    best = tops.max(axis=0)
    error = np.where(np.isfinite(best), np.maximum(columns.left - best, 0.0), np.inf)
    least = best - np.maximum(TIE * np.where(np.isfinite(error), error, 0.0), columns.tiny)
    heating, cooling = np.zeros(meters, dtype=np.int64), np.zeros(meters, dtype=np.int64)
    for number in range(len(stripes) - 1, -1, -1):  # backwards, so that the lowest heating point is written last
        some = np.flatnonzero(tops[number] >= least)
        if len(some):
            low = number * STRIPE
            place = (stripes[number][some] >= least[some, None]).argmax(axis=1)
            heating[some], cooling[some] = low + place // (points - low), low + place % (points - low)
            gain = stripes[number][some, place]
            error[some] = np.where(np.isfinite(gain), np.maximum(columns.left[some] - gain, 0.0), np.inf)
    return Best(error, heating, cooling, np.zeros(meters, dtype=bool))


def _pair_gains(columns: Columns, low: int, high: int, *, with_base: bool, one_point: bool) -> NDArray[np.float64]:
    """Return how much of the use each pair explains, heating points low to high; minus infinity where it may not be."""
    meters, points = columns.p.shape
    p, q = columns.p[:, low:high, None], columns.q[:, None, low:]
    r = np.matmul(columns.heating[:, :, low:high].transpose(0, 2, 1), columns.cooling[:, :, low:])
    cool = p * r
    np.subtract(q, cool, out=cool)
    heat = q * r
    np.subtract(p, heat, out=heat)
    np.multiply(r, r, out=r)
    np.subtract(1.0, r, out=r)
    np.maximum(r, _PARALLEL, out=r)
    good = np.minimum(heat, cool) > 0
    good[:, :, : high - low] &= np.eye(high - low, dtype=bool) if one_point else np.tri(high - low, dtype=bool).T
    if one_point:
        good[:, :, high - low :] = False
    if with_base:
        lowered = heat * columns.heating_base[:, low:high, None] + cool * columns.cooling_base[:, None, low:]
        good &= lowered <= columns.base[:, None, None] * r
    np.multiply(cool, cool, out=cool)
    np.divide(cool, r, out=cool)
    np.add(cool, p * p, out=cool)
    np.copyto(cool, -np.inf, where=~good)
    gains: NDArray[np.float64] = cool.reshape(meters, (high - low) * (points - low))
    return gains


def _pair_base(columns: Columns, best: Best) -> NDArray[np.float64]:
    """Return the base of each meter's best pair; 0 where there is none."""
    each, h, c = np.arange(len(best.error)), best.heating, best.cooling
    p, q = columns.p[each, h], columns.q[each, c]
    r = np.einsum("mn,mn->m", columns.heating[each, :, h], columns.cooling[each, :, c])
    apart = np.maximum(1.0 - r * r, _PARALLEL)
    lowered = (p - q * r) * columns.heating_base[each, h] + (q - p * r) * columns.cooling_base[each, c]
    return np.where(np.isfinite(best.error), columns.base - lowered / apart, 0.0)


def _of(columns: Columns, which: NDArray[np.int64]) -> Columns:
    return Columns(*(getattr(columns, name)[which] for name in Columns.__slots__))


def _lowest(gain: NDArray[np.float64], columns: Columns) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the first candidate whose error ties with the smallest, and its error."""
    each = np.arange(len(gain))
    best = gain[each, gain.argmax(axis=1)]
    error = np.where(np.isfinite(best), np.maximum(columns.left - best, 0.0), np.inf)
    slack = np.maximum(TIE * np.where(np.isfinite(error), error, 0.0), columns.tiny)
    place = (gain >= (best - slack)[:, None]).argmax(axis=1)
    return place, np.where(np.isfinite(best), np.maximum(columns.left - gain[each, place], 0.0), np.inf)
