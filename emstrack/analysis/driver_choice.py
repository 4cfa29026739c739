"""Which drivers a regression uses: those asked for, or the subset that BIC prefers (docs/methods.md, M-4.6)."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.models import SPARE, BaselinePoints, Fits
from emstrack.analysis.orthogonal import Factors
from emstrack.analysis.portfolio import GUEST_NIGHTS, OCCUPIED_ROOM_NIGHTS, RAIN
from emstrack.analysis.regression import TIE_SCORE, fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.daily_series import DailySeries

MOST = 4
"""Most drivers in one model."""

ANY_SIGN = frozenset({RAIN, "working_days"})
"""Drivers that may lower use."""


def fit_with_best_drivers(
    given: BaselinePoints,
    names: tuple[str, ...],
    temperatures: DailySeries,
    grid: NDArray[np.float64],
    forms: tuple[int, ...],
) -> Fits:
    """Fit every subset of up to four drivers and keep, per meter, the one with the lowest BIC.

    Slopes and base that are not physical rule a subset out, and room-nights never stand beside guest-nights. All
    subsets are fitted on the same rows: those where every driver is known.

    Parameters
    ----------
    given : BaselinePoints
    names : tuple of str
        Of its drivers.
    temperatures : DailySeries
        [°C]
    grid : ndarray of float64
        [°C]
    forms : tuple of int
        Temperature forms to try.

    Returns
    -------
    Fits
        With a column for every driver given; unused ones have coefficient 0.
    """
    whole = ~np.isnan(given.drivers).any(axis=2)
    rows = replace(given, days=np.where(whole, given.days, 0.0))
    kept = _strongest(rows)
    parts, order = [], []
    for places in sorted(set(map(tuple, kept.tolist()))):
        mine = np.flatnonzero((kept == places).all(axis=1))
        parts.append(_best_subset(rows.take(mine), names, places, temperatures, (grid, forms)))
        order.append(mine)
    return Fits.joined(parts, np.argsort(np.concatenate(order), kind="stable"))


def _best_subset(
    rows: BaselinePoints,
    names: tuple[str, ...],
    places: tuple[int, ...],
    temperatures: DailySeries,
    candidates: tuple[NDArray[np.float64], tuple[int, ...]],
) -> Fits:
    """Fit every subset of some drivers, and keep the best of each meter."""
    grid, forms = candidates
    best: Fits | None = None
    for size in range(len(places) + 1):
        for subset in combinations(places, size):
            if {OCCUPIED_ROOM_NIGHTS, GUEST_NIGHTS} <= {names[place] for place in subset}:
                continue
            tried = fit(replace(rows, drivers=rows.drivers[:, :, list(subset)]), temperatures, grid, forms=forms)
            wide = _widened(tried, subset, len(names))
            if best is None:
                best = wide
                continue
            allowed = _physical(tried, [names[i] for i in subset])
            best = best.replaced(wide, allowed & (wide.bic < best.bic - TIE_SCORE))
    if best is None:
        raise ValueError("no subset of drivers was fitted")
    return best


def _strongest(given: BaselinePoints) -> NDArray[np.int64]:
    """Return, per meter, the places of the drivers that go best with its use per day, at most four, in their order."""
    weight = given.days
    total = np.maximum(weight.sum(axis=1, keepdims=True), 1)
    y = np.where(weight > 0, given.use / np.maximum(weight, 1), 0.0)
    y = (y - (y * weight).sum(axis=1, keepdims=True) / total) * np.sqrt(weight)
    strength = np.zeros((len(weight), given.drivers.shape[2]))
    for place in range(given.drivers.shape[2]):
        x = np.where(weight > 0, given.drivers[:, :, place], 0.0)
        x = (x - (x * weight).sum(axis=1, keepdims=True) / total) * np.sqrt(weight)
        size = np.sqrt((x * x).sum(axis=1) * (y * y).sum(axis=1))
        strength[:, place] = np.abs((x * y).sum(axis=1)) / np.where(size > 0, size, 1.0)
    order = np.argsort(-np.round(strength, 9), axis=1, kind="stable")
    kept: NDArray[np.int64] = np.sort(order[:, :MOST], axis=1)
    return kept


def _physical(fits: Fits, names: list[str]) -> NDArray[np.bool_]:
    """Tell whether base and driver slopes are not negative, and every driver adds something of its own."""
    signs = [name not in ANY_SIGN for name in names]
    good = fits.coefficients[:, 0] >= 0
    for place, strict in enumerate(signs, 1):
        good &= fits.used[:, place]
        if strict:
            good &= fits.coefficients[:, place] >= 0
    return good & (fits.freedom >= SPARE)


def _widened(fits: Fits, subset: tuple[int, ...], drivers: int) -> Fits:
    """Give a fit on some drivers a column for each of them all."""
    places = [0, *(1 + place for place in subset), drivers + 1, drivers + 2, drivers + 3, drivers + 4]
    columns = drivers + 5
    meters = len(fits)
    coefficients, used = np.zeros((meters, columns - 2)), np.zeros((meters, columns - 2), dtype=bool)
    coefficients[:, places[:-2]], used[:, places[:-2]] = fits.coefficients, fits.used
    r, kept = np.zeros((meters, columns, columns)), np.zeros((meters, columns), dtype=bool)
    r[:, np.arange(columns), np.arange(columns)] = 1.0
    r[np.ix_(range(meters), places, places)] = fits.factor.r
    kept[:, places] = fits.factor.kept
    return replace(fits, coefficients=coefficients, used=used, factor=Factors(np.zeros((meters, 0, columns)), r, kept))
