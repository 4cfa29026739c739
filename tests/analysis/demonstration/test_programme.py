"""The demonstration is what it says it is, and stays the same."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from emstrack.analysis.demonstration import make_demonstration
from emstrack.analysis.demonstration.places import BUILDINGS, HOTELS, MINISTRIES

TODAY = date(2026, 11, 22)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_it_has_seventeen_buildings_in_seven_ministries_and_five_hotels_of_670_rooms() -> None:
    assert len(BUILDINGS) == 17
    assert {building.organisation for building in BUILDINGS} == set(MINISTRIES)
    assert len(MINISTRIES) == 7
    assert sum(hotel.rooms for hotel in HOTELS) == 670
    assert sum(any(cut for cut in building.cuts) for building in BUILDINGS) == 4


def test_its_months_end_with_the_last_complete_one() -> None:
    made = make_demonstration(TODAY)
    assert str(made.period) == "2023-11:2026-10"
    assert str(made.baseline) == "2023-11:2024-10"
    assert str(made.reporting) == "2025-11:2026-10"


def test_early_in_a_month_the_bills_of_the_last_one_are_not_in_yet() -> None:
    assert str(make_demonstration(date(2026, 11, 5)).period) == "2023-10:2026-09"


def test_the_same_day_gives_the_same_figures() -> None:
    assert make_demonstration(TODAY) == make_demonstration(TODAY)


def test_through_a_month_nothing_but_new_bills_comes_in() -> None:
    before = {tuple(row.values()) for row in rows(make_demonstration(date(2026, 11, 3)).readings)}
    after = {tuple(row.values()) for row in rows(make_demonstration(date(2026, 11, 20)).readings)}
    assert before < after


def test_bills_of_a_meter_follow_each_other_without_gap_or_overlap() -> None:
    ends: dict[tuple[str, str], str] = {}
    for row in rows(make_demonstration(TODAY).readings):
        meter = (row["site"], row["meter"])
        assert ends.get(meter, row["start"]) == row["start"]
        assert row["start"] < row["end"] <= TODAY.isoformat()
        ends[meter] = row["end"]


def test_every_measure_has_its_truth_and_it_is_the_share_it_took_away() -> None:
    made = make_demonstration(TODAY)
    shares = {(t.site, t.resource, t.title): t.avoided / t.would_be for t in made.truth_of_measures}
    cuts = {
        (place.name, cut.resource, cut.title): cut.fraction for place in (*BUILDINGS, *HOTELS) for cut in place.cuts
    }
    assert shares.keys() == cuts.keys()
    assert all(shares[key] == pytest.approx(cuts[key]) for key in cuts)


def test_hotels_count_water_in_imperial_gallons_and_nights_every_month() -> None:
    made = make_demonstration(TODAY)
    hotels = {hotel.name for hotel in HOTELS}
    water = [row for row in rows(made.readings) if row["site"] in hotels and row["resource"] == "water"]
    assert {row["unit"] for row in water} == {"gal_imp"}
    nights = [row for row in rows(made.drivers) if row["driver"] == "occupied_room_nights"]
    assert len(nights) == 5 * 36
    assert all(float(row["value"]) > 0 for row in nights)
