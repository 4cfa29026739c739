"""A file's readings gathered: what has to be compared stays in memory in few bytes, the rest waits on disk."""

from __future__ import annotations

import pickle
import tempfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from emstrack.domain.findings import Finding, Severity
from emstrack.storage.queries.readings import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from emstrack.readers.rows import Chunk, ReadingRows

FINDINGS_KEPT = 5_000
"""So many findings of one file are kept; beyond that they are only counted."""

_KEPT_ON_DISK = (
    "quantity",
    "quantity_text",
    "cost",
    "has_cost",
    "tax",
    "has_tax",
    "bill_number",
    "demand_kw",
    "reactive_kvarh",
    "note",
    "row",
)
_MIX = np.uint64(0x9E3779B97F4A7C15)


class Point(NamedTuple):
    """What a file calls one meter."""

    site: str
    meter: str
    resource: str
    variety: str
    destination: str
    direction: str


class Codes(dict[Any, int]):
    """Values numbered in the order they turn up."""

    def __missing__(self, value: Any) -> int:
        """Give a new value the next number."""
        number = self[value] = len(self)
        return number

    def of(self, values: Iterable[Any], count: int) -> NDArray[np.int32]:
        """Return the numbers of the values."""
        return np.fromiter(map(self.__getitem__, values), np.int32, count)


class Said:
    """What there is to say about a file: every finding counted, the first few thousand kept."""

    def __init__(self) -> None:
        """Begin with nothing said."""
        self.findings: list[Finding] = []
        self.refused = 0
        self.left_out = 0

    def add(self, finding: Finding, *, of_a_row: bool = True) -> None:
        """Keep a finding; one that refuses a row is counted as such."""
        if of_a_row and finding.severity is Severity.REFUSED and finding.row is not None:
            self.refused += 1
        if len(self.findings) < FINDINGS_KEPT:
            self.findings.append(finding)
        else:
            self.left_out += 1

    def all(self) -> list[Finding]:
        """Return what was kept, and a last line on what was not."""
        if not self.left_out:
            return list(self.findings)
        more = Finding("import.more_findings", Severity.WARNING, {"count": self.left_out, "kept": FINDINGS_KEPT})
        return [*self.findings, more]


class Spool:
    """Blocks of columns on disk, read back in the order they were written."""

    def __init__(self) -> None:
        """Open a file that nobody else sees and that ends with the process."""
        self._file = tempfile.TemporaryFile(prefix="emstrack-")  # noqa: SIM115 - lives as long as the spool
        self.blocks = 0

    def put(self, block: Any) -> None:
        """Write a block."""
        pickle.dump(block, self._file, protocol=5)
        self.blocks += 1

    def __iter__(self) -> Iterator[Any]:
        """Read the blocks back."""
        self._file.seek(0)
        for _ in range(self.blocks):
            yield pickle.load(self._file)  # noqa: S301 - written by this very process, into a file without a name

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()


