"""What is in the tank, typed beside the deliveries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from factories_entry import make_meter, make_site

from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.typed import Writing
from emstrack.services.readings.enter_stock_level import StockEntry, enter_stock_level

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
