"""Weather fetched for a place: kept as a file, imported, given to the site where that is safe, and taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from factories_imports import CheapLimits, Desk
from factories_sites import make_hotel
from weather_stub import Addresses, Stub, weather_stub

from emstrack.domain.errors import EmstrackError, RefusedError
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.sites.fetch_weather import Wish, ask_for_weather, fetch_weather, usual_years
from emstrack.storage.models import ImportBatch, Site, StoredFile, WeatherStation
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from emstrack.storage.session import Database

TODAY = date(2026, 11, 20)


@dataclass(frozen=True)
class Means(Addresses, CheapLimits):
    """What fetching may cost, and whom it asks."""


@pytest.fixture(scope="module")
def serving() -> Iterator[Stub]:
    with weather_stub() as stub:
        yield stub


@pytest.fixture
def stub(serving: Stub) -> Iterator[Stub]:
    serving.asked.clear()
    yield serving
    serving.misbehaves = ""


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    return Desk(database, tmp_path)


def hotel(desk: Desk, **given: object) -> int:
    with desk.session() as session:
        return make_hotel(session, **given).id


def ask(desk: Desk, means: Means, site: int, service: str = "open_meteo", years: tuple[int, int] = (2020, 2026)) -> int:
    wish = Wish(site_id=site, service=service, first_year=years[0], last_year=years[1])
    with desk.session() as session:
        return ask_for_weather(session, wish, means, now=NOW, today=TODAY).id


def fetch(desk: Desk, means: Means, batch: int) -> object:
    watch = desk.watch()
    watch.batch_id = batch
    return fetch_weather(watch, StoredFiles(str(desk.folder / "files")), means, means)


def means_of(stub: Stub) -> Means:
    return Means(weather_open_meteo_url=stub.url, weather_nasa_power_url=stub.url)


@pytest.mark.parametrize("service", ["open_meteo", "nasa_power"])
def test_a_place_gets_its_weather_and_gives_it_back(desk: Desk, stub: Stub, service: str) -> None:
    site, means = hotel(desk, latitude=18.47, longitude=-77.92), means_of(stub)
    before = desk.checksum("site", "weather_day", "weather_station")
    batch = ask(desk, means, site, service)
    outcome = fetch(desk, means, batch)
    with desk.session(read_only=True) as session:
        station = session.scalars(scoped(session, WeatherStation)).one()
        found, kept = find(session, Site, site), find(session, ImportBatch, batch)
        file = find(session, StoredFile, kept.file_id or 0)
    assert (station.kind, station.source, station.latitude, station.longitude) == ("observed", service, 18.5, -77.9)
    assert station.attribution
    assert found.weather_station_id == station.id
    assert found.station_by == "distance"
    assert (kept.status, kept.kind, file.name) == ("done", "weather", kept.file_name)
    days = (date(2026, 11, 15 if service == "open_meteo" else 16) - date(2020, 1, 1)).days + 1
    assert outcome.counts["new"] == days == desk.count("weather_day")  # rain alone is known on the 31st
    assert len(stub.asked) == 2  # five years, then the rest
    again = fetch(desk, means, ask(desk, means, site, service))
    assert again.counts["unchanged"] == days
    assert desk.undo(batch).kept == []
    assert desk.checksum("site", "weather_day", "weather_station") == before
    assert desk.verify().holds


def test_a_station_that_a_person_chose_stays(desk: Desk, stub: Stub) -> None:
    desk.rows([["MINE", "2024-01-01", 25]], header=("station", "date", "mean_c"))
    with desk.session() as session:
        mine = session.scalars(scoped(session, WeatherStation.id)).one()
    site, means = hotel(desk, latitude=18.47, longitude=-77.92, weather_station_id=mine), means_of(stub)
    fetch(desk, means, ask(desk, means, site, years=(2026, 2026)))
    with desk.session(read_only=True) as session:
        assert find(session, Site, site).weather_station_id == mine


@pytest.mark.parametrize(
    ("misbehaves", "code"), [("refuses", "weather_service.refused"), ("knows nothing", "weather_service.nothing")]
)
def test_what_goes_wrong_stands_in_the_batch_and_changes_nothing(
    desk: Desk, stub: Stub, misbehaves: str, code: str
) -> None:
    site, means = hotel(desk, latitude=18.47, longitude=-77.92), means_of(stub)
    stub.misbehaves = misbehaves
    batch = ask(desk, means, site)
    with pytest.raises(EmstrackError) as told:
        fetch(desk, means, batch)
    assert told.value.code == code
    with desk.session(read_only=True) as session:
        kept = find(session, ImportBatch, batch)
    assert (kept.status, kept.report["error"]["code"]) == ("refused", code)
    assert desk.count("weather_day") == desk.count("weather_station") == 0


def test_a_fetch_that_is_cancelled_writes_nothing(desk: Desk, stub: Stub) -> None:
    site, means = hotel(desk, latitude=18.47, longitude=-77.92), means_of(stub)
    batch = ask(desk, means, site)
    with desk.session() as session:
        find(session, ImportBatch, batch).cancel_asked = True
    with pytest.raises(RefusedError) as told:
        fetch(desk, means, batch)
    assert told.value.code == "file.cancelled"
    with desk.session(read_only=True) as session:
        assert find(session, ImportBatch, batch).status == "cancelled"
    assert desk.count("weather_day") == 0


def test_only_what_can_be_asked_is_asked(desk: Desk, stub: Stub) -> None:
    means = means_of(stub)
    somewhere = hotel(desk, latitude=18.47, longitude=-77.92)
    nowhere = hotel(desk, name="Hotel Nadie")
    for site, service, years, given, code in (
        (nowhere, "open_meteo", (2024, 2024), means, "site.no_place"),
        (somewhere, "radio", (2024, 2024), means, "weather_service.unknown"),
        (somewhere, "open_meteo", (2024, 2023), means, "weather.years_unclear"),
        (somewhere, "nasa_power", (1970, 2023), means, "weather.years_unclear"),
        (somewhere, "open_meteo", (2024, 2027), means, "weather.years_unclear"),
        (somewhere, "open_meteo", (2024, 2024), Means(weather_services=""), "weather_service.off"),
    ):
        with pytest.raises(RefusedError) as refused:
            ask(desk, given, site, service, years)
        assert refused.value.code == code
    assert stub.asked == []


def test_the_years_of_the_readings_are_offered(desk: Desk) -> None:
    site = hotel(desk)
    with desk.session(read_only=True) as session:
        assert usual_years(session, site, today=TODAY) == (2023, 2026)
