"""Measures for tests, made the way people make them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from conftest import NOW

from emstrack.domain.measures import Effect, InvestmentLine, MeasureDetails
from emstrack.domain.periods import Month
from emstrack.services.audits.add_measure import add_measure
from emstrack.storage.models import MonthlyValue
from emstrack.storage.scope import tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Measure

TODAY = NOW.date()


def kwh(quantity: float = 12_000, price: str | None = "3.5", **given: Any) -> Effect:
    """So many kWh a year, at a price."""
    unit_price = None if price is None else Decimal(price)
    return Effect(**{"resource": "electricity", "quantity": quantity, "unit": "kWh", "unit_price": unit_price, **given})


def line(amount: str = "100000", **given: Any) -> InvestmentLine:
    """Something to pay for."""
    return InvestmentLine(**{"label": "Luminarias", "amount": Decimal(amount), **given})


def measure_details(title: str = "Luminarias LED", **given: Any) -> MeasureDetails:
    """What a person says of a measure: 12,000 kWh at 3.50, for 100,000."""
    return MeasureDetails(**{"title": title, "effects": (kwh(),), "investment": (line(),), **given})


def make_measure(session: Session, site_id: int, title: str = "Luminarias LED", **given: Any) -> Measure:
    """A proposed measure."""
    return add_measure(session, site_id, measure_details(title, **given), today=TODAY, now=NOW)


def use_of_a_year(session: Session, meter_id: int, per_month: float, *, last: date = date(2026, 10, 1)) -> None:
    """Twelve complete months of a meter, the last one as given."""
    for n in range(12):
        month = Month.of(last).plus(-n)
        session.add(
            MonthlyValue(
                tenant_id=tenant_of(session),
                meter_id=meter_id,
                month=month.start,
                quantity=per_month,
                coverage=1.0,
                estimated=0.0,
            )
        )
    session.flush()


DUE = TODAY + timedelta(days=60)
