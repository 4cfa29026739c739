"""The last entry is taken back whole, or not at all."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from factories_entry import make_meter, make_site

from emstrack.domain.errors import ConflictError, NotFoundError
from emstrack.domain.periods import Month
from emstrack.domain.typed import Writing
from emstrack.services.readings.enter_driver import DriverEntry, enter_driver
from emstrack.services.readings.enter_reading import enter_reading
from emstrack.services.readings.enter_stock_level import StockEntry, enter_stock_level
from emstrack.services.readings.undo_entry import undo_entry
from emstrack.services.readings.verify_history import verify_history
from emstrack.storage.models import DriverValue, MonthlyValue, Reading, StockLevel
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MARCH = Month(2026, 3)


def test_a_new_reading_goes_and_its_month_with_it(session: Session) -> None:
    meter = make_meter(session, make_site(session))
    entered = enter_reading(session, meter.id, month=MARCH, quantity_text="5", now=NOW)
    assert undo_entry(session, "reading", entered.reading_id, version=1, now=NOW) is None
    assert session.scalars(scoped(session, Reading)).all() == []
    assert session.scalars(scoped(session, MonthlyValue)).all() == []
    assert verify_history(session).holds


def test_a_changed_reading_gets_its_old_values_back(session: Session) -> None:
    meter = make_meter(session, make_site(session))
    first = enter_reading(session, meter.id, month=MARCH, quantity_text="5", cost_text="10", now=NOW)
    over = {"reading_id": first.reading_id, "version": 1}
    enter_reading(session, meter.id, month=MARCH.plus(1), quantity_text="6 MWh", now=NOW, **over)
    row = undo_entry(session, "reading", first.reading_id, version=2, now=NOW)
    assert isinstance(row, Reading)
    assert (row.start, row.quantity, row.unit, row.canonical_quantity) == (MARCH.start, 5, "kWh", 5)
    assert (str(row.cost), row.version) == ("10", 3)
    assert verify_history(session).holds


def test_what_somebody_changed_since_is_left_alone(session: Session) -> None:
    meter = make_meter(session, make_site(session))
    first = enter_reading(session, meter.id, month=MARCH, quantity_text="5", now=NOW)
    enter_reading(session, meter.id, month=MARCH, quantity_text="6", reading_id=first.reading_id, version=1, now=NOW)
    with pytest.raises(ConflictError):
        undo_entry(session, "reading", first.reading_id, version=1, now=NOW)


def test_drivers_and_stock_levels_are_taken_back_too(session: Session) -> None:
    hotel = make_site(session, "Hotel", kind="hotel")
    driver = DriverEntry(site_id=hotel.id, driver="guest_nights", month=MARCH, value_text="10")
    entered = enter_driver(session, driver, writing=Writing(), now=NOW)
    tank = make_meter(session, hotel, "Tanque", resource="lpg", unit="kg", cadence="on_delivery")
    stock = StockEntry(meter_id=tank.id, day=date(2026, 3, 31), quantity_text="40")
    level = enter_stock_level(session, stock, writing=Writing(), now=NOW)
    assert undo_entry(session, "driver", entered.driver_id, version=1, now=NOW) is None
    assert undo_entry(session, "stock", level.stock_id, version=1, now=NOW) is None
    assert session.scalars(scoped(session, DriverValue)).all() == []
    assert session.scalars(scoped(session, StockLevel)).all() == []


@pytest.mark.parametrize(("kind", "id_"), [("reading", 99), ("user", 1)])
def test_what_is_not_there_cannot_be_undone(session: Session, kind: str, id_: int) -> None:
    with pytest.raises(NotFoundError):
        undo_entry(session, kind, id_, version=1, now=NOW)
