"""Days that two readings of one meter both claim: found for all meters at once, settled one by one where there are any.

Rows stand in the order of the file. An actual reading is weighed before an estimated one; what is stored already, or
stands earlier in the file, keeps its place. An actual reading that covers a stored estimate whole replaces it.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

ACTUAL, ESTIMATED = 0, 1


class Span(NamedTuple):
    """A reading's days; `at` is a row of the file, `stored` the id of a stored reading (0 for a row)."""

    start: int
    end: int
    kind: int
    stored: int
    at: int


@dataclass(slots=True)
class Overlaps:
    """Which rows are refused and by what, and which stored estimates each row replaces."""

    refused: dict[int, Span] = field(default_factory=dict)
    replaced: dict[int, list[Span]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Spans:
    """The covering readings (actual and estimated) of many meters as columns; `stored` 0 is a row of the file."""

    meter: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    kind: NDArray[np.int8]
    stored: NDArray[np.int64]
    index: NDArray[np.int64]


def find_overlaps(spans: Spans) -> Overlaps:
    """Settle which rows of the file may stand."""
    found = Overlaps()
    for listed in _meters_in_conflict(spans):
        _settle(listed, found)
    return found


def _meters_in_conflict(spans: Spans) -> Iterator[list[Span]]:
    """Yield the spans of each meter on which any two overlap."""
    if not len(spans.meter):
        return
    order = np.lexsort((spans.start, spans.meter))
    meter, start, end = spans.meter[order], spans.start[order], spans.end[order]
    reached = np.maximum.accumulate(meter * (1 << 20) + end + (1 << 18))  # days lie within ±2**18 of 1970
    clash = (meter[1:] == meter[:-1]) & (meter[1:] * (1 << 20) + start[1:] + (1 << 18) < reached[:-1])
    for one in np.unique(meter[1:][clash]).tolist():
        which = np.sort(order[np.searchsorted(meter, one) : np.searchsorted(meter, one, side="right")])
        columns = (spans.start, spans.end, spans.kind, spans.stored, spans.index)
        yield [Span(*values) for values in zip(*(column[which].tolist() for column in columns), strict=True)]


def _settle(spans: list[Span], found: Overlaps) -> None:
    standing: list[Span] = sorted(span for span in spans if span.stored)
    longest = max(span.end - span.start for span in spans)
    rows = sorted((span for span in spans if not span.stored), key=lambda span: (span.kind, span.at))
    for span in rows:
        met = _met(standing, span, longest)
        blocking = [other for other in met if not _gives_way(other, span)]
        if blocking:
            found.refused[span.at] = blocking[0]
            continue
        for other in met:
            standing.remove(other)
        if met:
            found.replaced[span.at] = met
        insort(standing, span)


def _met(standing: list[Span], span: Span, longest: int) -> list[Span]:
    """Return what overlaps a span, in order of its start."""
    first = bisect_left(standing, (span.start - longest,))
    last = bisect_left(standing, (span.end,))
    return [other for other in standing[first:last] if other.end > span.start]


def _gives_way(other: Span, span: Span) -> bool:
    stored_estimate = bool(other.stored) and other.kind == ESTIMATED and span.kind == ACTUAL
    return stored_estimate and span.start <= other.start and other.end <= span.end
