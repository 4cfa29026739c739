"""Savings from the database are the engine's own, in a bounded number of queries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_savings import give_driver, give_months, year
from factories_sites import make_building, make_hotel, make_meter

from emstrack.analysis.portfolio import Fixed
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.periods import Period
from emstrack.domain.savings import Method
from emstrack.language.languages import Language
from emstrack.services.savings.adopt_baseline import Plan, adopt_baseline, propose_baseline
from emstrack.services.savings.compute_savings import Asked, compute_savings
from emstrack.services.savings.present_savings import savings_json
from emstrack.storage.models import WeatherDay, WeatherStation
from emstrack.storage.scope import tenant_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

    from emstrack.storage.models import Meter

BASELINE, REPORTING = Period.parse("2024-01:2024-12"), Period.parse("2025-01:2025-12")
TWO_PERIODS = Asked(baseline=BASELINE, reporting=REPORTING)


def adopt(session: Session, meter: Meter) -> None:
    draft = propose_baseline(session, meter.id, Plan(period=BASELINE), now=NOW)
    adopt_baseline(session, draft.id, reason="the year before", version=draft.version, now=NOW)


@pytest.fixture
def counted(session: Session) -> Iterator[list[str]]:
    """The statements sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = session.connection().engine
    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


def test_two_periods_give_savings_with_rooms_money_and_nights(session: Session) -> None:
    hotel = make_hotel(session, rooms=60)
    meter = make_meter(session, hotel.id)
    nights = [1000.0 + 50 * (place % 5) for place in range(24)]
    give_driver(session, hotel.id, "occupied_room_nights", "2024-01", nights)
    give_months(
        session, meter, "2024-01", [400 + 4 * each - (200 if place > 11 else 0) for place, each in enumerate(nights)]
    )
    (item,) = compute_savings(session, TWO_PERIODS).items
    assert item.per_room == pytest.approx((item.avoided or 0) / 60)
    assert item.per_occupied_room_night == pytest.approx((item.avoided or 0) / sum(nights[12:]))
    assert item.cost_avoided == pytest.approx(2.0 * (item.avoided or 0))
    assert item.avoided == pytest.approx(2400, rel=0.05)


def test_temperatures_of_the_sites_station_explain_use(session: Session) -> None:
    station = WeatherStation(tenant_id=tenant_of(session), code="MTY", created_at=NOW)
    session.add(station)
    session.flush()
    site = make_building(session, weather_station_id=station.id)
    days = [BASELINE.start.fromordinal(BASELINE.start.toordinal() + place) for place in range(731)]
    warm = [20 + 10 * ((day.timetuple().tm_yday % 365) / 365) + (day.toordinal() % 3) for day in days]
    session.add_all(
        WeatherDay(tenant_id=tenant_of(session), station_id=station.id, day=day, mean_c=mean, rain_mm=None)
        for day, mean in zip(days, warm, strict=True)
    )
    meter = make_meter(session, site.id)
    use = [
        sum(30 + 8 * max(mean - 24, 0) for day, mean in zip(days, warm, strict=True) if month.start <= day < month.end)
        for month in [*BASELINE.months(), *REPORTING.months()]
    ]
    give_months(session, meter, "2024-01", [each - (100 if place > 11 else 0) for place, each in enumerate(use)])
    (item,) = compute_savings(session, TWO_PERIODS).items
    assert item.model is not None
    assert item.model.balance_points_c == {"cooling": 24.0}
    assert item.avoided == pytest.approx(1200, rel=0.01)


def test_a_sub_meter_is_shown_and_never_added(session: Session) -> None:
    site = make_building(session)
    main = make_meter(session, site.id, "Main")
    sub = make_meter(session, site.id, "Kitchen", parent_id=main.id)
    for meter, level in ((main, 1000), (sub, 300)):
        give_months(session, meter, "2024-01", year(level, 5) + year(level - 50, 5))
    savings = compute_savings(session, TWO_PERIODS)
    assert len(savings.items) == 2
    own = next(item.avoided for item in savings.items if item.meter == "Main")
    assert savings.totals[0].avoided == pytest.approx(own)


