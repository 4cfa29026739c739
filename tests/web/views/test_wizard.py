"""Candidates side by side without a saving in sight, one adopted with a reason; what is agreed, on its pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_savings import give_driver, give_months
from factories_sites import make_hotel, make_meter

from emstrack.domain.periods import Month, Period
from emstrack.services.savings.adopt_baseline import Plan
from emstrack.services.savings.adopt_many import adopt_many
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.storage.models import Baseline, ClosedPeriod, NonRoutineAdjustment, SavingsResult
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FIRST = Month(2024, 9)
PERIOD = {"first": str(FIRST), "last": str(FIRST.plus(11))}


def fill(session: Session) -> dict[str, int]:
    """A hotel whose electricity follows its room-nights, with a saving in the second year."""
    hotel = make_hotel(session, "Hotel Bahía", rooms=60)
    nights = [1200.0 + 40 * (n % 5) for n in range(25)]
    give_driver(session, hotel.id, "occupied_room_nights", str(FIRST), nights)
    power = make_meter(session, hotel.id, "JPS-1")
    use = [8000 + 3 * each + 25 * (n % 3) - (2222 if n > 11 else 0) for n, each in enumerate(nights)]
    give_months(session, power, str(FIRST), use, price=3.0)
    return {"hotel": hotel.id, "power": power.id}


@pytest.fixture
def filled(signed_in: Callable[..., Any], of_tenant: Callable[..., Any]) -> tuple[Any, dict[str, int]]:
    """A manager's browser, and the rows."""
    browser = signed_in("manager")
    return browser, of_tenant(browser.tenant, fill)


@pytest.fixture
def adopted(filled: tuple[Any, dict[str, int]], of_tenant: Callable[..., Any]) -> tuple[Any, dict[str, int]]:
    """The same with a baseline adopted and its saving prepared."""
    browser, ids = filled

    def adopt(session: Session) -> None:
        plan = Plan(period=Period.of_months(FIRST, FIRST.plus(11)))
        adopt_many(session, [ids["power"]], plan, reason="the year before", now=NOW)
        refresh_results(session, now=NOW)

    of_tenant(browser.tenant, adopt)
    return browser, ids


