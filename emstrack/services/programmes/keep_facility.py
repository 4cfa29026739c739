"""A facility added and changed, and capital put into it: what it says is kept with who, when and why."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.financing import (
    LARGEST_MONEY,
    LONGEST_NAME,
    LONGEST_TEXT,
    EntryKind,
    FacilityDetails,
    Instrument,
)
from emstrack.reference.countries import currencies
from emstrack.services.programmes.total_facility import left_of
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import Facility, Financing, FinancingEntry, Organisation
from emstrack.storage.scope import find, require, scoped

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session


def add_facility(session: Session, details: FacilityDetails, *, now: datetime) -> Facility:
    """Add a facility of an organisation that is seen whole."""
    scope = require(session, Permission.EDIT_SITES)
    values = _checked(session, details)
    row = Facility(tenant_id=scope.tenant_id, created_at=now, created_by=scope.user_id, **values)
    session.add(row)
    session.flush()
    record_change(session, Subject("facility", row.id), old=None, new={"name": row.name}, now=now)
    session.flush()
    return row


def change_facility(
    session: Session, facility_id: int, details: FacilityDetails, *, version: int, now: datetime, reason: str = ""
) -> Facility:
    """Change a facility's terms; what was approved before keeps the cover it had.

    Raises
    ------
    RefusedError
        ``finance.currency_in_use``, ``finance.instrument_in_use`` once there are financings.
    """
    row = hold_facility(session, facility_id)
    values = _checked(session, details)
    if session.scalar(scoped(session, Financing.id).where(Financing.facility_id == facility_id).limit(1)):
        for name, code in (("currency", "finance.currency_in_use"), ("instrument", "finance.instrument_in_use")):
            if values[name] != getattr(row, name):
                raise RefusedError(code, field=name)
        decided = scoped(session, Financing.id).where(
            Financing.facility_id == facility_id, Financing.approved > Decimal(0)
        )
        terms_change = any(values[name] != getattr(row, name) for name in ("cover", "cap"))
        if terms_change and session.scalar(decided.limit(1)):
            raise RefusedError("finance.cover_in_use", field="cover" if values["cover"] != row.cover else "cap")
    change_row(session, row, values, Subject("facility", row.id), version=version, now=now, reason=reason)
    return row


def add_capital(
    session: Session, facility_id: int, amount: Decimal, day: date, *, note: str = "", today: date, now: datetime
) -> FinancingEntry:
    """Put capital into a revolving fund.

    Raises
    ------
    RefusedError
        ``finance.capital_of_funds_only``, ``finance.amount_not_positive``, ``finance.in_future``.
    """
    row = hold_facility(session, facility_id)
    if row.instrument != Instrument.REVOLVING_FUND:
        raise RefusedError("finance.capital_of_funds_only", field="amount")
    if not 0 < amount < LARGEST_MONEY:
        raise RefusedError("finance.amount_not_positive", field="amount")
    if day > today:
        raise RefusedError("finance.in_future", day=day, field="day")
    entry = FinancingEntry(
        tenant_id=row.tenant_id,
        facility_id=row.id,
        kind=EntryKind.CAPITAL,
        day=day,
        amount=amount,
        note=note.strip()[:LONGEST_TEXT],
        created_at=now,
        created_by=require(session, Permission.EDIT_SITES).user_id,
    )
    session.add(entry)
    new = {"kind": EntryKind.CAPITAL, "amount": amount, "day": day}
    record_change(session, Subject("facility", row.id), old=None, new=new, now=now, reason=note)
    session.flush()
    return entry


def hold_facility(session: Session, facility_id: int) -> Facility:
    """Return a facility that the scope may write, held until the transaction ends.

    Raises
    ------
    NotFoundError
        Where it is not the scope's own: whoever only borrows of it changes nothing of it.
    """
    require(session, Permission.EDIT_SITES)
    row: Facility | None = session.scalars(
        scoped(session, Facility).where(Facility.id == facility_id).with_for_update()
    ).one_or_none()
    if row is None or not owns(session, row):
        raise NotFoundError("record.not_found", thing="facility")
    return row


def open_facility(session: Session, facility_id: int) -> Facility:
    """Return a facility whose terms the scope may change, to be shown."""
    require(session, Permission.EDIT_SITES)
    row = find(session, Facility, facility_id)
    if not owns(session, row):
        raise NotFoundError("record.not_found", thing="facility")
    return row


def owns(session: Session, facility: Facility) -> bool:
    """Tell whether the scope sees the organisation whose facility it is, and so all of its accounts."""
    statement = scoped(session, Organisation.id).where(Organisation.id == facility.organisation_id)
    return session.scalar(statement) is not None


def check_left(session: Session, facility: Facility) -> Decimal | None:
    """Return what may still be approved; None where there is no ceiling."""
    return left_of(session, [facility]).get(facility.id)


def _checked(session: Session, details: FacilityDetails) -> dict[str, Any]:
    name = details.name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise RefusedError("finance.name_missing", field="name")
    code = details.currency.strip().upper()
    if code not in currencies():
        raise RefusedError("site.currency_unknown", currency=code[:60], field="currency")
    find(session, Organisation, details.organisation_id)
    if details.start and details.end and details.start >= details.end:
        raise RefusedError("finance.end_before_start", start=details.start, field="end")
    if details.ceiling is not None and not 0 <= details.ceiling < LARGEST_MONEY:
        raise RefusedError("finance.ceiling_negative", field="ceiling")
    if details.cap is not None and not 0 < details.cap < LARGEST_MONEY:
        raise RefusedError("finance.cap_not_positive", field="cap")
    guaranteed = details.instrument is Instrument.GUARANTEED_LOAN
    if guaranteed and details.cover is None:
        raise RefusedError("finance.cover_missing", field="cover")
    if details.cover is not None and not 0 < details.cover <= 1:
        raise RefusedError("finance.cover_out_of_range", percent=100 * details.cover, field="cover")
    return {
        "name": name,
        "instrument": details.instrument.value,
        "organisation_id": details.organisation_id,
        "lender": details.lender.strip()[:LONGEST_NAME],
        "country": details.country.strip().upper()[:2],
        "currency": code,
        "ceiling": details.ceiling,
        "cover": details.cover if guaranteed else None,
        "cap": details.cap,
        "start": details.start,
        "end": details.end,
        "eligibility": details.eligibility.strip()[:LONGEST_TEXT],
        "note": details.note.strip()[:LONGEST_TEXT],
    }
