"""Programmes for tests, made the way people make them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conftest import NOW
from factories_measures import make_measure
from factories_sites import make_building

from emstrack.domain.programmes import CohortDetails, ProgrammeDetails, PublishedDetails
from emstrack.domain.sectors import Sector
from emstrack.services.programmes.keep_part import add_part
from emstrack.services.programmes.keep_programme import add_programme
from emstrack.services.programmes.put_into_cohort import put_into_cohort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from emstrack.storage.models import Cohort, Measure, Programme, Site

TODAY = NOW.date()
PUBLISHED = (
    ("Tanneries", Sector.TANNERY, 2, 55, "1290", "6890", 2.2),
    ("Textiles", Sector.TEXTILE, 1, 60, "23700", "80300", 3.5),
    ("Chicken slaughterhouse", Sector.SLAUGHTERHOUSE, 1, 80, "12140", "17540", 8.3),
    ("Cattle slaughterhouse", Sector.SLAUGHTERHOUSE, 1, 63, "300", "3800", 0.9),
    ("Meat packing", Sector.MEAT_PACKING, 1, 47, "38200", "18500", 24.8),
    ("Breweries", Sector.BREWERY, 1, 71, "55000", "100000", 6.6),
)
"""The Bolivian table as printed, with the payback that follows in months."""


def make_programme(session: Session, name: str = "Edificios limpios", **given: Any) -> Programme:
    """A programme that tells results in pesos."""
    return add_programme(session, ProgrammeDetails(**{"name": name, "currency": "MXN", **given}), today=TODAY, now=NOW)


def make_cohort(session: Session, programme: Programme, name: str = "Primer grupo") -> Cohort:
    """A cohort."""
    cohort: Cohort = add_part(session, programme.id, CohortDetails(name=name), today=TODAY, now=NOW)
    return cohort


def put(session: Session, cohort: Cohort, sites: Sequence[Site], **given: Any) -> None:
    """Put sites into a cohort."""
    put_into_cohort(session, cohort.id, [site.id for site in sites], today=TODAY, now=NOW, **given)


def publish(session: Session, programme: Programme) -> None:
    """The Bolivian table."""
    for label, sector, sites, percent, investment, savings, _ in PUBLISHED:
        details = PublishedDetails(
            label=label,
            sector=sector,
            sites=sites,
            implemented_percent=percent,
            investment=Decimal(investment),
            annual_savings=Decimal(savings),
            currency="USD",
        )
        add_part(session, programme.id, details, today=TODAY, now=NOW)


def done(session: Session, site: Site, title: str = "LED", *, status: str = "implemented", **given: Any) -> Measure:
    """A measure that was put in, its way there left out."""
    measure = make_measure(session, site.id, title, **given)
    measure.status, measure.implemented_on = status, date(2026, 1, 1)
    session.flush()
    return measure


def make_started(session: Session, buildings: int = 2) -> tuple[Programme, Cohort, list[Site]]:
    """A programme with a cohort of buildings, a measure put in at each."""
    programme = make_programme(session)
    cohort = make_cohort(session, programme)
    sites = [make_building(session, f"Edificio {n}") for n in range(buildings)]
    put(session, cohort, sites)
    for site in sites:
        done(session, site)
    return programme, cohort, sites
