"""Home, a site's page, savings and baselines as a person meets them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_savings import give_driver, give_months, year
from factories_sites import make_building, make_hotel, make_meter

from emstrack.domain.periods import Month, Period
from emstrack.domain.resources import Resource
from emstrack.services.savings.adopt_baseline import Plan
from emstrack.services.savings.adopt_many import adopt_many
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.storage.models import Baseline, SavingsResult
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

MONTHS = 26


def last_months() -> Month:
    """The first of enough months that end with the last whole one."""
    from datetime import UTC, datetime

    return Month.of(datetime.now(UTC).date()).plus(-MONTHS)


def fill(session: Session, *, sites: int = 1, adopt: bool = True) -> dict[str, int]:
    """A hotel with electricity and water up to last month; buildings beside it."""
    first = last_months()
    ids: dict[str, int] = {}
    hotel = make_hotel(session, "Hotel Bahía", rooms=60)
    give_driver(session, hotel.id, "occupied_room_nights", str(first), [1200.0 + 40 * (n % 5) for n in range(MONTHS)])
    power = make_meter(session, hotel.id, "JPS-1")
    water = make_meter(session, hotel.id, "NWC-1", resource=Resource.WATER, unit="m3")
    use = [8000 + 3 * (1200.0 + 40 * (n % 5)) - (900 if n > 11 else 0) for n in range(MONTHS)]
    give_months(session, power, str(first), use, price=3.0)
    give_months(session, water, str(first), [400 + 10 * (n % 5) for n in range(MONTHS)], price=None)
    meters = [power.id]
    for place in range(sites):
        site = make_building(session, f"Edificio {place}")
        meter = make_meter(session, site.id, f"CFE-{place}")
        give_months(
            session, meter, str(first), [1000 + 20 * (n % 5) - (100 if n > 11 else 0) for n in range(MONTHS - 1)]
        )
        meters.append(meter.id)
    if adopt:
        plan = Plan(period=Period.of_months(first, first.plus(11)))
        adopt_many(session, meters, plan, reason="the year before", now=NOW)
        refresh_results(session, now=NOW)
    ids |= {"hotel": hotel.id, "power": power.id, "water": water.id}
    return ids


@pytest.fixture
def filled(signed_in: Callable[..., Any], of_tenant: Callable[..., Any]) -> tuple[Any, dict[str, int]]:
    """A manager's browser, and the rows."""
    browser = signed_in("manager")
    return browser, of_tenant(browser.tenant, fill)


