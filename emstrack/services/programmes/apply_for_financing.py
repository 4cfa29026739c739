"""An application from one measure or a bundle: what is asked of which facility, and on which terms."""

from __future__ import annotations

from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.financing import (
    LARGEST_MONEY,
    LONGEST_NAME,
    LONGEST_TEXT,
    ApplicationDetails,
    Instrument,
    Stage,
    Standing,
    Terms,
    check_cap,
    check_open,
    check_terms,
)
from emstrack.domain.measures import MeasureStatus
from emstrack.domain.sectors import Sector
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import Facility, FinancedMeasure, Financing, Measure, Organisation
from emstrack.storage.scope import find, require, scoped, tenant_of

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from sqlalchemy.orm import Session

MOST_MEASURES = 100


def apply_for_financing(session: Session, details: ApplicationDetails, *, today: date, now: datetime) -> Financing:
    """Ask a facility for money; a loan over its cap says so now, not after the committee has met."""
    scope = require(session, Permission.EDIT_SITES)
    facility = find(session, Facility, details.facility_id)
    find(session, Organisation, details.organisation_id)
    day = details.applied_on or today
    if day > today:
        raise RefusedError("finance.in_future", day=day, field="applied_on")
    check_open(standing_of(facility, details), day)
    values = _checked(session, facility, details)
    row = Financing(
        tenant_id=scope.tenant_id,
        facility_id=facility.id,
        organisation_id=details.organisation_id,
        applied_on=day,
        created_at=now,
        created_by=scope.user_id,
        **values,
    )
    session.add(row)
    session.flush()
    _link(session, row, details.measure_ids)
    new = {"title": row.title, "amount": row.amount, "measures": list(details.measure_ids)}
    record_change(session, Subject("financing", row.id), old=None, new=new, now=now)
    session.flush()
    return row


def change_application(
    session: Session, financing_id: int, details: ApplicationDetails, *, version: int, now: datetime, reason: str = ""
) -> Financing:
    """Change an application while nothing was decided on it.

    Raises
    ------
    RefusedError
        ``finance.decided_already``; those of a new application.
    """
    row = hold_financing(session, financing_id)
    if row.stage != Stage.APPLIED:
        raise RefusedError("finance.decided_already", field="amount")
    facility = find(session, Facility, row.facility_id)
    values = _checked(session, facility, details, of=row.id)
    change_row(session, row, values, Subject("financing", row.id), version=version, now=now, reason=reason)
    before = sorted(measures_of(session, row.id))
    wanted = sorted(set(details.measure_ids))
    if before != wanted:
        gone = sa.delete(FinancedMeasure).where(
            FinancedMeasure.tenant_id == tenant_of(session), FinancedMeasure.financing_id == row.id
        )
        session.execute(gone.execution_options(synchronize_session=False))
        _link(session, row, tuple(wanted))
        subject = Subject("financing", row.id)
        record_change(session, subject, old={"measures": before}, new={"measures": wanted}, now=now, reason=reason)
        session.flush()
    return row


def hold_financing(session: Session, financing_id: int) -> Financing:
    """Return a financing to be written, held until the transaction ends."""
    require(session, Permission.EDIT_SITES)
    row: Financing | None = session.scalars(
        scoped(session, Financing).where(Financing.id == financing_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError("record.not_found", thing="financing")
    return row


def measures_of(session: Session, financing_id: int) -> list[int]:
    """Return the ids of the measures that a financing pays for."""
    statement = scoped(session, FinancedMeasure.measure_id).where(FinancedMeasure.financing_id == financing_id)
    return list(session.scalars(statement.order_by(FinancedMeasure.id)))


def standing_of(facility: Facility, details: ApplicationDetails | Financing, left: Decimal | None = None) -> Standing:
    """Return what an application or its approval is held against."""
    return Standing(
        instrument=Instrument(facility.instrument),
        currency=facility.currency,
        left=left,
        cap=facility.cap,
        start=facility.start,
        end=facility.end,
        over_cap_agreed=details.over_cap_agreed,
    )


def _checked(
    session: Session, facility: Facility, details: ApplicationDetails, *, of: int | None = None
) -> dict[str, Any]:
    title = details.title.strip()
    if not title or len(title) > LONGEST_NAME:
        raise RefusedError("finance.title_missing", field="title")
    if not 0 < details.amount < LARGEST_MONEY:
        raise RefusedError("finance.amount_not_positive", field="amount")
    for name in ("own_funds", "cash_flow"):
        given = getattr(details, name)
        if given is not None and not 0 <= given < LARGEST_MONEY:
            raise RefusedError("finance.amount_negative", field=name)
    if not 0 <= details.haircut < 1:
        raise RefusedError("finance.haircut", percent=100 * details.haircut, field="haircut")
    if details.sector and details.sector not in set(Sector):
        raise RefusedError("finance.sector_unknown", field="sector")
    terms = _terms(facility, details)
    check_terms(terms)
    check_cap(standing_of(facility, details), details.amount)
    _check_measures(session, details.measure_ids, of)
    return {
        "title": title,
        "amount": details.amount,
        "own_funds": details.own_funds,
        "sector": details.sector,
        "amortization": terms.amortization.value,
        "annual_rate": terms.annual_rate,
        "instalments": terms.instalments,
        "per_year": terms.per_year,
        "grace": terms.grace,
        "first_due": terms.first_due,
        "over_cap_agreed": details.over_cap_agreed,
        "haircut": details.haircut,
        "cash_flow": details.cash_flow,
        "note": details.note.strip()[:LONGEST_TEXT],
    }


def _terms(facility: Facility, details: ApplicationDetails) -> Terms:
    """Return the terms; what is never repaid bears no interest, and a loan without a rate is not guessed at."""
    if not isnan(details.terms.annual_rate):
        return details.terms
    if Instrument(facility.instrument).is_repaid:
        raise RefusedError("finance.rate_missing", field="annual_rate")
    return replace(details.terms, annual_rate=0.0)


def _check_measures(session: Session, ids: tuple[int, ...], of: int | None) -> None:
    if not ids:
        raise RefusedError("finance.no_measure", field="measure_ids")
    if len(set(ids)) > MOST_MEASURES:
        raise RefusedError("finance.too_many_measures", most=MOST_MEASURES, field="measure_ids")
    rows = session.scalars(scoped(session, Measure).where(Measure.id.in_(set(ids)))).all()
    if len(rows) != len(set(ids)):
        raise NotFoundError("record.not_found", thing="measure")
    already = set() if of is None else set(measures_of(session, of))
    for row in rows:
        given_up = row.archived_at is not None or row.status in {MeasureStatus.REJECTED, MeasureStatus.DEFERRED}
        if given_up and row.id not in already:
            raise RefusedError("finance.measure_given_up", measure=row.title, field="measure_ids")


def _link(session: Session, row: Financing, ids: tuple[int, ...]) -> None:
    session.add_all(
        FinancedMeasure(tenant_id=row.tenant_id, financing_id=row.id, measure_id=id_) for id_ in sorted(set(ids))
    )
    session.flush()
