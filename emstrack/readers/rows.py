"""What every reader yields: chunks of columns, so that a file of any size is read in the same memory."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from emstrack.domain.findings import Finding
    from emstrack.domain.weather import StationFacts
    from emstrack.readers.mapped import Mapping

CHUNK_ROWS = 20_000
"""At most so many rows in a chunk."""

MONEY_SCALE = 10_000
"""Money travels in ten-thousandths of the currency."""


_DTYPES = {
    "NDArray[np.object_]": "object",
    "NDArray[np.float64]": "float64",
    "NDArray[np.int64]": "int64",
    "NDArray[np.bool_]": "bool",
    "NDArray[np.datetime64]": "datetime64[D]",
}


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns of equal length; the base of the row types."""

    def __len__(self) -> int:
        return len(getattr(self, fields(self)[0].name))

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Self:
        """Only the rows that a mask or an index names."""
        return type(self)(**{each.name: getattr(self, each.name)[which] for each in fields(self)})

    @classmethod
    def empty(cls) -> Self:
        """No rows at all."""
        return cls(**{each.name: np.empty(0, dtype=_DTYPES[str(each.type)]) for each in fields(cls)})

    @classmethod
    def concatenate(cls, parts: Sequence[Self]) -> Self:
        """Several chunks as one; for files known to be small, and for tests."""
        return cls(**{each.name: np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)})


@dataclass(frozen=True, slots=True)
class ReadingRows(Columns):
    """Readings; a text that is absent is empty, a number that is absent is NaN.

    ``quantity`` is in ``unit`` as typed, ``cost`` and ``tax`` are ten-thousandths of ``currency`` and count only where
    ``has_cost`` and ``has_tax``; ``row`` is the spreadsheet's own row, or the record's first physical line.
    """

    site: NDArray[np.object_]
    meter: NDArray[np.object_]
    resource: NDArray[np.object_]
    variety: NDArray[np.object_]
    destination: NDArray[np.object_]
    direction: NDArray[np.object_]
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    quantity: NDArray[np.float64]
    quantity_text: NDArray[np.object_]
    unit: NDArray[np.object_]
    cost: NDArray[np.int64]
    has_cost: NDArray[np.bool_]
    tax: NDArray[np.int64]
    has_tax: NDArray[np.bool_]
    currency: NDArray[np.object_]
    kind: NDArray[np.object_]
    bill_number: NDArray[np.object_]
    demand_kw: NDArray[np.float64]
    reactive_kvarh: NDArray[np.float64]
    note: NDArray[np.object_]
    sheet: NDArray[np.object_]
    row: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SiteRows(Columns):
    """Sites; ``kind`` is a code of the domain, ``opened`` is NaT where it is absent."""

    site: NDArray[np.object_]
    kind: NDArray[np.object_]
    organisation: NDArray[np.object_]
    rooms: NDArray[np.float64]
    floor_area_m2: NDArray[np.float64]
    country: NDArray[np.object_]
    city: NDArray[np.object_]
    latitude: NDArray[np.float64]
    longitude: NDArray[np.float64]
    elevation_m: NDArray[np.float64]
    time_zone: NDArray[np.object_]
    station: NDArray[np.object_]
    opened: NDArray[np.datetime64]
    external_id: NDArray[np.object_]
    sheet: NDArray[np.object_]
    row: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class DriverRows(Columns):
    """What explains use (room-nights, meals, …), per site and half-open period."""

    site: NDArray[np.object_]
    driver: NDArray[np.object_]
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    value: NDArray[np.float64]
    sheet: NDArray[np.object_]
    row: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class WeatherRows(Columns):
    """Daily weather of a station; NaN where there is none, and where fewer than half of the hours were there.

    What a row's ``day`` is follows from the kind of its station (`Chunk.stations`): a day as observed, a day of the
    nominal year 2001 for a typical year, the first day of a month for monthly means.
    """

    station: NDArray[np.object_]
    day: NDArray[np.datetime64]
    mean_c: NDArray[np.float64]
    rain_mm: NDArray[np.float64]
    sheet: NDArray[np.object_]
    row: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RecommendationRows(Columns):
    """Recommendations, a row per measure and effect; a number that is absent is NaN, a text empty."""

    site: NDArray[np.object_]
    title: NDArray[np.object_]
    category: NDArray[np.object_]
    resource: NDArray[np.object_]
    quantity: NDArray[np.float64]
    unit: NDArray[np.object_]
    investment: NDArray[np.float64]
    annual_saving: NDArray[np.float64]
    currency: NDArray[np.object_]
    life_years: NDArray[np.float64]
    status: NDArray[np.object_]
    due: NDArray[np.datetime64]
    owner: NDArray[np.object_]
    situation: NDArray[np.object_]
    proposal: NDArray[np.object_]
    sheet: NDArray[np.object_]
    row: NDArray[np.int64]


Rows = ReadingRows | SiteRows | DriverRows | WeatherRows | RecommendationRows
RowsT = TypeVar("RowsT", bound=Columns)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows and what there is to say about them; every input row is in one or the other, never in both.

    ``done`` is the part of the file read so far (0 to 1), ``format`` what the file turned out to be, ``stations`` what
    a file of weather says of its stations beside their values.
    """

    rows: Rows
    findings: tuple[Finding, ...] = ()
    done: float = 0.0
    format: str = ""
    stations: tuple[StationFacts, ...] = ()

    def __iter__(self) -> Iterator[object]:
        """Unpack as rows and findings."""
        return iter((self.rows, self.findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the person said about the file; everything has an answer by content where they said nothing.

    ``name`` is the file's name as they know it, ``kind`` readings, sites, drivers, weather or recommendations,
    ``format`` canonical, wide or portfolio_manager. ``decimal_mark`` (``.`` or ``,``) and ``date_order`` (``dmy`` or
    ``mdy``) answer the questions a file leaves open. ``today`` refuses readings of the future.
    """

    name: str = ""
    kind: str = ""
    format: str = ""
    mapping: Mapping | None = None
    decimal_mark: str = ""
    date_order: str = ""
    today: date | None = None
    max_mb: int = 200
    max_unpacked_mb: int = 1000
