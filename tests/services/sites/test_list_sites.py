"""The list of sites: counted, filtered, a page at a time, in one query."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from conftest import NOW
from factories_sites import make_building, make_hotel, make_meter, make_ministry

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.sites import Attribute, SiteKind
from emstrack.services.sites.change_meter import archive_meter
from emstrack.services.sites.change_site import archive_site
from emstrack.services.sites.list_sites import SiteFilter, list_organisations, list_sites
from emstrack.services.sites.set_site_attribute import set_site_attribute
from emstrack.storage.scope import set_scope, tenant_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

TODAY = date(2026, 11, 1)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Collect the statements a session sends."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(engine, "before_cursor_execute", note)


def test_each_site_shows_what_it_is_today(session: Session) -> None:
    hotel = make_hotel(session, rooms=100, city="Negril", country="JM")
    set_site_attribute(session, hotel.id, Attribute.ROOMS, 140, start=date(2026, 1, 1), now=NOW)
    set_site_attribute(session, hotel.id, Attribute.ROOMS, 160, start=date(2027, 1, 1), now=NOW)
    set_site_attribute(session, hotel.id, Attribute.FLOOR_AREA_M2, 5_200, start=None, now=NOW)
    make_meter(session, hotel.id, "CFE")
    archived = make_meter(session, hotel.id, "Vieja")
    archive_meter(session, archived.id, version=1, now=NOW)
    [row] = list_sites(session, today=TODAY).rows
    assert (row.name, row.kind, row.organisation, row.city) == (
        "Hotel Bahía",
        SiteKind.HOTEL,
        "Municipio de Prueba",
        "Negril",
    )
    assert (row.rooms, row.floor_area_m2, row.meters) == (140, 5_200, 1)


def test_a_site_without_rooms_has_none_and_not_zero(session: Session) -> None:
    make_building(session)
    [row] = list_sites(session, today=TODAY).rows
    assert (row.rooms, row.floor_area_m2, row.meters) == (None, None, 0)


def test_it_takes_one_query_however_many_sites(session: Session) -> None:
    for number in range(7):
        make_hotel(session, f"Hotel {number}")
    session.expire_all()
    with counted(session) as sent:
        page = list_sites(session, today=TODAY, size=5)
    assert len(sent) == 1
    assert (len(page.rows), page.total, page.pages, page.first, page.last) == (5, 7, 2, 1, 5)


def test_pages_follow_each_other_by_name_and_a_page_beyond_is_the_first(session: Session) -> None:
    for name in ("c", "a", "B"):
        make_building(session, name)
    second = list_sites(session, today=TODAY, page=2, size=2)
    assert [row.name for row in list_sites(session, today=TODAY, size=2).rows] == ["a", "B"]
    assert [row.name for row in second.rows] == ["c"]
    assert [row.name for row in list_sites(session, today=TODAY, page=9, size=2).rows] == ["a", "B"]
    assert list_sites(session, today=TODAY, page=-4).page == 1


def test_an_organisation_includes_what_is_below_it(session: Session) -> None:
    health = make_ministry(session)
    clinics = make_ministry(session, "Dirección de Clínicas", health.id)
    make_building(session)
    make_building(session, "Clínica", organisation_id=clinics.id)
    found = list_sites(session, SiteFilter(organisation_id=health.id), today=TODAY)
    assert [row.name for row in found.rows] == ["Clínica"]
    assert list_sites(session, SiteFilter(organisation_id=tenant_of(session)), today=TODAY).total == 2


def test_kind_and_text_narrow_the_list(session: Session) -> None:
    make_hotel(session, "Hotel Ébano", city="Cancún")
    make_building(session, "Palacio", external_id="INM-17")
    assert [r.name for r in list_sites(session, SiteFilter(kind=SiteKind.HOTEL), today=TODAY).rows] == ["Hotel Ébano"]
    for text in ("ébano", "ÉBANO", "cancún", "hotel"):
        assert [r.name for r in list_sites(session, SiteFilter(text=text), today=TODAY).rows] == ["Hotel Ébano"]
    assert [r.name for r in list_sites(session, SiteFilter(text="inm-17"), today=TODAY).rows] == ["Palacio"]


def test_signs_in_the_text_are_letters_and_no_patterns(session: Session) -> None:
    make_building(session, "Edificio 100 %")
    make_building(session, "Edificio 1000")
    assert [r.name for r in list_sites(session, SiteFilter(text="100 %"), today=TODAY).rows] == ["Edificio 100 %"]
    assert list_sites(session, SiteFilter(text="'; DROP TABLE site; --"), today=TODAY).rows == []


def test_archived_sites_are_a_list_of_their_own(session: Session) -> None:
    site = make_building(session)
    archive_site(session, site.id, version=1, now=NOW)
    assert list_sites(session, today=TODAY).rows == []
    assert [row.archived for row in list_sites(session, SiteFilter(archived=True), today=TODAY).rows] == [True]


def test_only_visible_sites_and_organisations_are_listed(session: Session) -> None:
    ministry = make_ministry(session)
    make_building(session)
    make_building(session, "Clínica", organisation_id=ministry.id)
    visible = frozenset({ministry.id})
    set_scope(session, Scope(tenant_of(session), organisation_ids=visible, permissions=frozenset(Permission)))
    page = list_sites(session, today=TODAY)
    assert ([row.name for row in page.rows], page.total) == (["Clínica"], 1)
    assert list_organisations(session) == [(ministry.id, "Secretaría de Salud")]