@dataclass(slots=True)
class Gathered:
    """A whole file's readings: who, when and how much, about 80 bytes a row whatever its texts."""

    points: list[Point]
    units: list[str]
    currencies: list[str]
    sheets: list[str]
    point: NDArray[np.int32]
    unit: NDArray[np.int32]
    currency: NDArray[np.int32]
    sheet: NDArray[np.int32]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    kind: NDArray[np.int8]
    bill: NDArray[np.int64]
    content: NDArray[np.int64]
    quantity: NDArray[np.float64]
    cost: NDArray[np.int64]
    has_cost: NDArray[np.bool_]
    row: NDArray[np.int64]
    spool: Spool
    said: Said
    format: str = ""

    def __len__(self) -> int:
        """Return how many rows came in readable."""
        return len(self.point)

    def blocks(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield each block kept on disk with the index of its first row."""
        first = 0
        for block in self.spool:
            yield first, block
            first += len(block["row"])


@dataclass(slots=True)
class _Gathering:
    points: Codes = field(default_factory=Codes)
    units: Codes = field(default_factory=Codes)
    currencies: Codes = field(default_factory=Codes)
    sheets: Codes = field(default_factory=Codes)
    kinds: dict[str, int] = field(default_factory=lambda: {kind: place for place, kind in enumerate(KINDS)})
    columns: list[tuple[NDArray[Any], ...]] = field(default_factory=list)

    def take(self, rows: ReadingRows) -> None:
        count = len(rows)
        keys = zip(rows.site, rows.meter, rows.resource, rows.variety, rows.destination, rows.direction, strict=True)
        quantity = rows.quantity + 0.0  # a minus zero would come back from the database as zero
        self.columns.append(
            (
                self.points.of(keys, count),
                self.units.of(rows.unit, count),
                self.currencies.of(rows.currency, count),
                self.sheets.of(rows.sheet, count),
                rows.start.astype("datetime64[D]").astype(np.int64),
                rows.end.astype("datetime64[D]").astype(np.int64),
                np.fromiter(map(self.kinds.__getitem__, rows.kind), np.int8, count),
                np.fromiter(map(hash, rows.bill_number), np.int64, count),
                _content(rows, quantity),
                quantity,
                rows.cost,
                rows.has_cost,
                rows.row,
            )
        )


_COLUMNS: dict[str, type] = {
    "point": np.int32,
    "unit": np.int32,
    "currency": np.int32,
    "sheet": np.int32,
    "start": np.int64,
    "end": np.int64,
    "kind": np.int8,
    "bill": np.int64,
    "content": np.int64,
    "quantity": np.float64,
    "cost": np.int64,
    "has_cost": np.bool_,
    "row": np.int64,
}


def gather_rows(chunks: Iterable[Chunk]) -> Gathered:
    """Read a file to its end; nothing is compared yet."""
    gathering, spool, said = _Gathering(), Spool(), Said()
    kind_of_file = ""
    for chunk in chunks:
        rows: ReadingRows = chunk.rows  # type: ignore[assignment]  # the caller asked for readings
        kind_of_file = chunk.format or kind_of_file
        for finding in chunk.findings:
            said.add(finding)
        if len(rows):
            gathering.take(rows)
            spool.put({name: getattr(rows, name) for name in _KEPT_ON_DISK})
    columns: dict[str, Any] = {}
    for place, (name, dtype) in enumerate(_COLUMNS.items()):
        blocks = [block[place] for block in gathering.columns]
        columns[name] = np.concatenate(blocks) if blocks else np.zeros(0, dtype)
    return Gathered(
        points=[Point._make((*key[:5], key[5] or "import")) for key in gathering.points],
        units=list(gathering.units),
        currencies=list(gathering.currencies),
        sheets=list(gathering.sheets),
        spool=spool,
        said=said,
        format=kind_of_file,
        **columns,
    )


def _content(rows: ReadingRows, quantity: NDArray[np.float64]) -> NDArray[np.int64]:
    """Mix all that a row says about its quantity and money into one number, to tell equal rows from different ones."""
    count = len(rows)
    parts: Sequence[NDArray[Any]] = (
        quantity.view(np.uint64),
        np.where(rows.has_cost, rows.cost, -1).view(np.uint64),
        np.where(rows.has_tax, rows.tax, -1).view(np.uint64),
        np.nan_to_num(rows.demand_kw, nan=-1.0).view(np.uint64),
        np.nan_to_num(rows.reactive_kvarh, nan=-1.0).view(np.uint64),
        *(
            np.fromiter(map(hash, column), np.int64, count).view(np.uint64)
            for column in (rows.unit, rows.currency, rows.note)
        ),
    )
    mixed = np.zeros(count, np.uint64)
    with np.errstate(over="ignore"):
        for part in parts:
            mixed = (mixed ^ part) * _MIX
            mixed ^= mixed >> np.uint64(29)
    return mixed.view(np.int64)


def finding_at(gathered: Gathered, index: int, code: str, severity: Severity, **more: Any) -> Finding:
    """Return a finding at a row of the file."""
    column, value = more.pop("column", None), more.pop("value", None)
    sheet = gathered.sheets[gathered.sheet[index]] or None
    return Finding(code, severity, more, sheet=sheet, row=int(gathered.row[index]), column=column, value=value)
