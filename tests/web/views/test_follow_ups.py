"""Follow-ups on the web: the list, by hand, put off, completed, called off, the rules, the calendar's address."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from factories_follow_ups import make_measure
from factories_sites import make_building
from icalendar import Calendar
from PIL import Image

from emstrack.services.audits.write_follow_up import NewFollowUp, add_follow_up
from emstrack.storage.models import FollowUp, User

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = datetime.now(UTC).date()


@pytest.fixture
def ana(signed_in: Callable[..., Any]) -> Any:
    """A committee member's browser, in English."""
    browser = signed_in("committee")
    browser.client.set_cookie("lang", "en")
    return browser


def give(of_tenant: Any, browser: Any, title: str = "Look at the boiler", days: int = 5) -> int:
    def make(session: Any) -> int:
        site = make_building(session, f"Site of {title}")
        given = NewFollowUp(site_id=site.id, title=title, due=TODAY + timedelta(days=days), owner_id=browser.user_id)
        return add_follow_up(session, given, today=TODAY, now=datetime.now(UTC)).id

    return int(of_tenant(browser.tenant, make))


def found(in_database: Any, id_: int) -> FollowUp:
    return in_database(lambda session: session.scalars(sa.select(FollowUp).where(FollowUp.id == id_)).one())


def test_where_there_is_nothing_yet_the_page_says_how_it_begins(ana: Any) -> None:
    assert "rules put down when somebody comes back" in ana.client.get("/follow-ups").text


def test_it_is_added_by_hand_and_stands_in_the_list(ana: Any, of_tenant: Any) -> None:
    site_id = of_tenant(ana.tenant, lambda session: make_building(session, "Palace").id)
    form = {"title": "Look at the roof", "site_id": site_id, "due": str(TODAY), "owner_id": ana.user_id}
    answer = ana.post("/follow-ups/new", form)
    assert answer.status_code == 303
    assert "Look at the roof" in ana.client.get("/follow-ups?mine=1&q=palace").text
    assert "Look at the roof" not in ana.client.get("/follow-ups?show=overdue").text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"title": ""}, "Say in a few words"),
        ({"due": "yesterday"}, "Not a valid date value."),
        ({"due": "2020-01-01"}, "has gone by"),
        ({"site_id": ""}, "not found"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    ana: Any, of_tenant: Any, given: dict[str, str], said: str
) -> None:
    site_id = of_tenant(ana.tenant, lambda session: make_building(session, "Palace").id)
    answer = ana.post("/follow-ups/new", {"title": "Roof", "site_id": site_id, "due": str(TODAY), **given})
    assert answer.status_code in {404, 422}
    if answer.status_code == 422:
        assert said in answer.text
        assert given.get("title", "Roof") in answer.text


def test_it_is_put_off_with_a_reason(ana: Any, of_tenant: Any, in_database: Any) -> None:
    id_ = give(of_tenant, ana)
    later = TODAY + timedelta(days=20)
    assert ana.post(f"/follow-ups/{id_}/snooze", {"until": str(later), "version": 1}).status_code == 422
    answer = ana.post(f"/follow-ups/{id_}/snooze", {"until": str(later), "reason": "holidays", "version": 1})
    assert answer.status_code == 303
    page = ana.client.get(f"/follow-ups/{id_}").text
    assert "first planned for" in page
    assert "holidays" in page


def test_it_is_completed_with_a_photo_and_a_name(ana: Any, of_tenant: Any, in_database: Any) -> None:
    id_, picture = give(of_tenant, ana), io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(picture, "JPEG")
    picture.seek(0)
    form = {"outcome": "in_part", "result": "One lamp flickers", "signed_as": "Ana Ruiz", "version": 1}
    answer = ana.post(f"/follow-ups/{id_}/complete", {**form, "photos": (picture, "lamp.jpg")})
    assert answer.status_code == 303
    page = ana.client.get(f"/follow-ups/{id_}").text
    assert "It works in part" in page
    assert "Ana Ruiz" in page
    photo = re.search(r'src="(/files/\d+)"', page)
    assert photo
    assert ana.client.get(photo[1]).mimetype == "image/jpeg"


def test_a_file_that_is_no_photo_is_a_sentence_and_the_result_stays_typed(ana: Any, of_tenant: Any) -> None:
    id_ = give(of_tenant, ana)
    form = {"outcome": "working", "result": "All lamps burn", "signed_as": "Ana", "version": 1}
    answer = ana.post(f"/follow-ups/{id_}/complete", {**form, "photos": (io.BytesIO(b"x"), "lamp.jpg")})
    assert answer.status_code == 422
    assert "is not a picture" in answer.text
    assert "All lamps burn" in answer.text


