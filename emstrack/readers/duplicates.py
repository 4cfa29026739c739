"""The same reading twice in one file: equal, the second is refused; different, both are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.findings import Finding, Severity
from emstrack.readers.rows import DriverRows, ReadingRows, RecommendationRows, SiteRows, WeatherRows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from emstrack.readers.rows import Rows

_IDENTITY: dict[type, tuple[str, ...]] = {
    ReadingRows: (
        "site", "meter", "resource", "variety", "destination", "direction", "start", "end", "kind", "bill_number",
    ),
    SiteRows: ("site",),
    DriverRows: ("site", "driver", "start", "end"),
    WeatherRows: ("station", "day"),
    RecommendationRows: ("site", "title", "resource"),
}  # fmt: skip
_PLACE = frozenset({"sheet", "row", "quantity_text", "note"})


@dataclass(frozen=True, slots=True)
class Keys:
    """What a chunk leaves behind for the check: 24 bytes a row, whatever stands in it."""

    identity: NDArray[np.int64]
    content: NDArray[np.int64]
    row: NDArray[np.int64]
    sheet: NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Duplicates:
    """The rows to take back, in the order of the keys given, and why."""

    refused: NDArray[np.bool_]
    findings: tuple[Finding, ...]


def keys_of(rows: Rows) -> Keys:
    """The identity and the content of each row, as 64-bit hashes of this process."""
    names = _IDENTITY[type(rows)]
    every = [name for name in type(rows).__dataclass_fields__ if name not in _PLACE]
    return Keys(_hashes(rows, names), _hashes(rows, every), rows.row, rows.sheet)


def _hashes(rows: Rows, names: Sequence[str]) -> NDArray[np.int64]:
    columns = [_hashable(getattr(rows, name)) for name in names]
    return np.fromiter(map(hash, zip(*columns, strict=True)), dtype=np.int64, count=len(rows))


def _hashable(column: NDArray[np.generic]) -> list[object]:
    values: list[object] = (column.view(np.int64) if column.dtype.kind in "Mf" else column).tolist()
    return values


def find_duplicates(chunks: Iterable[Keys]) -> Duplicates:
    """Find the rows of one file that stand in it twice.

    Give it the keys of every chunk, in order; what comes back is a mask over all of those rows.
    """
    kept = list(chunks)
    if not kept:
        return Duplicates(np.zeros(0, dtype=np.bool_), ())
    identity = np.concatenate([keys.identity for keys in kept])
    refused = np.zeros(len(identity), dtype=np.bool_)
    order = np.argsort(identity, kind="stable")
    ordered = identity[order]
    same = ordered[1:] == ordered[:-1]
    if not same.any():
        return Duplicates(refused, ())
    content = np.concatenate([keys.content for keys in kept])
    row = np.concatenate([keys.row for keys in kept])
    sheet = np.concatenate([keys.sheet for keys in kept])
    findings: list[tuple[int, Finding]] = []
    starts = np.flatnonzero(np.concatenate(([True], ~same)))
    for start, end in zip(starts, [*starts[1:], len(ordered)], strict=True):
        if end - start > 1:
            group = np.sort(order[start:end])
            equal = (content[group] == content[group[0]]).all()
            code = "row.repeated" if equal else "row.contradicts"
            for index in group[1:] if equal else group:
                refused[index] = True
                other = group[0] if equal or index != group[0] else group[1]
                evidence = {"other": int(row[other])}
                finding = Finding(code, Severity.REFUSED, evidence, sheet=sheet[index] or None, row=int(row[index]))
                findings.append((int(index), finding))
    findings.sort(key=lambda pair: pair[0])
    return Duplicates(refused, tuple(finding for _, finding in findings))
