"""The smallest saving a meter can show, said before anything is installed (docs/methods.md, M-11.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.prediction import CONFIDENCE, half_width
from emstrack.analysis.student import two_sided_t

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.models import Fits

OFTEN = 0.6
"""Two-sided confidence whose t is the one-sided 80 %: a saving this much beyond the band shows four times in five."""

_DAYS = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Detectable:
    """What savings a meter can show, per meter.

    Parameters
    ----------
    months : int
        Of reporting.
    least : ndarray of float64, shape (meters,)
        Half-width of the 90 % band: a smaller saving lies within the noise. [canonical unit over the months]
    likely : ndarray of float64
        A saving this large shows (its band leaves zero out) four times in five. [canonical unit over the months]
    use : ndarray of float64
        Use of as many average months of the baseline. [canonical unit]
    """

    months: int
    least: NDArray[np.float64]
    likely: NDArray[np.float64]
    use: NDArray[np.float64]

    @property
    def least_fraction(self) -> NDArray[np.float64]:
        """`least` as a part of the use; NaN where there is no use [fraction]."""
        return self._part(self.least)

    @property
    def likely_fraction(self) -> NDArray[np.float64]:
        """`likely` as a part of the use; NaN where there is no use [fraction]."""
        return self._part(self.likely)

    def _part(self, quantity: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(self.use > 0, quantity / np.where(self.use > 0, self.use, 1.0), np.nan)


def detectable_saving(
    fits: Fits, slopes: NDArray[np.float64], days: NDArray[np.float64], months: int = 12
) -> Detectable:
    """Return the smallest saving that the baseline of each meter can show over some months of reporting.

    Implements M-11.6: the band of M-4.7 at the baseline's own average conditions.

    Parameters
    ----------
    fits : Fits
    slopes : ndarray, shape (meters, columns + 2)
        `gradients` of the baseline's own rows, summed.
    days : ndarray, shape (meters,)
        Days of these rows. [d]
    months : int
        Of reporting.

    Returns
    -------
    Detectable
        NaN where the baseline leaves no degree of freedom.
    """
    part = months * _DAYS / np.where(days > 0, days, np.nan)
    least = half_width(fits, slopes * part[:, None], days * part, CONFIDENCE)
    freedom = fits.freedom
    each = np.unique(freedom)
    ratio = np.array([1 + two_sided_t(OFTEN, int(f)) / two_sided_t(CONFIDENCE, int(f)) if f > 0 else 1.0 for f in each])
    return Detectable(months, least, least * ratio[np.searchsorted(each, freedom)], fits.mean * days * part)
