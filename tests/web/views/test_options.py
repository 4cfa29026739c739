"""Savings verified apart from the meter, as a person meets them."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_reports import adopt
from factories_savings import give_months, year
from factories_sites import make_building, make_hotel, make_meter

from emstrack.domain.resources import Resource
from emstrack.services.savings.refresh_results import refresh_results
from emstrack.storage.models import IsolatedParameter, IsolatedSaving, StoredFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

TOILETS: dict[str, Any] = {
    "title": "Low-flow toilets",
    "start": "2025-04-01",
    "flushes_per_year-grounds": "estimated",
    "flushes_per_year-value": "60,000",
    "flushes_per_year-low": "50,000",
    "flushes_per_year-high": "70,000",
    "flushes_per_year-source": "Survey",
    "litres_before-grounds": "measured",
    "litres_before-readings": "12.4 13.1; 13.5",
    "litres_before-instrument": "Bucket",
    "litres_before-measured_on": "2025-03-14",
    "litres_after-grounds": "measured",
    "litres_after-value": "4.8",
    "litres_after-sample": "15",
    "litres_after-spread": "0.2",
    "litres_after-instrument": "Bucket",
    "litres_after-measured_on": "2025-05-02",
}
MODEL = {
    "title": "Model",
    "start": "2025-01-01",
    "model": "EnergyPlus",
    "author": "Ruiz",
    "made_on": "2025-02-01",
    "steps": "monthly",
    "cv_rmse": "12",
    "nmbe": "-3",
    "basis": "net",
    "resource_1": "electricity",
    "quantity_1": "50,000",
    "band_1": "9,000",
}
PDF = b"%PDF-1.4 the test of the tanks"


def fill(session: Session) -> dict[str, int]:
    """A hotel with a year of water; a building whose pump has a meter of its own."""
    hotel = make_hotel(session)
    water = make_meter(session, hotel.id, "SAPA", resource=Resource.WATER, unit="m3")
    give_months(session, water, "2024-01", year(1000, 40), price=None)
    building = make_building(session)
    main = make_meter(session, building.id, "Main")
    pump = make_meter(session, building.id, "Pump", parent_id=main.id)
    give_months(session, pump, "2024-01", year(800, 9) + year(400, 9), price=None)
    adopt(session, pump)
    return {"hotel": hotel.id, "water": water.id, "building": building.id, "pump": pump.id}


@pytest.fixture
def filled(signed_in: Callable[..., Any], of_tenant: Callable[..., Any]) -> tuple[Any, dict[str, int]]:
    """An auditor's browser, and the rows."""
    browser = signed_in("auditor")
    return browser, of_tenant(browser.tenant, fill)


