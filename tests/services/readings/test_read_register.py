"""A register index becomes a consumption, whatever happened to the register in between."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from factories_entry import make_meter, make_site

from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import Month
from emstrack.services.readings.enter_reading import enter_reading
from emstrack.services.readings.verify_history import verify_history
from emstrack.storage.models import Device, Meter, Reading
from emstrack.storage.scope import find, scoped, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

JANUARY = Month(2026, 1)


@pytest.fixture
def meter(session: Session) -> Meter:
    return make_meter(session, make_site(session), reads_index=True)


def add_device(session: Session, meter: Meter, **values: Any) -> None:
    session.add(Device(tenant_id=tenant_of(session), meter_id=meter.id, **values))
    session.flush()


def index(session: Session, meter: Meter, month: Month, text: str, **values: Any) -> Any:
    return enter_reading(session, meter.id, month=month, index_text=text, now=NOW, **values)


def test_the_first_index_begins_and_the_next_gives_the_use(session: Session, meter: Meter) -> None:
    first = index(session, meter, JANUARY, "45,200")
    assert (first.kind, first.quantity) == ("opening", 0)
    assert [finding.code for finding in first.findings] == ["entry.opening_index"]
    second = index(session, meter, JANUARY.plus(1), "46,450")
    assert (second.kind, second.quantity, second.index_end) == ("actual", 1250, 46450)


def test_the_multiplier_counts_and_the_register_rolls_over(session: Session, meter: Meter) -> None:
    add_device(session, meter, multiplier=40.0, digits=5)
    index(session, meter, JANUARY, "99990")
    rolled = index(session, meter, JANUARY.plus(1), "10")
    assert rolled.quantity == 20 * 40
    assert [finding.code for finding in rolled.findings] == ["entry.rolled_over"]


def test_a_replaced_device_counts_to_its_removal_and_the_new_one_from_its_install(
    session: Session, meter: Meter
) -> None:
    change = date(2026, 2, 15)
    add_device(session, meter, serial="A", removed=change, removal_index=1300.0)
    add_device(session, meter, serial="B", installed=change, install_index=5.0, multiplier=10.0)
    index(session, meter, JANUARY, "1200")
    assert index(session, meter, JANUARY.plus(1), "25").quantity == 100 + 200


def test_a_new_meters_install_index_is_its_first(session: Session, meter: Meter) -> None:
    add_device(session, meter, installed=date(2026, 1, 1), install_index=7.0)
    assert index(session, meter, JANUARY, "107").quantity == 100


@pytest.mark.parametrize(
    ("month", "text", "code"),
    [
        (JANUARY.plus(1), "100", "device.index_backward"),
        (JANUARY.plus(2), "2000", "entry.index_known_elsewhere"),
        (JANUARY.plus(1), "1.234", "entry.number_ambiguous"),
    ],
)
def test_an_index_that_cannot_be_is_refused(session: Session, meter: Meter, month: Month, text: str, code: str) -> None:
    index(session, meter, JANUARY, "1000")
    with pytest.raises(RefusedError) as told:
        index(session, meter, month, text)
    assert [(finding.code, finding.column) for finding in told.value.findings] == [(code, "index")]


def test_a_corrected_index_moves_the_reading_after_it(session: Session, meter: Meter) -> None:
    index(session, meter, JANUARY, "1000")
    february = index(session, meter, JANUARY.plus(1), "1100")
    march = index(session, meter, JANUARY.plus(2), "1300")
    assert march.quantity == 200
    corrected = index(session, meter, JANUARY.plus(1), "1150", reading_id=february.reading_id, version=february.version)
    assert corrected.quantity == 150
    assert [finding.code for finding in corrected.findings] == ["entry.next_follows"]
    assert find(session, Reading, march.reading_id).quantity == 150
    assert verify_history(session).holds
    assert len(list(session.scalars(scoped(session, Reading)))) == 3
