"""Dated attributes: each for itself, none twice on a day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from factories_sites import make_building, make_hotel

from emstrack.domain.errors import ConflictError, NotFoundError, RefusedError
from emstrack.domain.periods import Period
from emstrack.domain.sites import BEGINNING, Attribute, rooms_between
from emstrack.services.sites.list_changes import changes_of_site
from emstrack.services.sites.set_site_attribute import (
    attribute_of_site,
    change_site_attribute,
    dated_values,
    list_site_attributes,
    remove_site_attribute,
    set_site_attribute,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

JULY = date(2025, 7, 1)


def test_a_new_value_ends_the_open_one_before_it(session: Session) -> None:
    site = make_hotel(session, rooms=100)
    set_site_attribute(session, site.id, Attribute.ROOMS, 140, start=JULY, now=NOW, note="Ala nueva")
    rows = list_site_attributes(session, site.id)
    assert [(row.value, row.start, row.end) for row in rows] == [(140, JULY, None), (100, BEGINNING, JULY)]
    rooms = rooms_between(dated_values(session, site.id, Attribute.ROOMS), Period.parse("2025-01:2025-12"))
    assert rooms == pytest.approx((100 * 181 + 140 * 184) / 365)


def test_new_area_never_moves_the_rooms(session: Session) -> None:
    site = make_hotel(session, rooms=100)
    set_site_attribute(session, site.id, Attribute.FLOOR_AREA_M2, 5_000, start=JULY, now=NOW)
    assert [(v.value, v.end) for v in dated_values(session, site.id, Attribute.ROOMS)] == [(100, None)]


def test_each_change_is_kept(session: Session) -> None:
    site = make_hotel(session, rooms=100)
    set_site_attribute(session, site.id, Attribute.ROOMS, 140, start=JULY, now=NOW, note="Ala nueva")
    changes = changes_of_site(session, site.id)
    assert [(c.field, c.old, c.new, c.reason) for c in changes] == [
        ("rooms", None, {"value": 140.0, "start": "2025-07-01", "end": None}, "Ala nueva"),
        ("rooms", {"end": None}, {"end": "2025-07-01"}, "Ala nueva"),
    ]


@pytest.mark.parametrize(
    ("start", "end"),
    [(None, None), (JULY, date(2026, 2, 1)), (date(2025, 12, 1), None), (date(2024, 1, 1), date(2030, 1, 1))],
)
def test_a_day_with_two_values_is_refused(session: Session, start: date | None, end: date | None) -> None:
    site = make_building(session)
    set_site_attribute(session, site.id, Attribute.STAFF, 80, start=date(2025, 1, 1), end=date(2026, 1, 1), now=NOW)
    with pytest.raises(RefusedError) as refused:
        set_site_attribute(session, site.id, Attribute.STAFF, 90, start=start, end=end, now=NOW)
    assert refused.value.code == "attribute.overlaps"
    assert refused.value.evidence["value"] == 80


def test_the_same_day_twice_is_refused(session: Session) -> None:
    site = make_hotel(session, rooms=100)
    with pytest.raises(RefusedError):
        set_site_attribute(session, site.id, Attribute.ROOMS, 110, start=None, now=NOW)


def test_neighbours_stand_side_by_side(session: Session) -> None:
    site = make_building(session)
    for year, staff in ((2024, 80), (2023, 70), (2025, 90)):
        start, end = date(year, 1, 1), date(year + 1, 1, 1)
        set_site_attribute(session, site.id, Attribute.STAFF, staff, start=start, end=end, now=NOW)
    assert [v.value for v in dated_values(session, site.id, Attribute.STAFF)] == [70, 80, 90]


def test_an_end_before_the_start_is_refused(session: Session) -> None:
    with pytest.raises(RefusedError) as refused:
        set_site_attribute(session, make_building(session).id, Attribute.STAFF, 80, start=JULY, end=JULY, now=NOW)
    assert refused.value.code == "attribute.backward"


def test_an_entry_is_corrected_with_its_version(session: Session) -> None:
    site = make_hotel(session, rooms=100)
    [row] = list_site_attributes(session, site.id)
    fixed = change_site_attribute(session, row.id, value=101, start=None, end=None, version=1, now=NOW)
    assert (fixed.value, fixed.version) == (101, 2)
    with pytest.raises(ConflictError) as conflict:
        change_site_attribute(session, row.id, value=99, start=None, end=None, version=1, now=NOW)
    assert (conflict.value.evidence["mine"], conflict.value.evidence["theirs"]) == ("99.0", "101.0")


def test_a_correction_may_not_run_into_another_entry(session: Session) -> None:
    site = make_hotel(session, rooms=100)
    set_site_attribute(session, site.id, Attribute.ROOMS, 140, start=JULY, now=NOW)
    first = list_site_attributes(session, site.id)[1]
    with pytest.raises(RefusedError) as refused:
        change_site_attribute(session, first.id, value=100, start=None, end=None, version=2, now=NOW)
    assert refused.value.code == "attribute.overlaps"


def test_an_entry_taken_out_stays_in_history(session: Session) -> None:
    site = make_hotel(session, rooms=100)
    [row] = list_site_attributes(session, site.id)
    assert remove_site_attribute(session, row.id, now=NOW, reason="Era otro hotel") == site.id
    assert list_site_attributes(session, site.id) == []
    [change] = changes_of_site(session, site.id)
    assert (change.old["value"], change.new, change.reason) == (100, None, "Era otro hotel")


def test_an_entry_belongs_to_its_site(session: Session) -> None:
    site, other = make_hotel(session), make_building(session)
    [row] = list_site_attributes(session, site.id)
    assert attribute_of_site(session, site.id, row.id) is row
    with pytest.raises(NotFoundError):
        attribute_of_site(session, other.id, row.id)