def test_bands_of_meters_add_in_quadrature_and_sites_without_a_baseline_are_said(session: Session) -> None:
    for name in ("A", "B", "C"):
        meter = make_meter(session, make_building(session, name).id)
        give_months(session, meter, "2024-01", year(1000, 30) + year(900, 30))
        if name != "C":
            adopt(session, meter)
    savings = compute_savings(session, Asked())
    bands = [item.band_90 or 0 for item in savings.items]
    (total,) = savings.totals
    assert total.band_90 == pytest.approx(sum(band**2 for band in bands) ** 0.5)
    assert (total.sites_counted, total.sites) == (2, 3)


def test_one_meter_or_forty_take_the_same_number_of_queries(session: Session, counted: list[str]) -> None:
    for place in range(40):
        meter = make_meter(session, make_building(session, f"B{place}").id)
        give_months(session, meter, "2024-01", year(1000, 30) + year(900, 30))
        adopt(session, meter)
    session.flush()
    sizes = []
    for asked in (Asked(site="B7"), Asked()):
        counted.clear()
        assert len(compute_savings(session, asked).items) == (1 if asked.site else 40)
        sizes.append(len(counted))
    assert sizes[1] <= sizes[0]
    assert sizes[1] <= 12


def test_the_document_holds_no_nan_and_every_public_key(session: Session) -> None:
    meter = make_meter(session, make_building(session).id)
    give_months(session, meter, "2024-01", year(1000, 30) + year(900, 30), price=None)
    document = savings_json(compute_savings(session, TWO_PERIODS), Language("es"))
    json.dumps(document, allow_nan=False)
    assert {"site", "months", "band_90", "per_room_year", "findings"} <= document["items"][0].keys()
    assert document["items"][0]["cost_avoided"] is None
    assert document["items"][0]["currency"] is None


def test_costs_in_two_currencies_give_no_money(session: Session) -> None:
    meter = make_meter(session, make_building(session).id)
    give_months(session, meter, "2024-01", year(1000, 30))
    give_months(session, meter, "2025-01", year(900, 30), currency="USD")
    (item,) = compute_savings(session, TWO_PERIODS).items
    assert item.avoided is not None
    assert item.cost_avoided is None


def test_an_archived_site_is_left_out(session: Session) -> None:
    site = make_building(session)
    give_months(session, make_meter(session, site.id), "2024-01", year(1000) + year(900))
    site.archived_at = NOW
    session.flush()
    assert compute_savings(session, TWO_PERIODS).items == ()


def test_a_site_is_named_by_name_external_id_or_number(session: Session) -> None:
    site = make_building(session, "Palacio", external_id="P-1")
    give_months(session, make_meter(session, site.id), "2024-01", year(1000) + year(900))
    for named in ("Palacio", "palacio", "P-1", str(site.id)):
        assert len(compute_savings(session, Asked(site=named, baseline=BASELINE, reporting=REPORTING)).items) == 1


def test_a_resource_is_asked_for_alone(session: Session) -> None:
    site = make_building(session)
    give_months(session, make_meter(session, site.id), "2024-01", year(1000) + year(900))
    assert (
        len(compute_savings(session, Asked(resource="electricity", baseline=BASELINE, reporting=REPORTING)).items) == 1
    )
    assert compute_savings(session, Asked(resource="water", baseline=BASELINE, reporting=REPORTING)).items == ()


def test_a_fixed_figure_stands_for_every_meter(session: Session) -> None:
    give_months(session, make_meter(session, make_building(session).id), "2024-01", year(1000) + year(900))
    asked = Asked(baseline=BASELINE, reporting=REPORTING, method=Method.FIXED, fixed=Fixed(1000.0))
    assert compute_savings(session, asked).items[0].adjusted_baseline == pytest.approx(12_000)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Asked(baseline=BASELINE), "savings.both_periods"),
        (Asked(reporting=REPORTING), "savings.both_periods"),
        (Asked(method=Method.AVERAGE), "savings.method_needs_periods"),
        (Asked(resource="coal"), "savings.no_such_resource"),
        (Asked(baseline=BASELINE, reporting=REPORTING, method=Method.FIXED), "analyse.fixed_needs_a_figure"),
    ],
)
def test_a_question_that_cannot_be_is_refused(session: Session, asked: Asked, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        compute_savings(session, asked)
    assert refused.value.code == code


def test_a_site_nobody_knows_is_not_found(session: Session) -> None:
    with pytest.raises(NotFoundError):
        compute_savings(session, Asked(site="Nowhere"))
