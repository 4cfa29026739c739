"""Counters come and go, one at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from factories_sites import make_building, make_meter

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import ConflictError, NotAllowedError, RefusedError
from emstrack.domain.meters import Counter, consumption_between
from emstrack.services.sites.list_changes import changes_of_meter
from emstrack.services.sites.list_meters import show_meter
from emstrack.services.sites.set_device import (
    add_device,
    change_device,
    counter_of,
    counters_between,
    remove_device,
)
from emstrack.storage.scope import scope_of, set_scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Meter

OLD = Counter(serial="A-1", digits=5, multiplier=2, installed=date(2020, 1, 1))
NEW = Counter(serial="B-2", digits=6, installed=date(2025, 6, 10), install_index=14)


@pytest.fixture
def meter(session: Session) -> Meter:
    """A meter without a device."""
    return make_meter(session, make_building(session).id)


def test_a_replaced_device_counts_on(session: Session, meter: Meter) -> None:
    old = add_device(session, meter.id, OLD, now=NOW)
    removed = replace(OLD, removed=date(2025, 6, 10), removal_index=99_000)
    change_device(session, old.id, removed, version=1, now=NOW)
    add_device(session, meter.id, NEW, now=NOW)
    counters = counters_between(session, meter.id, date(2025, 6, 1), date(2025, 7, 1))
    assert [counter.serial for counter in counters] == ["A-1", "B-2"]
    assert consumption_between(98_900, 114, *counters).quantity == 100 * 2 + 100
    assert [c.serial for c in counters_between(session, meter.id, date(2025, 1, 1), date(2025, 2, 1))] == ["A-1"]
    assert [device.serial for device in show_meter(session, meter.id).devices] == ["B-2", "A-1"]


def test_each_change_of_a_device_is_kept_with_its_meter(session: Session, meter: Meter) -> None:
    device = add_device(session, meter.id, OLD, now=NOW)
    change_device(session, device.id, replace(OLD, multiplier=4), version=1, now=NOW)
    assert remove_device(session, device.id, now=NOW, reason="No existió") == meter.id
    changes = changes_of_meter(session, meter.id)
    assert [change.field for change in changes] == ["device A-1"] * 3
    assert changes[0].new is None
    assert (changes[1].old, changes[1].new) == ({"multiplier": 2.0}, {"multiplier": 4.0})
    assert changes[2].old is None


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"multiplier": 0.0}, "device.multiplier_not_positive", "multiplier"),
        ({"multiplier": float("nan")}, "device.multiplier_not_positive", "multiplier"),
        ({"digits": 0}, "device.digits_unknown", "digits"),
        ({"digits": 16}, "device.digits_unknown", "digits"),
        ({"install_index": 1_000_000.0}, "device.index_too_long", "install_index"),
        ({"removal_index": -1.0}, "device.index_too_long", "removal_index"),
        ({"removed": date(2025, 6, 9)}, "device.backward", "removed"),
        ({"installed": date(2024, 1, 1)}, "device.overlaps", "installed"),
        ({"installed": None}, "device.overlaps", "installed"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    session: Session, meter: Meter, given: dict[str, Any], code: str, field: str
) -> None:
    add_device(session, meter.id, replace(OLD, removed=date(2025, 6, 10), removal_index=1), now=NOW)
    with pytest.raises(RefusedError) as refused:
        add_device(session, meter.id, replace(NEW, **given), now=NOW)
    assert (refused.value.code, refused.value.evidence["field"]) == (code, field)


def test_a_second_device_waits_for_the_first_to_come_off(session: Session, meter: Meter) -> None:
    add_device(session, meter.id, OLD, now=NOW)
    with pytest.raises(RefusedError) as refused:
        add_device(session, meter.id, NEW, now=NOW)
    assert refused.value.code == "device.overlaps"


def test_somebody_elses_change_is_a_conflict(session: Session, meter: Meter) -> None:
    device = add_device(session, meter.id, OLD, now=NOW)
    change_device(session, device.id, replace(OLD, digits=6), version=1, now=NOW)
    with pytest.raises(ConflictError):
        change_device(session, device.id, replace(OLD, digits=7), version=1, now=NOW)
    assert counter_of(device).digits == 6


def test_who_may_only_look_changes_no_device(session: Session, meter: Meter) -> None:
    device = add_device(session, meter.id, OLD, now=NOW)
    set_scope(session, Scope(scope_of(session).tenant_id, permissions=frozenset({Permission.VIEW})))
    for attempt in (
        lambda: add_device(session, meter.id, NEW, now=NOW),
        lambda: change_device(session, device.id, NEW, version=1, now=NOW),
        lambda: remove_device(session, device.id, now=NOW),
    ):
        with pytest.raises(NotAllowedError):
            attempt()
