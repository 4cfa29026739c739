"""One typed reading to its row: new, changed, unchanged, refused, or somebody else was there first."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.errors import ConflictError, NotFoundError, RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.readings import ReadingKind
from emstrack.services.readings.interpret_reading import interpret_reading
from emstrack.services.readings.read_register import read_register
from emstrack.services.readings.write_history import record_change
from emstrack.storage.models import Meter, Reading, User
from emstrack.storage.queries.month import overlapping
from emstrack.storage.scope import scope_of, scoped, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from emstrack.domain.typed import Writing
    from emstrack.services.readings.interpret_reading import TypedReading
    from emstrack.services.readings.open_meter import OpenMeter

_COVERING = {ReadingKind.ACTUAL, ReadingKind.ESTIMATED}
COMPARED = (
    *("start", "end", "kind", "bill_number", "quantity", "unit", "cost", "currency", "index_start", "index_end", "note"),
)
"""The fields by which a person would call two readings different."""
CHANGED_WITH = ("quantity_text", "canonical_quantity", "heat_content")
"""The fields that follow them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredReading:
    """A reading as it stands after entry, and what is odd about it."""

    status: str
    """new, changed or unchanged"""
    reading_id: int
    version: int
    meter_id: int
    start: date
    end: date
    kind: str
    quantity: float
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
            Finding(f["code"], Severity(f["severity"]), f["evidence"], column=f["column"]) for f in kept["findings"]
        )
        return cls(**values)


def store_reading(  # noqa: PLR0913 - which row, what was typed, why, by whose writing, when
    session: Session,
    meter: OpenMeter,
    typed: TypedReading,
    *,
    reading_id: int | None,
    version: int | None,
    reason: str,
    writing: Writing,
    now: datetime,
) -> EnteredReading:
    """Write a typed reading; the caller holds the meter's lock, and recomputes and links at the end.

    Raises
    ------
    RefusedError
        Field by field; ``entry.overlap`` where another reading covers the same days.
    ConflictError
        Where the row is not the one that was read: evidence ``mine``, ``theirs`` and ``current``.
    """
    interpreted = interpret_reading(session, meter, typed, writing, today=meter.today(now))
    values, findings = interpreted.values, list(interpreted.findings)
    near = overlapping(session, meter.id, values["start"], values["end"])
    existing = _by_id(session, meter, reading_id) if reading_id else _same_identity(near, values)
    if existing is None or version is not None:
        _refuse_overlap(meter, values, [row for row in near if existing is None or row.id != existing.id])
    _keep_basis(session, meter, interpreted.basis)
    if existing is None:
        row = _insert(session, meter, values, now)
        status = "new"
    else:
        row = existing
        status = _change(session, meter, row, values, version=version, reason=reason, now=now)
    if row.index_end is not None:
        findings += _carry_index_on(session, meter, row, now)
    return EnteredReading.of(status, row, findings)


def current_state(session: Session, row: Reading) -> dict[str, Any]:
    """Return what a person has to see of a row that somebody else wrote."""
    who = session.scalar(sa.select(User.name).where(User.id == row.created_by)) if row.created_by else None
    return {**EnteredReading.of("unchanged", row).as_json(), "quantity_text": row.quantity_text, "by": who or ""}


def snapshot(row: Reading) -> dict[str, Any]:
    """Return a reading as history keeps it: every column but those the store itself looks after."""
    return {
        column.name: getattr(row, column.name)
        for column in Reading.__table__.c
        if column.name not in {"id", "tenant_id", "link_id"}
    }


