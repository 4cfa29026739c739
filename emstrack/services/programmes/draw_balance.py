"""The demonstration's plant: a tannery of the cleaner-production programme, with one lot of hides balanced.

Illustrative, and so are its prices; content, not interface, so it is in the place's language.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emstrack.domain.accounts import Locality, OrganisationKind
from emstrack.domain.balances import BalanceDetails, LoadParameter, OperationDetails, StreamDetails, StreamKind
from emstrack.domain.measures import CHEMICALS, Category, Effect, InvestmentLine, MeasureDetails
from emstrack.domain.sites import SiteDetails, SiteKind
from emstrack.services.accounts.create_organisation import create_organisation
from emstrack.services.audits.add_measure import add_measure
from emstrack.services.audits.keep_balance import add_balance
from emstrack.services.audits.keep_process_stream import add_stream
from emstrack.services.audits.keep_unit_operation import add_operation
from emstrack.services.sites.add_site import add_site

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

PLANT = "Curtiembre Illampu"
BOLIVIA = Locality(country="BO", currency="BOB", language="es", time_zone="America/La_Paz")
BALANCE = BalanceDetails(
    title="Ribera y curtido, un lote de 10 t",
    start=date(2026, 3, 2),
    end=date(2026, 3, 7),
    note="Ilustrativo. Pieles pesadas en báscula; agua por medidor de fulón; baños aforados; análisis de una muestra "
    "compuesta por baño.",
)
OPERATIONS = (("Remojo", "900"), ("Pelambre y descarne", "2400"), ("Curtido al cromo", "3100"))
WATER: dict[str, Any] = {"is_water": True}
COD, TSS, CR, S2 = LoadParameter.COD, LoadParameter.TSS, LoadParameter.CHROMIUM, LoadParameter.SULPHIDE
IN, ON, OUT, LOSS = StreamKind.INPUT, StreamKind.INTERMEDIATE, StreamKind.PRODUCT, StreamKind.LOSS
_Row = tuple[StreamKind, str, float, str, int | None, int | None, str | None, str | None, dict[str, Any]]
STREAMS: tuple[_Row, ...] = (
    (IN, "Pieles saladas", 10, "t", None, 1, "11000", None, {"is_basis": True}),
    (IN, "Agua de remojo", 62, "m3", None, 1, "9.5", None, WATER),
    (ON, "Pieles remojadas", 12.1, "t", 1, 2, None, None, {}),
    (LOSS, "Baño de remojo", 58.5, "m3", 1, None, None, "6", {**WATER, "concentrations": {COD: 8200, TSS: 3400}}),
    (IN, "Sulfuro de sodio", 280, "kg", None, 2, "9.8", None, {}),
    (IN, "Cal", 400, "kg", None, 2, "1.6", None, {}),
    (IN, "Agua de pelambre y lavados", 34, "m3", None, 2, "9.5", None, WATER),
    (ON, "Piel en tripa", 10.6, "t", 2, 3, None, None, {}),
    (LOSS, "Carnazas y recortes", 2.6, "t", 2, None, None, "180", {}),
    (
        LOSS,
        "Baño de pelambre",
        32.4,
        "m3",
        2,
        None,
        None,
        "14",
        {**WATER, "concentrations": {COD: 26000, TSS: 11000, S2: 1350}},
    ),
    (IN, "Sal de cromo", 800, "kg", None, 3, "14.5", None, {}),
    (IN, "Ácidos, sal y basificante", 900, "kg", None, 3, "4.2", None, {}),
    (IN, "Agua de curtido", 12, "m3", None, 3, "9.5", None, WATER),
    (IN, "Electricidad de fulones", 620, "kWh", None, 3, "0.9", None, {}),
    (OUT, "Cuero wet blue", 9.4, "t", 3, None, None, None, {}),
    (
        LOSS,
        "Baño agotado de cromo",
        13.2,
        "m3",
        3,
        None,
        None,
        "22",
        {**WATER, "concentrations": {COD: 5200, CR: 3900}},
    ),
    (LOSS, "Sal de cromo perdida en el baño", 210, "kg", 3, None, "14.5", "0", {}),
    (LOSS, "Virutas y recortes curtidos", 0.9, "t", 3, None, None, "420", {}),
)
"""Kind, name, quantity, unit, from and to which operation, purchase and disposal cost of a unit [BOB], the rest."""

LOTS = "60 lotes al año como el del balance; precios del balance."
RECOMMENDED = (
    MeasureDetails(
        title="Reciclar el baño de pelambre",
        category=Category.REUSE,
        situation="El baño de pelambre se tira con sulfuro y cal sin usar: es la carga más alta de la planta.",
        proposal="Filtrar el baño, guardarlo, reponer sulfuro y cal, y usarlo en el lote siguiente.",
        effects=(
            Effect(
                resource=CHEMICALS,
                quantity=6700,
                unit="kg",
                unit_price=Decimal("9.8"),
                assumptions=LOTS,
                calculation="280 kg de sulfuro × 60 lotes × 40 %",
            ),
            Effect(
                resource="water",
                quantity=1000,
                unit="m3",
                unit_price=Decimal("9.5"),
                assumptions=LOTS,
                calculation="34 m³ × 60 lotes × 50 %",
            ),
        ),
        investment=(InvestmentLine(label="Filtro, tanque y bomba", amount=Decimal(96000)),),
        life_years=10.0,
    ),
    MeasureDetails(
        title="Agotar mejor el cromo del curtido",
        category=Category.PROCESS_CONTROL,
        situation="Una cuarta parte de la sal de cromo sale con el baño agotado.",
        proposal="Subir la temperatura al final del curtido y controlar el pH por lote; medir el cromo que queda.",
        effects=(
            Effect(
                resource=CHEMICALS,
                quantity=7500,
                unit="kg",
                unit_price=Decimal("14.5"),
                assumptions=LOTS,
                calculation="210 kg de sal perdida × 60 lotes × 60 %",
            ),
        ),
        investment=(InvestmentLine(label="Control de temperatura y pH", amount=Decimal(42000)),),
        life_years=8.0,
    ),
)
"""What follows from the balance; content, not interface, so it is in the place's language."""


def draw_balance(session: Session, parent_id: int, *, now: datetime) -> None:
    """Add the plant below the programme's centre, with its balance."""
    company = create_organisation(
        session, PLANT, parent_id=parent_id, kind=OrganisationKind.COMPANY, now=now, locality=BOLIVIA
    )
    details = SiteDetails(name=PLANT, kind=SiteKind.PLANT, organisation_id=company.id, country="BO", city="El Alto")
    site_id = add_site(session, details, now=now).id
    for recommended in RECOMMENDED:
        add_measure(session, site_id, recommended, today=now.date(), now=now)
    balance = add_balance(session, site_id, BALANCE, now=now)
    steps: list[int | None] = [None]
    for name, cost in OPERATIONS:
        operation = OperationDetails(name=name, processing_cost=Decimal(cost))
        steps.append(add_operation(session, balance.id, operation, now=now).id)
    for kind, name, quantity, unit, source, target, price, disposal, more in STREAMS:
        stream = StreamDetails(
            name=name,
            kind=kind,
            quantity=quantity,
            unit=unit,
            from_id=steps[source or 0],
            to_id=steps[target or 0],
            unit_cost=None if price is None else Decimal(price),
            disposal_unit_cost=None if disposal is None else Decimal(disposal),
            **more,
        )
        add_stream(session, balance.id, stream, now=now)
