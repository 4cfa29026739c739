"""Programmes of the demonstration: the municipality's first 17 buildings, the hotels, and tables as published.

Published figures are those of a public brochure on cleaner production in the region; the rest is illustrative. Content,
not interface, so it is in the language of the place.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from emstrack.domain.programmes import (
    ActivityDetails,
    ActivityKind,
    CohortDetails,
    IndicatorDetails,
    LeveragedDetails,
    ProgrammeDetails,
    PublishedDetails,
)
from emstrack.domain.sectors import Sector
from emstrack.domain.sites import SiteKind
from emstrack.services.programmes.keep_part import add_part
from emstrack.services.programmes.keep_programme import add_programme
from emstrack.services.programmes.put_into_cohort import put_into_cohort
from emstrack.services.programmes.record_quarter import record_quarter
from emstrack.storage.models import Site
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.programmes import PartDetails
    from emstrack.storage.models import Programme

EP3, MUNICIPAL, COAST, EAST = (
    *("EP3 Bolivia", "Edificios públicos de San Aurelio", "Green coast hotels"),
    "Hoteles de Jamaica (EAST)",
)
SOURCE = "USAID, Cleaner Production in Latin America and the Caribbean"
TABLE = (
    ("Tanneries", Sector.TANNERY, 2, 55.0, 1_290, 6_890),
    ("Textiles", Sector.TEXTILE, 1, 60.0, 23_700, 80_300),
    ("Chicken slaughterhouse", Sector.SLAUGHTERHOUSE, 1, 80.0, 12_140, 17_540),
    ("Cattle slaughterhouse", Sector.SLAUGHTERHOUSE, 1, 63.0, 300, 3_800),
    ("Meat packing", Sector.MEAT_PACKING, 1, 47.0, 38_200, 18_500),
    ("Breweries", Sector.BREWERY, 1, 71.0, 55_000, 100_000),
)
"""Implementation results in Bolivia: sector, plants, implemented [%], investment and annual savings [USD]."""
PARTNERS = "Comité de Gestión Ambiental\nCentro de Producción Más Limpia\nUniversidad local"


def demonstrate_programmes(session: Session, *, now: datetime) -> None:
    """Add the programmes."""
    _publish(session, now)
    _publish_hotels(session, now)
    sites = {kind: _sites(session, kind) for kind in (SiteKind.BUILDING, SiteKind.HOTEL)}
    first = _municipal(session, now)
    put_into_cohort(session, first, sites[SiteKind.BUILDING], today=now.date(), now=now)
    details = ProgrammeDetails(
        name=COAST, summary="Five small hotels of one bay.", countries=("JM",), sectors=(Sector.HOTEL,), currency="JMD"
    )
    coast = add_programme(session, details, today=now.date(), now=now)
    hotels = add_part(session, coast.id, CohortDetails(name="First five hotels"), today=now.date(), now=now)
    put_into_cohort(session, hotels.id, sites[SiteKind.HOTEL], destination="Bahía Clara", today=now.date(), now=now)


def _sites(session: Session, kind: SiteKind) -> list[int]:
    return list(session.scalars(scoped(session, Site.id).where(Site.kind == kind.value).order_by(Site.id)))


def _publish(session: Session, now: datetime) -> None:
    today = now.date()
    bolivia = ProgrammeDetails(
        name=EP3,
        summary="Resultados de las medidas de producción más limpia recomendadas en Bolivia, como se publicaron.",
        countries=("BO",),
        sectors=tuple(dict.fromkeys(sector for _, sector, *_ in TABLE)),
        currency="USD",
        start=date(1995, 1, 1),
        end=date(1999, 1, 1),
    )
    programme = add_programme(session, bolivia, today=today, now=now)
    for label, sector, sites, percent, investment, savings in TABLE:
        row = PublishedDetails(
            label=label,
            sector=sector,
            sites=sites,
            implemented_percent=percent,
            investment=Decimal(investment),
            annual_savings=Decimal(savings),
            currency="USD",
            source=SOURCE,
        )
        add_part(session, programme.id, row, today=today, now=now)
    poultry = PublishedDetails(
        label="Poultry slaughterhouse",
        sector=Sector.SLAUGHTERHOUSE,
        sites=1,
        investment=Decimal(21_200),
        annual_savings=Decimal(58_850),
        currency="USD",
        in_total=False,
        period_uncertain=False,
        source=SOURCE,
    )
    add_part(session, programme.id, poultry, today=today, now=now)


def _publish_hotels(session: Session, now: datetime) -> None:
    """Add what was published of five hotels: probably not of one year, so it is a case and in no table."""
    today = now.date()
    jamaica = ProgrammeDetails(
        name=EAST,
        summary="Auditorías ambientales para el turismo sostenible, como se publicaron.",
        countries=("JM",),
        sectors=(Sector.HOTEL,),
        currency="USD",
    )
    east = add_programme(session, jamaica, today=today, now=now)
    hotels = PublishedDetails(
        label="Five Jamaican hotels",
        sector=Sector.HOTEL,
        sites=5,
        annual_savings=Decimal(620_000),
        per_room=Decimal(920),
        currency="USD",
        in_total=False,
        source=SOURCE,
    )
    add_part(session, east.id, hotels, today=today, now=now)


def _municipal(session: Session, now: datetime) -> int:
    """Add the municipality's programme with what it did, and return its first cohort."""
    today = now.date()
    details = ProgrammeDetails(
        name=MUNICIPAL,
        summary="Diagnósticos y medidas en 17 edificios de siete secretarías, y después en el siguiente grupo.",
        countries=("MX",),
        sectors=(Sector.MUNICIPAL_BUILDING,),
        partners=PARTNERS,
        currency="MXN",
    )
    programme = add_programme(session, details, today=today, now=now)
    first = add_part(session, programme.id, CohortDetails(name="Primeros 17 edificios"), today=today, now=now)
    parts: tuple[PartDetails, ...] = (
        CohortDetails(name="Siguiente grupo"),
        *_activities(today.year - 1),
        LeveragedDetails(source="Fondo metropolitano", amount=Decimal(850_000), currency="MXN"),
        LeveragedDetails(source="Cámara de comercio, en especie", amount=Decimal(120_000), currency="MXN"),
    )
    for part in parts:
        add_part(session, programme.id, part, today=today, now=now)
    _indicator(session, programme, today.year - 1, now)
    return int(first.id)


