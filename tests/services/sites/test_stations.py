"""Stations: listed, shown, changed, chosen, made typical, removed; and what a site hears of its own."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_savings import give_months
from factories_sites import make_building, make_meter
from sqlalchemy import event

from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.services.sites.change_station import StationDetails, change_station, remove_station
from emstrack.services.sites.choose_station import choose_station
from emstrack.services.sites.compute_typical_year import compute_typical_year
from emstrack.services.sites.find_typical_year import find_typical_year
from emstrack.services.sites.list_stations import list_stations
from emstrack.services.sites.show_site_weather import show_site_weather
from emstrack.services.sites.show_station import show_station
from emstrack.storage import bulk
from emstrack.storage.models import History, WeatherDay, WeatherMonth, WeatherStation
from emstrack.storage.scope import scoped, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LA_PAZ = {"latitude": -16.50, "longitude": -68.15}
TODAY = date(2026, 11, 1)


def make_station(session: Session, code: str = "LPB", **given: Any) -> WeatherStation:
    values = {"name": code, "kind": "observed", "created_at": NOW, **LA_PAZ, **given}
    station = WeatherStation(tenant_id=tenant_of(session), code=code, **values)
    session.add(station)
    session.flush()
    return station


def give_days(
    session: Session, station: WeatherStation, first: str, last: str, but: tuple[str, str] | None = None
) -> None:
    day = np.arange(np.datetime64(first), np.datetime64(last))
    if but is not None:
        day = day[(day < np.datetime64(but[0])) | (day >= np.datetime64(but[1]))]
    mean = 10 + 5 * np.sin((day - day.astype("datetime64[Y]")).astype(int) / 58)
    columns = {"day": [str(each) for each in day], "mean_c": mean.tolist()}
    bulk.insert_columns(session, WeatherDay.__table__, columns, station_id=station.id)  # type: ignore[arg-type]  # has a Table


def codes(findings: list[Any]) -> list[str]:
    return [each.code for each in findings]


def test_the_list_says_what_each_knows_and_who_uses_it_in_the_same_few_queries(session: Session) -> None:
    station = make_station(session)
    give_days(session, station, "2024-01-01", "2024-12-31", but=("2024-03-01", "2024-03-11"))
    months = make_station(session, "CUZ", kind="monthly_means")
    for month in (1, 3):
        tenant = tenant_of(session)
        session.add(WeatherMonth(tenant_id=tenant, station_id=months.id, month=date(2024, month, 1), mean_c=12))
    site = make_building(session, weather_station_id=station.id)
    said: list[str] = []
    session.flush()
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: said.append(given[2]))
    listed = {each.station.code: each for each in list_stations(session)}
    few = len(said)
    assert (listed["LPB"].first, listed["LPB"].last) == (date(2024, 1, 1), date(2024, 12, 30))
    assert (listed["LPB"].known, listed["LPB"].of) == (355, 365)
    assert listed["LPB"].sites == ((site.id, "Palacio Municipal"),)
    assert (listed["CUZ"].known, listed["CUZ"].of, listed["CUZ"].coverage) == (2, 3, pytest.approx(2 / 3))
    for number in range(10):
        make_building(session, f"Sede {number}", weather_station_id=make_station(session, f"S{number}").id)
    session.flush()
    said.clear()
    assert len(list_stations(session)) == 12
    assert len(said) == few <= 6


def test_a_station_shows_its_months_its_gaps_and_its_sites(session: Session) -> None:
    station = make_station(session, elevation_m=4060)
    give_days(session, station, "2023-01-01", "2025-01-01", but=("2024-03-05", "2024-03-12"))
    make_building(session, **LA_PAZ, elevation_m=3600)
    shown = show_station(session, station.id)
    assert len(shown.months) == 24
    assert shown.gaps is not None
    assert (shown.gaps.days, shown.gaps.longest, str(shown.gaps.longest_begins)) == (7, 7, "2024-03-05")
    assert (shown.months[14].known, shown.months[14].of) == (24, 31)
    assert [(each.name, round(each.distance_km or 0), each.climb_m, each.by) for each in shown.sites] == [
        ("Palacio Municipal", 0, -460, "distance")
    ]
    assert shown.full_years == 1  # March 2024 knows fewer than nine tenths


def test_a_typical_year_is_made_of_three_years_and_found_for_the_site(session: Session) -> None:
    station = make_station(session)
    give_days(session, station, "2021-01-01", "2024-01-01")
    site = make_building(session, weather_station_id=station.id)
    assert find_typical_year(session, site.id) is None
    made = compute_typical_year(session, station.id, now=NOW)
    assert (made.kind, made.source, made.latitude) == ("typical_year", "computed", -16.5)
    found = find_typical_year(session, site.id)
    assert found is not None
    assert (found.station.id, found.mean_c.shape) == (made.id, (365,))
    days = np.array([row.mean_c for row in session.scalars(scoped(session, WeatherDay).order_by(WeatherDay.day))])
    assert found.mean_c.mean() == pytest.approx(days.mean(), abs=0.02)
    origin = show_station(session, made.id).origin
    assert (origin.based_on_id, origin.first_year, origin.last_year, origin.least_years) == (station.id, 2021, 2023, 3)
    with pytest.raises(RefusedError) as refused:
        compute_typical_year(session, station.id, now=NOW)
    assert refused.value.code == "station.typical_exists"


def test_two_years_are_too_few_and_the_months_are_named(session: Session) -> None:
    station = make_station(session)
    give_days(session, station, "2021-01-01", "2023-07-01")
    with pytest.raises(RefusedError) as refused:
        compute_typical_year(session, station.id, now=NOW)
    assert refused.value.code == "station.few_years"
    assert refused.value.evidence["months"] == [7, 8, 9, 10, 11, 12]
    with pytest.raises(RefusedError) as refused:
        compute_typical_year(session, make_station(session, "CUZ", kind="monthly_means").id, now=NOW)
    assert refused.value.code == "station.not_observed"


def test_a_far_typical_year_is_no_sites(session: Session) -> None:
    make_station(session, "SIN TMY", kind="typical_year", latitude=1.37, longitude=103.98)
    assert find_typical_year(session, make_building(session, **LA_PAZ).id) is None


def test_a_new_site_is_given_the_nearest_that_knows_enough(session: Session) -> None:
    near, far = make_station(session), make_station(session, "ORU", latitude=-17.96, longitude=-67.07)
    give_days(session, near, "2024-01-01", "2025-01-01")
    give_days(session, far, "2024-01-01", "2025-01-01")
    site = make_building(session, **LA_PAZ)
    assert (site.weather_station_id, site.station_by) == (near.id, "distance")
    assert make_building(session, "Sin lugar").weather_station_id is None


def test_a_person_chooses_and_leaves_it_to_distance_again_with_history(session: Session) -> None:
    near, far = make_station(session), make_station(session, "ORU", latitude=-17.96, longitude=-67.07)
    give_days(session, near, "2024-01-01", "2025-01-01")
    site = make_building(session, **LA_PAZ)
    choose_station(session, site.id, far.id, version=site.version, now=NOW, reason="valley")
    assert (site.weather_station_id, site.station_by) == (far.id, "person")
    kept = session.scalars(scoped(session, History).where(History.entity == "site")).one()
    assert (kept.old["weather_station_id"], kept.reason) == (near.id, "valley")
    with pytest.raises(ConflictError):
        choose_station(session, site.id, None, version=1, now=NOW)
    choose_station(session, site.id, None, version=site.version, now=NOW)
    assert (site.weather_station_id, site.station_by) == (near.id, "distance")


def test_a_typical_year_is_no_sites_station(session: Session) -> None:
    typical, site = make_station(session, "TMY", kind="typical_year"), make_building(session, **LA_PAZ)
    with pytest.raises(RefusedError) as refused:
        choose_station(session, site.id, typical.id, version=site.version, now=NOW)
    assert refused.value.code == "station.is_typical_year"


def test_a_site_hears_of_distance_elevation_and_coverage(session: Session) -> None:
    station = make_station(session, latitude=-12.0, longitude=-77.1, elevation_m=10)
    give_days(session, station, "2025-01-01", "2025-06-01")
    site = make_building(session, **LA_PAZ, elevation_m=3600, weather_station_id=station.id)
    give_months(session, make_meter(session, site.id), "2025-01", [100.0] * 12)
    shown = show_site_weather(session, site.id, today=TODAY)
    assert codes(shown.findings) == ["station.far", "station.stands_lower", "station.little_coverage"]
    assert shown.findings[1].evidence["degrees"] == pytest.approx(23.3)
    assert shown.years == [(2025, 151, 365)]
    assert shown.here is not None
    assert shown.here.coverage == pytest.approx(151 / 365)


def test_a_site_without_a_station_hears_why(session: Session) -> None:
    assert codes(show_site_weather(session, make_building(session).id, today=TODAY).findings) == []
    site = make_building(session, "La Paz", **LA_PAZ)
    assert codes(show_site_weather(session, site.id, today=TODAY).findings) == ["station.none_near"]


def test_a_lone_station_serves_a_site_that_names_none_and_says_so(session: Session) -> None:
    station = make_station(session, latitude=None, longitude=None)
    give_days(session, station, "2025-01-01", "2025-06-01")
    shown = show_site_weather(session, make_building(session).id, today=TODAY)
    assert shown.is_lone
    assert shown.here is not None
    assert shown.here.station.id == station.id


def test_a_nearer_station_is_said_and_not_taken_by_itself(session: Session) -> None:
    first = make_station(session, "ORU", latitude=-17.5, longitude=-68.15)
    give_days(session, first, "2025-01-01", "2025-06-01")
    site = make_building(session, **LA_PAZ)
    assert site.weather_station_id == first.id
    give_days(session, make_station(session), "2025-01-01", "2025-06-01")
    assert codes(show_site_weather(session, site.id, today=TODAY).findings) == ["station.nearer"]
    assert site.weather_station_id == first.id


def test_the_month_that_is_not_over_lacks_nothing(session: Session) -> None:
    station = make_station(session)
    give_days(session, station, "2026-10-01", "2026-11-15")
    site = make_building(session, weather_station_id=station.id)
    give_months(session, make_meter(session, site.id), "2026-10", [100.0, 100.0])
    shown = show_site_weather(session, site.id, today=date(2026, 11, 15))
    assert shown.years == [(2026, 31, 31)]


def test_a_station_is_placed_and_the_sites_that_wait_are_given_it(session: Session) -> None:
    station = make_station(session, latitude=None, longitude=None)
    give_days(session, station, "2025-01-01", "2025-06-01")
    site = make_building(session, **LA_PAZ)
    assert site.weather_station_id is None
    details = StationDetails(name="El Alto", latitude=-16.51, longitude=-68.19, elevation_m=4061)
    change_station(session, station.id, details, version=1, now=NOW, reason="map")
    assert (station.name, station.elevation_m, station.version) == ("El Alto", 4061, 2)
    assert site.weather_station_id == station.id
    with pytest.raises(ConflictError):
        change_station(session, station.id, StationDetails(name="Otra"), version=1, now=NOW)


@pytest.mark.parametrize(
    ("details", "code", "field"),
    [
        (StationDetails(name=" "), "station.name_missing", "name"),
        (StationDetails(name="A", latitude=1), "site.place_unknown", "longitude"),
        (StationDetails(name="A", latitude=91, longitude=1), "site.place_unknown", "latitude"),
        (StationDetails(name="A", elevation_m=9999), "site.elevation_unknown", "elevation_m"),
    ],
)
def test_a_station_that_cannot_be_is_refused_beside_its_field(
    session: Session, details: StationDetails, code: str, field: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        change_station(session, make_station(session).id, details, version=1, now=NOW)
    assert (refused.value.code, refused.value.evidence["field"]) == (code, field)


def test_a_station_is_removed_with_its_days_unless_a_site_uses_it(session: Session) -> None:
    station = make_station(session)
    give_days(session, station, "2025-01-01", "2025-01-10")
    site = make_building(session, weather_station_id=station.id)
    with pytest.raises(RefusedError) as refused:
        remove_station(session, station.id, version=1, now=NOW)
    assert refused.value.code == "station.in_use"
    site.weather_station_id = None
    session.flush()
    with pytest.raises(ConflictError):
        remove_station(session, station.id, version=7, now=NOW)
    remove_station(session, station.id, version=1, now=NOW)
    assert session.scalar(scoped(session, sa.func.count(WeatherDay.day))) == 0
    kept = session.scalars(scoped(session, History).where(History.entity == "weather_station")).one()
    assert (kept.action, kept.old["code"]) == ("delete", "LPB")


def test_every_kind_of_value_makes_savings_stale(session: Session) -> None:
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if session.get_bind().dialect.name == "postgresql":
        triggers = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    text = sa.text(triggers)
    names = set(session.scalars(text, execution_options={"emstrack_text": "names no table of a tenant"}))
    for table in ("weather_day", "weather_typical_day", "weather_month", "weather_station"):
        assert {f"stale_savings_{table}_{what}" for what in ("insert", "update", "delete")} <= names
