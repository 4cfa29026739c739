"""Files of sites, drivers and weather: new, changed, unchanged, refused, undone."""

from __future__ import annotations

from datetime import date

from factories_imports import Desk, bills

from emstrack.domain.findings import Severity
from emstrack.storage.models import DriverValue, Site, SiteAttribute, WeatherDay, WeatherStation
from emstrack.storage.scope import scoped

SITES = ("site", "kind", "organisation", "rooms", "floor_area_m2", "country", "city", "station", "external_id")
DRIVERS = ("site", "driver", "start", "end", "value")
WEATHER = ("station", "date", "mean_c", "rain_mm")


def test_sites_come_with_their_sizes_and_station(desk: Desk) -> None:
    rows = [["Hotel Mar", "hotel", "", 60, 4200.5, "JM", "Negril", "MKJS", "H1"]]
    outcome = desk.rows(rows, header=SITES)
    assert (outcome.kind, outcome.counts["new"]) == ("sites", 1)
    with desk.session(read_only=True) as session:
        site = session.scalars(scoped(session, Site)).one()
        sizes = {row.attribute: (row.value, row.start) for row in session.scalars(scoped(session, SiteAttribute))}
        station = session.scalars(scoped(session, WeatherStation)).one()
    assert (site.kind, site.country, site.city, site.external_id) == ("hotel", "JM", "Negril", "H1")
    assert site.weather_station_id == station.id
    assert sizes == {"rooms": (60, date(1950, 1, 1)), "floor_area_m2": (4200.5, date(1950, 1, 1))}
    assert desk.rows(rows, header=SITES).counts["unchanged"] == 1


def test_a_corrected_site_is_updated_and_undone(desk: Desk) -> None:
    rows = [["Hotel Mar", "hotel", "", 60, "", "JM", "Negril", "", "H1"]]
    desk.rows(rows, header=SITES)
    before = desk.checksum("site", "site_attribute")
    corrected = [["Hotel del Mar", "hotel", "", 64, "", "JM", "", "", "H1"]]
    outcome = desk.rows(corrected, header=SITES)
    assert outcome.counts["updated"] == 1
    with desk.session(read_only=True) as session:
        site = session.scalars(scoped(session, Site)).one()
        assert (site.name, site.city) == ("Hotel del Mar", "Negril")
        assert session.scalars(scoped(session, SiteAttribute.value)).one() == 64
    assert desk.undo(outcome.batch_id).kept == []
    assert desk.checksum("site", "site_attribute") == before
    assert desk.verify().holds


def test_a_site_made_by_a_file_of_readings_is_completed_by_a_file_of_sites(desk: Desk) -> None:
    desk.rows(bills(1))
    outcome = desk.rows([["Palacio", "building", "", "", 900, "", "", "", ""]], header=SITES)
    assert outcome.counts["updated"] == 1
    with desk.session(read_only=True) as session:
        assert session.scalars(scoped(session, Site.kind)).one() == "building"


def test_an_unknown_organisation_is_refused(desk: Desk) -> None:
    outcome = desk.rows([["A", "hotel", "Nadie", "", "", "", "", "", ""]], header=SITES)
    assert [f.code for f in outcome.findings if f.severity is Severity.REFUSED] == ["import.organisation_unknown"]
    assert desk.count("site") == 0


def test_undo_of_a_file_of_sites_takes_them_away(desk: Desk) -> None:
    empty = desk.checksum("site", "site_attribute", "weather_station")
    outcome = desk.rows([["A", "hotel", "", 5, "", "", "", "S1", ""]], header=SITES)
    assert desk.undo(outcome.batch_id).kept == []
    assert desk.checksum("site", "site_attribute", "weather_station") == empty


def test_drivers_are_new_changed_unchanged_and_never_overlap(desk: Desk) -> None:
    rows = [["Hotel", "occupied_room_nights", "2024-01-01", "2024-02-01", 900],
            ["Hotel", "occupied_room_nights", "2024-02-01", "2024-03-01", 800]]  # fmt: skip
    first = desk.rows(rows, header=DRIVERS)
    assert (first.kind, first.counts["new"]) == ("drivers", 2)
    rows[0][4] = 901
    rows.append(["Hotel", "occupied_room_nights", "2024-02-15", "2024-03-15", 5])
    before = desk.checksum("driver_value")
    outcome = desk.rows(rows, header=DRIVERS)
    assert outcome.counts == {"found": 3, "new": 0, "updated": 1, "unchanged": 1, "refused": 1}
    assert [f.code for f in outcome.findings if f.severity is Severity.REFUSED] == ["import.driver_overlaps"]
    with desk.session(read_only=True) as session:
        assert sorted(session.scalars(scoped(session, DriverValue.value))) == [800, 901]
    assert desk.undo(outcome.batch_id).put_back == 1
    assert desk.checksum("driver_value") == before
    assert desk.undo(first.batch_id).removed == 2
    assert (desk.count("driver_value"), desk.count("site")) == (0, 0)
    assert desk.verify().holds


def test_weather_is_kept_by_station_and_day(desk: Desk) -> None:
    rows = [["MKJS", "2024-01-01", 27.5, 0], ["MKJS", "2024-01-02", 26.0, ""]]
    first = desk.rows(rows, header=WEATHER)
    assert (first.kind, first.counts["new"]) == ("weather", 2)
    before = desk.checksum("weather_day")
    rows[1] = ["MKJS", "2024-01-02", 26.0, 12.5]
    outcome = desk.rows(rows, header=WEATHER)
    assert outcome.counts == {"found": 2, "new": 0, "updated": 1, "unchanged": 1, "refused": 0}
    with desk.session(read_only=True) as session:
        days = session.scalars(scoped(session, WeatherDay).order_by(WeatherDay.day)).all()
    assert [(day.mean_c, day.rain_mm) for day in days] == [(27.5, 0), (26.0, 12.5)]
    _, shown = desk.look(desk.file([["MKJS", "2024-01-02", 25.0, 12.5]], header=WEATHER))
    assert shown[0][1]["changes"] == {"mean_c": [26.0, 25.0]}
    assert desk.undo(outcome.batch_id).put_back == 1
    assert desk.checksum("weather_day") == before
    assert desk.undo(first.batch_id).removed == 2
    assert (desk.count("weather_day"), desk.count("weather_station")) == (0, 0)
