"""The same name given twice in the same instant is a sentence for the second, on every database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from conftest import NOW, make_tenant
from factories_sites import make_building, make_meter, site_details

from emstrack.domain.accounts import OrganisationKind, Permission, Scope
from emstrack.domain.errors import RefusedError
from emstrack.services.accounts.create_organisation import create_organisation
from emstrack.services.sites.change_site import change_site
from emstrack.storage.models import Site
from emstrack.storage.scope import find, set_scope, tenant_of
from emstrack.storage.uniqueness import first_come

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from emstrack.storage.session import Database


@pytest.fixture
def tenant(database: Database) -> int:
    with database.transaction() as session:
        return make_tenant(session, "Municipio").id


def begin(session: Session, tenant: int) -> Session:
    set_scope(session, Scope(tenant_id=tenant, permissions=frozenset(Permission)))
    return session


def second_told(database: Database, tenant: int, do: Callable[[Session], Any]) -> str:
    """Do it in two transactions at once, the first commits while the second is under way; what the second was told."""
    looked = threading.Event()

    def second() -> str:
        with database.open() as session:
            looked.set()
            with pytest.raises(RefusedError) as told:
                do(begin(session, tenant))
            session.rollback()
            return told.value.code

    with database.open() as session, ThreadPoolExecutor(1) as pool:
        do(begin(session, tenant))
        waiting = pool.submit(second)
        looked.wait(5)
        threading.Event().wait(0.3)  # the other asks whether the name is free, and is told so where it may read
        session.commit()
        return waiting.result(timeout=20)


def test_two_sites_of_one_name(database: Database, tenant: int) -> None:
    assert second_told(database, tenant, lambda session: make_building(session, "Palacio")) == "site.name_taken"


def test_two_organisations_of_one_name(database: Database, tenant: int) -> None:
    def add(session: Session) -> Any:
        kind = OrganisationKind.MINISTRY
        return create_organisation(session, "Salud", parent_id=tenant_of(session), kind=kind, now=NOW)

    assert second_told(database, tenant, add) == "organisation.exists"


def test_two_meters_of_one_name(database: Database, tenant: int) -> None:
    with database.transaction() as session:
        site = make_building(begin(session, tenant), "Palacio").id
    assert second_told(database, tenant, lambda session: make_meter(session, site, "CFE")) == "meter.taken"


def test_two_sites_given_the_same_new_name(database: Database, tenant: int) -> None:
    with database.transaction() as session:
        sites = [make_building(begin(session, tenant), name).id for name in ("Uno", "Dos")]
    waiting = list(sites)

    def rename(session: Session) -> None:
        site = find(session, Site, waiting.pop())
        change_site(session, site.id, site_details(session, "Tres"), version=site.version, now=NOW)

    assert second_told(database, tenant, rename) == "site.name_taken"


def test_what_is_no_race_stays_the_defect_it_is(session: Session) -> None:
    with pytest.raises(sa.exc.IntegrityError), first_come(session, lambda: None):
        session.add(
            Site(tenant_id=tenant_of(session), organisation_id=999_999, kind="building", name="X", created_at=NOW)
        )