def _by_id(session: Session, meter: OpenMeter, reading_id: int) -> Reading:
    row = session.scalars(
        scoped(session, Reading)
        .where(Reading.id == reading_id, Reading.meter_id == meter.id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None:
        raise NotFoundError("record.not_found", thing="reading")
    return row


def _same_identity(near: Sequence[Reading], values: dict[str, Any]) -> Reading | None:
    wanted = tuple(values[name] for name in ("start", "end", "kind", "bill_number"))
    return next((row for row in near if (row.start, row.end, row.kind, row.bill_number) == wanted), None)


def _refuse_overlap(meter: OpenMeter, values: dict[str, Any], others: Sequence[Reading]) -> None:
    if values["kind"] not in _COVERING or meter.is_delivered:
        return
    for other in others:
        if other.kind in _COVERING:
            evidence = {"start": other.start, "end": other.end, "quantity": other.quantity, "unit": other.unit}
            finding = Finding("entry.overlap", Severity.REFUSED, {**evidence, "reading_id": other.id}, column="start")
            raise RefusedError("entry.overlap", findings=(finding,), **evidence)


def _keep_basis(session: Session, meter: OpenMeter, basis: str) -> None:
    if basis and not meter.basis:
        session.execute(sa.update(Meter).where(*within(session, Meter), Meter.id == meter.id).values(basis=basis))


def _insert(session: Session, meter: OpenMeter, values: dict[str, Any], now: datetime) -> Reading:
    scope = scope_of(session)
    row = Reading(
        tenant_id=scope.tenant_id, meter_id=meter.id, created_at=now, created_by=scope.user_id, version=1, **values
    )
    session.add(row)
    session.flush()
    return row


def _change(  # noqa: PLR0913 - as store_reading
    session: Session,
    meter: OpenMeter,
    row: Reading,
    values: dict[str, Any],
    *,
    version: int | None,
    reason: str,
    now: datetime,
) -> str:
    if all(_equal(getattr(row, name), values[name]) for name in COMPARED):
        return "unchanged"
    if version is None and meter.is_delivered:
        raise RefusedError("entry.same_delivery", day=row.start, quantity=row.quantity, unit=row.unit)
    if version != row.version:
        mine = _said(values["quantity_text"], values["unit"], values["cost"], values["currency"])
        theirs = _said(row.quantity_text, row.unit, row.cost, row.currency)
        raise ConflictError("record.changed_meanwhile", mine=mine, theirs=theirs, current=current_state(session, row))
    update_reading(session, row, values, reason=reason, now=now)
    return "changed"


def update_reading(session: Session, row: Reading, values: dict[str, Any], *, reason: str, now: datetime) -> None:
    """Change a row that was just read, and keep what it was."""
    old = snapshot(row)
    version = row.version
    session.flush()
    changed = session.execute(
        sa.update(Reading)
        .where(*within(session, Reading), Reading.id == row.id, Reading.version == version)
        .values(**values, version=version + 1)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # an update has a row count
        session.refresh(row)
        raise ConflictError("record.changed_meanwhile", mine="", theirs="", current=current_state(session, row))
    session.refresh(row)
    record_change(
        session,
        entity="reading",
        entity_id=row.id,
        meter_id=row.meter_id,
        old=old,
        new=snapshot(row),
        reason=reason,
        now=now,
    )


def _carry_index_on(session: Session, meter: OpenMeter, row: Reading, now: datetime) -> list[Finding]:
    """The reading after this one counts from this one's index: changed here, its consumption follows."""
    after = session.scalars(
        scoped(session, Reading).where(
            Reading.meter_id == meter.id,
            Reading.start == row.end,
            Reading.index_start.is_not(None),
            Reading.index_start != row.index_end,
        )
    ).first()
    if after is None or after.index_end is None:
        return []
    used = read_register(
        session, meter.id, after.index_end, start=after.start, end=after.end, largest_plausible=None
    )
    if used.quantity is None or used.index_start == after.index_start:
        return []
    factor = after.canonical_quantity / after.quantity if after.quantity else None
    if factor is None:
        from emstrack.services.readings.interpret_reading import conversion_of  # noqa: PLC0415 - only for a zero

        factor = conversion_of(meter, after.unit, after.start).factor
    values = {
        "index_start": used.index_start,
        "quantity": used.quantity,
        "quantity_text": f"{used.quantity:.15g}",
        "canonical_quantity": used.quantity * factor,
    }
    update_reading(session, after, values, reason="The index before it changed", now=now)
    evidence = {"start": after.start, "end": after.end, "quantity": used.quantity, "unit": after.unit}
    return [Finding("entry.next_follows", Severity.INFO, evidence, column="index")]


def _equal(old: object, new: object) -> bool:
    if isinstance(old, float) and isinstance(new, float):
        return abs(old - new) <= 1e-9 * max(1.0, abs(old))
    return old == new


def _said(text: str, unit: str, cost: Decimal | None, currency: str) -> str:
    said = f"{text} {unit}".strip()
    return said if cost is None else f"{said}, {currency} {cost.normalize():f}"


def _plain(evidence: object) -> object:
    if isinstance(evidence, date):
        return evidence.isoformat()
    if isinstance(evidence, dict):
        return {name: _plain(value) for name, value in evidence.items()}
    return evidence
