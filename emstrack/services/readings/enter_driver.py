"""A driver of use typed by hand: room-nights, guests, meals of a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.sites import Attribute, Driver
from emstrack.domain.typed import Writing, understand_number
from emstrack.services.readings.answer_once import answer_once
from emstrack.services.readings.write_history import record_change
from emstrack.storage.models import DriverValue, Site, SiteAttribute
from emstrack.storage.queries.month import driver_values
from emstrack.storage.scope import find, require, scope_of, scoped, within

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.domain.periods import Month

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
        told = [
            Finding(f["code"], Severity(f["severity"]), f["evidence"], column="quantity") for f in kept["findings"]
        ]
        return cls(**{**kept, "findings": tuple(told)})


def enter_driver(  # noqa: PLR0913 - which series, which month, what was typed over which version
    session: Session,
    site_id: int,
    driver: str,
    *,
    month: Month,
    value_text: str,
    version: int | None = None,
    reason: str = "",
    key: str | None = None,
    writing: Writing,
    now: datetime,
) -> EnteredDriver:
    """Enter a driver's value for a month; history and links are the caller's transaction (`settle`)."""
    require(session, Permission.RECORD_READINGS)
    site = _lock(session, site_id)
    if not driver or len(driver) > LONGEST_NAME:
        raise RefusedError("entry.driver_name", most=LONGEST_NAME)
    body = {"site": site_id, "driver": driver, "month": str(month), "text": value_text, "version": version}

    def store() -> dict[str, Any]:
        value = _value(value_text, writing)
        row, status = _store(session, site, driver, month, value, version=version, reason=reason, now=now)
        findings = _odd(session, site, driver, month, value)
        entered = EnteredDriver(
            status=status, driver_id=row.id, version=row.version, value=row.value, findings=tuple(findings)
        )
        return entered.as_json()

    return EnteredDriver.from_json(answer_once(session, key, body, store, now=now))


def _lock(session: Session, site_id: int) -> Site:
    find(session, Site, site_id)
    locked = scoped(session, Site).where(Site.id == site_id).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).one()


def _value(text: str, writing: Writing) -> float:
    if not text.strip():
        raise _refused("entry.quantity_missing")
    try:
        value = float(understand_number(text, writing).value)
    except RefusedError as error:
        raise _refused(error.code, **error.evidence) from None
    if value < 0:
        raise _refused("entry.driver_negative")
    return value


def _refused(code: str, **evidence: object) -> RefusedError:
    return RefusedError(code, findings=(Finding(code, Severity.REFUSED, evidence, column="quantity"),), **evidence)


def _store(  # noqa: PLR0913 - as enter_driver
    session: Session,
    site: Site,
    driver: str,
    month: Month,
    value: float,
    *,
    version: int | None,
    reason: str,
    now: datetime,
) -> tuple[DriverValue, str]:
    near = [row for row in driver_values(session, [site.id], month.start, month.end) if row.driver == driver]
    row = next((each for each in near if (each.start, each.end) == (month.start, month.end)), None)
    if row is None and near:
        raise _refused("entry.driver_overlap", start=near[0].start.isoformat(), end=near[0].end.isoformat())
    scope = scope_of(session)
    if row is None:
        row = DriverValue(
            tenant_id=scope.tenant_id, site_id=site.id, driver=driver, start=month.start, end=month.end,
            value=value, created_at=now, created_by=scope.user_id, version=1,
        )  # fmt: skip
        session.add(row)
        session.flush()
        return row, "new"
    if row.value == value:
        return row, "unchanged"
    if version != row.version:
        current = {"driver_id": row.id, "version": row.version, "quantity": row.value, "by": ""}
        raise ConflictError("record.changed_meanwhile", mine=f"{value:g}", theirs=f"{row.value:g}", current=current)
    old = {"value": row.value, "version": row.version}
    session.execute(
        sa.update(DriverValue)
        .where(*within(session, DriverValue), DriverValue.id == row.id, DriverValue.version == version)
        .values(value=value, version=row.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(row)
    new = {"value": row.value, "version": row.version}
    record_change(
        session, entity="driver_value", entity_id=row.id, meter_id=None, old=old, new=new, reason=reason, now=now
    )
    return row, "changed"


def _odd(session: Session, site: Site, driver: str, month: Month, value: float) -> list[Finding]:
    if driver not in _PER_ROOM:
        return []
    rooms = session.scalars(
        scoped(session, SiteAttribute.value)
        .where(SiteAttribute.site_id == site.id, SiteAttribute.attribute == Attribute.ROOMS)
        .where(SiteAttribute.start < month.end, _open_at(month.start))
    ).all()
    if not rooms or value <= max(rooms) * month.days:
        return []
    evidence = {"value": value, "rooms": max(rooms), "most": max(rooms) * month.days}
    return [Finding("entry.more_than_rooms", Severity.WARNING, evidence, column="quantity")]


def _open_at(first: date) -> sa.ColumnElement[bool]:
    return SiteAttribute.end.is_(None) | (SiteAttribute.end > first)