def _activities(year: int) -> tuple[ActivityDetails, ...]:
    day = date(year, 3, 12)
    return (
        ActivityDetails(
            kind=ActivityKind.TRAINING,
            title="Lectura de medidores y recibos",
            place="Palacio Municipal",
            start=day,
            last_day=date(year, 3, 13),
            women=18,
            men=14,
            outputs="32 enlaces ambientales",
            cost=Decimal(24_000),
            currency="MXN",
        ),
        ActivityDetails(
            kind=ActivityKind.CAMPAIGN,
            title="Apaga y ahorra",
            start=date(year, 5, 4),
            last_day=date(year, 5, 29),
            reach=1_450,
            measured="Oficinas con luces apagadas a las 20 h (%)",
            before=41.0,
            after=68.0,
            cost=Decimal(38_500),
            currency="MXN",
        ),
        ActivityDetails(
            kind=ActivityKind.GUIDE,
            title="Guía técnica de iluminación para oficinas",
            start=date(year, 9, 1),
            last_day=date(year, 9, 1),
            outputs="Guía en línea y 200 ejemplares",
        ),
    )


def _indicator(session: Session, programme: Programme, year: int, now: datetime) -> None:
    today = now.date()
    details = IndicatorDetails(
        name="Edificios con recibos completos",
        unit="%",
        baseline=35.0,
        baseline_day=date(year, 1, 1),
        target=95.0,
        target_day=date(year + 1, 12, 31),
    )
    indicator = add_part(session, programme.id, details, today=today, now=now)
    for number, value in enumerate((52.0, 71.0, 82.0, 88.0)):
        record_quarter(session, indicator.id, date(year, 1 + 3 * number, 1), value, today=today, now=now)