def test_two_who_complete_it_at_once_see_each_other(ana: Any, of_tenant: Any) -> None:
    id_ = give(of_tenant, ana)
    ana.post(f"/follow-ups/{id_}/change", {"title": "Look at both boilers", "version": 1})
    form = {"outcome": "working", "result": "Fine", "signed_as": "Ana", "version": 1}
    answer = ana.post(f"/follow-ups/{id_}/complete", form)
    assert answer.status_code == 409
    assert "Fine" in answer.text


def test_it_is_called_off_with_a_reason(ana: Any, of_tenant: Any) -> None:
    id_ = give(of_tenant, ana)
    assert ana.post(f"/follow-ups/{id_}/cancel", {"version": 1}).status_code == 422
    assert ana.post(f"/follow-ups/{id_}/cancel", {"version": 1, "reason": "sold"}).status_code == 303
    assert "Look at the boiler" in ana.client.get("/follow-ups?show=cancelled").text


def test_a_viewer_reads_and_changes_nothing(signed_in: Any, ana: Any, of_tenant: Any) -> None:
    id_ = give(of_tenant, ana)
    viewer = signed_in("viewer", tenant=ana.tenant)
    assert "Complete it" not in viewer.client.get(f"/follow-ups/{id_}?lang=en").text
    assert viewer.post(f"/follow-ups/{id_}/cancel", {"reason": "x", "version": 1}).status_code == 403


def test_rules_are_switched_and_a_senseless_one_is_refused(ana: Any) -> None:
    page = ana.client.get("/follow-ups/rules").text
    assert 'value="30, 90, 180, 365"' in page
    rule = {"rule": "after_implementation", "active-after_implementation": "1"}
    refused = ana.post("/follow-ups/rules", {**rule, "days-after_implementation": "soon"})
    assert refused.status_code == 422
    assert "Give days from 0 to 3660" in refused.text
    assert ana.post("/follow-ups/rules", {**rule, "days-after_implementation": "45; 10"}).status_code == 303
    assert 'value="10, 45"' in ana.client.get("/follow-ups/rules").text


def test_a_list_of_many_costs_no_more_queries_than_one_of_few(ana: Any, of_tenant: Any, application: Any) -> None:
    counted: list[str] = []
    sa.event.listen(application.database.engine, "before_cursor_execute", lambda *a: counted.append(a[2]))
    for n in range(3):
        give(of_tenant, ana, f"task {n}")
    counted.clear()
    ana.client.get("/follow-ups")
    few = len(counted)
    for n in range(3, 12):
        give(of_tenant, ana, f"task {n}")
    counted.clear()
    ana.client.get("/follow-ups")
    assert len(counted) == few
    assert few <= 12


def test_a_calendar_address_is_shown_once_read_without_sign_in_and_revoked(
    ana: Any, of_tenant: Any, client: Any, in_database: Any
) -> None:
    give(of_tenant, ana)
    assert ana.post("/account/calendar").status_code == 303
    page = ana.client.get("/account").text
    address = re.search(r"/calendar/[\w-]+\.ics", page)
    assert address
    assert address[0] not in ana.client.get("/account").text
    answer = client.get(address[0])
    assert answer.mimetype == "text/calendar"
    assert [str(event["summary"])[:18] for event in Calendar.from_ical(answer.data).walk("VEVENT")] == [
        "Look at the boiler"
    ]
    assert ana.post("/account/calendar/revoke").status_code == 303
    assert client.get(address[0]).status_code == 404


def test_reminders_are_chosen_in_the_account(ana: Any, in_database: Any) -> None:
    form = {"reminders": "daily", "time_zone": "America/La_Paz"}
    assert ana.post("/account/reminders", form).status_code == 303
    user = in_database(lambda session: session.scalars(sa.select(User).where(User.id == ana.user_id)).one())
    assert (user.reminders, user.time_zone) == ("daily", "America/La_Paz")
    assert ana.post("/account/reminders", {**form, "time_zone": "Mars/Base"}).status_code == 422


def test_a_measures_follow_ups_lead_to_it(ana: Any, of_tenant: Any) -> None:
    def make(session: Any) -> int:
        site = make_building(session, "Palace")
        measure = make_measure(session, site.id, "LED")
        given = NewFollowUp(site_id=site.id, title="Look", due=TODAY, measure_id=measure.id)
        return add_follow_up(session, given, today=TODAY, now=datetime.now(UTC)).id

    id_ = of_tenant(ana.tenant, make)
    assert "/measures/" in ana.client.get(f"/follow-ups/{id_}").text
