"""A driver of use typed by hand: room-nights, guests, meals of a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.sites import Attribute, Driver
from emstrack.services.readings.answer_once import answer_once
from emstrack.services.readings.enter_one_value import refused, settle_value, understood
from emstrack.services.readings.settle_entries import Entries, entries
from emstrack.storage.models import DriverValue, Site, SiteAttribute
from emstrack.storage.queries.month import driver_values
from emstrack.storage.scope import find, scope_of, scoped

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.periods import Month
    from emstrack.domain.typed import Writing

_PER_ROOM = {Driver.OCCUPIED_ROOM_NIGHTS, Driver.AVAILABLE_ROOM_NIGHTS}
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredDriver:
    """A driver's value as it stands after entry."""

    status: str
    driver_id: int
    version: int
    value: float
    findings: tuple[Finding, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as an answer that can be kept."""
        told = [{"code": f.code, "severity": f.severity.value, "evidence": dict(f.evidence)} for f in self.findings]
        values = {"status": self.status, "driver_id": self.driver_id, "version": self.version, "value": self.value}
        return {**values, "findings": told}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> EnteredDriver:
        """Return the answer that was kept."""
        told = [Finding(f["code"], Severity(f["severity"]), f["evidence"], column="quantity") for f in kept["findings"]]
        return cls(**{**kept, "findings": tuple(told)})


@dataclass(frozen=True, slots=True, kw_only=True)
class DriverEntry:
    """A typed value of a driver on its way in."""

    site_id: int
    driver: str
    month: Month
    value_text: str
    version: int | None = None
    key: str | None = None
    reason: str = ""


def enter_driver(session: Session, entry: DriverEntry, *, writing: Writing, now: datetime) -> EnteredDriver:
    """Enter a driver's value for a month."""
    with entries(session, now=now) as block:
        return store_driver(session, block, entry, writing=writing)


def store_driver(session: Session, block: Entries, entry: DriverEntry, *, writing: Writing) -> EnteredDriver:
    """Store one driver's value of a block.

    Raises
    ------
    RefusedError, ConflictError
        As for a reading; the field is ``quantity``.
    """
    site = find(session, Site, entry.site_id)
    if not entry.driver or len(entry.driver) > LONGEST_NAME:
        raise RefusedError("entry.driver_name", most=LONGEST_NAME)
    body = {
        "site": site.id,
        "driver": entry.driver,
        "month": str(entry.month),
        "text": entry.value_text,
        "version": entry.version,
    }

    def store() -> dict[str, Any]:
        value = float(understood(entry.value_text, writing, negative="entry.driver_negative").value)
        row, status = _store(session, block, entry, value)
        findings = _odd(session, entry, value)
        entered = EnteredDriver(
            status=status, driver_id=row.id, version=row.version, value=row.value, findings=tuple(findings)
        )
        return entered.as_json()

    return EnteredDriver.from_json(answer_once(session, entry.key, body, store, now=block.now))


def _store(session: Session, block: Entries, entry: DriverEntry, value: float) -> tuple[DriverValue, str]:
    first, after = entry.month.start, entry.month.end
    near = [row for row in driver_values(session, [entry.site_id], first, after) if row.driver == entry.driver]
    row = next((each for each in near if (each.start, each.end) == (first, after)), None)
    if row is None and near:
        raise refused("entry.driver_overlap", start=near[0].start.isoformat(), end=near[0].end.isoformat())

    def make() -> DriverValue:
        scope = scope_of(session)
        return DriverValue(
            tenant_id=scope.tenant_id,
            site_id=entry.site_id,
            driver=entry.driver,
            start=first,
            end=after,
            value=value,
            created_at=block.now,
            created_by=scope.user_id,
            version=1,
        )

    mine = entry.value_text.strip()
    return settle_value(
        session,
        block,
        row,
        make,
        {"value": value},
        entry=entry,
        mine=mine,
        typed=("value",),
    )


def _odd(session: Session, entry: DriverEntry, value: float) -> list[Finding]:
    if entry.driver not in _PER_ROOM:
        return []
    month = entry.month
    rooms = session.scalars(
        scoped(session, SiteAttribute.value).where(
            SiteAttribute.site_id == entry.site_id,
            SiteAttribute.attribute == Attribute.ROOMS,
            SiteAttribute.start < month.end,
            SiteAttribute.end.is_(None) | (SiteAttribute.end > month.start),
        )
    ).all()
    if not rooms or value <= max(rooms) * month.days:
        return []
    evidence = {"value": value, "rooms": max(rooms), "most": max(rooms) * month.days}
    return [Finding("entry.more_than_rooms", Severity.WARNING, evidence, column="quantity")]
