"""Prepared results are the computed ones, and never an old number shown as new."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_savings import give_driver, give_months, year
from factories_sites import make_building, make_hotel, make_meter

from emstrack.domain.periods import Period
from emstrack.domain.savings import Method
from emstrack.domain.sites import BEGINNING
from emstrack.services.readings.recompute_monthly_values import recompute_monthly_values
from emstrack.services.savings.adopt_baseline import Plan, adopt_baseline, propose_baseline
from emstrack.services.savings.compute_savings import Asked, compute_savings
from emstrack.services.savings.refresh_results import count_unprepared, read_item, refresh_results
from emstrack.storage.models import Meter, Reading, SavingsResult, Site, SiteAttribute, WeatherDay, WeatherStation
from emstrack.storage.scope import scoped, tenant_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

BASELINE = Period.parse("2024-01:2024-12")


def adopt(session: Session, meter: Meter, method: Method = Method.AUTO) -> None:
    draft = propose_baseline(session, meter.id, Plan(period=BASELINE, method=method), now=NOW)
    adopt_baseline(session, draft.id, reason="the year before", version=draft.version, now=NOW)


@pytest.fixture
def meter(session: Session) -> Meter:
    """A hotel's meter with room-nights, an adopted baseline and its result."""
    hotel = make_hotel(session, rooms=60)
    found = make_meter(session, hotel.id)
    give_driver(session, hotel.id, "occupied_room_nights", "2024-01", [1000.0 + 30 * (n % 7) for n in range(24)])
    give_months(session, found, "2024-01", year(1000, 20) + year(900, 20))
    adopt(session, found)
    assert refresh_results(session, now=NOW) == 1
    return found


def result(session: Session) -> Any:
    return session.execute(scoped(session, SavingsResult).execution_options(populate_existing=True)).scalar_one()


def test_the_prepared_item_is_the_computed_one(session: Session, meter: Meter) -> None:
    (item,) = compute_savings(session, Asked()).items
    row = result(session)
    assert read_item(row.item) == item
    assert row.avoided == pytest.approx(item.avoided)
    assert float(row.cost_avoided) == pytest.approx(item.cost_avoided, abs=0.0001)
    assert (row.rooms, row.counted, row.stale, row.disqualified) == (60.0, True, False, False)
    assert (row.reporting_start, row.reporting_end) == (date(2025, 1, 1), date(2026, 1, 1))


def test_what_is_current_is_not_computed_again(session: Session, meter: Meter) -> None:
    assert refresh_results(session, now=NOW) == 0


def change_reading(session: Session, meter: Meter) -> None:
    row = session.scalars(scoped(session, Reading).where(Reading.start == date(2025, 4, 1))).one()
    row.canonical_quantity = row.quantity = 5.0
    session.flush()
    recompute_monthly_values(session, [meter.id])


def split_reading(session: Session, meter: Meter) -> None:
    """The months stay what they are, the readings' own dates do not."""
    row = session.scalars(scoped(session, Reading).where(Reading.start == date(2025, 4, 1))).one()
    half = row.canonical_quantity / 2
    row.canonical_quantity, row.quantity, row.end, row.cost = half, half, date(2025, 4, 16), None
    session.add(
        Reading(
            tenant_id=tenant_of(session),
            meter_id=meter.id,
            start=date(2025, 4, 16),
            end=date(2025, 5, 1),
            quantity=half,
            quantity_text=str(half),
            unit="kWh",
            canonical_quantity=half,
            created_at=NOW,
        )
    )
    session.flush()
    recompute_monthly_values(session, [meter.id])


def add_driver(session: Session, meter: Meter) -> None:
    give_driver(session, meter.site_id, "guest_nights", "2024-01", [5.0])


def change_driver(session: Session, meter: Meter) -> None:
    table = sa.table("driver_value", sa.column("tenant_id"), sa.column("value"))
    session.execute(sa.update(table).where(table.c.tenant_id == tenant_of(session)).values(value=1.0))


def change_rooms(session: Session, meter: Meter) -> None:
    row = session.scalars(scoped(session, SiteAttribute)).one()
    row.value = 61.0
    session.flush()


def add_area(session: Session, meter: Meter) -> None:
    session.add(
        SiteAttribute(
            tenant_id=tenant_of(session),
            site_id=meter.site_id,
            attribute="floor_area_m2",
            value=5000.0,
            start=BEGINNING,
            created_at=NOW,
        )
    )
    session.flush()


def change_country(session: Session, meter: Meter) -> None:
    session.scalars(scoped(session, Site)).one().country = "JM"
    session.flush()


def add_weather(session: Session, meter: Meter) -> None:
    station = WeatherStation(tenant_id=tenant_of(session), code="S", created_at=NOW)
    session.add(station)
    session.flush()
    refresh_results(session, now=NOW)
    assert count_unprepared(session) == 0
    session.add(WeatherDay(tenant_id=tenant_of(session), station_id=station.id, day=date(2025, 1, 1), mean_c=20.0))
    session.flush()


def make_sub_meter(session: Session, meter: Meter) -> None:
    meter.parent_id = make_meter(session, meter.site_id, "Main").id
    session.flush()


def delete_driver(session: Session, meter: Meter) -> None:
    table = sa.table("driver_value", sa.column("tenant_id"))
    session.execute(sa.delete(table).where(table.c.tenant_id == tenant_of(session)))


@pytest.mark.parametrize(
    "write",
    [
        change_reading,
        split_reading,
        add_driver,
        change_driver,
        delete_driver,
        change_rooms,
        add_area,
        change_country,
        add_weather,
        make_sub_meter,
    ],
)
def test_whatever_is_written_below_a_result_makes_it_wait(
    session: Session, meter: Meter, write: Callable[[Session, Meter], None]
) -> None:
    write(session, meter)
    assert result(session).stale
    assert count_unprepared(session) == 1
    assert refresh_results(session, now=NOW) == 1
    session.expire_all()
    assert read_item(result(session).item) == compute_savings(session, Asked()).items[0]
    assert count_unprepared(session) == 0


def test_a_write_elsewhere_leaves_a_result_alone(session: Session, meter: Meter) -> None:
    other = make_meter(session, make_building(session, "Another").id)
    give_months(session, other, "2024-01", year(1000))
    assert not result(session).stale


def test_a_new_revision_takes_the_place_of_the_result(session: Session, meter: Meter) -> None:
    adopt(session, meter, Method.AVERAGE)
    assert count_unprepared(session) == 1
    assert refresh_results(session, now=NOW) == 1
    assert result(session).item["method"] == "average"


def test_only_the_meters_asked_for_are_computed(session: Session, meter: Meter) -> None:
    change_reading(session, meter)
    other = make_meter(session, make_building(session, "Another").id)
    give_months(session, other, "2024-01", year(1000) + year(900))
    adopt(session, other)
    assert refresh_results(session, [other.id], now=NOW) == 1
    assert count_unprepared(session) == 1


def test_a_withheld_saving_is_kept_with_its_finding_and_is_not_counted(session: Session, meter: Meter) -> None:
    session.execute(sa.delete(Reading).where(Reading.tenant_id == tenant_of(session), Reading.start > date(2025, 2, 1)))
    session.execute(
        sa.delete(Reading).where(Reading.tenant_id == tenant_of(session), Reading.start == date(2025, 1, 1))
    )
    recompute_monthly_values(session, [meter.id])
    refresh_results(session, now=NOW)
    row = result(session)
    assert row.disqualified
    assert not row.counted
    assert row.cost_avoided is None
    assert "reporting.gap" in {each.code for each in read_item(row.item).findings}
