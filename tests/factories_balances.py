"""Balances for tests: a tannery's beamhouse and a small brewery, made the way people make them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conftest import NOW
from factories_sites import site_details

from emstrack.domain.balances import BalanceDetails, LoadParameter, OperationDetails, StreamDetails, StreamKind
from emstrack.domain.sites import SiteKind
from emstrack.services.audits.check_balance import check_stream
from emstrack.services.audits.keep_balance import add_balance
from emstrack.services.audits.keep_process_stream import add_stream
from emstrack.services.audits.keep_unit_operation import add_operation
from emstrack.services.audits.weigh_balance import weigh_balance
from emstrack.services.sites.add_site import add_site
from emstrack.storage.models import Balance, ProcessStream, UnitOperation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.services.audits.weigh_balance import WeighedBalance
    from emstrack.storage.models import Site

DETAILS = BalanceDetails(title="Ribera, un lote", start=date(2026, 3, 2), end=date(2026, 3, 5))


def make_plant(session: Session, name: str = "Curtiembre El Puma", **given: Any) -> Site:
    """A plant that pays in bolivianos, unless told otherwise."""
    details = site_details(session, name, **{"kind": SiteKind.PLANT, "currency": "BOB", **given})
    return add_site(session, details, now=NOW)


def make_balance(session: Session, site: Site, **given: Any) -> Balance:
    """An empty balance."""
    base = {"title": DETAILS.title, "start": DETAILS.start, "end": DETAILS.end}
    return add_balance(session, site.id, BalanceDetails(**{**base, **given}), now=NOW)


class Kept:
    """Draws operations and streams into a balance of the database, by the services."""

    def __init__(self, session: Session, balance: Balance) -> None:
        self.session, self.balance = session, balance

    def step(self, name: str, cost: str | None = None) -> UnitOperation:
        details = OperationDetails(name=name, processing_cost=None if cost is None else Decimal(cost))
        return add_operation(self.session, self.balance.id, details, now=NOW)

    def flow(self, kind: str, name: str, quantity: float, unit: str, **given: Any) -> ProcessStream:
        details = StreamDetails(name=name, kind=StreamKind(kind), quantity=quantity, unit=unit, **columns(given))
        return add_stream(self.session, self.balance.id, details, now=NOW)


class Sketch:
    """Draws them in memory alone: weighing reads no database."""

    def __init__(self, tolerance: float = 0.05) -> None:
        self.balance = Balance(id=1, tolerance=tolerance, title="", currency="BOB")
        self.operations: list[UnitOperation] = []
        self.streams: list[ProcessStream] = []

    def step(self, name: str, cost: str | None = None) -> UnitOperation:
        price = None if cost is None else Decimal(cost)
        row = UnitOperation(id=len(self.operations) + 1, name=name, processing_cost=price)
        self.operations.append(row)
        return row

    def flow(self, kind: str, name: str, quantity: float, unit: str, **given: Any) -> ProcessStream:
        details = StreamDetails(name=name, kind=StreamKind(kind), quantity=quantity, unit=unit, **columns(given))
        row = ProcessStream(**check_stream(details, {each.id for each in self.operations}))
        self.streams.append(row)
        return row

    def weigh(self) -> WeighedBalance:
        return weigh_balance(self.balance, self.operations, self.streams)


def columns(given: dict[str, Any]) -> dict[str, Any]:
    """`source` and `target` are operations, `price` and `disposal` money per unit."""
    ends = {
        f"{column}_id": given.pop(short).id
        for short, column in (("source", "from"), ("target", "to"))
        if given.get(short)
    }
    money = {
        column: Decimal(given.pop(short))
        for short, column in (("price", "unit_cost"), ("disposal", "disposal_unit_cost"))
        if short in given
    }
    return {**given, **ends, **money}


def make_beamhouse(session: Session, site: Site | None = None) -> Balance:
    """A beamhouse in the database."""
    balance = make_balance(session, site or make_plant(session))
    draw_beamhouse(Kept(session, balance))
    return balance


def draw_beamhouse(to: Kept | Sketch) -> None:
    """Ten tonnes of salted hides soaked, limed and fleshed: the example of the analysis, with loads and disposal."""
    soak, lime = to.step("Remojo", "500"), to.step("Pelambre y descarne", "1320")
    soaked = {LoadParameter.COD: 8_000.0, LoadParameter.TSS: 3_000.0}
    limed = {LoadParameter.COD: 20_000.0, LoadParameter.SULPHIDE: 1_500.0}
    wet: dict[str, Any] = {"is_water": True}
    to.flow("input", "Pieles saladas", 10, "t", target=soak, price="1500", is_basis=True)
    to.flow("input", "Agua de remojo", 60, "m3", target=soak, price="20", **wet)
    to.flow("intermediate", "Pieles remojadas", 11.5, "t", source=soak, target=lime)
    to.flow("loss", "Baño de remojo", 57.5, "m3", source=soak, disposal="4", concentrations=soaked, **wet)
    to.flow("input", "Sulfuro de sodio", 300, "kg", target=lime, price="1")
    to.flow("input", "Cal", 400, "kg", target=lime, price="0.25")
    to.flow("input", "Agua de pelambre", 30, "m3", target=lime, price="20", **wet)
    to.flow("product", "Piel en tripa", 11, "t", source=lime)
    to.flow("loss", "Carnazas", 2.2, "t", source=lime, disposal="100")
    to.flow("loss", "Baño de pelambre", 28.5, "m3", source=lime, disposal="10", concentrations=limed, **wet)
