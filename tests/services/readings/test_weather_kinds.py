"""Files of weather of each kind: kept apart, completed, given to sites by distance, and taken back whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emstrack.domain.findings import Severity
from emstrack.domain.weather import StationKind
from emstrack.storage.models import Site, WeatherDay, WeatherMonth, WeatherStation, WeatherTypicalDay
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from pathlib import Path

    from factories_imports import Desk

TABLES = ("site", "weather_day", "weather_month", "weather_typical_day", "weather_station")
PLACED = ("station", "date", "mean_c", "latitude", "longitude", "elevation_m")
SITES = ("site", "kind", "latitude", "longitude", "elevation_m")


def refused(outcome: object) -> list[str]:
    return [finding.code for finding in outcome.findings if finding.severity is Severity.REFUSED]  # type: ignore[attr-defined]


def said(outcome: object) -> list[str]:
    return [finding.code for finding in outcome.findings if finding.severity is not Severity.REFUSED]  # type: ignore[attr-defined]


@pytest.mark.shared
def test_an_epw_becomes_a_typical_year_and_is_taken_back_whole(desk: Desk, shared: Path) -> None:
    empty = desk.checksum(*TABLES)
    path = shared / "data/weather/Singapore-Changi_1990_2010_TMY.epw"
    outcome = desk.take(path, kind="weather")
    assert (outcome.kind, outcome.format, outcome.counts["new"]) == ("weather", "epw", 365)
    with desk.session(read_only=True) as session:
        station = session.scalars(scoped(session, WeatherStation)).one()
        days = session.scalars(scoped(session, WeatherTypicalDay).order_by(WeatherTypicalDay.day_of_year)).all()
    assert (station.kind, station.source, station.elevation_m) == (StationKind.TYPICAL_YEAR, "epw", 16)
    assert [days[0].day_of_year, days[-1].day_of_year] == [1, 365]
    assert sum(max((day.mean_c or 0) - 24, 0) for day in days) == pytest.approx(1325.9, abs=0.05)
    assert desk.count("weather_day") == 0
    assert desk.take(path, kind="weather").counts["unchanged"] == 365
    assert desk.undo(outcome.batch_id).removed == 365
    assert desk.checksum(*TABLES) == empty
    assert desk.verify().holds


def test_m_14_4_monthly_means_are_months_and_never_days(desk: Desk) -> None:
    header = ("station", "month", "mean_c")
    first = desk.rows([["Cusco", "2024-01", 12.5], ["Cusco", "2024-02", 12.9]], header=header)
    assert first.counts["new"] == 2
    outcome = desk.rows([["Cusco", "2024-01", 12.5], ["Cusco", "2024-02", 13.0]], header=header)
    assert (outcome.counts["updated"], outcome.counts["unchanged"]) == (1, 1)
    with desk.session(read_only=True) as session:
        assert session.scalars(scoped(session, WeatherStation.kind)).one() == StationKind.MONTHLY_MEANS
        assert sorted(session.scalars(scoped(session, WeatherMonth.mean_c))) == [12.5, 13.0]
    assert desk.count("weather_day") == 0
    assert desk.undo(outcome.batch_id).put_back == 1
    assert desk.undo(first.batch_id).removed == 2
    assert desk.count("weather_station") == 0
    assert desk.verify().holds


def test_kinds_are_never_mixed_under_one_name(desk: Desk) -> None:
    desk.rows([["Cusco", "2024-01", 12.5]], header=("station", "month", "mean_c"))
    outcome = desk.rows(
        [["Cusco", "2024-01-01", 12], ["Cusco", "2024-01-02", 12]], header=("station", "date", "mean_c")
    )
    assert outcome.counts["refused"] == 2
    assert refused(outcome) == ["import.station_other_kind"]


def test_gaps_of_a_file_are_named(desk: Desk) -> None:
    rows = [["A", f"2024-01-{day:02d}", 20] for day in (1, 2, 6, 7, 9)]
    outcome = desk.rows(rows, header=("station", "date", "mean_c"))
    gap = next(finding for finding in outcome.findings if finding.code == "weather.days_missing")
    assert (gap.evidence["days"], gap.evidence["longest"], gap.evidence["begins"]) == (4, 3, "2024-01-03")


def test_a_site_without_a_station_is_given_the_nearest_and_loses_it_with_the_file(desk: Desk) -> None:
    desk.rows(
        [["Cerca", "building", -13.52, -71.97, 3400], ["Lejos", "building", -3.75, -73.25, 100], ["Nadie", "hotel"]],
        header=SITES,
    )
    before = desk.checksum(*TABLES)
    rows = [["CUZ", "2024-01-01", 12, -13.5, -71.9, 3300], ["PEM", "2024-01-01", 27, -12.6, -69.2, 200]]
    outcome = desk.rows(rows, header=PLACED)
    with desk.session(read_only=True) as session:
        sites = {site.name: site for site in session.scalars(scoped(session, Site))}
        stations = {row.id: row.code for row in session.scalars(scoped(session, WeatherStation))}
    assert stations[sites["Cerca"].weather_station_id] == "CUZ"
    assert sites["Cerca"].station_by == "distance"
    assert sites["Lejos"].weather_station_id is None
    assert sites["Nadie"].weather_station_id is None
    assert desk.undo(outcome.batch_id).kept == []
    assert desk.checksum(*TABLES) == before
    assert desk.verify().holds


def test_a_site_that_comes_later_finds_the_station_that_is_there(desk: Desk) -> None:
    desk.rows([["CUZ", "2024-01-01", 12, -13.5, -71.9, 3300]], header=PLACED)
    desk.rows([["Cerca", "building", -13.52, -71.97, ""]], header=SITES)
    with desk.session(read_only=True) as session:
        station = session.scalars(scoped(session, WeatherStation.id)).one()
        assert session.scalars(scoped(session, Site.weather_station_id)).one() == station


def test_a_station_is_completed_where_nobody_said_more_and_put_back(desk: Desk) -> None:
    desk.rows([["CUZ", "2024-01-01", 12]], header=("station", "date", "mean_c"))
    before = desk.checksum(*TABLES)
    outcome = desk.rows([["CUZ", "2024-01-02", 12, -13.5, -71.9, 3300]], header=PLACED)
    with desk.session(read_only=True) as session:
        station = session.scalars(scoped(session, WeatherStation)).one()
        assert (station.latitude, station.elevation_m, station.version) == (-13.5, 3300, 2)
        assert session.query(WeatherDay).filter(*[WeatherDay.tenant_id == desk.scope.tenant_id]).count() == 2
    desk.undo(outcome.batch_id)
    assert desk.checksum(*TABLES) == before


@pytest.mark.parametrize(
    ("row", "code"), [(["A", "hotel", 91, 0, ""], "place.not_on_earth"), (["A", "hotel", 1], "place.half")]
)
def test_half_a_place_or_none_on_earth_is_refused(desk: Desk, row: list[object], code: str) -> None:
    assert refused(desk.rows([row], header=SITES)) == [code]
