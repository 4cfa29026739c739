"""Readings of many meters as columns: what every computation starts from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

import numpy as np

from emstrack.domain.readings import ReadingKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

KINDS = tuple(ReadingKind)
ACTUAL, ESTIMATED, ADJUSTED, CREDIT, OPENING = range(len(KINDS))
"""Codes of the kinds in a column: their places in `KINDS`."""

DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, slots=True)
class Readings:
    """Readings as columns of equal length, in any order.

    Parameters
    ----------
    meter : ndarray of int64
        Index of the meter, from 0.
    start, end : ndarray of datetime64[D]
        Half-open, in local dates.
    quantity : ndarray of float64
        In the meter's own canonical unit. [kWh, m3 or kg]
    kind : ndarray of int8
        Place in `KINDS`.
    cost : ndarray of int64
        Ten-thousandths of the currency; 0 where there is none.
    has_cost : ndarray of bool
        Whether a cost was printed; a cost of zero is a cost.
    """

    meter: NDArray[np.int64]
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    quantity: NDArray[np.float64]
    kind: NDArray[np.int8]
    cost: NDArray[np.int64]
    has_cost: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Refuse columns of different lengths: a defect of the caller."""
        if len({len(getattr(self, each.name)) for each in fields(self)}) != 1:
            raise ValueError("columns of readings have different lengths")

    @classmethod
    def of(
        cls,
        meter: ArrayLike,
        start: ArrayLike,
        end: ArrayLike,
        quantity: ArrayLike,
        *,
        kind: Sequence[str] | NDArray[np.int8] | None = None,
        cost: ArrayLike | None = None,
        has_cost: ArrayLike | None = None,
    ) -> Self:
        """Return readings from any array-likes; without kinds all are actual, without costs none has one."""
        meters = np.asarray(meter, dtype=np.int64)
        codes = np.zeros(len(meters), dtype=np.int8)
        if isinstance(kind, np.ndarray) and kind.dtype.kind == "i":
            codes = kind.astype(np.int8, copy=False)
        elif kind is not None:
            places = {each.value: place for place, each in enumerate(KINDS)}
            codes = np.array([places[str(each)] for each in kind], dtype=np.int8)
        costs = np.zeros(len(meters), dtype=np.int64) if cost is None else np.asarray(cost, dtype=np.int64)
        priced = np.full(len(meters), cost is not None) if has_cost is None else np.asarray(has_cost, dtype=bool)
        return cls(
            meters,
            np.asarray(start, dtype="datetime64[D]"),
            np.asarray(end, dtype="datetime64[D]"),
            np.asarray(quantity, dtype=np.float64),
            codes,
            costs,
            priced,
        )

    def __len__(self) -> int:
        """Return how many readings there are."""
        return len(self.meter)

    @property
    def days(self) -> NDArray[np.int64]:
        """Length of each reading [d]."""
        days: NDArray[np.int64] = (self.end - self.start).astype(np.int64)
        return days

    @property
    def covers(self) -> NDArray[np.bool_]:
        """Whether a reading says that its days were measured (M-1.5): actual and estimated ones do."""
        covers: NDArray[np.bool_] = (self.kind == ACTUAL) | (self.kind == ESTIMATED)
        return covers

    def take(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Self:
        """Return the readings at a mask or at indices."""
        return type(self)(*(getattr(self, each.name)[which] for each in fields(self)))
