"""The demonstration's money: a guarantee, a revolving fund and a line that is closed, with loans for its own measures.

Illustrative; content, not interface, so it is in the place's language.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from emstrack.analysis.amortization import schedule
from emstrack.domain.financing import (
    CENT,
    Amortization,
    ApplicationDetails,
    EntryKind,
    FacilityDetails,
    Instrument,
    Terms,
)
from emstrack.domain.measures import MeasureStatus
from emstrack.domain.sectors import Sector
from emstrack.services.audits.exchange_rates import add_rate, load_rates
from emstrack.services.programmes.apply_for_financing import apply_for_financing
from emstrack.services.programmes.cover_debt import terms_of
from emstrack.services.programmes.keep_facility import add_capital, add_facility
from emstrack.services.programmes.record_entry import Happened, record_entry
from emstrack.storage.models import Measure, Organisation, Site
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.analysis.demonstration import Demonstration
    from emstrack.storage.models import Facility, Financing

CAP, COVER = Decimal(400_000), 0.5
"""The published guarantee: half of loans up to 400,000."""
RATES = (("USD", "MXN", 18.5), ("USD", "JMD", 157.0), ("USD", "BOB", 6.96))
_DONE = (MeasureStatus.IMPLEMENTED, MeasureStatus.VERIFIED, MeasureStatus.FADED)
_QUARTERLY = Terms(annual_rate=0.095, instalments=20, per_year=4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lent:
    """A loan of the demonstration and how far it has come."""

    details: ApplicationDetails
    approved_days_ago: int
    instalments_paid: int


def lend_demonstration(session: Session, made: Demonstration, tenant_id: int, *, now: datetime) -> None:
    """Add the facilities, and loans for measures that were put in and one that waits."""
    today = now.date()
    for currency, base, rate in RATES:
        day = today - timedelta(days=900)
        add_rate(session, currency, base, day=day, rate=rate, source="Ilustrativo", today=today, now=now)
    ids = {each.name: each.id for each in session.scalars(scoped(session, Organisation))}
    guarantee, fund = _facilities(session, tenant_id, now=now)
    city, hotels = ids[made.municipality], ids[made.hotel_group]
    for each in (_of_city(session, fund.id, city, today), *_of_hotels(session, guarantee.id, hotels, today)):
        _lend(session, each, now=now)
    waiting = _measures(session, "MXN", (MeasureStatus.PROPOSED,))[:2]
    asked = ApplicationDetails(
        title="Medidas por financiar en edificios",
        facility_id=fund.id,
        organisation_id=city,
        measure_ids=tuple(each.id for each in waiting),
        amount=_in_dollars(session, waiting, today),
        sector=Sector.MUNICIPAL_BUILDING,
        terms=Terms(annual_rate=0.05, instalments=12, per_year=4, grace=1),
    )
    apply_for_financing(session, asked, today=today, now=now)


def _of_city(session: Session, facility_id: int, city: int, today: date) -> Lent:
    """A loan of the fund for what the city put in."""
    measures = _measures(session, "MXN", _DONE)[:2]
    details = ApplicationDetails(
        title="Alumbrado y agua en edificios municipales",
        facility_id=facility_id,
        organisation_id=city,
        measure_ids=tuple(each.id for each in measures),
        amount=_in_dollars(session, measures, today),
        sector=Sector.MUNICIPAL_BUILDING,
        terms=Terms(amortization=Amortization.LINEAR, annual_rate=0.05, instalments=12, per_year=4),
    )
    return Lent(details=details, approved_days_ago=400, instalments_paid=4)


def _of_hotels(session: Session, facility_id: int, hotels: int, today: date) -> tuple[Lent, Lent]:
    """A guaranteed loan for what the hotels began, and one of 600,000 by agreement for what they put in."""
    begun = _measures(session, "JMD", (MeasureStatus.FINANCED, MeasureStatus.IN_PROGRESS))
    small = ApplicationDetails(
        title="Efficient hot water and laundry",
        facility_id=facility_id,
        organisation_id=hotels,
        measure_ids=tuple(each.id for each in begun),
        amount=_in_dollars(session, begun, today),
        sector=Sector.HOTEL,
        terms=replace(_QUARTERLY, grace=2),
    )
    large = ApplicationDetails(
        title="Modernisation of five hotels",
        facility_id=facility_id,
        organisation_id=hotels,
        measure_ids=tuple(each.id for each in _measures(session, "JMD", _DONE)),
        amount=Decimal(600_000),
        sector=Sector.HOTEL,
        terms=_QUARTERLY,
        over_cap_agreed=True,
        note="Over the cap by agreement: the guarantee covers 33.33 %, at most USD 200,000.",
    )
    return (
        Lent(details=small, approved_days_ago=60, instalments_paid=0),
        Lent(details=large, approved_days_ago=300, instalments_paid=2),
    )


def _facilities(session: Session, tenant_id: int, *, now: datetime) -> tuple[Facility, Facility]:
    today = now.date()
    guarantee = FacilityDetails(
        organisation_id=tenant_id,
        currency="USD",
        name="Garantía de créditos para producción más limpia",
        instrument=Instrument.GUARANTEED_LOAN,
        lender="Banco Andino",
        country="PE",
        ceiling=Decimal(5_000_000),
        cover=COVER,
        cap=CAP,
        start=today - timedelta(days=900),
        end=today + timedelta(days=900),
        eligibility="Pequeñas y medianas empresas con medidas de producción más limpia, eficiencia energética o "
        "gestión ambiental evaluadas por el centro.",
    )
    fund = FacilityDetails(
        organisation_id=tenant_id,
        currency="USD",
        name="Fondo rotatorio de producción más limpia",
        instrument=Instrument.REVOLVING_FUND,
        lender="Centro de producción más limpia",
        country="BO",
        eligibility="Municipios y empresas con un diagnóstico terminado.",
    )
    line = FacilityDetails(
        organisation_id=tenant_id,
        currency="USD",
        name="Línea de crédito ambiental",
        instrument=Instrument.CREDIT_LINE,
        lender="Fondo ambiental",
        country="BO",
        ceiling=Decimal(1_000_000),
        end=date(2014, 12, 31),
        eligibility="Empresas con proyectos calificados por el centro. Cerrada a créditos nuevos.",
    )
    first, second, _third = (add_facility(session, each, now=now) for each in (fund, guarantee, line))
    day = today - timedelta(days=880)
    add_capital(session, first.id, Decimal(750_000), day, note="Aporte inicial", today=today, now=now)
    return second, first


def _lend(session: Session, lent: Lent, *, now: datetime) -> Financing:
    """Take a loan from its application through the instalments that fell due and were paid."""
    today = now.date()
    approved = today - timedelta(days=lent.approved_days_ago)
    details = lent.details
    asked = replace(details, applied_on=approved - timedelta(days=30))
    row = apply_for_financing(session, asked, today=today, now=now)
    paid_out = approved + timedelta(days=14)
    happened = [
        Happened(kind=EntryKind.APPROVAL, day=approved, amount=details.amount),
        Happened(kind=EntryKind.DISBURSEMENT, day=paid_out, amount=details.amount),
    ]
    happened += [
        Happened(kind=EntryKind.REPAYMENT, day=each.due, amount=each.principal, interest=each.interest)
        for each in schedule(details.amount, terms_of(row), start=paid_out)[: lent.instalments_paid]
        if each.due <= today
    ]
    for each in happened:
        row = record_entry(session, row.id, each, version=row.version, today=today, now=now)
    return row


def _measures(session: Session, currency: str, statuses: tuple[MeasureStatus, ...]) -> list[Measure]:
    """Return the measures of a currency that cost something, the dearest first."""
    statement = scoped(session, Measure, Site).where(
        Measure.site_id == Site.id,
        Measure.currency == currency,
        Measure.status.in_(statuses),
        Measure.investment > Decimal(0),
        Measure.archived_at.is_(None),
    )
    return [row[0] for row in session.execute(statement.order_by(Measure.investment.desc(), Measure.id))]


def _in_dollars(session: Session, measures: list[Measure], today: date) -> Decimal:
    """Return 80 % of what measures cost: the rest is the borrower's own."""
    rates = load_rates(session, {"USD", *(each.currency for each in measures)})
    told = [rates.convert(each.investment or Decimal(0), each.currency, "USD", today) for each in measures]
    total = sum((each for each in told if each is not None), Decimal(0))
    return max((total * Decimal("0.8")).quantize(CENT), Decimal(100))
