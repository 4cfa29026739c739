"""Meters: one identity per site, sub-meters that are never counted twice, and nothing changed behind readings' back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_sites import make_building, make_hotel, make_meter, make_ministry

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import ConflictError, EmstrackError, NotAllowedError, NotFoundError, RefusedError
from emstrack.domain.readings import CalendarMode, Direction
from emstrack.domain.resources import Resource
from emstrack.domain.sites import Attribute
from emstrack.services.readings.recompute_monthly_values import recompute_monthly_values
from emstrack.services.sites.change_meter import archive_meter, change_meter, restore_meter
from emstrack.services.sites.change_site import archive_site
from emstrack.services.sites.list_changes import changes_of_meter
from emstrack.services.sites.list_meters import details_of, list_meters, show_meter
from emstrack.services.sites.set_site_attribute import set_site_attribute
from emstrack.storage.models import Baseline, Meter, MonthlyValue, Reading, SavingsResult
from emstrack.storage.queries.sites import counted_meters
from emstrack.storage.scope import scope_of, scoped, set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def add_reading(session: Session, meter: Meter) -> None:
    """One month's bill."""
    session.add(
        Reading(
            tenant_id=tenant_of(session),
            meter_id=meter.id,
            start=date(2025, 1, 1),
            end=date(2025, 2, 1),
            kind="actual",
            quantity=100.0,
            unit="kWh",
            quantity_text="100",
            canonical_quantity=100.0,
            created_at=NOW,
        )
    )
    session.flush()


def test_a_meter_is_added_and_shown_with_its_site(session: Session) -> None:
    site = make_building(session)
    meter = make_meter(session, site.id, "  CFE  principal ", supply_point="123 456", provider="CFE")
    shown = show_meter(session, meter.id)
    assert (shown.meter.name, shown.site.name, shown.parent) == ("CFE principal", "Palacio Municipal", None)
    assert details_of(meter).supply_point == "123 456"


def test_the_same_name_may_measure_something_else(session: Session) -> None:
    site = make_building(session)
    make_meter(session, site.id, "Principal")
    make_meter(session, site.id, "Principal", resource=Resource.WATER, unit="m3", variety="well")
    make_meter(session, site.id, "Principal", resource=Resource.WATER, unit="m3", variety="tanker")
    make_meter(session, site.id, "Principal", direction=Direction.EXPORT)
    assert len(list_meters(session, site.id)) == 4


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": " "}, "meter.name_missing", "name"),
        ({"name": "m" * 201}, "meter.name_too_long", "name"),
        ({"name": "CFE"}, "meter.taken", "name"),
        ({"unit": "m3"}, "meter.unit_unknown", "unit"),
        ({"unit": "furlong"}, "meter.unit_unknown", "unit"),
        ({"basis": "net"}, "meter.basis_not_a_fuel", "basis"),
        ({"opened": date(2025, 1, 2), "closed": date(2025, 1, 2)}, "meter.backward", "closed"),
        ({"resource": Resource.WATER, "unit": "m3", "variety": "cloud"}, "meter.variety_unknown", "variety"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    session: Session, given: dict[str, Any], code: str, field: str
) -> None:
    site = make_building(session)
    make_meter(session, site.id, "CFE")
    with pytest.raises(RefusedError) as refused:
        make_meter(session, site.id, **{"name": "Otro", **given})
    assert (refused.value.code, refused.value.evidence["field"]) == (code, field)


def test_an_archived_site_takes_no_meter(session: Session) -> None:
    site = make_building(session)
    archive_site(session, site.id, version=1, now=NOW)
    with pytest.raises(RefusedError) as refused:
        make_meter(session, site.id)
    assert refused.value.code == "meter.site_archived"


def test_sub_meters_follow_their_parent_and_are_not_counted(session: Session) -> None:
    site = make_building(session)
    main = make_meter(session, site.id, "Z principal")
    chiller = make_meter(session, site.id, "Chiller", parent_id=main.id)
    make_meter(session, site.id, "Bomba", parent_id=chiller.id)
    make_meter(session, site.id, "A otro")
    assert [(row.meter.name, row.depth) for row in list_meters(session, site.id)] == [
        ("A otro", 0),
        ("Z principal", 0),
        ("Chiller", 1),
        ("Bomba", 2),
    ]
    counted = session.scalars(scoped(session, Meter.name).where(counted_meters()).order_by(Meter.name)).all()
    assert counted == ["A otro", "Z principal"]


