"""Estimated readings are settled by the next actual one (docs/methods.md, M-2.5) [1]_.

References
----------
.. [1] CalTRACK Methods 2.0, 2.2.3: estimated period data are combined with subsequent periods up to a 70-day limit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.readings import ACTUAL, ESTIMATED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.reading_periods import Measured

LONGEST = 70
"""Days that estimated readings and the actual one that settles them may cover together [d]."""


def settle_estimates(measured: Measured) -> tuple[Measured, NDArray[np.int64]]:
    """Merge estimated readings with the next actual reading of their meter, where both meet and are short enough.

    Implements M-2.5: a supplier who estimated too much bills the difference with the next actual reading, so that only
    both together are true.

    Parameters
    ----------
    measured : Measured
        Sorted by meter and start, as of `measured_readings`.

    Returns
    -------
    Measured
        Merged ones are actual. Estimates without an actual reading in reach stay as they are.
    ndarray of int64, shape (meters,)
        How many estimated readings of each meter were settled.
    """
    meters = int(measured.meter.max(initial=-1)) + 1
    estimated = measured.kind == ESTIMATED
    if not estimated.any():
        return measured, np.zeros(meters, dtype=np.int64)
    group = np.arange(len(measured))
    follows = np.zeros(len(measured), dtype=bool)
    follows[1:] = (measured.meter[1:] == measured.meter[:-1]) & (measured.start[1:] == measured.end[:-1])
    for place in np.flatnonzero((measured.kind == ACTUAL) & follows & np.r_[False, estimated[:-1]]).tolist():
        first = place
        while follows[first] and estimated[first - 1]:
            first -= 1
        if (measured.end[place] - measured.start[first]).astype(int) <= LONGEST:
            group[first : place + 1] = first
    head = np.flatnonzero(group == np.arange(len(measured)))
    last = np.append(head[1:], len(measured)) - 1
    kind = measured.kind[last]
    settled = estimated & (kind[np.searchsorted(head, group)] == ACTUAL)
    added = {name: np.add.reduceat(getattr(measured, name), head) for name in ("quantity", "cost", "priced")}
    merged = replace(
        measured,
        meter=measured.meter[head],
        start=measured.start[head],
        end=measured.end[last],
        kind=kind,
        has_cost=np.logical_or.reduceat(measured.has_cost, head),
        **added,
    )
    return merged, np.bincount(measured.meter[settled], minlength=meters)
