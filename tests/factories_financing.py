"""Facilities and financings for tests, made the way people make them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conftest import NOW
from factories_measures import make_measure
from factories_sites import make_building

from emstrack.domain.financing import ApplicationDetails, EntryKind, FacilityDetails, Instrument, Terms
from emstrack.services.programmes.apply_for_financing import apply_for_financing
from emstrack.services.programmes.keep_facility import add_facility
from emstrack.services.programmes.record_entry import Happened, record_entry
from emstrack.storage.scope import tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Facility, Financing

TODAY = NOW.date()
GUARANTEE: dict[str, Any] = {
    "name": "Garantía P+L",
    "instrument": Instrument.GUARANTEED_LOAN,
    "lender": "Banco Andino",
    "country": "PE",
    "currency": "USD",
    "ceiling": Decimal(5_000_000),
    "cover": 0.5,
    "cap": Decimal(400_000),
}


def facility_details(session: Session, **given: Any) -> FacilityDetails:
    """The guarantee of the programme: 50 % of loans up to 400,000."""
    return FacilityDetails(**{"organisation_id": tenant_of(session), **GUARANTEE, **given})


def make_facility(session: Session, **given: Any) -> Facility:
    """A facility."""
    return add_facility(session, facility_details(session, **given), now=NOW)


def application(session: Session, facility_id: int, measure_ids: tuple[int, ...], **given: Any) -> ApplicationDetails:
    """100,000 at 12 % over five years."""
    base: dict[str, Any] = {
        "title": "Calderas eficientes",
        "facility_id": facility_id,
        "organisation_id": tenant_of(session),
        "measure_ids": measure_ids,
        "amount": Decimal(100_000),
        "terms": Terms(annual_rate=0.12, instalments=60),
    }
    return ApplicationDetails(**{**base, **given})


def make_financing(session: Session, facility: Facility | None = None, **given: Any) -> Financing:
    """An application for one measure of a building of its own."""
    facility = facility or make_facility(session)
    if "measure_ids" not in given:
        site = make_building(session, f"Edificio {given.get('title', 'uno')}")
        given["measure_ids"] = (make_measure(session, site.id, currency="USD").id,)
    ids = given.pop("measure_ids")
    return apply_for_financing(session, application(session, facility.id, ids, **given), today=TODAY, now=NOW)


def happen(session: Session, row: Financing, kind: str, amount: str | int = 0, **given: Any) -> Financing:
    """Add an entry, today unless told otherwise."""
    said = Happened(**{"kind": EntryKind(kind), "day": TODAY, "amount": Decimal(amount), **given})
    return record_entry(session, row.id, said, version=row.version, today=TODAY, now=NOW)


def drawn(session: Session, facility: Facility | None = None, **given: Any) -> Financing:
    """A financing that was approved and paid out whole."""
    row = make_financing(session, facility, **given)
    row = happen(session, row, "approval", str(row.amount), day=date(2026, 1, 15))
    return happen(session, row, "disbursement", str(row.amount), day=date(2026, 2, 1))
