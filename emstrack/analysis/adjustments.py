"""What no driver explains: agreed non-routine adjustments, and periods when a site was closed (M-5.10, M-5.11) [1]_.

References
----------
.. [1] EVO, IPMVP Core Concepts, EVO 10000-1:2016: non-routine adjustments.
"""

from __future__ import annotations

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
) -> NDArray[np.float64]:
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
    ndarray of float64, shape (meters, segments)
        Half-width at 90 % of what was added to each segment. [canonical unit]
    """
    width = np.zeros_like(use)
    for meter, question in enumerate(questions):
        if not question.adjustments:
            continue
        mine = np.flatnonzero(pieces.meter == meter)
        plain = use[meter].copy()
        for adjustment in question.adjustments:
            added = _added(adjustment, segments, pieces, mine, plain)
            use[meter] += added
            width[meter] += np.abs(added) * adjustment.uncertainty
    return width


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