def test_a_parent_has_to_measure_the_same_on_the_same_site(session: Session) -> None:
    site, other = make_building(session), make_hotel(session)
    elsewhere = make_meter(session, other.id, "JPS")
    water = make_meter(session, site.id, "Pozo", resource=Resource.WATER, unit="m3")
    sold = make_meter(session, site.id, "Solar", direction=Direction.EXPORT)
    for parent, code in ((elsewhere, "elsewhere"), (water, "differs"), (sold, "differs")):
        with pytest.raises(RefusedError) as refused:
            make_meter(session, site.id, "Hijo", parent_id=parent.id)
        assert refused.value.code == f"meter.parent_{code}"


def test_a_circle_is_refused_however_long(session: Session) -> None:
    site = make_building(session)
    first = make_meter(session, site.id, "1")
    second = make_meter(session, site.id, "2", parent_id=first.id)
    third = make_meter(session, site.id, "3", parent_id=second.id)
    for parent, code in ((first, "itself"), (second, "circle"), (third, "circle")):
        with pytest.raises(RefusedError) as refused:
            change_meter(session, first.id, replace(details_of(first), parent_id=parent.id), version=1, now=NOW)
        assert refused.value.code == f"meter.parent_{code}"


def test_a_change_keeps_the_old_value_and_meets_a_conflict(session: Session) -> None:
    meter = make_meter(session, make_building(session).id)
    change_meter(session, meter.id, replace(details_of(meter), provider="CFE"), version=1, now=NOW, reason="Faltaba")
    [change] = changes_of_meter(session, meter.id)
    assert (change.field, change.old, change.new, change.reason) == ("provider", "", "CFE", "Faltaba")
    with pytest.raises(ConflictError):
        change_meter(session, meter.id, replace(details_of(meter), provider="Otra"), version=1, now=NOW)


def test_readings_hold_a_meters_resource_but_not_its_name(session: Session) -> None:
    meter = make_meter(session, make_building(session).id)
    change_meter(session, meter.id, replace(details_of(meter), resource=Resource.WATER, unit="m3"), version=1, now=NOW)
    back = replace(details_of(meter), resource=Resource.ELECTRICITY, unit="kWh")
    change_meter(session, meter.id, back, version=2, now=NOW)
    add_reading(session, meter)
    with pytest.raises(RefusedError) as refused:
        change_meter(session, meter.id, replace(back, resource=Resource.WATER, unit="m3"), version=3, now=NOW)
    assert refused.value.code == "meter.has_readings"
    assert change_meter(session, meter.id, replace(back, name="Nuevo"), version=3, now=NOW).name == "Nuevo"
    [listed] = list_meters(session, meter.site_id)
    assert (listed.readings, listed.last_end) == (1, date(2025, 2, 1))


def test_a_parent_cannot_become_another_resource_than_its_sub_meters(session: Session) -> None:
    site = make_building(session)
    main = make_meter(session, site.id, "Principal")
    make_meter(session, site.id, "Chiller", parent_id=main.id)
    with pytest.raises(RefusedError) as refused:
        change_meter(session, main.id, replace(details_of(main), direction=Direction.EXPORT), version=1, now=NOW)
    assert refused.value.code == "meter.has_sub_meters"


def test_a_parent_is_archived_after_its_sub_meters_and_restored_before_them(session: Session) -> None:
    site = make_building(session)
    main = make_meter(session, site.id, "Principal")
    below = make_meter(session, site.id, "Chiller", parent_id=main.id)
    with pytest.raises(RefusedError) as refused:
        archive_meter(session, main.id, version=1, now=NOW)
    assert (refused.value.code, refused.value.evidence["meters"]) == ("meter.has_sub_meters", ["Chiller"])
    archive_meter(session, below.id, version=1, now=NOW)
    archive_meter(session, main.id, version=1, now=NOW)
    assert list_meters(session, site.id) == []
    assert len(list_meters(session, site.id, archived=True)) == 2
    with pytest.raises(RefusedError):
        restore_meter(session, below.id, version=2, now=NOW)
    restore_meter(session, main.id, version=2, now=NOW)
    restore_meter(session, below.id, version=2, now=NOW)
    assert len(list_meters(session, site.id)) == 2


def test_an_archived_meter_is_no_new_parent(session: Session) -> None:
    site = make_building(session)
    main = make_meter(session, site.id, "Principal")
    archive_meter(session, main.id, version=1, now=NOW)
    with pytest.raises(RefusedError) as refused:
        make_meter(session, site.id, "Chiller", parent_id=main.id)
    assert refused.value.code == "meter.parent_archived"


