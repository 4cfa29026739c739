"""Room-nights and other drivers typed for a month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from factories_entry import give_rooms, make_site

from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.periods import Month
from emstrack.domain.typed import Writing
from emstrack.services.readings.enter_driver import DriverEntry, enter_driver
from emstrack.storage.models import DriverValue, History
from emstrack.storage.scope import scoped, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

MARCH = Month(2026, 3)
WRITING = Writing()


@pytest.fixture
def entry(session: Session) -> DriverEntry:
    hotel = make_site(session, "Hotel", kind="hotel")
    give_rooms(session, hotel, 10)
    return DriverEntry(site_id=hotel.id, driver="occupied_room_nights", month=MARCH, value_text="250")


def test_a_value_is_kept_for_its_month(session: Session, entry: DriverEntry) -> None:
    entered = enter_driver(session, entry, writing=WRITING, now=NOW)
    assert (entered.status, entered.value, entered.findings) == ("new", 250, ())
    assert enter_driver(session, entry, writing=WRITING, now=NOW).status == "unchanged"


def test_a_change_is_kept_with_what_it_was(session: Session, entry: DriverEntry) -> None:
    enter_driver(session, entry, writing=WRITING, now=NOW)
    changed = enter_driver(session, replace(entry, value_text="260", version=1), writing=WRITING, now=NOW)
    assert (changed.status, changed.version) == ("changed", 2)
    [kept] = session.scalars(scoped(session, History))
    assert (kept.entity, kept.old["value"], kept.new["value"]) == ("driver_value", 250, 260)


def test_somebody_elses_value_is_a_conflict(session: Session, entry: DriverEntry) -> None:
    enter_driver(session, entry, writing=WRITING, now=NOW)
    with pytest.raises(ConflictError):
        enter_driver(session, replace(entry, value_text="260"), writing=WRITING, now=NOW)


def test_more_than_the_rooms_can_give_is_said(session: Session, entry: DriverEntry) -> None:
    entered = enter_driver(session, replace(entry, value_text="311"), writing=WRITING, now=NOW)
    assert [finding.code for finding in entered.findings] == ["entry.more_than_rooms"]
    assert entered.findings[0].evidence["most"] == 310


def test_the_same_key_writes_once(session: Session, entry: DriverEntry) -> None:
    sent = replace(entry, key="k")
    assert enter_driver(session, sent, writing=WRITING, now=NOW) == enter_driver(
        session, sent, writing=WRITING, now=NOW
    )


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"value_text": ""}, "entry.quantity_missing"),
        ({"value_text": "many"}, "entry.number_not_understood"),
        ({"value_text": "-1"}, "entry.driver_negative"),
        ({"driver": ""}, "entry.driver_name"),
    ],
)
def test_what_cannot_be_taken_is_refused(
    session: Session, entry: DriverEntry, values: dict[str, str], code: str
) -> None:
    with pytest.raises(RefusedError) as told:
        enter_driver(session, replace(entry, **values), writing=WRITING, now=NOW)
    assert told.value.code == code


def test_weeks_that_lie_in_the_month_are_not_overwritten(session: Session, entry: DriverEntry) -> None:
    week = {"start": date(2026, 3, 2), "end": date(2026, 3, 9), "value": 60.0, "created_at": NOW}
    session.add(DriverValue(tenant_id=tenant_of(session), site_id=entry.site_id, driver=entry.driver, **week))
    session.flush()
    with pytest.raises(RefusedError) as told:
        enter_driver(session, entry, writing=WRITING, now=NOW)
    assert told.value.code == "entry.driver_overlap"