@pytest.fixture
def counted(application: Any) -> Iterator[list[str]]:
    """The queries sent to the database; beginnings, and PostgreSQL's being told of the scope, ask nothing."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SELECT set_config")):
            sent.append(statement)

    sa.event.listen(application.database.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(application.database.engine, "before_cursor_execute", note)


def test_an_empty_organisation_is_told_how_to_begin(signed_in: Callable[..., Any]) -> None:
    page = signed_in("administrator").client.get("/?lang=es").text
    for word in ("Agregar un sitio", "Importar un archivo", "emstrack demo", "emstrack backup restore"):
        assert word in page
    assert ">0<" not in page


def test_a_viewer_of_an_empty_organisation_is_offered_nothing_they_may_not_do(signed_in: Callable[..., Any]) -> None:
    page = signed_in("viewer").client.get("/?lang=en").text
    assert "Add a site" not in page
    assert 'href="/imports"' not in page


def test_nobody_signed_in_is_led_to_sign_in(client: Any) -> None:
    assert client.get("/").headers["Location"].startswith("/sign-in?next=/")


def test_home_shows_savings_what_is_missing_and_who_saves_most(filled: tuple[Any, dict[str, int]]) -> None:
    browser, ids = filled
    page = browser.client.get("/?lang=es").text
    assert "Ahorro a la fecha" in page
    assert "2 de 2 sitios" in page
    assert "Hoteles por ahorro por habitación" in page
    assert f'href="/sites/{ids["hotel"]}"' in page
    assert re.search(r'href="/month\?month=\d{4}-\d{2}&amp;site=\d+">Edificio 0', page)


def test_from_home_one_months_bill_is_one_click_away(filled: tuple[Any, dict[str, int]]) -> None:
    browser, _ = filled
    home = browser.client.get("/?lang=en").text
    month = re.search(r'href="(/month\?[^"]+)">Edificio 0', home)
    assert month is not None
    page = browser.client.get(month[1].replace("&amp;", "&")).text
    assert "CFE-0" in page
    assert page.count("quantity") > 0


def test_a_sites_page_says_the_sentence_for_the_meeting(filled: tuple[Any, dict[str, int]]) -> None:
    browser, ids = filled
    page = browser.client.get(f"/sites/{ids['hotel']}?lang=en").text
    assert re.search(r"Hotel Bahía used [\d.]+ % less electricity than it would have", page)
    assert "per room" in page
    assert f"/meters/{ids['power']}/months/" in page
    assert "Distinguishable" in page


def test_a_resource_without_a_baseline_offers_one_and_claims_nothing(filled: tuple[Any, dict[str, int]]) -> None:
    browser, ids = filled
    page = browser.client.get(f"/sites/{ids['hotel']}?resource=water&lang=en").text
    assert "There is no baseline to compare with" in page
    assert f'href="/meters/{ids["water"]}/baselines"' in page
    assert "Distinguishable" not in page


def test_a_year_is_chosen(filled: tuple[Any, dict[str, int]]) -> None:
    browser, ids = filled
    year_ = last_months().plus(3).year
    page = browser.client.get(f"/sites/{ids['hotel']}?year={year_}&lang=en").text
    assert f"December {year_}" in page or f"{year_}" in page
    assert browser.client.get(f"/sites/{ids['hotel']}?year=1").status_code == 200


def test_charts_come_as_pictures_with_their_numbers(filled: tuple[Any, dict[str, int]]) -> None:
    browser, ids = filled
    charts = browser.client.get(f"/sites/{ids['hotel']}/charts?lang=es").text
    assert charts.count("<figure") == 3
    assert "<svg" in charts
    assert "<!doctype" not in charts


def test_the_savings_page_lists_every_meter_with_its_claim(filled: tuple[Any, dict[str, int]]) -> None:
    browser, _ = filled
    page = browser.client.get("/savings?lang=en").text
    assert "JPS-1" in page
    assert "CFE-0" in page
    assert "NWC-1" not in page


def test_home_and_a_sites_page_take_twelve_queries_at_most(
    filled: tuple[Any, dict[str, int]], of_tenant: Callable[..., Any], counted: list[str]
) -> None:
    browser, ids = filled

    def more(session: Session) -> None:
        for place in range(20):
            give_months(session, make_meter(session, make_building(session, f"Otro {place}").id), "2024-01", year(10))

    of_tenant(browser.tenant, more)
    for path in ("/", f"/sites/{ids['hotel']}", f"/sites/{ids['hotel']}/charts", "/savings"):
        counted.clear()
        assert browser.client.get(path).status_code == 200
        assert len(counted) <= 12, (path, counted)


def test_a_figure_that_something_was_written_below_is_not_shown_until_it_is_computed(
    filled: tuple[Any, dict[str, int]], of_tenant: Callable[..., Any]
) -> None:
    browser, ids = filled

    def write(session: Session) -> None:
        give_driver(session, ids["hotel"], "guest_nights", "2020-01", [1.0])

    of_tenant(browser.tenant, write)
    home = browser.client.get("/?lang=en").text
    assert "being computed anew" in home
    assert "Hotels by savings per room" not in home
    answer = browser.post("/savings/refresh", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
    assert "Hotels by savings per room" in browser.client.get("/?lang=en").text
    assert "HX-Refresh" not in browser.post("/savings/refresh", headers={"HX-Request": "true"}).headers


def test_a_withheld_claim_stands_on_home_with_what_mends_it(
    filled: tuple[Any, dict[str, int]], of_tenant: Callable[..., Any]
) -> None:
    browser, ids = filled

    def spoil(session: Session) -> None:
        first = last_months()
        new = make_meter(session, ids["hotel"], "Kitchen")
        give_months(session, new, str(first), [100 + n % 5 for n in range(12)])
        plan = Plan(period=Period.of_months(first, first.plus(11)))
        adopt_many(session, [new.id], plan, reason="the year before", now=NOW)
        refresh_results(session, now=NOW)

    of_tenant(browser.tenant, spoil)
    home = browser.client.get("/?lang=en").text
    assert "1 claim withheld" in home
    assert "Enter what is missing" in home
    site = browser.client.get(f"/sites/{ids['hotel']}?lang=en").text
    assert "Claim withheld" in site


def test_a_baseline_is_proposed_looked_at_and_adopted(
    filled: tuple[Any, dict[str, int]], of_tenant: Callable[..., Any]
) -> None:
    browser, ids = filled
    first = last_months()
    form = browser.client.get(f"/meters/{ids['water']}/baselines?lang=en").text
    assert f'value="{first}"' in form
    sent = browser.post(
        f"/meters/{ids['water']}/baselines", {"first": str(first), "last": str(first.plus(11)), "method": "auto"}
    )
    assert sent.status_code == 303
    fit = browser.client.get(sent.headers["Location"]).text
    assert "CV(RMSE)" in fit
    assert "stays hidden until it is adopted" in fit
    assert "Would have used" not in fit
    version = re.search(r'name="version" value="(\d+)"', fit)
    assert version is not None
    adopted = browser.post(sent.headers["Location"] + "/adopt", {"reason": "the year before", "version": version[1]})
    assert adopted.headers["Location"] == f"/meters/{ids['water']}/savings"

    def look(session: Session) -> tuple[str, bool]:
        row = session.scalars(scoped(session, Baseline).where(Baseline.meter_id == ids["water"])).one()
        result = session.scalars(scoped(session, SavingsResult).where(SavingsResult.meter_id == ids["water"])).one()
        return row.status, result.stale

    assert of_tenant(browser.tenant, look) == ("adopted", False)
    page = browser.client.get(f"/sites/{ids['hotel']}?resource=water&lang=en").text
    assert "Not distinguishable from noise" in page


def test_a_draft_without_a_reason_is_sent_back_and_can_be_thrown_away(filled: tuple[Any, dict[str, int]]) -> None:
    browser, ids = filled
    first = last_months()
    sent = browser.post(
        f"/meters/{ids['water']}/baselines", {"first": str(first), "last": str(first.plus(11)), "method": "auto"}
    )
    draft = sent.headers["Location"]
    assert browser.post(draft + "/adopt", {"reason": "", "version": "1"}).status_code == 422
    assert browser.post(draft + "/adopt", {"reason": "good enough", "version": "7"}).status_code == 409
    assert browser.post(draft + "/discard").headers["Location"] == f"/meters/{ids['water']}/baselines"
    assert browser.client.get(draft).status_code == 404


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"first": "2024-13"}, "2024-13"),
        ({"first": "2025-12", "last": "2025-01"}, "2025"),
        ({"method": "fixed", "fixed": ""}, "No agreed figure was given"),
        ({"method": "fixed", "fixed": "viele"}, "viele"),
    ],
)
def test_a_plan_that_cannot_be_comes_back_with_its_sentence(
    filled: tuple[Any, dict[str, int]], fields: dict[str, str], sentence: str
) -> None:
    browser, ids = filled
    first = last_months()
    plan = {"first": str(first), "last": str(first.plus(11)), "method": "auto", **fields}
    answer = browser.post(f"/meters/{ids['water']}/baselines?lang=en", plan)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'class="alert refused"' in answer.text


def test_a_viewer_sees_baselines_and_may_not_set_them(
    filled: tuple[Any, dict[str, int]], signed_in: Callable[..., Any]
) -> None:
    browser, ids = filled
    viewer = signed_in("viewer", tenant=browser.tenant)
    page = viewer.client.get(f"/meters/{ids['power']}/baselines?lang=en").text
    assert "Revision 1" in page
    assert "Compare the fits" not in page


def test_modules_that_are_off_are_not_in_the_navigation(signed_in: Callable[..., Any]) -> None:
    page = signed_in("manager").client.get("/?lang=en").text
    assert 'href="/savings"' in page
    assert page.index(">Home<") < page.index(">This month<") < page.index(">Sites<") < page.index(">Savings<")