@pytest.fixture
def counted(application: Any) -> list[str]:
    """The queries sent to the database; beginnings, and PostgreSQL's being told of the scope, ask nothing."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SELECT set_config")):
            sent.append(statement)

    sa.event.listen(application.database.engine, "before_cursor_execute", note)
    return sent


def add(browser: Any, site_id: int, kind: str = "worksheets/toilets", data: dict[str, Any] | None = None) -> Any:
    return browser.post(f"/sites/{site_id}/options/{kind}", TOILETS if data is None else data)


def version_in(page: str) -> str:
    found = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert found
    return found[1]


def test_a_worksheet_becomes_a_saving_with_its_calculation(filled: tuple[Any, dict[str, int]]) -> None:
    browser, ids = filled
    assert "Nothing is verified apart yet" in browser.client.get(f"/sites/{ids['hotel']}/options").text
    answer = add(browser, ids["hotel"], data={**TOILETS, "litres_before-file": (io.BytesIO(PDF), "tanks.pdf")})
    assert answer.status_code == 303
    page = browser.client.get(answer.headers["Location"]).text
    assert "60,000 × (13 − 4.8) ÷ 1,000" in page
    assert "492" in page
    assert "Bucket, 3 measured until 14 Mar 2025" in page
    assert "12.4; 13.1; 13.5" in page
    assert "tanks.pdf" in page
    assert "Low-flow toilets" in browser.client.get(f"/sites/{ids['hotel']}/options").text


def test_what_is_refused_stands_beside_its_field_and_what_was_typed_stays(
    filled: tuple[Any, dict[str, int]], in_database: Callable[..., Any]
) -> None:
    browser, ids = filled
    answer = add(browser, ids["hotel"], data={**TOILETS, "litres_after-sample": "1"})
    assert answer.status_code == 422
    assert "Measure at least two" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'value="60,000"' in answer.text
    unmeasured = TOILETS | {
        f"litres_{when}-{name}": value
        for when in ("before", "after")
        for name, value in (("grounds", "estimated"), ("source", "?"), ("value", "6"), ("low", "5"), ("high", "7"))
    }
    answer = add(browser, ids["hotel"], data=unmeasured)
    assert "Nothing that decides the saving was measured" in answer.text
    answer = add(browser, ids["hotel"], data={**TOILETS, "litres_before-readings": "12 lots"})
    assert "“lots” is not a number" in answer.text
    assert add(browser, ids["hotel"], data={}).status_code == 422
    sent = {**TOILETS, "title": " ", "litres_before-file": (io.BytesIO(PDF), "tanks.pdf")}
    assert add(browser, ids["hotel"], data=sent).status_code == 422
    assert (
        in_database(lambda s: s.scalars(sa.select(IsolatedSaving)).all() + s.scalars(sa.select(StoredFile)).all()) == []
    )


def test_another_choice_shows_other_rows_and_keeps_what_was_typed(filled: tuple[Any, dict[str, int]]) -> None:
    browser, ids = filled
    path = f"/sites/{ids['hotel']}/options/worksheets/taps_showers"
    assert "heater_efficiency-value" in browser.client.get(path).text
    page = browser.post(path, {"again": "1", "fuel": "none", "title": "Cold taps"}).text
    assert "heater_efficiency-value" not in page
    assert 'value="Cold taps"' in page
    assert "Btu/Wh" in browser.post(
        f"/sites/{ids['hotel']}/options/worksheets/air_conditioning", {"again": "1", "rating": "seer"}
    ).text  # fmt: skip


def test_a_correction_starts_from_what_is_known_and_meets_a_newer_one(
    filled: tuple[Any, dict[str, int]], in_database: Callable[..., Any]
) -> None:
    browser, ids = filled
    place = add(browser, ids["hotel"]).headers["Location"]
    page = browser.client.get(f"{place}/edit").text
    assert 'value="13"' in page
    assert 'value="12.4; 13.1; 13.5"' in page
    changed = {**TOILETS, "version": version_in(page), "litres_after-value": "5", "reason": "read again"}
    assert browser.post(f"{place}/edit", changed).status_code == 303
    page = browser.client.get(place).text
    assert "read again" in page
    assert "Litres per flush after" in page
    late = browser.post(f"{place}/edit", {**changed, "litres_after-value": "6"})
    assert late.status_code == 409
    assert version_in(late.text) == "2"
    values = in_database(lambda s: s.scalars(sa.select(IsolatedParameter.value).order_by(IsolatedParameter.name)).all())
    assert values == [60_000, 5, 13]


def test_somebody_else_signs_and_it_is_withdrawn_with_a_reason(
    filled: tuple[Any, dict[str, int]], signed_in: Callable[..., Any]
) -> None:
    browser, ids = filled
    place = add(browser, ids["hotel"]).headers["Location"]
    assert "somebody else has to look at it" in browser.client.get(place).text
    assert browser.post(f"{place}/sign", {"version": "1"}).status_code == 422
    other = signed_in("committee", email="other@example.org")
    assert other.post(f"{place}/sign", {"version": "9"}).status_code == 409
    assert other.post(f"{place}/sign", {"version": "1"}).status_code == 303
    assert "Verified: signed by" in browser.client.get(place).text
    assert "Say in a few words why" in browser.post(f"{place}/withdraw", {"version": "2"}).text
    assert browser.post(f"{place}/withdraw", {"version": "2", "reason": "changed back"}).status_code == 303
    assert "changed back" in browser.client.get(place).text
    listing = f"/sites/{ids['hotel']}/options"
    assert "Low-flow toilets" not in browser.client.get(listing).text
    assert "Low-flow toilets" in browser.client.get(f"{listing}?withdrawn=1").text


def test_a_sub_meter_and_a_model_are_written_down(
    filled: tuple[Any, dict[str, int]], of_tenant: Callable[..., Any]
) -> None:
    browser, ids = filled
    told = {"title": "Pump", "start": "2025-01-01", "meter_id": str(ids["pump"])}
    place = add(browser, ids["building"], "sub-meter", told).headers["Location"]
    assert "is being computed again" in browser.client.get(place).text
    of_tenant(browser.tenant, lambda session: refresh_results(session, now=NOW))
    assert "Option B" in browser.client.get(place).text
    assert re.search(r"4,\d{3} ± [\d.]+", browser.client.get(f"/sites/{ids['building']}/options").text)
    assert "stands here already" in add(browser, ids["building"], "sub-meter", told).text
    assert "needs a sub-meter" in add(browser, ids["hotel"], "sub-meter", {**told, "meter_id": ""}).text
    place = add(browser, ids["building"], "model", MODEL).headers["Location"]
    assert "50,000" in browser.client.get(place).text
    edited = browser.client.get(f"{place}/edit").text
    assert 'value="12"' in edited
    assert 'value="50,000"' in edited
    assert "Write how well the model follows" in add(browser, ids["building"], "model", {**MODEL, "cv_rmse": ""}).text


def test_a_meter_says_what_it_can_show_and_the_chooser_refuses_what_it_cannot(
    filled: tuple[Any, dict[str, int]],
) -> None:
    browser, ids = filled
    assert f"/meters/{ids['water']}/detectable" in browser.client.get(f"/meters/{ids['water']}").text
    assert "This meter can show a saving of" in browser.client.get(f"/meters/{ids['water']}/detectable").text
    ask = f"/sites/{ids['hotel']}/options?meter_id={ids['water']}&per="
    small = browser.client.get(f"{ask}percent&expected=1").text
    assert "Option C does not fit" in small
    assert "worksheets/linen" in small
    assert "Option C fits" in browser.client.get(f"{ask}quantity&expected=5,000").text
    assert "is not a number" in browser.client.get(f"{ask}quantity&expected=lots").text
    assert "as a figure above zero" in browser.client.get(f"{ask}quantity&expected=-5").text
    assert browser.client.get(f"/sites/{ids['building']}/options?meter_id={ids['water']}&expected=1").status_code == 404


def test_pages_take_twelve_queries_at_most(filled: tuple[Any, dict[str, int]], counted: list[str]) -> None:
    browser, ids = filled
    place = add(browser, ids["hotel"]).headers["Location"]
    add(browser, ids["hotel"], data={**TOILETS, "title": "More"})
    part = f"/meters/{ids['water']}/detectable"  # comes after its page: it fits a model, on what was agreed since
    for path, most in ((f"/sites/{ids['hotel']}/options", 12), (place, 12), (f"{place}/edit", 12), (part, 16)):
        browser.client.get(path)  # the session's last-seen is written at most every few minutes
        counted.clear()
        assert browser.client.get(path).status_code == 200
        assert len(counted) <= most, (path, counted)