@pytest.fixture
def counted(application: Any) -> Iterator[list[str]]:
    """The queries sent to the database."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SELECT set_config")):
            sent.append(statement)

    sa.event.listen(application.database.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(application.database.engine, "before_cursor_execute", note)


def compare(browser: Any, meter_id: int, more: str = "") -> str:
    address = f"/meters/{meter_id}/baselines?first={PERIOD['first']}&last={PERIOD['last']}&lang=en{more}"
    return str(browser.client.get(address).text)


def test_the_months_can_be_chosen_by_buttons_and_by_fields(filled: tuple[Any, dict[str, int]]) -> None:
    browser, ids = filled
    page = browser.client.get(f"/meters/{ids['power']}/baselines?lang=en").text
    bars = re.findall(r'<button type="submit" name="from" value="([\d-]+)" class="month-bar', page)
    assert bars == [str(FIRST.plus(n)) for n in range(25)]
    assert page.count('aria-pressed="true"') == 12
    assert "candidate-1" not in page
    chosen = browser.client.get(f"/meters/{ids['power']}/baselines?first=x&last=y&from={FIRST.plus(5)}&lang=en").text
    assert f'value="{FIRST.plus(5)}"' in chosen
    assert f'value="{FIRST.plus(16)}"' in chosen


def test_candidates_stand_side_by_side_with_the_recommended_one_marked(filled: tuple[Any, dict[str, int]]) -> None:
    browser, ids = filled
    page = compare(browser, ids["power"], "&driver=occupied_room_nights&expert=caltrack2")
    assert re.findall(r'name="method" value="([\w:0-9]+)"', page) == [
        "auto",
        "regression",
        "average",
        "intensity",
        "caltrack2",
        "fixed",
    ]
    assert page.count("Recommended<") == 1
    assert page.count('class="fit-sketch"') == 5
    assert re.search(r'id="candidate-1" name="method" value="auto" checked', page)


def test_no_candidate_says_what_it_would_save(filled: tuple[Any, dict[str, int]]) -> None:
    browser, ids = filled
    page = compare(browser, ids["power"], "&driver=occupied_room_nights&expert=change_point:4P")
    charts = browser.client.get(
        f"/meters/{ids['power']}/baselines/charts?first={PERIOD['first']}&last={PERIOD['last']}&method=auto&lang=en"
    ).text
    for told in (page, charts):
        assert "Would have used" not in told
        assert not re.search(r"2,2\d\d|26,6\d\d|28,8\d\d", told)
        assert "istinguishable" not in told
    assert "the fit over the bills" in charts
    assert "Standard error" in charts


def test_one_click_adopts_a_candidate_with_author_and_reason(
    filled: tuple[Any, dict[str, int]], of_tenant: Callable[..., Any]
) -> None:
    browser, ids = filled
    form = {**PERIOD, "method": "regression", "driver": "occupied_room_nights", "then": "adopt"}
    refused = browser.post(f"/meters/{ids['power']}/baselines?lang=en", {**form, "reason": ""})
    assert refused.status_code == 422
    assert "Say in a few words why this baseline is right" in refused.text
    assert 'value="regression" checked' in refused.text
    done = browser.post(f"/meters/{ids['power']}/baselines", {**form, "reason": "the year before"})
    assert done.headers["Location"] == f"/meters/{ids['power']}/savings"

    def look(session: Session) -> tuple[str, list[str], str, int | None]:
        row = session.scalars(scoped(session, Baseline)).one()
        return row.status, row.drivers, row.reason, row.adopted_by

    assert of_tenant(browser.tenant, look) == (
        "adopted",
        ["occupied_room_nights"],
        "the year before",
        browser.user_id,
    )


def test_a_form_that_is_only_for_looking_cannot_be_adopted(filled: tuple[Any, dict[str, int]]) -> None:
    browser, ids = filled
    form = {**PERIOD, "method": "change_point:4P", "then": "adopt", "reason": "because"}
    refused = browser.post(f"/meters/{ids['power']}/baselines?lang=en", form)
    assert refused.status_code == 422
    assert "for comparing and cannot be adopted" in refused.text


def test_a_meters_savings_page_says_everything_in_a_bounded_number_of_queries(
    adopted: tuple[Any, dict[str, int]], counted: list[str]
) -> None:
    browser, ids = adopted
    counted.clear()
    page = browser.client.get(f"/meters/{ids['power']}/savings?lang=en").text
    assert len(counted) <= 12
    assert re.search(r"Hotel Bahía used [\d.]+ % less electricity than it would have", page)
    assert "Per occupied room-night" in page
    assert f"/meters/{ids['power']}/months/" in page
    counted.clear()
    compare(browser, ids["power"])
    assert len(counted) <= 24


def test_an_adjustment_is_agreed_changed_and_withdrawn_on_its_pages(
    adopted: tuple[Any, dict[str, int]], of_tenant: Callable[..., Any]
) -> None:
    browser, ids = adopted
    form = {
        "start": "2026-01-01",
        "how": "quantity",
        "amount": "150",
        "half_width": "20",
        "reason": "a heated pool",
        "agreed_by": "Committee, minutes 14",
    }
    new = f"/meters/{ids['power']}/adjustments/new"
    refused = browser.post(new + "?lang=en", {**form, "agreed_by": ""})
    assert (refused.status_code, "Say who agreed to it" in refused.text) == (422, True)
    assert browser.post(new, form).status_code == 303
    assert of_tenant(browser.tenant, lambda session: session.scalars(scoped(session, SavingsResult.stale)).one())
    row_id = of_tenant(browser.tenant, lambda session: session.scalars(scoped(session, NonRoutineAdjustment.id)).one())
    edit = f"/adjustments/{row_id}"
    shown = browser.client.get(edit + "?lang=en").text
    assert 'value="150"' in shown
    assert browser.post(edit, {**form, "amount": "200", "version": "1"}).status_code == 303
    conflict = browser.post(edit + "?lang=en", {**form, "amount": "90", "version": "1"})
    assert conflict.status_code == 409
    assert "200" in conflict.text
    assert 'name="version" type="hidden" value="2"' in conflict.text
    assert browser.post(f"{edit}/withdraw", {"reason": "never opened", "version": "2"}).status_code == 303
    browser.post("/savings/refresh")
    page = browser.client.get(f"/meters/{ids['power']}/savings?lang=en").text
    assert "withdrawn: never opened" in page
    assert "How it is made up" not in page


def test_days_are_left_out_for_all_meters_and_for_one(
    adopted: tuple[Any, dict[str, int]], of_tenant: Callable[..., Any]
) -> None:
    browser, ids = adopted
    form = {"start": "2026-02-03", "end": "2026-02-12", "kind": "closed", "meter_id": "", "reason": "hurricane"}
    new = f"/sites/{ids['hotel']}/closed-periods/new"
    assert browser.post(new + "?lang=en", {**form, "end": ""}).status_code == 422
    assert browser.post(new, form).status_code == 303
    overlapping = browser.post(new + "?lang=en", form)
    assert "are left out already" in overlapping.text
    period_id = of_tenant(browser.tenant, lambda session: session.scalars(scoped(session, ClosedPeriod.id)).one())
    again = {**form, "meter_id": str(ids["power"]), "kind": "works", "version": "1"}
    assert browser.post(f"/closed-periods/{period_id}", again).status_code == 303
    browser.post("/savings/refresh")
    page = browser.client.get(f"/meters/{ids['power']}/savings?lang=en").text
    assert "Works under way" in page
    assert "This meter" in page


def test_all_sites_together_are_drawn_for_a_resource(adopted: tuple[Any, dict[str, int]]) -> None:
    browser, ids = adopted
    page = browser.client.get("/savings?lang=en").text
    assert 'hx-get="/savings/electricity/charts"' in page
    assert f'href="/meters/{ids["power"]}/savings"' in page
    charts = browser.client.get("/savings/electricity/charts?lang=en").text
    assert charts.count("<figure") == 2
    assert "savings to date" in charts
    assert browser.client.get("/savings/unicorns/charts").status_code == 404


def test_a_large_recomputation_shows_how_far_it_is(
    adopted: tuple[Any, dict[str, int]], of_tenant: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, _ = adopted
    monkeypatch.setattr("emstrack.web.views.savings.AT_ONCE", 1)

    def stale(session: Session) -> None:
        site = make_hotel(session, "Otro", rooms=20)
        other = make_meter(session, site.id, "JPS-2")
        give_months(session, other, str(FIRST), [900.0 - 5 * (n % 3) for n in range(25)])
        plan = Plan(period=Period.of_months(FIRST, FIRST.plus(11)))
        adopt_many(session, [other.id], plan, reason="the year before", now=NOW)
        session.execute(sa.update(SavingsResult).where(SavingsResult.tenant_id == site.tenant_id).values(stale=True))

    of_tenant(browser.tenant, stale)
    first = browser.post("/savings/refresh?lang=en", headers={"HX-Request": "true"})
    assert "1 / 2" in re.sub(r"\s+", " ", first.text)
    assert 'max="2" value="1"' in first.text
    last = browser.post("/savings/refresh?total=2", headers={"HX-Request": "true"})
    assert last.headers["HX-Refresh"] == "true"


def test_the_bills_change_and_further_figures_follow(adopted: tuple[Any, dict[str, int]]) -> None:
    browser, ids = adopted
    told = browser.client.get(f"/meters/{ids['power']}/savings/more?lang=en").text
    assert "Why the bill changed" in told
    assert "Smallest saving this meter can show in a year" in told
    page = browser.client.get(f"/meters/{ids['power']}/savings/charts?lang=en").text
    assert page.count("<figure") == 3
