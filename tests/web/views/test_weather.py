"""The pages of weather: stations, one station, a site's weather, and months pasted."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from factories_savings import give_months
from factories_sites import make_hotel, make_meter
from services.sites.test_stations import give_days, make_station
from sqlalchemy import event

from emstrack.storage.models import ImportBatch, Site, WeatherMonth, WeatherStation
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from emstrack.settings import Settings

PLACE = {"latitude": 18.47, "longitude": -77.92}
MOST_QUERIES = 12


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """As usual, but nobody answers where the weather services are."""
    nowhere = "http://127.0.0.1:9"
    return replace(settings, weather_open_meteo_url=nowhere, weather_nasa_power_url=nowhere)


@pytest.fixture
def manager(signed_in: Callable[..., Any]) -> Any:
    browser = signed_in("manager")
    browser.client.set_cookie("lang", "en")
    return browser


def furnish(session: Session) -> tuple[int, int]:
    station = make_station(session, "MBJ", **PLACE, elevation_m=2, attribution="Made for a test")
    give_days(session, station, "2023-01-01", "2026-01-01", but=("2024-05-03", "2024-05-06"))
    site = make_hotel(session, **PLACE)
    give_months(session, make_meter(session, site.id), "2024-01", [100.0] * 24)
    return site.id, station.id


@pytest.fixture
def furnished(manager: Any, of_tenant: Callable[..., Any]) -> tuple[int, int]:
    return of_tenant(manager.tenant, furnish)  # type: ignore[no-any-return]


def version_of(page: str) -> str:
    found = re.search(r'name="version"[^>]*?value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_no_station_yet_says_what_to_do_next(manager: Any) -> None:
    page = manager.client.get("/weather").text
    assert "No weather station yet" in page
    assert "/weather/months" in page
    assert 'name="kind" value="weather"' in page


def test_a_station_stands_in_the_list_and_shows_its_gaps_and_sources(manager: Any, furnished: tuple[int, int]) -> None:
    listed = manager.client.get("/weather").text
    assert "MBJ" in listed
    assert "Hotel Bahía" in listed
    assert "99.7 %" in listed
    page = manager.client.get(f"/weather/{furnished[1]}").text
    for text in (
        "Measured days",
        "18.470°, −77.920°",
        "Made for a test",
        "28 / 31",
        "3 May 2024",
        "<svg",
        "Hotel Bahía",
    ):
        assert text in page


def test_pages_of_weather_ask_little(manager: Any, furnished: tuple[int, int], application: Any) -> None:
    said: list[str] = []
    event.listen(application.database.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    site, station = furnished
    for path in ("/weather", f"/weather/{station}", f"/sites/{site}/weather", f"/sites/{site}/about"):
        manager.client.get(path)
        said.clear()
        assert manager.client.get(path).status_code == 200
        asked = [each for each in said if each.lstrip().startswith("SELECT") and "set_config" not in each]
        most = MOST_QUERIES + path.endswith("/about")  # its audits stand there too
        assert len(asked) <= most, (path, len(asked), [" ".join(e.split())[:110] for e in asked])


def test_the_about_page_says_where_the_weather_comes_from(manager: Any, furnished: tuple[int, int]) -> None:
    page = manager.client.get(f"/sites/{furnished[0]}/about").text
    for text in ("MBJ", "Chosen by distance", "363 / 366", "365 / 365"):
        assert text in page


def test_a_station_is_changed_and_a_second_change_meets_a_conflict(manager: Any, furnished: tuple[int, int]) -> None:
    path = f"/weather/{furnished[1]}/edit"
    version = version_of(manager.client.get(path).text)
    data = {"name": "Sangster", "latitude": "18.5", "longitude": "-77.9", "elevation_m": "2", "version": version}
    assert manager.post(path, data).status_code == 303
    assert "Sangster" in manager.client.get("/weather").text
    assert manager.post(path, {**data, "name": "Otra"}).status_code == 409
    refused = manager.post(path, {**data, "latitude": "200"})
    assert refused.status_code == 422
    assert "A latitude lies between" in refused.text


def test_a_form_reads_the_minus_that_it_wrote(manager: Any, furnished: tuple[int, int]) -> None:
    path = f"/weather/{furnished[1]}/edit"
    page = manager.client.get(path).text
    shown = re.search(r'name="longitude"[^>]*?value="([^"]*)"', page)
    assert shown is not None
    assert shown[1] == "−77.92"
    data = {"name": "MBJ", "latitude": "18.47", "longitude": shown[1], "version": version_of(page)}
    assert manager.post(path, data).status_code == 303


def test_a_typical_year_is_made_by_a_click_and_removed_by_another(manager: Any, furnished: tuple[int, int]) -> None:
    assert "Make the typical year" in manager.client.get(f"/weather/{furnished[1]}").text
    made = manager.post(f"/weather/{furnished[1]}/typical")
    assert made.status_code == 303
    page = manager.client.get(made.location).text
    assert "Computed from measured years" in page
    assert "2023 to 2025" in page
    assert manager.post(f"/weather/{furnished[1]}/typical").status_code == 422
    assert manager.post(f"/weather/{furnished[1]}/remove", {"version": "1"}).status_code == 422  # in use
    assert manager.post(made.location + "/remove", {"version": version_of(page)}).status_code == 303
    assert manager.client.get(made.location).status_code == 404


def test_the_station_of_a_site_is_chosen_on_its_page(
    manager: Any, furnished: tuple[int, int], of_tenant: Callable[..., Any]
) -> None:
    site, _ = furnished
    other = of_tenant(manager.tenant, lambda session: make_station(session, "KIN", latitude=17.9, longitude=-76.8).id)
    path = f"/sites/{site}/weather"
    page = manager.client.get(path).text
    assert "KIN" in page
    assert "knows 99.6 % of the days" in page
    data = {"station": str(other), "version": version_of(page), "reason": "coast"}
    assert manager.post(path, data).status_code == 303
    assert of_tenant(manager.tenant, lambda session: find(session, Site, site).weather_station_id) == other
    assert manager.post(path, {**data, "station": ""}).status_code == 409
    assert manager.post(path, {**data, "station": "999999"}).status_code == 404


def test_no_internet_is_a_sentence_on_the_import(
    manager: Any, furnished: tuple[int, int], flask_app: Any, of_tenant: Callable[..., Any]
) -> None:
    site, _ = furnished
    path = f"/sites/{site}/weather/fetch"
    assert manager.post(path, {"service": "radio", "first_year": "2025", "last_year": "2025"}).status_code == 422
    asked = manager.post(path, {"service": "open_meteo", "first_year": "2025", "last_year": "2025"})
    assert asked.status_code == 303
    flask_app.extensions["emstrack.imports"].wait()
    assert "there is no internet here" in manager.client.get(asked.location).text
    state = of_tenant(manager.tenant, lambda session: session.scalars(scoped(session, ImportBatch.status)).one())
    assert state == "refused"


def test_months_are_pasted_looked_at_and_imported(manager: Any, flask_app: Any, of_tenant: Callable[..., Any]) -> None:
    assert manager.client.get("/weather/months").status_code == 200
    refused = manager.post("/weather/months", {"station": "Cusco", "months": "2024-01 cold"})
    assert refused.status_code == 422
    assert "Line 1" in refused.text
    sent = manager.post("/weather/months", {"station": "Cusco", "months": "2024-01\t12.5\nfeb 2024\t12.9"})
    assert sent.status_code == 303
    worker = flask_app.extensions["emstrack.imports"]
    worker.wait()
    assert "12.9" in manager.client.get(sent.location).text
    manager.post(sent.location + "/confirm")
    worker.wait()

    def count(session: Session) -> tuple[Any, Any]:
        return (
            session.scalar(scoped(session, sa.func.count(WeatherMonth.month))),
            session.scalar(scoped(session, WeatherStation.kind)),
        )

    assert of_tenant(manager.tenant, count) == (2, "monthly_means")


def test_a_viewer_looks_and_changes_nothing(
    signed_in: Callable[..., Any], manager: Any, furnished: tuple[int, int]
) -> None:
    viewer = signed_in("viewer")
    site, station = furnished
    for path in ("/weather", f"/weather/{station}", f"/sites/{site}/weather"):
        page = viewer.client.get(path + "?lang=en")
        assert page.status_code == 200
        assert "Get the weather" not in page.text
        assert "Make the typical year" not in page.text
