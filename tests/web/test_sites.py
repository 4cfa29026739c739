"""The pages of sites: a list, a form that asks what one knows, facts, and sentences beside the field."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
from factories_sites import make_building, make_hotel, make_meter, make_ministry
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable

NEW_HOTEL = {
    "kind": "hotel",
    "name": "Hotel Bahía",
    "country": "JM",
    "city": "Negril",
    "rooms": "60",
    "floor_area_m2": "3,250.5",
    "services": ["pool", "laundry_on_site"],
    "fiscal_year_start_month": "",
    "weather_station_id": "",
}


@pytest.fixture
def manager(signed_in: Callable[..., Any]) -> Any:
    """A manager's browser, in English."""
    browser = signed_in("manager")
    browser.client.set_cookie("lang", "en")
    return browser


def add(browser: Any, **given: Any) -> Any:
    return browser.post("/sites/new", {**NEW_HOTEL, "organisation_id": browser.tenant.id, **given})


def form_value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def test_an_empty_list_says_what_to_do_next(manager: Any) -> None:
    page = manager.client.get("/sites").text
    assert "No site yet" in page
    assert "/sites/new?kind=hotel" in page


def test_a_hotel_is_added_with_what_it_knows_and_stands_in_the_list(manager: Any) -> None:
    answer = add(manager)
    assert answer.status_code == 303
    page = manager.client.get(answer.location).text
    for text in (
        "Hotel Bahía",
        "Negril, Jamaica",
        "JMD",
        "America/Jamaica",
        "60",
        "3,250.5 m²",
        "Laundry on site, Pool",
    ):
        assert text in page
    listed = manager.client.get("/sites").text
    assert "Hotel Bahía" in listed
    assert "1 to 1 of 1" in listed


def test_a_hotels_form_asks_for_rooms_and_a_buildings_does_not(manager: Any) -> None:
    hotel = manager.client.get("/sites/new?kind=hotel").text
    building = manager.client.get("/sites/new?kind=building").text
    assert 'name="rooms"' in hotel
    assert 'name="services"' in hotel
    assert 'name="rooms"' not in building
    assert 'name="services"' not in building
    assert 'name="floor_area_m2"' in building


def test_a_municipality_is_offered_a_building_first(manager: Any) -> None:
    page = manager.client.get("/sites/new").text
    assert '<input type="hidden" name="kind" value="building">' in page


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": ""}, "Give the site a name"),
        ({"rooms": "sixty"}, "“sixty” is not a number"),
        ({"rooms": "10.5"}, "not a whole number"),
        ({"rooms": "-1"}, "give a number from 0 to"),
        ({"currency": "qqq"}, "not a currency code"),
        ({"opened": "31/02/2020"}, "Not a valid date value"),
        ({"organisation_id": "999"}, "Not a valid choice"),
        ({"latitude": "19"}, "give both or none"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(
    manager: Any, given: dict[str, str], sentence: str
) -> None:
    answer = add(manager, city="Ciudad <b>Ñ</b>", **given)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "field-error" in answer.text
    assert "Ciudad &lt;b&gt;Ñ&lt;/b&gt;" in answer.text
    assert "No site yet" in manager.client.get("/sites").text


def test_a_number_is_read_by_the_readers_locale(manager: Any) -> None:
    manager.client.set_cookie("lang", "es-BO")
    page = manager.client.get(add(manager, floor_area_m2="3.250,5").location).text
    assert "3.250,5 m²" in page
    assert add(manager, name="Otro", floor_area_m2="3,250.5").status_code == 422


def test_a_change_by_somebody_else_shows_both_and_lets_choose(manager: Any, signed_in: Callable[..., Any]) -> None:
    site_page = add(manager).location
    edit = site_page.replace("/about", "/edit")
    page = manager.client.get(edit).text
    mine = {**NEW_HOTEL, "organisation_id": manager.tenant.id, "version": form_value(page, "version")}
    other = signed_in("administrator", tenant=manager.tenant)
    assert other.post(edit, {**mine, "city": "Lucea"}).status_code == 303
    conflict = manager.post(edit, {**mine, "city": "Montego Bay"})
    assert conflict.status_code == 409
    assert "Montego Bay" in conflict.text
    assert "Lucea" in conflict.text
    again = {**mine, "city": "Montego Bay", "version": form_value(conflict.text, "version")}
    assert manager.post(edit, again).status_code == 303
    shown = manager.client.get(site_page).text
    assert "Montego Bay, Jamaica" in shown
    assert "Lucea" in shown


def test_a_site_is_archived_and_restored(manager: Any) -> None:
    site = add(manager).location.removesuffix("/about")
    version = {"version": "1", "reason": "Cerró"}
    assert manager.post(f"{site}/archive", version).status_code == 303
    assert "Hotel Bahía" not in manager.client.get("/sites").text.split("toasts")[0]
    assert "Hotel Bahía" in manager.client.get("/sites?archived=1").text
    assert "Cerró" in manager.client.get(f"{site}/about").text
    assert manager.post(f"{site}/restore", {"version": "2"}).status_code == 303
    assert "Hotel Bahía" in manager.client.get("/sites").text


def test_rooms_change_on_a_day(manager: Any) -> None:
    site = add(manager).location.removesuffix("/about")
    assert "It changed" in manager.client.get(f"{site}/about").text
    path = f"{site}/new/rooms"
    assert manager.client.get(path).status_code == 200
    assert manager.post(path, {"value": "", "start": ""}).status_code == 422
    refused = manager.post(path, {"value": "80", "start": ""})
    assert refused.status_code == 422
    assert "the value is already 60" in refused.text
    assert manager.post(path, {"value": "80", "start": "2025-07-01", "note": "New wing"}).status_code == 303
    page = manager.client.get(f"{site}/about").text
    assert "60 from the beginning until 1 Jul 2025" in page
    assert "80 from 1 Jul 2025 until today" in page
    row = re.findall(r"/values/(\d+)", page)[0]
    edit = f"{site}/values/{row}"
    version = form_value(manager.client.get(edit).text, "version")
    assert manager.post(edit, {"value": "82", "start": "2025-07-01", "version": version}).status_code == 303
    assert manager.post(edit, {"value": "83", "start": "2025-07-01", "version": version}).status_code == 409
    assert manager.post(f"{edit}/remove", {"reason": "No"}).status_code == 303
    assert "82 from" not in manager.client.get(f"{site}/about").text
    assert manager.client.get(f"{site}/new/windows").status_code == 404


def test_a_photo_is_sent_shown_and_removed(manager: Any) -> None:
    site = add(manager).location.removesuffix("/about")
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "green").save(written, "PNG")
    sent = {"picture": (io.BytesIO(written.getvalue()), "fachada.png")}
    assert manager.post(f"{site}/photo", sent, content_type="multipart/form-data").status_code == 303
    photo = manager.client.get(f"{site}/photo")
    assert (photo.status_code, photo.content_type) == (200, "image/jpeg")
    assert f"{site}/photo" in manager.client.get(f"{site}/about").text
    bad = {"picture": (io.BytesIO(b"%PDF"), "factura.pdf")}
    refused = manager.post(f"{site}/photo", bad, content_type="multipart/form-data")
    assert refused.status_code == 422
    assert "“factura.pdf” is not a picture" in refused.text
    assert manager.post(f"{site}/photo", {}).status_code == 422
    assert manager.post(f"{site}/photo/remove").status_code == 303
    assert manager.client.get(f"{site}/photo").status_code == 404


