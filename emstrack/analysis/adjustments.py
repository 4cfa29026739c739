"""What no driver explains: agreed non-routine adjustments, and periods when a site was closed (M-5.10, M-5.11) [1]_.

References
----------
.. [1] EVO, IPMVP Core Concepts, EVO 10000-1:2016: non-routine adjustments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from numpy.typing import NDArray

    from emstrack.analysis.portfolio import Adjustment, Question
    from emstrack.analysis.reporting import Pieces, Segments


def closed(
    questions: Sequence[Question], start: NDArray[np.datetime64], end: NDArray[np.datetime64]
) -> NDArray[np.bool_]:
    """Tell which stretches touch a period in which their meter's site was closed (M-5.11).

    Parameters
    ----------
    questions : sequence of Question
        One per meter.
    start, end : ndarray of datetime64[D], shape (meters, stretches)
    """
    out = np.zeros(start.shape, dtype=bool)
    for meter, question in enumerate(questions):
        for period in question.closed:
            low, high = np.datetime64(period.start), np.datetime64(period.end)
            out[meter] |= (start[meter] < high) & (end[meter] > low)
    return out


def adjust_baseline(
    questions: Sequence[Question], segments: Segments, pieces: Pieces, use: NDArray[np.float64]
) -> Widths:
    """Add each meter's agreed adjustments to its adjusted baseline, in place (M-5.10).

    Parameters
    ----------
    questions : sequence of Question
        One per meter.
    segments : Segments
    pieces : Pieces
        Of the segments.
    use : ndarray of float64, shape (meters, segments)
        The adjusted baseline; changed. [canonical unit]

    Returns
    -------
    Widths
        Half-width at 90 % of what was added.
    """
    widths: dict[int, NDArray[np.float64]] = {}
    for meter, question in enumerate(questions):
        if not question.adjustments:
            continue
        mine = np.flatnonzero(pieces.meter == meter)
        plain = use[meter].copy()
        added = np.stack([_added(each, segments, pieces, mine, plain) for each in question.adjustments])
        use[meter] += added.sum(axis=0)
        doubt = np.array([each.uncertainty for each in question.adjustments])
        widths[meter] = np.abs(added) * doubt[:, None]
    return Widths(widths, use.shape)


@dataclass(frozen=True, slots=True)
class Widths:
    """How sure agreed adjustments are.

    Parameters
    ----------
    by_meter : dict of int to ndarray, shape (adjustments, segments)
        Half-width at 90 % of each on each segment. [canonical unit]
    shape : tuple of int
        Meters, segments.
    """

    by_meter: dict[int, NDArray[np.float64]]
    shape: tuple[int, ...]

    def of_sums(self, counted: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the half-width of the sum of the first counted segments, then of the first two, and so on.

        One adjustment is wrong by the same part in all of its months, so these add; different ones add in quadrature.

        Parameters
        ----------
        counted : ndarray of bool, shape (meters, segments)

        Returns
        -------
        ndarray, shape (meters, segments)
            [canonical unit]
        """
        out = np.zeros(self.shape)
        for meter, width in self.by_meter.items():
            out[meter] = np.sqrt((np.cumsum(np.where(counted[meter], width, 0.0), axis=1) ** 2).sum(axis=0))
        return out

    def of_segments(self) -> NDArray[np.float64]:
        """Return the half-width of each segment alone, shape (meters, segments) [canonical unit]."""
        out = np.zeros(self.shape)
        for meter, width in self.by_meter.items():
            out[meter] = np.sqrt((width**2).sum(axis=0))
        return out


def _added(
    adjustment: Adjustment, segments: Segments, pieces: Pieces, mine: NDArray[np.int64], plain: NDArray[np.float64]
) -> NDArray[np.float64]:
    meter, segment, month = pieces.meter[mine], pieces.segment[mine], pieces.month[mine]
    month_start, month_end = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]")
    low = np.maximum(segments.start[meter, segment], month_start)
    high = np.minimum(segments.end[meter, segment], month_end)
    days = _overlap(low, high, adjustment.start, adjustment.end)
    out = np.zeros(len(plain))
    if adjustment.per_month is not None:
        length = (month_end - month_start).astype(np.int64)
        np.add.at(out, segment, adjustment.per_month * days / length)
    if adjustment.fraction is not None:
        share = days / np.maximum(segments.days[meter, segment], 1)
        np.add.at(out, segment, adjustment.fraction * np.nan_to_num(plain[segment]) * share)
    return out


def _overlap(low: NDArray[np.datetime64], high: NDArray[np.datetime64], start: date, end: date) -> NDArray[np.int64]:
    days: NDArray[np.int64] = (np.minimum(high, np.datetime64(end)) - np.maximum(low, np.datetime64(start))).astype(
        np.int64
    )
    return np.maximum(days, 0)
