"""Committees on the web: from founding one to approved minutes, as a secretary would walk it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from factories_sites import make_building

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = datetime.now(UTC).date()


@pytest.fixture
def eva(signed_in: Callable[..., Any]) -> Any:
    """A committee secretary's browser, in English."""
    browser = signed_in("committee")
    browser.client.set_cookie("lang", "en")
    return browser


def found(eva: Any, **given: object) -> str:
    form = {"name": "Green committee", "organisation_id": eva.tenant.id, "every": 1, "nth": 2, "weekday": 3}
    answer = eva.post("/committees/new", {**form, "hour": "10:00", **given})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def planned(eva: Any, committee: str) -> str:
    answer = eva.post(f"{committee}/meetings", {"day": str(TODAY + timedelta(days=3)), "hour": "", "place": "Room 2"})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def version(page: str) -> str:
    return re.findall(r'name="version"[^>]*value="(\d+)"', page)[-1]


def test_where_there_is_no_committee_the_page_says_what_one_is_for(eva: Any) -> None:
    assert "an agenda that has written itself" in eva.client.get("/committees").text


def test_a_secretary_walks_from_founding_to_approved_minutes(eva: Any, of_tenant: Any) -> None:
    site_id = of_tenant(eva.tenant, lambda session: make_building(session, "Palace").id)
    committee = found(eva)
    member = {"user_id": eva.user_id, "role": "chair", "start": "2026-01-01"}
    assert eva.post(f"{committee}/members", member).status_code == 303
    meeting = planned(eva, committee)
    assert "Nothing waits" in eva.client.get(meeting).text
    eva.post(f"{meeting}/agenda", {"title": "Budget"})
    eva.post(f"{meeting}/agenda", {"title": "Towels"})
    page = eva.client.get(meeting).text
    key = re.findall(r'name="key" value="([^"]+)"', page)[1]
    eva.post(f"{meeting}/agenda", {"key": key, "what": "up"})
    page = eva.client.get(meeting).text
    assert page.index("Towels") < page.index("Budget")
    assert eva.client.get(f"{meeting}.pdf").data.startswith(b"%PDF")
    assert eva.post(f"{meeting}/begin").status_code == 303
    page = eva.client.get(meeting).text
    person = re.search(r'name="present" value="(\d+)"', page)
    assert person
    eva.post(f"{meeting}/presence", {"present": person[1], "remarks": "Guests: none", "version": version(page)})
    item = re.search(rf"{meeting}/items/(\d+)", page)
    assert item
    eva.post(f"{meeting}/items/{item[1]}", {"minutes": "We try it in May", "version": 1})
    decision = {"title": "Order 200 cards", "site_id": site_id, "owner_id": eva.user_id, "due": str(TODAY)}
    assert eva.post(f"{meeting}/decisions", decision).status_code == 303
    page = eva.client.get(meeting).text
    assert "Order 200 cards" in page
    assert "Order 200 cards" in eva.client.get("/follow-ups?mine=1").text
    assert eva.post(f"{meeting}/approve", {"version": version(page)}).status_code == 303
    page = eva.client.get(meeting).text
    for said in ("Approved by", "We try it in May", "Guests: none", "The rhythm proposes"):
        assert said in page
    assert "Approve and freeze" not in page
    assert eva.post(f"{meeting}/items/{item[1]}", {"minutes": "x", "version": 2}).status_code == 422


def test_two_who_type_minutes_at_once_lose_nothing(eva: Any) -> None:
    meeting = planned(eva, found(eva))
    eva.post(f"{meeting}/agenda", {"title": "Budget"})
    eva.post(f"{meeting}/begin")
    item = re.search(rf"{meeting}/items/(\d+)", eva.client.get(meeting).text)
    assert item
    eva.post(f"{meeting}/items/{item[1]}", {"minutes": "theirs", "version": 1})
    answer = eva.post(f"{meeting}/items/{item[1]}", {"minutes": "my own words", "version": 1})
    assert answer.status_code == 409
    assert "my own words" in answer.text


@pytest.mark.parametrize(
    ("path", "form", "said"),
    [
        ("/members", {"role": "chair", "start": "2026-01-01"}, "Choose a person"),
        ("/members", {"name": "Luz", "email": "luz", "role": "member", "start": "2026-01-01"}, "is not an e-mail"),
        ("/members", {"name": "L", "role": "member", "start": "2026-02-01", "end": "2026-01-01"}, "before it begins"),
        ("/policies", {"title": "Purchasing", "step": "adopted"}, "has a day"),
        ("/meetings", {"day": "soon"}, "Not a valid date value."),
    ],
)
def test_what_is_wrong_is_said_on_the_committees_page(eva: Any, path: str, form: dict[str, str], said: str) -> None:
    answer = eva.post(f"{found(eva)}{path}", form)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_committee_is_changed_and_dissolved(eva: Any) -> None:
    committee = found(eva)
    page = eva.client.get(f"{committee}/edit").text
    form = {"name": "Greener", "organisation_id": eva.tenant.id, "every": 3, "nth": 5, "weekday": 0, "hour": "09:30"}
    assert eva.post(f"{committee}/edit", {**form, "version": version(page)}).status_code == 303
    assert "the last Monday" in eva.client.get(committee).text
    assert eva.post(f"{committee}/edit", {**form, "name": "Older", "version": 1}).status_code == 409
    assert eva.post(f"{committee}/edit", {**form, "hour": "9", "version": 2}).status_code == 422
    assert eva.post(f"{committee}/archive", {"version": 2}).status_code == 303
    assert "Greener" not in eva.client.get("/committees").text


def test_a_planned_meeting_is_moved_and_called_off(eva: Any) -> None:
    meeting = planned(eva, found(eva))
    later = str(TODAY + timedelta(days=9))
    moved = {"day": later, "hour": "11:00", "place": "Hall", "version": 1}
    assert eva.post(f"{meeting}/change", moved).status_code == 303
    assert eva.post(f"{meeting}/change", moved).status_code in {303, 409}
    assert "Hall" in eva.client.get(meeting).text
    assert eva.post(f"{meeting}/call-off", {"reason": "strike", "version": 2}).status_code == 303
    assert eva.post(f"{meeting}/begin").status_code == 422


def test_the_month_comes_on_one_page(eva: Any) -> None:
    answer = eva.client.get(f"{found(eva)}/month.pdf")
    assert answer.data.startswith(b"%PDF")


def test_a_viewer_reads_and_changes_nothing(eva: Any, signed_in: Callable[..., Any]) -> None:
    committee = found(eva)
    viewer = signed_in("viewer", tenant=eva.tenant)
    assert "Plan the meeting" not in viewer.client.get(f"{committee}?lang=en").text
    assert viewer.post(f"{committee}/meetings", {"day": str(TODAY)}).status_code == 403
