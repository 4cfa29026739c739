"""A site comes with what its country and organisation say, and what cannot be is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from conftest import NOW
from factories_sites import make_building, make_hotel, make_ministry, site_details

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import NotAllowedError, NotFoundError, RefusedError
from emstrack.domain.sites import BEGINNING, Attribute, HotelService, SiteKind
from emstrack.services.sites.add_site import add_site
from emstrack.services.sites.set_site_attribute import list_site_attributes
from emstrack.storage.models import Organisation
from emstrack.storage.scope import find, scope_of, set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_a_building_takes_country_money_and_zone_from_its_organisation(session: Session) -> None:
    site = make_building(session)
    assert (site.country, site.currency, site.time_zone) == ("MX", "MXN", "America/Mexico_City")
    assert site.created_by is None
    assert site.version == 1


def test_a_hotel_abroad_takes_its_own_countrys(session: Session) -> None:
    site = make_hotel(session, country="JM", city="Negril")
    assert (site.country, site.currency, site.time_zone) == ("JM", "JMD", "America/Jamaica")


def test_what_is_said_wins_over_what_is_usual(session: Session) -> None:
    site = make_hotel(session, country="jm", currency="usd", time_zone="America/Cancun", fiscal_year_start_month=4)
    assert (site.currency, site.time_zone, site.fiscal_year_start_month) == ("USD", "America/Cancun", 4)


def test_first_attributes_hold_since_the_beginning(session: Session) -> None:
    site = make_hotel(session, rooms=60)
    [row] = list_site_attributes(session, site.id)
    assert (row.attribute, row.value, row.start, row.end) == ("rooms", 60, BEGINNING, None)


def test_a_hotel_keeps_its_services_and_a_building_has_none(session: Session) -> None:
    services = (HotelService.SPA, HotelService.POOL)
    assert make_hotel(session, services=services).services == ["pool", "spa"]
    assert make_building(session, services=services).services == []


def test_spaces_and_unprintable_letters_leave_the_name(session: Session) -> None:
    assert make_building(session, "  Palacio \t de\x00 Gobierno ").name == "Palacio de Gobierno"


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"name": "  "}, "site.name_missing", "name"),
        ({"name": "x" * 201}, "site.name_too_long", "name"),
        ({"name": "Palacio Municipal"}, "site.name_taken", "name"),
        ({"external_id": "17"}, "site.external_id_taken", "external_id"),
        ({"country": "XQ"}, "site.country_unknown", "country"),
        ({"currency": "XYZ"}, "site.currency_unknown", "currency"),
        ({"time_zone": "Mexico City"}, "site.time_zone_unknown", "time_zone"),
        ({"fiscal_year_start_month": 13}, "site.month_unknown", "fiscal_year_start_month"),
        ({"latitude": 19.0}, "site.place_unknown", "longitude"),
        ({"latitude": 99.0, "longitude": 0.0}, "site.place_unknown", "latitude"),
        ({"latitude": float("nan"), "longitude": 0.0}, "site.place_unknown", "latitude"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    session: Session, given: dict[str, Any], code: str, field: str
) -> None:
    make_building(session, external_id="17")
    with pytest.raises(RefusedError) as refused:
        add_site(session, replace(site_details(session, "Otro"), **given), now=NOW)
    assert (refused.value.code, refused.value.evidence["field"]) == (code, field)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (-1.0, "attribute.not_a_number"),
        (float("nan"), "attribute.not_a_number"),
        (1e300, "attribute.not_a_number"),
        (10.5, "attribute.rooms_not_whole"),
    ],
)
def test_rooms_that_cannot_be_are_refused(session: Session, value: float, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        make_hotel(session, rooms=value)
    assert (refused.value.code, refused.value.evidence["field"]) == (code, "rooms")


def test_an_archived_organisation_takes_no_new_site(session: Session) -> None:
    ministry = make_ministry(session)
    ministry.archived_at = NOW
    with pytest.raises(RefusedError) as refused:
        make_building(session, organisation_id=ministry.id)
    assert refused.value.code == "site.organisation_archived"


def test_a_name_is_taken_also_where_the_other_site_is_not_visible(session: Session) -> None:
    make_building(session)
    ministry = make_ministry(session)
    visible = frozenset({ministry.id})
    set_scope(
        session,
        Scope(tenant_of(session), organisation_ids=visible, permissions=frozenset(Permission)),
    )
    with pytest.raises(RefusedError) as refused:
        make_building(session, organisation_id=ministry.id)
    assert refused.value.code == "site.name_taken"


def test_an_organisation_one_does_not_see_is_not_found(session: Session) -> None:
    tenant, ministry = tenant_of(session), make_ministry(session)
    set_scope(session, Scope(tenant, organisation_ids=frozenset({ministry.id}), permissions=frozenset(Permission)))
    with pytest.raises(NotFoundError):
        make_building(session, organisation_id=tenant)


def test_who_may_only_look_adds_nothing(session: Session) -> None:
    set_scope(session, Scope(scope_of(session).tenant_id, permissions=frozenset({Permission.VIEW})))
    with pytest.raises(NotAllowedError):
        make_building(session)


def test_a_plant_of_a_country_without_a_currency_of_its_own_takes_the_usual_one(session: Session) -> None:
    root = find(session, Organisation, tenant_of(session))
    root.country, root.currency = "EC", ""
    session.flush()
    assert make_building(session, kind=SiteKind.PLANT).currency == "USD"


def test_an_attribute_of_each_kind_is_kept(session: Session) -> None:
    site = add_site(
        session,
        site_details(session),
        attributes={Attribute.FLOOR_AREA_M2: 2_450.5, Attribute.STAFF: 80},
        now=NOW,
    )
    assert [(row.attribute, row.value) for row in list_site_attributes(session, site.id)] == [
        ("floor_area_m2", 2_450.5),
        ("staff", 80),
    ]
