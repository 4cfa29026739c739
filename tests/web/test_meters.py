"""The pages of meters, their devices and shares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from factories_sites import make_building, make_hotel, make_meter

if TYPE_CHECKING:
    from collections.abc import Callable

ELECTRICITY = {
    "resource": "electricity",
    "name": "CFE principal",
    "unit": "kWh",
    "direction": "import",
    "cadence": "bimonthly",
    "calendar_mode": "pro_rata",
    "parent_id": "",
}


@pytest.fixture
def manager(signed_in: Callable[..., Any]) -> Any:
    """A manager's browser, in English."""
    browser = signed_in("manager")
    browser.client.set_cookie("lang", "en")
    return browser


@pytest.fixture
def site_id(manager: Any, of_tenant: Callable[..., Any]) -> int:
    """A hotel, with a building beside it."""

    def fill(session: Any) -> int:
        make_building(session, "Archivo")
        return make_hotel(session).id

    return int(of_tenant(manager.tenant, fill))


def add(browser: Any, site_id: int, **given: Any) -> Any:
    return browser.post(f"/sites/{site_id}/meters/new", {**ELECTRICITY, **given})


def meter_of(browser: Any, site_id: int) -> str:
    page = browser.client.get(f"/sites/{site_id}/about").text
    return "/meters/" + re.findall(r'"/meters/(\d+)"', page)[0]


def form_value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def test_a_site_without_a_meter_says_what_one_is(manager: Any, site_id: int) -> None:
    assert "A meter is what a bill is for" in manager.client.get(f"/sites/{site_id}/about").text


def test_a_meter_is_added_and_shown(manager: Any, site_id: int) -> None:
    assert add(manager, site_id, provider="CFE", supply_point="123 456").status_code == 303
    page = manager.client.get(meter_of(manager, site_id)).text
    for text in ("CFE principal", "Electricity", "kWh", "123 456", "Every two months", "Split by days"):
        assert text in page


