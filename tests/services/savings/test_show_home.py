"""The first page's figures are the engine's own totals, and what is missing is named with who answers for it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_accounts import make_person
from factories_savings import give_months, year
from factories_sites import make_building, make_hotel, make_meter, make_ministry

from emstrack.domain.periods import Period
from emstrack.domain.resources import Resource
from emstrack.domain.savings import Claim, Method
from emstrack.services.savings.adopt_baseline import Plan
from emstrack.services.savings.adopt_many import adopt_many
from emstrack.services.savings.compute_savings import Asked, compute_savings
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.services.savings.show_home import Home, show_home
from emstrack.storage.kept import info_of_readers
from emstrack.storage.models import Meter, Organisation
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TODAY = date(2026, 1, 10)
PLAN = Plan(period=Period.parse("2024-01:2024-12"))


def town(session: Session) -> dict[str, Meter]:
    """A hotel with two meters, two buildings, one of which has no costs; December 2025 is not in for one of them."""
    hotel = make_hotel(session, "Bahía", rooms=50)
    palace, school = make_building(session, "Palacio"), make_building(session, "Escuela")
    meters = {
        "hotel": make_meter(session, hotel.id, "E"),
        "water": make_meter(session, hotel.id, "W", resource=Resource.WATER, unit="m3"),
        "palace": make_meter(session, palace.id, "E"),
        "school": make_meter(session, school.id, "E"),
    }
    give_months(session, meters["hotel"], "2024-01", year(5000, 50) + year(4000, 50), price=3.0)
    give_months(session, meters["water"], "2024-01", year(400, 5) + year(380, 5), price=None)
    give_months(session, meters["palace"], "2024-01", year(1000, 20) + year(900, 20))
    give_months(session, meters["school"], "2024-01", (year(800, 10) + year(810, 10))[:-1])
    return meters


def adopt(session: Session, meters: dict[str, Meter], *names: str, method: Method = Method.AUTO) -> Home:
    ids = [meters[name].id for name in names]
    adopt_many(session, ids, Plan(period=PLAN.period, method=method), reason="the year before", now=NOW)
    refresh_results(session, now=NOW)
    return show_home(session, today=TODAY)


def test_an_empty_organisation_has_no_zeros(session: Session) -> None:
    home = show_home(session, today=TODAY)
    assert (home.sites, home.meters, home.has_results) == (0, 0, False)
    assert home.saved == home.money == home.rankings == home.missing == ()


def test_savings_to_date_are_the_engines_totals(session: Session) -> None:
    meters = town(session)
    home = adopt(session, meters, *meters)
    totals = {total.resource: total for total in compute_savings(session, Asked()).totals}
    for saved in home.saved:
        total = totals[saved.resource]
        assert saved.avoided == pytest.approx(total.avoided)
        assert saved.band_90 == pytest.approx(total.band_90)
        assert (saved.sites_counted, saved.sites) == (total.sites_counted, total.sites)
        assert (saved.cost is None) == (total.cost_avoided is None)
    electricity = home.saved[0]
    assert electricity.resource == "electricity"
    assert electricity.claim is Claim.DISTINGUISHABLE
    assert float(electricity.cost or 0) == pytest.approx(totals["electricity"].cost_avoided, abs=0.001)
    assert [(money.currency, money.amount) for money in home.money] == [("MXN", electricity.cost)]


def test_per_room_is_said_only_where_every_site_has_rooms(session: Session) -> None:
    meters = town(session)
    home = adopt(session, meters, "hotel", "water", "palace")
    by_resource = {saved.resource: saved for saved in home.saved}
    assert by_resource["water"].per_room == pytest.approx(by_resource["water"].avoided / 50)
    assert by_resource["electricity"].per_room is None


def test_hotels_and_buildings_are_ranked_apart(session: Session) -> None:
    meters = town(session)
    home = adopt(session, meters, *meters)
    hotels, buildings = home.rankings
    assert [site.name for site in hotels.sites] == ["Bahía"]
    assert float(hotels.sites[0].per_size or 0) == pytest.approx(float(hotels.sites[0].cost or 0) / 50)
    assert {site.name for site in buildings.sites} == {"Palacio", "Escuela"}
    assert all(site.per_size is None for site in buildings.sites)


def test_what_is_missing_this_month_is_named_with_who_answers_for_it(session: Session) -> None:
    ministry = make_ministry(session)
    clinic = make_building(session, "Clínica", organisation_id=ministry.id)
    meters = town(session)
    make_meter(session, clinic.id, "E")
    make_meter(session, clinic.id, "Gas", resource=Resource.LPG, unit="kg", cadence="on_delivery")
    root = session.scalars(scoped(session, Organisation).where(Organisation.id == ministry.id)).one()
    make_person(session, root, "contributor", name="Rosa")
    make_person(session, root, "committee", name="Luis")
    above = session.scalars(scoped(session, Organisation).where(Organisation.parent_id.is_(None))).one()
    make_person(session, above, "manager", name="Ana")
    home = adopt(session, meters, "hotel")
    assert str(home.month) == "2025-12"
    assert [(site.name, site.missing, site.who) for site in home.missing] == [
        ("Clínica", 1, ("Rosa",)),
        ("Escuela", 1, ("Ana",)),
    ]
    assert (home.missing_meters, home.missing_sites) == (2, 2)


def test_a_withheld_claim_is_there_to_clear_and_not_in_the_totals(session: Session) -> None:
    meters = town(session)
    new = make_meter(session, meters["palace"].site_id, "New")
    give_months(session, new, "2024-01", year(100))
    meters["new"] = new
    home = adopt(session, meters, "palace", "new")
    assert home.withheld_count == 1
    (withheld,) = home.withheld
    assert (withheld.site, withheld.meter, withheld.finding.code) == ("Palacio", "New", "reporting.no_complete_month")
    assert home.saved[0].sites_counted == 1


def test_a_stale_result_is_not_shown_as_current(session: Session) -> None:
    meters = town(session)
    adopt(session, meters, "palace", "hotel")
    give_months(session, meters["palace"], "2026-01", [1.0])
    home = show_home(session, today=TODAY)
    assert home.unprepared == 1
    assert home.saved[0].sites_counted == 1


def test_an_indicative_method_has_no_band_and_says_so(session: Session) -> None:
    meters = town(session)
    home = adopt(session, meters, "palace", method=Method.AVERAGE)
    assert (home.saved[0].band_90, home.saved[0].claim) == (None, Claim.INDICATIVE)


def test_a_resource_bought_in_two_currencies_has_a_line_for_each(session: Session) -> None:
    meters = town(session)
    abroad = make_hotel(session, "Cayo", rooms=20, country="JM", currency="JMD")
    meters["abroad"] = make_meter(session, abroad.id, "E")
    give_months(session, meters["abroad"], "2024-01", year(2000, 20) + year(1500, 20), price=40.0, currency="JMD")
    home = adopt(session, meters, "hotel", "palace", "abroad")
    lines = [(saved.bought_in, saved.currency) for saved in home.saved if saved.resource == "electricity"]
    assert lines == [("JMD", "JMD"), ("MXN", "MXN")]
    dear = home.saved[0]
    assert dear.per_room == pytest.approx(dear.avoided / 20)
    assert [money.currency for money in home.money] == ["MXN", "JMD"]
    assert home.money[1].amount == dear.cost


def test_what_has_no_price_stands_with_the_only_currency(session: Session) -> None:
    meters = town(session)
    home = adopt(session, meters, "hotel", "water")
    assert [(saved.resource, saved.bought_in) for saved in home.saved] == [("electricity", ""), ("water", "")]
    assert home.saved[1].cost is None


def test_home_asks_the_same_few_questions_whatever_is_bought_where(session: Session) -> None:
    meters = town(session)
    abroad = make_hotel(session, "Cayo", rooms=20, country="JM", currency="JMD")
    meters["abroad"] = make_meter(session, abroad.id, "E")
    give_months(session, meters["abroad"], "2024-01", year(2000, 20) + year(1500, 20), price=40.0, currency="JMD")
    adopt(session, meters, "hotel", "palace", "abroad")
    session.info.update(info_of_readers())
    asked: list[str] = []
    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    session.expunge_all()
    first = show_home(session, today=TODAY)
    assert len(asked) <= 8, asked  # with the four of signing in no more than twelve
    asked.clear()
    assert show_home(session, today=TODAY) == first
    assert len(asked) <= 2, asked