def test_who_may_only_look_changes_no_meter(session: Session) -> None:
    meter = make_meter(session, make_building(session).id)
    details = replace(details_of(meter), name="Otro")
    set_scope(session, Scope(scope_of(session).tenant_id, permissions=frozenset({Permission.VIEW})))
    for attempt in (
        lambda: make_meter(session, meter.site_id, "Nuevo"),
        lambda: change_meter(session, meter.id, details, version=1, now=NOW),
        lambda: archive_meter(session, meter.id, version=1, now=NOW),
        lambda: restore_meter(session, meter.id, version=1, now=NOW),
    ):
        with pytest.raises(NotAllowedError):
            attempt()


def test_a_meter_of_a_site_one_does_not_see_is_not_found(session: Session) -> None:
    meter, ministry = make_meter(session, make_building(session).id), make_ministry(session)
    visible = frozenset({ministry.id})
    set_scope(session, Scope(tenant_of(session), organisation_ids=visible, permissions=frozenset(Permission)))
    for attempt in (
        lambda: show_meter(session, meter.id),
        lambda: list_meters(session, meter.site_id),
        lambda: changes_of_meter(session, meter.id),
        lambda: archive_meter(session, meter.id, version=1, now=NOW),
    ):
        with pytest.raises(NotFoundError):
            attempt()


def test_without_a_scope_nothing_is_counted(bare_session: Session) -> None:
    with pytest.raises(EmstrackError):
        bare_session.scalars(scoped(bare_session, sa.func.count(Meter.id)).where(counted_meters()))


def prepared_saving(session: Session, meter: Meter) -> SavingsResult:
    """A saving that was prepared from the meter's readings."""
    tenant = tenant_of(session)
    baseline = Baseline(
        tenant_id=tenant,
        meter_id=meter.id,
        revision=1,
        status="adopted",
        method="fixed",
        start=date(2024, 1, 1),
        end=date(2025, 1, 1),
        in_months=True,
        reporting_start=date(2025, 1, 1),
        created_at=NOW,
    )
    session.add(baseline)
    session.flush()
    result = SavingsResult(
        tenant_id=tenant,
        baseline_id=baseline.id,
        meter_id=meter.id,
        site_id=meter.site_id,
        resource="electricity",
        unit="kWh",
        counted=True,
        disqualified=False,
        reporting_start=date(2025, 1, 1),
        reporting_end=date(2026, 1, 1),
        item={},
        fingerprint="",
        stale=False,
        computed_at=NOW,
    )
    session.add(result)
    session.flush()
    return result


def is_stale(session: Session, result: SavingsResult) -> bool:
    """Whether the database says that it has to be computed again."""
    statement = scoped(session, SavingsResult.stale).where(SavingsResult.baseline_id == result.baseline_id)
    return bool(session.scalar(statement))


def test_whatever_a_saving_rests_on_has_it_computed_again(session: Session) -> None:
    meter = make_meter(session, make_building(session).id)
    elsewhere = make_meter(session, make_hotel(session).id)
    result = prepared_saving(session, meter)
    set_site_attribute(session, elsewhere.site_id, Attribute.STAFF, 12, start=None, now=NOW)
    assert not is_stale(session, result)
    set_site_attribute(session, meter.site_id, Attribute.STAFF, 80, start=None, now=NOW)
    assert is_stale(session, result)
    other = prepared_saving(session, elsewhere)
    change_meter(session, elsewhere.id, replace(details_of(elsewhere), provider="JPS"), version=1, now=NOW)
    assert is_stale(session, other)


def test_months_are_made_anew_when_their_making_changes(session: Session) -> None:
    meter = make_meter(session, make_building(session).id)
    add_reading(session, meter)
    session.execute(
        sa.update(Reading)
        .where(Reading.tenant_id == tenant_of(session), Reading.meter_id == meter.id)
        .values(start=date(2025, 1, 10), end=date(2025, 2, 9))
    )
    recompute_monthly_values(session, [meter.id])
    months = scoped(session, MonthlyValue.quantity).where(MonthlyValue.meter_id == meter.id)
    assert [float(q) for q in session.scalars(months.order_by(MonthlyValue.month))] == [
        pytest.approx(100 * 22 / 30),
        pytest.approx(100 * 8 / 30),
    ]
    whole = replace(details_of(meter), calendar_mode=CalendarMode.WHOLE_MONTH)
    change_meter(session, meter.id, whole, version=1, now=NOW)
    assert [float(q) for q in session.scalars(months)] == [100.0]
