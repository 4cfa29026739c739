"""What every chart is made of: two sizes of one picture, its words, and the same numbers as a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emstrack.charts.palette import FONT, PALETTE

if TYPE_CHECKING:
    from collections.abc import Callable

    from emstrack.language.languages import Language

Spec = dict[str, Any]
"""A Vega-Lite specification."""

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


@dataclass(frozen=True, slots=True)
class Size:
    """A plot's room in pixels; the narrow one keeps its lettering readable on a phone."""

    width: int
    height: int
    narrow: bool = False


WIDE = Size(560, 210)
NARROW = Size(300, 190, narrow=True)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table that goes with a chart."""

    label: str
    unit: str = ""
    numeric: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn, in words too.

    `caption` names it, `note` says what to know while reading it, `rows` are the numbers as written for the reader.
    """

    caption: str
    note: str
    wide: Spec
    narrow: Spec
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def in_both_sizes(spec_of: Callable[[Size], Spec], description: str) -> tuple[Spec, Spec]:
    """Declare the same picture for a wide and a narrow place."""
    return tuple(_framed(spec_of(size), size, description) for size in (WIDE, NARROW))  # type: ignore[return-value]  # two sizes, two specs


def _framed(spec: Spec, size: Size, description: str) -> Spec:
    return {
        "$schema": _SCHEMA,
        "description": description,
        "width": size.width,
        "height": size.height,
        "background": None,
        "autosize": {"type": "pad", "contains": "content"},
        **spec,
        "usermeta": {"roles": {colour: role for role, colour in PALETTE.items()}},
        "config": _config(),
    }


def _config() -> Spec:
    text, grid = PALETTE["text"], PALETTE["grid"]
    lettering = {"labelFontSize": 12, "titleFontSize": 12, "labelColor": text, "titleColor": text}
    return {
        "font": FONT,
        "view": {"stroke": None},
        "axis": {
            **lettering,
            "titleFontWeight": "normal",
            "gridColor": grid,
            "domainColor": grid,
            "tickColor": grid,
            "labelPadding": 6,
        },
        "axisX": {"grid": False, "ticks": False},
        "axisY": {"domain": False, "ticks": False, "tickCount": 5},
        "legend": {**lettering, "orient": "top", "title": None, "offset": 32, "symbolSize": 110, "columnPadding": 14},
    }


def quantity_axis(title: str) -> Spec:
    """Place a value axis's unit above its topmost figure, lying, so that nobody turns their head."""
    return {
        "title": title,
        "titleAngle": 0,
        "titleAlign": "left",
        "titleBaseline": "bottom",
        "titleX": -36,
        "titleY": -12,
        "format": ",.3~f",
        "labelFlush": False,
    }


def with_unit(number: str, unit: str, language: Language) -> str:
    """Write a figure with its unit, as a label does; a missing figure carries none."""
    return number if number == language.number(None) or not unit else f"{number} {unit}"
