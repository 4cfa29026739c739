"""A site is changed once, by one person at a time, and what it was is kept."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from factories_sites import make_building, make_hotel, make_ministry, site_details

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from emstrack.services.readings.verify_history import verify_history
from emstrack.services.sites.change_site import archive_site, change_site, restore_site
from emstrack.services.sites.list_changes import changes_of_site
from emstrack.services.sites.show_site import details_of, show_site
from emstrack.storage.models import History
from emstrack.storage.scope import scope_of, scoped, set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_a_change_raises_the_version_and_keeps_the_old_value(session: Session) -> None:
    site = make_building(session, city="Tepic")
    changed = change_site(
        session, site.id, replace(details_of(site), city="Tecuala"), version=1, now=NOW, reason="Escrito mal"
    )
    assert (changed.city, changed.version) == ("Tecuala", 2)
    [change] = changes_of_site(session, site.id)
    assert (change.field, change.old, change.new, change.reason) == ("city", "Tepic", "Tecuala", "Escrito mal")


def test_what_a_form_shows_is_what_it_saves(session: Session) -> None:
    site = make_hotel(session, country="JM", external_id="H-1", latitude=18.2, longitude=-78.3)
    change_site(session, site.id, details_of(site), version=1, now=NOW)
    assert site.version == 1
    assert changes_of_site(session, site.id) == []


def test_a_building_changes_ministry_in_one_row(session: Session) -> None:
    site, ministry = make_building(session), make_ministry(session)
    moved = change_site(session, site.id, replace(details_of(site), organisation_id=ministry.id), version=1, now=NOW)
    assert moved.organisation_id == ministry.id


def test_a_version_that_moved_on_is_a_conflict_with_both_texts(session: Session) -> None:
    site = make_building(session, city="Tepic")
    mine = replace(details_of(site), city="Rosamorada")
    change_site(session, site.id, replace(details_of(site), city="Tecuala"), version=1, now=NOW)
    with pytest.raises(ConflictError) as conflict:
        change_site(session, site.id, mine, version=1, now=NOW)
    assert conflict.value.evidence == {
        "mine": "Rosamorada",
        "theirs": "Tecuala",
        "fields": ("city",),
        "version": 2,
    }
    assert show_site(session, site.id, today=NOW.date()).site.city == "Tecuala"


def test_two_who_write_the_same_do_not_conflict(session: Session) -> None:
    site = make_building(session, city="Tepic")
    same = replace(details_of(site), city="Tecuala")
    change_site(session, site.id, same, version=1, now=NOW)
    assert change_site(session, site.id, same, version=1, now=NOW).version == 2


def test_its_own_name_is_not_taken_but_anothers_is(session: Session) -> None:
    site = make_building(session)
    make_building(session, "Biblioteca")
    change_site(session, site.id, replace(details_of(site), city="Tepic"), version=1, now=NOW)
    with pytest.raises(RefusedError) as refused:
        change_site(session, site.id, replace(details_of(site), name="Biblioteca"), version=2, now=NOW)
    assert refused.value.code == "site.name_taken"


def test_archive_and_restore_leave_the_site_as_it_was(session: Session) -> None:
    site = make_building(session)
    assert archive_site(session, site.id, version=1, now=NOW).archived_at == NOW
    assert restore_site(session, site.id, version=2, now=NOW).archived_at is None
    assert [change.field for change in changes_of_site(session, site.id)] == ["archived_at", "archived_at"]


def test_archiving_twice_is_once(session: Session) -> None:
    site = make_building(session)
    archive_site(session, site.id, version=1, now=NOW)
    assert archive_site(session, site.id, version=1, now=NOW).version == 2


def test_archiving_what_somebody_changed_meanwhile_is_a_conflict(session: Session) -> None:
    site = make_building(session)
    change_site(session, site.id, replace(details_of(site), city="Tepic"), version=1, now=NOW)
    with pytest.raises(ConflictError):
        archive_site(session, site.id, version=1, now=NOW)


def test_who_may_only_look_changes_nothing(session: Session) -> None:
    site = make_building(session)
    details = site_details(session, city="Tepic")
    set_scope(session, Scope(scope_of(session).tenant_id, permissions=frozenset({Permission.VIEW})))
    for attempt in (
        lambda: change_site(session, site.id, details, version=1, now=NOW),
        lambda: archive_site(session, site.id, version=1, now=NOW),
        lambda: restore_site(session, site.id, version=1, now=NOW),
    ):
        with pytest.raises(NotAllowedError):
            attempt()


def test_a_site_of_a_ministry_one_does_not_see_is_not_found(session: Session) -> None:
    site, ministry = make_building(session), make_ministry(session)
    visible = frozenset({ministry.id})
    set_scope(session, Scope(tenant_of(session), organisation_ids=visible, permissions=frozenset(Permission)))
    with pytest.raises(NotFoundError):
        archive_site(session, site.id, version=1, now=NOW)
    with pytest.raises(NotFoundError):
        changes_of_site(session, site.id)


def test_changes_stand_in_the_chain_that_is_verified(session: Session) -> None:
    site = make_building(session, city="Tepic")
    change_site(session, site.id, replace(details_of(site), city="Tecuala"), version=1, now=NOW)
    archive_site(session, site.id, version=2, now=NOW)
    verified = verify_history(session)
    assert (verified.holds, verified.rows) == (True, 2)
    tampered = session.scalars(scoped(session, History).order_by(History.id).limit(1)).one()
    tampered.old = {"city": "Otra"}
    session.flush()
    assert verify_history(session).broken == 1
