"""Readings that claim days another reading of the same meter has already claimed (docs/methods.md, M-1.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.readings import ACTUAL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.readings import Readings


def overlapping(readings: Readings) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the readings to refuse because they overlap an earlier one, one of the two being actual.

    Two estimates may overlap, corrections and openings may lie anywhere. Of two that clash the one that starts later
    (of equal starts, the one further down the file) is refused, so that the result does not depend on much.

    Returns
    -------
    refused, other : ndarray of int64
        Indices of the refused readings, and of the readings they clash with.
    """
    covering = np.flatnonzero(readings.covers & (readings.end > readings.start))
    order = covering[np.lexsort((covering, readings.start[covering], readings.meter[covering]))]
    if len(order) < 2:
        none = np.zeros(0, dtype=np.int64)
        return none, none
    meter, start, end = readings.meter[order], readings.start[order], readings.end[order]
    reached = np.maximum.accumulate(meter * (1 << 32) + end.astype(np.int64))
    suspicious = np.unique(meter[1:][reached[:-1] > meter[1:] * (1 << 32) + start[1:].astype(np.int64)])
    refused: list[int] = []
    other: list[int] = []
    for each in suspicious:
        mine = order[meter == each].tolist()
        for place, clash in _clashes(readings, mine):
            refused.append(place)
            other.append(clash)
    return np.array(refused, dtype=np.int64), np.array(other, dtype=np.int64)


def _clashes(readings: Readings, ordered: list[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    last = {True: -1, False: -1}
    for place in ordered:
        actual = bool(readings.kind[place] == ACTUAL)
        rivals = [last[True]] if not actual else [last[True], last[False]]
        clash = next((r for r in rivals if r >= 0 and readings.end[r] > readings.start[place]), None)
        if clash is not None:
            found.append((place, clash))
        elif last[actual] < 0 or readings.end[place] > readings.end[last[actual]]:
            last[actual] = place
    return found
