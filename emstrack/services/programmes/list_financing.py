"""Facilities with what is left of them, and the pipeline of their financings, as the scope sees them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.financing import PIPELINE, Stage
from emstrack.services.programmes.total_facility import FacilityTotals, left_from, totals_of
from emstrack.storage.models import Facility, FinancedMeasure, Financing, Organisation
from emstrack.storage.scope import scoped, within

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFacility:
    """A facility of the list; its sums only for whose facility it is."""

    facility: Facility
    owned: bool
    open: bool
    totals: FacilityTotals
    left: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFinancing:
    """A financing of a list."""

    id: int
    title: str
    stage: Stage
    facility_id: int
    facility: str
    lender: str
    borrower: str
    instrument: str
    currency: str
    amount: Decimal
    approved: Decimal
    outstanding: Decimal
    exposure: Decimal
    applied_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StageSum:
    """How many financings stand at a stage, and what they are about, by currency."""

    stage: Stage
    count: int
    amounts: list[tuple[str, Decimal]]


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Sums of every stage, and a page of financings."""

    stages: list[StageSum]
    rows: list[ListedFinancing]
    total: int
    page: int


def list_facilities(session: Session, *, today: date) -> list[ListedFacility]:
    """Return the facilities, open ones first."""
    rows = session.execute(
        scoped(session, Facility)
        .outerjoin(Organisation, sa.and_(Organisation.id == Facility.organisation_id, *within(session, Organisation)))
        .add_columns(Organisation.id)
        .where(Facility.archived_at.is_(None))
        .order_by(Facility.name, Facility.id)
    ).all()
    totals = totals_of(session, [row[0] for row in rows])
    listed = [
        ListedFacility(
            facility=row[0],
            owned=row[1] is not None,
            open=is_open(row[0], today),
            totals=totals[row[0].id],
            left=left_from(row[0], totals[row[0].id]),
        )
        for row in rows
    ]
    return sorted(listed, key=lambda each: not each.open)


def is_open(facility: Facility, today: date) -> bool:
    """Tell whether a facility takes new financings on a day."""
    begun = facility.start is None or facility.start <= today
    return begun and (facility.end is None or today < facility.end)


def list_financings(
    session: Session, *, stage: Stage | None = None, facility_id: int | None = None, page: int = 1
) -> Pipeline:
    """Return the pipeline: every stage's sums, and a page of one stage or all."""
    statement = _listed(session)
    if facility_id is not None:
        statement = statement.where(Financing.facility_id == facility_id)
    stages = _stages(session, facility_id)
    total = sum(each.count for each in stages if stage in {None, each.stage})
    page = min(max(page, 1), max(1, -(-total // PAGE)))
    if stage is not None:
        statement = statement.where(Financing.stage == stage)
    statement = statement.order_by(Financing.applied_on.desc(), Financing.id.desc())
    rows = session.execute(statement.limit(PAGE).offset((page - 1) * PAGE))
    return Pipeline(stages, [_row(each) for each in rows], total, page)


def financings_of_measure(session: Session, measure_id: int) -> list[ListedFinancing]:
    """Return the financings that pay for a measure."""
    linked = scoped(session, FinancedMeasure.financing_id).where(FinancedMeasure.measure_id == measure_id)
    return [_row(each) for each in session.execute(_listed(session).where(Financing.id.in_(linked)))]


def _listed(session: Session) -> sa.Select[Any]:
    return (
        scoped(session, Financing, Facility)
        .where(Financing.facility_id == Facility.id)
        .outerjoin(Organisation, sa.and_(Organisation.id == Financing.organisation_id, *within(session, Organisation)))
        .add_columns(Organisation.name)
    )


def _row(row: Any) -> ListedFinancing:
    financing, facility, borrower = row
    same = ("id", "title", "facility_id", "amount", "approved", "outstanding", "exposure", "applied_on")
    return ListedFinancing(
        **{name: getattr(financing, name) for name in same},
        stage=Stage(financing.stage),
        facility=facility.name,
        lender=facility.lender,
        instrument=facility.instrument,
        currency=facility.currency,
        borrower=borrower or "",
    )


def _stages(session: Session, facility_id: int | None) -> list[StageSum]:
    amount = sa.case((Financing.approved > Decimal(0), Financing.approved), else_=Financing.amount)
    statement = (
        scoped(
            session, Financing.stage, Facility.currency, sa.func.count().label("n"), sa.func.sum(amount).label("sum")
        )
        .where(Financing.facility_id == Facility.id)
        .group_by(Financing.stage, Facility.currency)
        .order_by(Facility.currency)
    )
    if facility_id is not None:
        statement = statement.where(Financing.facility_id == facility_id)
    rows = session.execute(statement).all()
    return [
        StageSum(
            stage=stage,
            count=sum(row.n for row in rows if row.stage == stage),
            amounts=[(row.currency, Decimal(str(row.sum))) for row in rows if row.stage == stage],
        )
        for stage in PIPELINE
    ]
