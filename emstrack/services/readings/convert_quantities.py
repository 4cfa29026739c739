"""What was typed to kWh, m3 and kg: a conversion per resource, unit, country (and day, where it changes)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.errors import RefusedError
from emstrack.domain.resources import Resource
from emstrack.domain.units import Conversion, Dimension
from emstrack.reference import units as reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_EPOCH = date(1970, 1, 1)
_DAYS = 1 << 17
_SHIFT = 1 << 16


@dataclass(frozen=True, slots=True)
class Converted:
    """A conversion, or why there is none, for each row by its place in the table."""

    table: list[Conversion | RefusedError]
    place: NDArray[np.int64]

    @property
    def factor(self) -> NDArray[np.float64]:
        """What to multiply each quantity by; NaN where it cannot be converted."""
        factors = [each.factor if isinstance(each, Conversion) else np.nan for each in self.table]
        return np.array(factors, dtype=np.float64)[self.place] if factors else np.zeros(0)

    @property
    def basis(self) -> NDArray[np.int8]:
        """0 no fuel, 1 net, 2 gross, for each row."""
        names = ("", "net", "gross")
        codes = [names.index(each.basis or "") if isinstance(each, Conversion) else 0 for each in self.table]
        return np.array(codes, dtype=np.int8)[self.place] if codes else np.zeros(0, dtype=np.int8)

    @property
    def refused(self) -> NDArray[np.bool_]:
        """Which rows have no conversion."""
        bad = [isinstance(each, RefusedError) for each in self.table]
        return np.array(bad)[self.place] if bad else np.zeros(0, dtype=np.bool_)


BASES = ("", "net", "gross")


def convert_quantities(
    pairs: Sequence[tuple[str, str]],
    units: Sequence[str],
    point: NDArray[np.int32],
    unit: NDArray[np.int32],
    start: NDArray[np.int64],
) -> Converted:
    """Return the conversion of each row; `pairs` holds the resource and the country of each point."""
    wide = max(len(units), 1)
    listed = list(dict.fromkeys(pairs))
    number = {pair: place for place, pair in enumerate(listed)}
    kind = np.array([number[pair] for pair in pairs], dtype=np.int64)
    combination = kind[point] * wide + unit
    distinct = np.unique(combination)
    dated = np.array([_is_dated(listed[code // wide][0], units[code % wide]) for code in distinct], dtype=bool)
    day = np.where(dated[np.searchsorted(distinct, combination)], start + _SHIFT, 0) if len(distinct) else start
    keys, place = np.unique(combination * _DAYS + day, return_inverse=True)
    table: list[Conversion | RefusedError] = []
    for key in keys.tolist():
        code, on = key // _DAYS, key % _DAYS
        resource, country = listed[code // wide]
        table.append(_convert(resource, units[code % wide], country, on - _SHIFT if on else 0))
    return Converted(table, place)


@cache
def _is_dated(resource: str, unit: str) -> bool:
    """Only a fuel by volume or mass rests on a heat content, which changes with time."""
    try:
        return Resource(resource).is_fuel and reference.unit(unit).dimension is not Dimension.ENERGY
    except RefusedError:
        return False


def _convert(resource: str, unit: str, country: str, day: int) -> Conversion | RefusedError:
    try:
        return reference.convert(resource, unit, country=country, on=_EPOCH + timedelta(days=day))
    except RefusedError as refused:
        return refused
