"""Agreed changes of a meter's adjusted baseline that no driver explains: dated, with a reason and who agreed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.services.readings.keep_bill import SentFile, keep_file
from emstrack.services.savings.withdraw_agreement import check_reason, refuse_withdrawn, withdraw_agreement
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import Meter, NonRoutineAdjustment
from emstrack.storage.scope import find, require

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.gateways.stored_files import StoredFiles

LARGEST_HALF_WIDTH = 2.0
"""An adjustment known worse than twice its own size says nothing. [fraction]"""
LARGEST_FRACTION = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed:
    """What was agreed: by a quantity per month or by a part of the adjusted baseline, + raises it and − lowers it.

    `half_width` is the half-width at 90 % of what is added, as a fraction of it; `end` None is until further notice.
    """

    start: date | None
    end: date | None = None
    per_month: float | None = None
    fraction: float | None = None
    half_width: float = 0.0
    agreed_by: str = ""
    reason: str = ""


def add_adjustment(
    session: Session,
    meter_id: int,
    agreed: Agreed,
    *,
    now: datetime,
    evidence: SentFile | None = None,
    files: StoredFiles | None = None,
) -> NonRoutineAdjustment:
    """Agree on a change; savings take it in from its first day on.

    Raises
    ------
    RefusedError
        ``adjustment.…`` with the field that has to be mended.
    """
    scope = require(session, Permission.SET_BASELINE)
    meter = find(session, Meter, meter_id)
    _check(agreed)
    row = NonRoutineAdjustment(
        tenant_id=scope.tenant_id,
        meter_id=meter_id,
        **_values(agreed),
        withdrawn_because="",
        created_at=now,
        created_by=scope.user_id,
    )
    if evidence is not None and files is not None:
        row.file_id = keep_file(session, files, evidence, site_id=meter.site_id, now=now).id
    session.add(row)
    session.flush()
    record_change(session, _subject(row), old=None, new=_told(row), now=now, reason=agreed.reason)
    session.flush()
    return row


def change_adjustment(
    session: Session,
    adjustment_id: int,
    agreed: Agreed,
    *,
    version: int,
    now: datetime,
    evidence: SentFile | None = None,
    files: StoredFiles | None = None,
) -> NonRoutineAdjustment:
    """Correct what was agreed; the file of before stays unless another is sent."""
    require(session, Permission.SET_BASELINE)
    row = find_adjustment(session, adjustment_id)
    refuse_withdrawn(row, "adjustment")
    _check(agreed)
    values = _values(agreed)
    if evidence is not None and files is not None:
        site_id = find(session, Meter, row.meter_id).site_id
        values["file_id"] = keep_file(session, files, evidence, site_id=site_id, now=now).id
    change_row(session, row, values, _subject(row), version=version, now=now, reason=agreed.reason)
    return row


def withdraw_adjustment(
    session: Session, adjustment_id: int, *, reason: str, version: int, now: datetime
) -> NonRoutineAdjustment:
    """Take an adjustment out of every saving from now on; it stays on the page with who withdrew it and why."""
    require(session, Permission.SET_BASELINE)
    row = find_adjustment(session, adjustment_id)
    withdraw_agreement(session, row, _subject(row), named="adjustment", reason=reason, version=version, now=now)
    return row


def find_adjustment(session: Session, adjustment_id: int) -> NonRoutineAdjustment:
    """Return one adjustment the scope may see."""
    require(session, Permission.VIEW)
    return find(session, NonRoutineAdjustment, adjustment_id)


def _check(agreed: Agreed) -> None:
    if agreed.start is None:
        raise RefusedError("adjustment.start_missing", field="start")
    if agreed.end is not None and agreed.end <= agreed.start:
        raise RefusedError("adjustment.backward", start=agreed.start, end=agreed.end, field="end")
    amount = agreed.per_month if agreed.per_month is not None else agreed.fraction
    if amount is None or not math.isfinite(amount) or amount == 0:
        raise RefusedError("adjustment.amount_missing", field="amount")
    if agreed.fraction is not None and not -LARGEST_FRACTION <= agreed.fraction <= LARGEST_FRACTION:
        raise RefusedError("adjustment.fraction_too_large", percent=100 * agreed.fraction, field="amount")
    if not math.isfinite(agreed.half_width) or not 0 <= agreed.half_width <= LARGEST_HALF_WIDTH:
        raise RefusedError("adjustment.half_width_not_possible", percent=100 * agreed.half_width, field="half_width")
    check_reason(agreed.reason, "adjustment")
    if not agreed.agreed_by.strip():
        raise RefusedError("adjustment.nobody_agreed", field="agreed_by")


def _values(agreed: Agreed) -> dict[str, object]:
    trimmed = replace(agreed, reason=agreed.reason.strip(), agreed_by=agreed.agreed_by.strip())
    return {name: getattr(trimmed, name) for name in Agreed.__slots__}


def _told(row: NonRoutineAdjustment) -> dict[str, object]:
    return {name: getattr(row, name) for name in Agreed.__slots__ if getattr(row, name) is not None}


def _subject(row: NonRoutineAdjustment) -> Subject:
    return Subject("meter", row.meter_id, f"adjustment {row.id}")