def test_the_list_is_searched_filtered_and_paged(manager: Any, of_tenant: Callable[..., Any]) -> None:
    def fill(session: Any) -> None:
        ministry = make_ministry(session)
        for number in range(55):
            make_building(session, f"Edificio {number:02}", organisation_id=ministry.id)
        make_hotel(session)

    of_tenant(manager.tenant, fill)
    first = manager.client.get("/sites").text
    assert "1 to 50 of 56" in first
    assert "page=2" in first
    assert "51 to 56 of 56" in manager.client.get("/sites?page=2").text
    assert "1 to 1 of 1" in manager.client.get("/sites?kind=hotel").text
    assert "1 to 1 of 1" in manager.client.get("/sites?q=edificio+07").text
    assert "No site fits" in manager.client.get("/sites?q=nada").text
    assert "1 to 50 of 56" in manager.client.get("/sites?kind=castle&page=x&organisation=y").text


def test_a_viewer_sees_sites_and_no_buttons(signed_in: Callable[..., Any], of_tenant: Callable[..., Any]) -> None:
    viewer = signed_in("viewer")
    viewer.client.set_cookie("lang", "en")
    site = of_tenant(viewer.tenant, lambda session: make_hotel(session).id)
    page = viewer.client.get(f"/sites/{site}/about").text
    assert "Hotel Bahía" in page
    assert "/edit" not in page
    assert "Archive" not in page
    assert viewer.client.get(f"/sites/{site}/edit").status_code == 403
    assert viewer.client.get("/sites/new").status_code == 403
    assert viewer.post(f"/sites/{site}/archive", {"version": "1"}).status_code == 403


def test_somebody_elses_site_is_not_there(signed_in: Callable[..., Any], of_tenant: Callable[..., Any]) -> None:
    from conftest import make_tenant

    owner = signed_in("administrator")

    def fill(session: Any) -> tuple[int, int]:
        hotel = make_hotel(session)
        return hotel.id, make_meter(session, hotel.id).id

    site, meter = of_tenant(owner.tenant, fill)
    with owner.application.transaction() as session:
        stranger = make_tenant(session, "Hotel Ajeno", kind="company")
    other = signed_in("administrator", tenant=stranger)
    for path in (
        f"/sites/{site}/about",
        f"/sites/{site}/edit",
        f"/sites/{site}/photo",
        f"/sites/{site}/new/rooms",
        f"/sites/{site}/meters/new",
        f"/meters/{meter}",
        f"/meters/{meter}/edit",
        f"/meters/{meter}/devices/new",
        f"/meters/{meter}/shares/new",
    ):
        assert other.client.get(path).status_code == 404, path
    assert "Hotel Bahía" not in other.client.get("/sites").text


@pytest.mark.parametrize("path", ["/sites", "/sites/new?kind=hotel", "/sites/new?kind=street_lighting"])
def test_pages_speak_spanish(manager: Any, path: str) -> None:
    manager.client.set_cookie("lang", "es")
    page = manager.client.get(path).text
    assert '<html lang="es"' in page
    for english in ("Add a site", "Add this site", "Name", "Organisation", "Gross floor", "More, if", "No site yet"):
        assert english not in page, english
