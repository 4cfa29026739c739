"""Bills and the fit through them, small enough to stand side by side.

Drawn here as paths and not as a declaration, as a sparkline is: a page shows one for each candidate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH, HEIGHT, _MARGIN = 240.0, 96.0, 6.0


@dataclass(frozen=True, slots=True)
class FitSketch:
    """Bars of bills (x, y, height of each), the width of one, the fit's path, and the whole in words."""

    bars: tuple[tuple[float, float, float], ...]
    bar_width: float
    line: str
    description: str


def fit_sketch(used: Sequence[float], fitted: Sequence[float], description: str) -> FitSketch:
    """Scale bills and fit from zero to the highest of both; without a fit the bars stand alone."""
    if not used:
        return FitSketch((), 0.0, "", description)
    highest = max(*used, *fitted, 0.0) or 1.0
    step = (WIDTH - 2 * _MARGIN) / len(used)
    width = round(step * 0.72, 1)

    def y(value: float) -> float:
        return round(HEIGHT - _MARGIN - max(value, 0.0) / highest * (HEIGHT - 2 * _MARGIN), 1)

    left = [round(_MARGIN + place * step + (step - width) / 2, 1) for place in range(len(used))]
    bars = tuple((x, y(value), round(HEIGHT - _MARGIN - y(value), 1)) for x, value in zip(left, used, strict=True))
    points = [(round(x + width / 2, 1), y(value)) for x, value in zip(left, fitted, strict=False)]
    line = "M" + "L".join(f"{x:g},{at:g}" for x, at in points) if points else ""
    return FitSketch(bars, width, line, description)
