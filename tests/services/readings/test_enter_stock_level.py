"""What is in the tank, typed beside the deliveries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from unittest.mock import ANY

import pytest
from conftest import NOW
from factories_entry import make_meter, make_site

from emstrack.analysis.calendarization import calendarize
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.typed import Writing
from emstrack.reference import units
from emstrack.services.readings.enter_reading import enter_reading
from emstrack.services.readings.enter_stock_level import StockEntry, enter_stock_level
from emstrack.services.readings.show_reading import show_month_of_meter
from emstrack.services.readings.undo_entry import undo_entry
from emstrack.services.readings.verify_history import verify_history
from emstrack.services.savings.load_portfolio import load_portfolio
from emstrack.storage.models import Meter, MonthlyValue
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

WRITING = Writing()


@pytest.fixture
def entry(session: Session) -> StockEntry:
    tank = make_meter(session, make_site(session), "Tanque", resource="diesel", unit="L", cadence="on_delivery")
    return StockEntry(meter_id=tank.id, day=date(2026, 3, 31), quantity_text="1,200")


def test_a_level_is_kept_changed_and_found_unchanged(session: Session, entry: StockEntry) -> None:
    first = enter_stock_level(session, entry, writing=WRITING, now=NOW)
    assert (first.status, first.quantity, first.unit) == ("new", 1200, "L")
    assert enter_stock_level(session, entry, writing=WRITING, now=NOW).status == "unchanged"
    other = replace(entry, quantity_text="100 gal us", version=1)
    changed = enter_stock_level(session, other, writing=WRITING, now=NOW)
    assert (changed.status, changed.version, changed.unit) == ("changed", 2, "gal_us")
    with pytest.raises(ConflictError):
        enter_stock_level(session, replace(entry, version=1), writing=WRITING, now=NOW)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"quantity_text": ""}, "entry.quantity_missing"),
        ({"quantity_text": "full"}, "entry.number_not_understood"),
        ({"quantity_text": "-1"}, "entry.stock_negative"),
        ({"quantity_text": "5 kWh of what"}, "entry.unit_unknown"),
        ({"day": date(2027, 1, 1)}, "entry.stock_future"),
    ],
)
def test_what_cannot_be_taken_is_refused(
    session: Session, entry: StockEntry, values: dict[str, object], code: str
) -> None:
    with pytest.raises(RefusedError) as told:
        enter_stock_level(session, replace(entry, **values), writing=WRITING, now=NOW)  # type: ignore[arg-type]
    assert told.value.code == code


@pytest.fixture
def tank(session: Session) -> Meter:
    modes = {"cadence": "on_delivery", "calendar_mode": "between_deliveries"}
    return make_meter(session, make_site(session), "Tanque", resource="diesel", unit="L", **modes)


def level(session: Session, tank: Meter, day: date, text: str) -> Any:
    entry = StockEntry(meter_id=tank.id, day=day, quantity_text=text)
    return enter_stock_level(session, entry, writing=WRITING, now=NOW)


def delivery(session: Session, tank: Meter, day: date, text: str, cost: str = "") -> Any:
    end = day + timedelta(days=1)
    return enter_reading(session, tank.id, start=day, end=end, quantity_text=text, cost_text=cost, now=NOW)


def litres(session: Session) -> dict[str, tuple[float, float, str | None]]:
    """Litres, coverage and cost by month, as the pages read them."""
    per_litre = units.convert("diesel", "L", country="MX", on=date(2026, 1, 1)).factor
    return {
        str(row.month)[:7]: (round(row.quantity / per_litre, 6), row.coverage, row.cost and f"{row.cost:.2f}")
        for row in session.scalars(
            scoped(session, MonthlyValue).order_by(MonthlyValue.month).execution_options(populate_existing=True)
        )
    }


def test_m_1_9_months_follow_the_levels_as_they_are_typed_changed_and_undone(session: Session, tank: Meter) -> None:
    delivery(session, tank, date(2026, 1, 10), "1,000", "20,000")
    delivery(session, tank, date(2026, 2, 10), "500", "10,000")
    assert litres(session) == {"2026-01": (pytest.approx(1000 * 22 / 31), 22 / 31, "14193.55"), "2026-02": ANY}
    level(session, tank, date(2025, 12, 31), "300")
    level(session, tank, date(2026, 1, 31), "450")
    last = level(session, tank, date(2026, 2, 28), "200")
    assert litres(session) == {"2026-01": (850, 1, "20000.00"), "2026-02": (750, 1, "10000.00")}
    entry = StockEntry(meter_id=tank.id, day=date(2026, 2, 28), quantity_text="150", version=1)
    enter_stock_level(session, entry, writing=WRITING, now=NOW)
    assert litres(session)["2026-02"][0] == 800
    undo_entry(session, "stock", last.stock_id, version=2, now=NOW)
    assert litres(session)["2026-02"][0] == 750
    assert verify_history(session).holds


def test_undoing_a_new_level_gives_the_month_back(session: Session, tank: Meter) -> None:
    delivery(session, tank, date(2026, 1, 1), "310")
    delivery(session, tank, date(2026, 2, 1), "1")
    before = litres(session)
    typed = level(session, tank, date(2026, 1, 31), "100")
    assert litres(session)["2026-01"][0] == 210
    undo_entry(session, "stock", typed.stock_id, version=1, now=NOW)
    assert litres(session) == before


def test_stock_that_grew_without_a_delivery_is_said_at_once_and_the_month_is_not_published(
    session: Session, tank: Meter
) -> None:
    delivery(session, tank, date(2026, 1, 10), "100")
    level(session, tank, date(2025, 12, 31), "80")
    told = level(session, tank, date(2026, 1, 31), "300")
    assert [(f.code, f.column) for f in told.findings] == [("stock.more_than_delivered", "quantity")]
    assert dict(told.findings[0].evidence) == {
        "first": date(2025, 12, 31),
        "last": date(2026, 1, 31),
        "unit": "L",
        "opening": 80,
        "delivered": 100,
        "closing": 300,
    }
    assert litres(session) == {}
    shown = show_month_of_meter(session, tank.id, "2026-01")
    assert [f.code for f in shown.findings] == ["stock.more_than_delivered"]
    assert show_month_of_meter(session, tank.id, "2026-02").findings == ()
    delivery(session, tank, date(2026, 1, 20), "200")
    assert litres(session) == {"2026-01": (80, 1, None)}


def test_the_month_shows_each_delivery_and_what_the_tank_gave(session: Session, tank: Meter) -> None:
    typed = delivery(session, tank, date(2026, 1, 10), "100", "2,000")
    level(session, tank, date(2025, 12, 31), "80")
    level(session, tank, date(2026, 1, 31), "60")
    parts = show_month_of_meter(session, tank.id, "2026-01").parts
    assert [(part.reading and part.reading.id, part.days, part.cost) for part in parts] == [
        (typed.reading_id, 31, Decimal(2000)),
        (None, 31, None),
    ]
    assert sum(part.quantity for part in parts) == pytest.approx(120 * parts[0].quantity / 100)


def test_a_savings_question_sees_the_same_months(session: Session, tank: Meter) -> None:
    delivery(session, tank, date(2026, 1, 10), "100", "2,000")
    level(session, tank, date(2025, 12, 31), "80")
    level(session, tank, date(2026, 1, 31), "60")
    portfolio = load_portfolio(session, [Meter.id == tank.id]).portfolio
    modes = [meter.mode for meter in portfolio.meters]
    months = calendarize(portfolio.readings, modes)
    stored = session.scalars(scoped(session, MonthlyValue)).one()
    assert (months.quantity.tolist(), months.cost.tolist()) == ([pytest.approx(stored.quantity)], [20_000_000])
