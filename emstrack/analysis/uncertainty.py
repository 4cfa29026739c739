"""How sure savings are: the 90 % band of whole reports and of months, and ASHRAE's figure beside it (M-4.7, M-5.9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis import fit_statistics as stats
from emstrack.analysis.caltrack2 import error_band
from emstrack.analysis.prediction import half_width

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.baselines import Adjusted, Context, Fitted


def bands_of_reports(
    context: Context, adjusted: Adjusted, counted: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the half-width at 90 % of each meter's sum over counted segments, and its CV(RMSE)."""
    bands, noise = np.full(len(counted), np.nan), np.full(len(counted), np.nan)
    for batch, meters in fitted_batches(adjusted):
        inside = counted[meters]
        slopes = np.where(inside[:, :, None], batch.slopes, 0.0).sum(axis=1)
        days = np.where(inside, context.segments.days[meters], 0.0).sum(axis=1)
        fits = batch.fits
        if batch.reference is not None:
            months = np.where(inside.any(axis=1), np.maximum(np.rint(days / 30), 1), 0).astype(np.int64)
            bands[meters], noise[meters] = error_band(batch.reference, months), batch.reference.cv_rmse
            continue
        bands[meters] = np.where(inside.any(axis=1), half_width(fits, slopes, days), np.nan)
        noise[meters] = stats.cv_rmse(fits.error, fits.days, fits.mean, fits.n, fits.p)
    return bands, noise


def fitted_batches(adjusted: Adjusted) -> list[tuple[Fitted, list[int]]]:
    """Return each fitted batch with its meters, in the batch's own order."""
    batches: dict[int, tuple[Fitted, list[int], list[int]]] = {}
    for meter, (batch, place) in adjusted.batch.items():
        _, meters, places = batches.setdefault(id(batch), (batch, [], []))
        meters.append(meter)
        places.append(place)
    if any(places != list(range(len(places))) for _, _, places in batches.values()):
        raise ValueError("a batch has lost its order")
    return [(batch, meters) for batch, meters, _ in batches.values()]


def bands_of_months(
    context: Context, adjusted: Adjusted, counted: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the half-width at 90 % of each counted month alone, and of all of them up to its end (M-5.9).

    NaN for periods given in days, whose months are parts of readings, and for the reference mode, which gives none.
    """
    alone, so_far = np.full(counted.shape, np.nan), np.full(counted.shape, np.nan)
    for batch, meters in fitted_batches(adjusted):
        if batch.reference is not None:
            continue
        inside = counted[meters] & context.reporting.in_months[meters][:, None]
        slopes = np.where(inside[:, :, None], batch.slopes, 0.0)
        days = np.where(inside, context.segments.days[meters], 0.0)
        slopes_so_far, days_so_far = slopes.cumsum(axis=1), days.cumsum(axis=1)
        for place in np.flatnonzero(inside.any(axis=0)).tolist():
            now = inside[:, place]
            widths = half_width(batch.fits, slopes[:, place], days[:, place])
            sums = half_width(batch.fits, slopes_so_far[:, place], days_so_far[:, place])
            alone[meters, place] = np.where(now, widths, np.nan)
            so_far[meters, place] = np.where(now, sums, np.nan)
    return alone, so_far