def test_the_form_asks_what_its_resource_has(manager: Any, site_id: int) -> None:
    path = f"/sites/{site_id}/meters/new"
    electricity, water, gas, waste = (
        manager.client.get(f"{path}?resource={name}").text for name in ("electricity", "water", "lpg", "waste")
    )
    assert "Source of the water" not in electricity
    assert "Source of the water" in water
    assert 'name="destination"' in waste
    assert "Net (lower)" in gas
    assert re.search(r'value="on_delivery" selected', gas)
    assert re.search(r'value="between_deliveries" selected', gas)
    assert 'value="cyl_45kg"' in gas
    assert 'value="m3"' not in electricity


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": ""}, "Give the meter a name"),
        ({"unit": "m3"}, "Not a valid choice"),
        ({"resource": "sunshine"}, "Not a valid choice"),
        ({"opened": "2025-02-01", "closed": "2025-01-01"}, "closes (1 Jan 2025) before it opens"),
        ({"parent_id": "99"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    manager: Any, site_id: int, given: dict[str, str], sentence: str
) -> None:
    answer = add(manager, site_id, **given)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_sub_meter_says_that_it_is_not_counted_again(manager: Any, site_id: int) -> None:
    add(manager, site_id)
    parent = meter_of(manager, site_id).rsplit("/", 1)[1]
    assert add(manager, site_id, name="Chiller", parent_id=parent).status_code == 303
    assert "sub-meter: not counted again" in manager.client.get(f"/sites/{site_id}/about").text
    refused = manager.post(f"/meters/{parent}/archive", {"version": "1"})
    assert refused.status_code == 422
    assert "Other meters stand behind this one (Chiller)" in refused.text


def test_a_meter_is_changed_archived_and_restored(manager: Any, site_id: int) -> None:
    add(manager, site_id)
    meter = meter_of(manager, site_id)
    version = form_value(manager.client.get(f"{meter}/edit").text, "version")
    mine = {**ELECTRICITY, "version": version, "provider": "CFE", "reason": "Bill"}
    assert manager.post(f"{meter}/edit", mine).status_code == 303
    conflict = manager.post(f"{meter}/edit", {**mine, "provider": "JPS"})
    assert conflict.status_code == 409
    assert "JPS" in conflict.text
    page = manager.client.get(meter).text
    assert "CFE" in page
    assert "Bill" in page
    assert manager.post(f"{meter}/archive", {"version": "2"}).status_code == 303
    assert manager.post(f"{meter}/restore", {"version": "3"}).status_code == 303


def test_devices_come_and_go(manager: Any, site_id: int) -> None:
    add(manager, site_id)
    meter = meter_of(manager, site_id)
    path = f"{meter}/devices/new"
    assert manager.client.get(path).status_code == 200
    device = {"serial": "A-1", "digits": "5", "multiplier": "40", "installed": "2020-01-01"}
    assert manager.post(path, device).status_code == 303
    refused = manager.post(path, {**device, "serial": "B-2", "installed": "2025-06-10"})
    assert refused.status_code == 422
    assert "Device A-1 is on this meter" in refused.text
    known = meter + re.findall(r"/devices/\d+", manager.client.get(meter).text)[0]
    version = form_value(manager.client.get(known).text, "version")
    off = {**device, "removed": "2025-06-10", "removal_index": "98,000", "version": version}
    assert manager.post(known, off).status_code == 303
    assert manager.post(known, {**off, "removal_index": "98,001"}).status_code == 409
    assert manager.post(path, {**device, "serial": "B-2", "installed": "2025-06-10"}).status_code == 303
    page = manager.client.get(meter).text
    assert "98,000" in page
    assert "Device B-2" in page
    assert manager.post(f"{known}/remove").status_code == 303
    assert manager.client.get(known).status_code == 404
    assert manager.post(path, {**device, "multiplier": "many"}).status_code == 422


def test_a_part_of_a_meter_is_shared_ended_and_taken_out(manager: Any, site_id: int) -> None:
    add(manager, site_id)
    meter = meter_of(manager, site_id)
    page = manager.client.get(f"{meter}/shares/new").text
    archive = re.findall(r'value="(\d+)"[^>]*>Archivo', page)[0]
    share = {"site_id": archive, "percent": "25"}
    assert manager.post(f"{meter}/shares/new", {**share, "percent": "125"}).status_code == 422
    assert manager.post(f"{meter}/shares/new", share).status_code == 303
    again = manager.post(f"{meter}/shares/new", share)
    assert again.status_code == 422
    assert "already has a share" in again.text
    page = manager.client.get(meter).text
    assert "25.0 %" in page
    known = meter + re.findall(r"/shares/\d+", page)[0]
    assert manager.post(f"{known}/end", {"version": "1", "end": "soon"}).status_code == 422
    assert manager.post(f"{known}/end", {"version": "1", "end": "2025-06-01"}).status_code == 303
    assert "until 1 Jun 2025" in manager.client.get(meter).text
    assert manager.post(f"{known}/remove", {"reason": "No"}).status_code == 303
    assert "serves Hotel Bahía alone" in manager.client.get(meter).text


def test_parts_of_another_meter_are_not_found_under_this_one(
    manager: Any, site_id: int, of_tenant: Callable[..., Any]
) -> None:
    add(manager, site_id)
    meter = meter_of(manager, site_id)
    manager.post(f"{meter}/devices/new", {"serial": "A-1", "digits": "5", "multiplier": "1"})
    device = re.findall(r"/devices/\d+", manager.client.get(meter).text)[0]
    other = of_tenant(manager.tenant, lambda session: make_meter(session, site_id, "Otro").id)
    assert manager.client.get(f"/meters/{other}{device}").status_code == 404
    assert manager.post(f"/meters/{other}{device}/remove").status_code == 404


def test_meters_speak_spanish(manager: Any, site_id: int) -> None:
    add(manager, site_id)
    manager.client.set_cookie("lang", "es")
    meter = meter_of(manager, site_id)
    for path in (meter, f"{meter}/edit", f"{meter}/devices/new", f"{meter}/shares/new", f"/sites/{site_id}/about"):
        page = manager.client.get(path).text
        for english in ("Devices", "Change", "Serial", "Save", "Share", "Meter", "Add ", "Supplier", "What is"):
            assert f">{english}" not in page, (path, english)
