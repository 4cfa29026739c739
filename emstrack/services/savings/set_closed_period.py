"""Days left out of fit and claim: the site was closed, or a measure was being installed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.savings import ClosedKind
from emstrack.services.savings.withdraw_agreement import check_reason, refuse_withdrawn, withdraw_agreement
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import ClosedPeriod, Meter, Site
from emstrack.storage.scope import find, require, scoped

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

LONGEST_DAYS = 3 * 366
"""A site that was closed for longer has another life after it, and needs another baseline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Which days of a site, or of one of its meters, are left out, and why; `end` is the first day back."""

    start: date | None
    end: date | None
    kind: ClosedKind = ClosedKind.CLOSED
    meter_id: int | None = None
    reason: str = ""


def add_closed_period(session: Session, site_id: int, left_out: LeftOut, *, now: datetime) -> ClosedPeriod:
    """Leave days out.

    Raises
    ------
    RefusedError
        ``closed_period.…`` with the field that has to be mended.
    """
    scope = require(session, Permission.SET_BASELINE)
    find(session, Site, site_id)
    _check(session, site_id, left_out)
    row = ClosedPeriod(
        tenant_id=scope.tenant_id,
        site_id=site_id,
        **_values(left_out),
        withdrawn_because="",
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(row)
    session.flush()
    record_change(session, _subject(row), old=None, new=_told(row), now=now, reason=left_out.reason)
    session.flush()
    return row


def change_closed_period(
    session: Session, period_id: int, left_out: LeftOut, *, version: int, now: datetime
) -> ClosedPeriod:
    """Correct the days, the kind or the reason."""
    require(session, Permission.SET_BASELINE)
    row = find_closed_period(session, period_id)
    refuse_withdrawn(row, "closed_period")
    _check(session, row.site_id, left_out, but=row.id)
    change_row(session, row, _values(left_out), _subject(row), version=version, now=now, reason=left_out.reason)
    return row


def withdraw_closed_period(
    session: Session, period_id: int, *, reason: str, version: int, now: datetime
) -> ClosedPeriod:
    """Count these days again; the row stays on the page with who withdrew it and why."""
    require(session, Permission.SET_BASELINE)
    row = find_closed_period(session, period_id)
    withdraw_agreement(session, row, _subject(row), named="closed_period", reason=reason, version=version, now=now)
    return row


def find_closed_period(session: Session, period_id: int) -> ClosedPeriod:
    """Return one closed period the scope may see."""
    require(session, Permission.VIEW)
    return find(session, ClosedPeriod, period_id)


def _check(session: Session, site_id: int, left_out: LeftOut, *, but: int | None = None) -> None:
    start, end = left_out.start, left_out.end
    if start is None:
        raise RefusedError("closed_period.start_missing", field="start")
    if end is None:
        raise RefusedError("closed_period.end_missing", field="end")
    if end <= start:
        raise RefusedError("closed_period.backward", start=start, end=end, field="end")
    if (end - start).days > LONGEST_DAYS:
        raise RefusedError("closed_period.too_long", days=(end - start).days, most=LONGEST_DAYS, field="end")
    check_reason(left_out.reason, "closed_period")
    if left_out.meter_id is not None and find(session, Meter, left_out.meter_id).site_id != site_id:
        raise NotFoundError("record.not_found", thing="meter")
    others = session.scalars(
        scoped(session, ClosedPeriod).where(ClosedPeriod.site_id == site_id, ClosedPeriod.withdrawn_at.is_(None))
    )
    for other in others:
        same = other.id != but and other.meter_id == left_out.meter_id
        if same and other.start < end and other.end > start:
            raise RefusedError("closed_period.overlaps", start=other.start, end=other.end, field="start")


def _values(left_out: LeftOut) -> dict[str, object]:
    return {
        "start": left_out.start,
        "end": left_out.end,
        "kind": left_out.kind.value,
        "meter_id": left_out.meter_id,
        "reason": left_out.reason.strip(),
    }


def _told(row: ClosedPeriod) -> dict[str, object]:
    return {name: getattr(row, name) for name in ("start", "end", "kind", "reason")}


def _subject(row: ClosedPeriod) -> Subject:
    return Subject("site", row.site_id, f"closed_period {row.id}")
