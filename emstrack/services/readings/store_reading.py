"""One typed reading to its row: new, changed, unchanged, refused, or somebody else was there first."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.readings import ReadingKind
from emstrack.services.readings.amend_rows import add_row, amend_row, check_version, read_again
from emstrack.services.readings.follow_index import follow_index
from emstrack.services.readings.interpret_reading import interpret_reading
from emstrack.storage.models import Meter, Reading
from emstrack.storage.queries.month import overlapping
from emstrack.storage.scope import scope_of, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from emstrack.domain.typed import Writing
    from emstrack.services.readings.interpret_reading import TypedReading
    from emstrack.services.readings.open_meter import OpenMeter
    from emstrack.services.readings.settle_entries import Entries

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_COVERING = {ReadingKind.ACTUAL, ReadingKind.ESTIMATED}
COMPARED = (
    *(
        "start",
        "end",
        "kind",
        "bill_number",
        "quantity",
        "unit",
        "cost",
        "currency",
        "index_start",
        "index_end",
        "note",
    ),
)
"""The fields by which a person would call two readings different."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredReading:
    """A reading as it stands after entry, and what is odd about it; `status` is new, changed or unchanged."""

    status: str
    reading_id: int
    version: int
    meter_id: int
    start: date
    end: date
    kind: str
    quantity: float
    quantity_text: str
    unit: str
    canonical_quantity: float
    cost: Decimal | None
    currency: str
    index_end: float | None
    bill_number: str
    note: str
    findings: tuple[Finding, ...] = field(default=())

    @classmethod
    def of(cls, status: str, row: Reading, findings: Sequence[Finding] = ()) -> EnteredReading:
        """Return a row as entered."""
        names = [name for name in cls.__dataclass_fields__ if name not in {"status", "reading_id", "findings"}]
        values = {name: getattr(row, name) for name in names}
        return cls(status=status, reading_id=row.id, findings=tuple(findings), **values)

    def as_json(self) -> dict[str, Any]:
        """Return it as an answer that can be kept."""
        values = asdict(self)
        values |= {"start": self.start.isoformat(), "end": self.end.isoformat()}
        values["cost"] = None if self.cost is None else str(self.cost)
        values["findings"] = [
            {"code": f.code, "severity": f.severity.value, "evidence": _plain(dict(f.evidence)), "column": f.column}
            for f in self.findings
        ]
        return values

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> EnteredReading:
        """Return the answer that was kept."""
        values = dict(kept)
        values |= {"start": date.fromisoformat(kept["start"]), "end": date.fromisoformat(kept["end"])}
        values["cost"] = None if kept["cost"] is None else Decimal(kept["cost"])
        values["findings"] = tuple(
            Finding(f["code"], Severity(f["severity"]), _dated(f["evidence"]), column=f["column"])
            for f in kept["findings"]
        )
        return cls(**values)


def store_reading(
    session: Session,
    entries: Entries,
    meter: OpenMeter,
    typed: TypedReading,
    *,
    reading_id: int | None,
    version: int | None,
    reason: str,
    writing: Writing,
) -> EnteredReading:
    """Write a typed reading inside a transaction of entries.

    Raises
    ------
    RefusedError
        Field by field; ``entry.overlap`` where another reading covers the same days.
    ConflictError
        Where the row is not the one that was read: evidence ``mine``, ``theirs`` and ``current``.
    """
    interpreted = interpret_reading(session, meter, typed, writing, today=meter.day_at(entries.now))
    values, findings = interpreted.values, list(interpreted.findings)
    near = overlapping(session, meter.id, values["start"], values["end"])
    row = _by_id(session, meter, reading_id) if reading_id else _same_identity(near, values)
    _refuse_overlap(meter, values, [other for other in near if row is None or other.id != row.id])
    ends = {row.end} if row is not None and row.index_end is not None else set()
    if row is None:
        row, status = _new(session, entries, meter, values), "new"
    elif all(_equal(getattr(row, name), values[name]) for name in COMPARED):
        status = "unchanged"
    else:
        _check_may_change(session, meter, row, values, version)
        amend_row(session, entries.link, row, values, reason=reason)
        status = "changed"
    if status != "unchanged":
        entries.meters.add(meter.id)
        _keep_basis(session, meter, interpreted.basis)
    ends |= {row.end} if row.index_end is not None else set()
    if ends:
        findings += follow_index(session, entries, meter, ends)
    return EnteredReading.of(status, row, findings)


def _by_id(session: Session, meter: OpenMeter, reading_id: int) -> Reading:
    row = read_again(session, Reading, reading_id)
    if row.meter_id != meter.id:
        raise NotFoundError("record.not_found", thing="reading")
    return row


def _same_identity(near: Sequence[Reading], values: dict[str, Any]) -> Reading | None:
    wanted = tuple(values[name] for name in ("start", "end", "kind", "bill_number"))
    return next((row for row in near if (row.start, row.end, row.kind, row.bill_number) == wanted), None)


def _refuse_overlap(meter: OpenMeter, values: dict[str, Any], others: Sequence[Reading]) -> None:
    identity = tuple(values[name] for name in ("start", "end", "kind", "bill_number"))
    for other in others:
        same = (other.start, other.end, other.kind, other.bill_number) == identity
        covering = values["kind"] in _COVERING and other.kind in _COVERING and not meter.is_delivered
        if same or covering:
            evidence = {"start": other.start, "end": other.end, "quantity": other.quantity, "unit": other.unit}
            finding = Finding("entry.overlap", Severity.REFUSED, {**evidence, "reading_id": other.id}, column="start")
            raise RefusedError("entry.overlap", findings=(finding,), **evidence)


def _check_may_change(
    session: Session, meter: OpenMeter, row: Reading, values: dict[str, Any], version: int | None
) -> None:
    if version is None and meter.is_delivered:
        evidence = {"day": row.start, "quantity": row.quantity, "unit": row.unit}
        finding = Finding("entry.same_delivery", Severity.REFUSED, evidence, column="bill_number")
        raise RefusedError("entry.same_delivery", findings=(finding,), **evidence)
    mine = f"{values['quantity_text']} {values['unit']}"
    if values["cost"] is not None:
        mine += f", {values['currency']} {values['cost'].normalize():f}"
    check_version(session, row, version, mine=mine)


def _keep_basis(session: Session, meter: OpenMeter, basis: str) -> None:
    if basis and not meter.basis:
        session.execute(sa.update(Meter).where(*within(session, Meter), Meter.id == meter.id).values(basis=basis))


def _new(session: Session, entries: Entries, meter: OpenMeter, values: dict[str, Any]) -> Reading:
    scope = scope_of(session)
    row = Reading(
        tenant_id=scope.tenant_id,
        meter_id=meter.id,
        created_at=entries.now,
        created_by=scope.user_id,
        version=1,
        **values,
    )
    add_row(session, entries.link, row)
    return row


def _equal(old: object, new: object) -> bool:
    if isinstance(old, float) and isinstance(new, float):
        return abs(old - new) <= 1e-9 * max(1.0, abs(old))
    return old == new


def _plain(evidence: object) -> object:
    if isinstance(evidence, date):
        return evidence.isoformat()
    if isinstance(evidence, dict):
        return {name: _plain(value) for name, value in evidence.items()}
    return evidence


def _dated(evidence: dict[str, Any]) -> dict[str, Any]:
    return {
        name: date.fromisoformat(value) if isinstance(value, str) and _ISO_DAY.fullmatch(value) else value
        for name, value in evidence.items()
    }
