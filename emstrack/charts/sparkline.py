"""A year in the width of a word: for table rows, where there are many.

Drawn here as a path and not as a declaration: a page shows a hundred of them, and each would cost as much as a chart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, _MARGIN = 112.0, 28.0, 3.0


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Lines to draw in a box of 112 by 28, the last value's place, and the whole in words; no line where no values."""

    lines: tuple[str, ...]
    last: tuple[float, float] | None
    description: str


def sparkline(values: Sequence[float | None], description: str) -> Sparkline:
    """Scale values from zero (or below) to their highest; a missing one breaks the line."""
    known = [value for value in values if value is not None]
    if not known:
        return Sparkline((), None, description)
    low, high = min(0.0, *known), max(0.0, *known)
    height, step = high - low or 1.0, (WIDTH - 2 * _MARGIN) / max(len(values) - 1, 1)
    pieces: list[list[tuple[float, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            pieces.append([])
            continue
        x = round(_MARGIN + index * step, 1)
        y = round(HEIGHT - _MARGIN - (value - low) / height * (HEIGHT - 2 * _MARGIN), 1)
        pieces[-1].append((x, y))
    drawn = [piece for piece in pieces if piece]
    return Sparkline(tuple(_path(piece) for piece in drawn), drawn[-1][-1], description)


def _path(piece: list[tuple[float, float]]) -> str:
    (x, y), *others = piece
    return f"M{x:g},{y:g}" + ("".join(f"L{x:g},{y:g}" for x, y in others) or "h.01")
