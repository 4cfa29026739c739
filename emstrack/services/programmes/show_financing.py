"""One facility and one financing as their pages and documents show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.errors import NotFoundError
from emstrack.domain.financing import EntryKind
from emstrack.domain.loan_ledger import next_kinds
from emstrack.domain.sectors import Sector
from emstrack.services.programmes.cover_debt import Coverage, cover_debt
from emstrack.services.programmes.keep_facility import owns
from emstrack.services.programmes.list_financing import Pipeline, is_open, list_financings
from emstrack.services.programmes.record_entry import account_of, cover_of, entries_of
from emstrack.services.programmes.total_facility import FacilityTotals, left_from, totals_of
from emstrack.services.sites.list_changes import Change, changes_of
from emstrack.storage.models import (
    Facility,
    FinancedMeasure,
    Financing,
    FinancingEntry,
    Measure,
    Organisation,
    Site,
    User,
)
from emstrack.storage.scope import find, scoped, within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal
    from fractions import Fraction

    from sqlalchemy.orm import Session

    from emstrack.domain.loan_ledger import Position

LATEST_CAPITAL = 50
MOST_CHOICES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFacility:
    """A facility with its accounts; they are its owner's to see."""

    facility: Facility
    owned: bool
    open: bool
    totals: FacilityTotals
    left: Decimal | None
    capital: list[FinancingEntry]
    pipeline: Pipeline
    changes: list[Change]


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """What the next entry most likely says; the person writes over it."""

    amount: Decimal | None = None
    interest: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownFinancing:
    """A financing with its measures, schedule, entries and what carries it."""

    financing: Financing
    facility: Facility
    borrower: Organisation | None
    measures: list[tuple[Measure, Site]]
    entries: list[tuple[FinancingEntry, str]]
    position: Position
    cover: Fraction
    next: list[EntryKind]
    proposed: Happening
    coverage: Coverage
    owned: bool
    changes: list[Change]


def show_facility(session: Session, facility_id: int, *, today: date) -> ShownFacility:
    """Return a facility the scope may see."""
    facility = find(session, Facility, facility_id)
    owned = owns(session, facility)
    totals = totals_of(session, [facility])[facility.id]
    capital = scoped(session, FinancingEntry).where(
        FinancingEntry.facility_id == facility_id, FinancingEntry.kind == EntryKind.CAPITAL
    )
    newest = capital.order_by(FinancingEntry.day.desc(), FinancingEntry.id.desc()).limit(LATEST_CAPITAL)
    return ShownFacility(
        facility=facility,
        owned=owned,
        open=is_open(facility, today),
        totals=totals,
        left=left_from(facility, totals),
        capital=list(session.scalars(newest)),
        pipeline=list_financings(session, facility_id=facility_id),
        changes=changes_of(session, "facility", facility_id) if owned else [],
    )


def show_financing(session: Session, financing_id: int, *, today: date) -> ShownFinancing:
    """Return a financing the scope may see."""
    financing, facility, borrower = _found(session, financing_id)
    measures = _measures(session, financing_id)
    entries = entries_of(session, financing_id)
    people = _names(session, entries)
    position = account_of(facility, entries).position
    owned = owns(session, facility)
    kinds = next_kinds(position) if owned else []
    coverage = cover_debt(session, financing, facility, [each for each, _ in measures], today=today)
    return ShownFinancing(
        financing=financing,
        facility=facility,
        borrower=borrower,
        measures=measures,
        entries=[(each, people.get(each.created_by or 0, "")) for each in entries],
        position=position,
        cover=cover_of(facility)(financing.approved or financing.amount),
        next=kinds,
        proposed=_proposed(kinds[0] if kinds else None, financing, position, coverage),
        coverage=coverage,
        owned=owned,
        changes=changes_of(session, "financing", financing_id),
    )


def financeable(session: Session, *, also: Sequence[int] = ()) -> list[tuple[Measure, Site]]:
    """Return the measures that an application may be about, by site and title."""
    statement = scoped(session, Measure, Site).where(
        Measure.site_id == Site.id,
        sa.or_(
            sa.and_(Measure.archived_at.is_(None), Measure.status.not_in(("rejected", "deferred"))),
            Measure.id.in_(also),
        ),
    )
    statement = statement.order_by(Site.name, Measure.title, Measure.id).limit(MOST_CHOICES)
    return [(row[0], row[1]) for row in session.execute(statement)]


def sector_of(site: Site) -> str:
    """Return the sector that a site's kind tells; a plant's has to be said."""
    usual = {
        "hotel": Sector.HOTEL,
        "building": Sector.MUNICIPAL_BUILDING,
        "street_lighting": Sector.STREET_LIGHTING,
        "pumping_station": Sector.PUMPING,
    }
    return str(usual.get(site.kind, ""))


def _proposed(kind: EntryKind | None, row: Financing, position: Position, coverage: Coverage) -> Happening:
    """Return the amount asked for, what is left to pay out, or the first instalment that is not paid yet."""
    if kind is EntryKind.APPROVAL:
        return Happening(amount=row.amount)
    if kind is EntryKind.DISBURSEMENT:
        return Happening(amount=position.committed)
    if kind is not EntryKind.REPAYMENT:
        return Happening()
    for each in coverage.instalments:
        if row.approved - each.outstanding > position.repaid:
            return Happening(amount=min(each.principal, position.outstanding), interest=each.interest)
    return Happening(amount=position.outstanding)


def _found(session: Session, financing_id: int) -> tuple[Financing, Facility, Organisation | None]:
    statement = (
        scoped(session, Financing, Facility)
        .where(Financing.facility_id == Facility.id, Financing.id == financing_id)
        .outerjoin(Organisation, sa.and_(Organisation.id == Financing.organisation_id, *within(session, Organisation)))
        .add_columns(Organisation)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError("record.not_found", thing="financing")
    return row[0], row[1], row[2]


def _measures(session: Session, financing_id: int) -> list[tuple[Measure, Site]]:
    statement = scoped(session, Measure, Site, FinancedMeasure).where(
        FinancedMeasure.financing_id == financing_id,
        FinancedMeasure.measure_id == Measure.id,
        Measure.site_id == Site.id,
    )
    return [(row[0], row[1]) for row in session.execute(statement.order_by(FinancedMeasure.id))]


def _names(session: Session, entries: Sequence[FinancingEntry]) -> dict[int, str]:
    ids = {each.created_by for each in entries if each.created_by is not None}
    if not ids:
        return {}
    rows = session.execute(sa.select(User.id, User.name, User.email).where(User.id.in_(ids)))
    return {row.id: row.name or row.email for row in rows}
