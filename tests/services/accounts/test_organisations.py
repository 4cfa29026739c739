"""Organisations: made, moved, archived; shares; set-up; and a demonstration that goes without a trace elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW, make_tenant
from factories_accounts import CHEAP, PASSWORD, make_organisation, make_person, open_tenant
from factories_sites import make_building, make_meter

from emstrack.domain.accounts import Locality, OrganisationKind, Permission, Role, Scope, modules_of
from emstrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from emstrack.services.accounts import change_organisation, create_organisation, remove_tenant, set_up, share_part
from emstrack.services.accounts.list_organisations import list_every_organisation, list_organisations
from emstrack.services.accounts.operate import operator_scope
from emstrack.services.accounts.resume_session import resume_session
from emstrack.storage.base import Base
from emstrack.storage.models import Membership, Organisation, Share, Site, User
from emstrack.storage.scope import every_tenant, find, scope_of, scoped, set_scope

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

KEY = "a signing key"


@pytest.fixture
def tenant(bare_session: Session) -> Organisation:
    tenant = make_tenant(bare_session, "Municipio de Prueba")
    open_tenant(bare_session, tenant)
    return tenant


def add(session: Session, name: str, parent: int, **more: object) -> Organisation:
    return create_organisation.create_organisation(
        session,
        name,
        parent_id=parent,
        kind="ministry",
        now=NOW,
        **more,  # type: ignore[arg-type]
    )


def changed(row: Organisation, **given: object) -> change_organisation.OrganisationChange:
    values = {
        "name": row.name,
        "kind": row.kind,
        "parent_id": row.parent_id,
        "locality": Locality(row.country, row.currency, row.language, row.time_zone),
        "fiscal_year_start_month": row.fiscal_year_start_month,
        "version": row.version,
        **given,
    }
    return change_organisation.OrganisationChange(**values)  # type: ignore[arg-type]


def test_a_tenant_takes_what_it_does_not_say_from_its_country(bare_session: Session) -> None:
    root = create_organisation.create_tenant(
        bare_session, "  Hotel   Bahía ", "company", now=NOW, locality=Locality(country="jm")
    )
    assert root.tenant_id == root.id
    assert (root.name, root.country, root.currency, root.time_zone) == ("Hotel Bahía", "JM", "JMD", "America/Jamaica")
    with pytest.raises(RefusedError, match=r"organisation\.exists"):
        create_organisation.create_tenant(bare_session, "hotel bahía", now=NOW)


@pytest.mark.parametrize(
    ("locality", "code"),
    [
        (Locality(country="XX"), "organisation.country"),
        (Locality(currency="PESO"), "organisation.currency"),
        (Locality(time_zone="America/Atlantis"), "organisation.time_zone"),
        (Locality(time_zone="../../etc/passwd"), "organisation.time_zone"),
    ],
)
def test_what_is_no_country_currency_or_zone_is_refused(bare_session: Session, locality: Locality, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        create_organisation.create_tenant(bare_session, "Hotel", now=NOW, locality=locality)
    assert refused.value.code == code


def test_a_ministry_takes_what_it_does_not_say_from_above(bare_session: Session, tenant: Organisation) -> None:
    health = add(bare_session, "Salud", tenant.id)
    assert (health.tenant_id, health.country, health.currency) == (tenant.id, "MX", "MXN")
    for name in ("salud", "", "x" * 201):
        with pytest.raises(RefusedError):
            add(bare_session, name, tenant.id)


def test_the_tree_is_listed_each_after_its_parent(bare_session: Session, tenant: Organisation) -> None:
    works = add(bare_session, "Obras", tenant.id)
    health = add(bare_session, "Salud", tenant.id)
    add(bare_session, "Clínica", health.id)
    make_building(bare_session, "Palacio", organisation_id=works.id)
    shown = [(b.depth, b.organisation.name, b.sites) for b in list_organisations(bare_session)]
    assert shown == [(0, "Municipio de Prueba", 0), (1, "Obras", 1), (1, "Salud", 0), (2, "Clínica", 0)]
    everything = list_every_organisation(bare_session)
    assert [(row["name"], row["parent"]) for row in everything][1] == ("Obras", "Municipio de Prueba")


def test_a_ministry_moves_with_everything_below_in_one_row(bare_session: Session, tenant: Organisation) -> None:
    session = bare_session
    works, health = add(session, "Obras", tenant.id), add(session, "Salud", tenant.id)
    clinic = add(session, "Clínica", health.id)
    change_organisation.change_organisation(session, health.id, changed(health, parent_id=works.id))
    assert [(b.depth, b.organisation.name) for b in list_organisations(session)][1:] == [
        (1, "Obras"),
        (2, "Salud"),
        (3, "Clínica"),
    ]
    with pytest.raises(RefusedError, match="moved_below_itself"):
        change_organisation.change_organisation(session, works.id, changed(works, parent_id=clinic.id))
    with pytest.raises(RefusedError, match="root_stays"):
        change_organisation.change_organisation(session, tenant.id, changed(tenant, parent_id=works.id))


def test_an_organisation_never_moves_to_another_tenant(bare_session: Session, tenant: Organisation) -> None:
    health = add(bare_session, "Salud", tenant.id)
    other = make_tenant(bare_session, "Hotel Ajeno", kind="company")
    with pytest.raises(NotFoundError):
        change_organisation.change_organisation(bare_session, health.id, changed(health, parent_id=other.id))
    with pytest.raises(NotFoundError):
        add(bare_session, "Espía", other.id)


def test_two_people_at_once_meet_a_conflict_and_both_texts(bare_session: Session, tenant: Organisation) -> None:
    health = add(bare_session, "Salud", tenant.id)
    mine, theirs = changed(health, name="Sanidad"), changed(health, name="Salud Pública")
    change_organisation.change_organisation(bare_session, health.id, theirs)
    with pytest.raises(ConflictError) as conflict:
        change_organisation.change_organisation(bare_session, health.id, mine)
    assert conflict.value.evidence == {"mine": "Sanidad", "theirs": "Salud Pública"}


def test_an_organisation_in_use_is_not_archived(bare_session: Session, tenant: Organisation) -> None:
    session = bare_session
    health = add(session, "Salud", tenant.id)
    clinic = add(session, "Clínica", health.id)
    with pytest.raises(RefusedError, match="in_use"):
        change_organisation.archive_organisation(session, health.id, version=1, now=NOW)
    change_organisation.archive_organisation(session, clinic.id, version=1, now=NOW)
    change_organisation.archive_organisation(session, health.id, version=1, now=NOW)
    assert [b.organisation.name for b in list_organisations(session)] == ["Municipio de Prueba"]
    with pytest.raises(RefusedError, match="parent_archived"):
        change_organisation.restore_organisation(session, clinic.id, version=2)
    change_organisation.restore_organisation(session, health.id, version=2)
    assert [b.organisation.name for b in list_organisations(session)] == ["Municipio de Prueba", "Salud"]
    with pytest.raises(RefusedError, match="root_stays"):
        change_organisation.archive_organisation(session, tenant.id, version=1, now=NOW)


def test_modules_are_switched_by_who_administers_the_whole(bare_session: Session, tenant: Organisation) -> None:
    usual = modules_of(OrganisationKind(tenant.kind), {})
    change_organisation.switch_modules(bare_session, sorted(usual - {"report"} | {"shares"}), version=1)
    root = change_organisation.tenant_root(bare_session)
    assert root.profile["modules"] == {"report": False, "shares": True}
    with pytest.raises(ConflictError):
        change_organisation.switch_modules(bare_session, [], version=1)
    health = add(bare_session, "Salud", tenant.id)
    set_scope(bare_session, Scope(tenant.id, frozenset({health.id}), permissions=frozenset(Permission)))
    with pytest.raises(NotAllowedError):
        change_organisation.switch_modules(bare_session, [], version=2)


def test_the_operator_names_an_organisation_by_name_or_id(bare_session: Session, tenant: Organisation) -> None:
    session = bare_session
    health = add(session, "Salud", tenant.id)
    other = make_tenant(session, "Hotel Ajeno", kind="company")
    make_organisation(session, other, "Lavandería")
    assert operator_scope(session, "SALUD").id == health.id
    assert scope_of(session).organisation_ids == {health.id}
    assert operator_scope(session, tenant.id).id == tenant.id
    assert scope_of(session).organisation_ids is None
    assert scope_of(session).permissions == frozenset(Permission)
    with pytest.raises(NotFoundError, match=r"organisation\.not_found"):
        operator_scope(session, "Nada")
    make_organisation(session, other, "Salud")
    with pytest.raises(RefusedError, match=r"organisation\.ambiguous"):
        operator_scope(session, "Salud")


def test_a_part_is_shared_by_code_and_revoked(bare_session: Session, tenant: Organisation) -> None:
    session = bare_session
    health = add(session, "Salud", tenant.id)
    site = make_building(session, "Palacio")
    bank = make_tenant(session, "Banco Verde", kind="lender")
    code = share_part.sharing_code(bank.id, KEY)
    for named in (f"organisation-{health.id}", f"site-{site.id}"):
        what = share_part.find_shareable(session, named)
        share_part.share(session, what, f" {code} ", key=KEY, role=Role.LENDER, until=None, now=NOW)
    shown = share_part.list_shares(session, today=NOW.date())
    assert [(s.what, s.with_whom) for s in shown] == [("Salud", "Banco Verde"), ("Palacio", "Banco Verde")]
    share_part.revoke_share(session, shown[0].share_id, now=NOW)
    assert [s.what for s in share_part.list_shares(session, today=NOW.date())] == ["Palacio"]


def test_a_code_is_not_guessed_and_nobody_shares_with_themselves(bare_session: Session, tenant: Organisation) -> None:
    session = bare_session
    bank = make_tenant(session, "Banco Verde", kind="lender")

    def share(code: str, **more: object) -> None:
        options = {"role": Role.LENDER, "until": None, **more}
        share_part.share(session, find(session, Organisation, tenant.id), code, key=KEY, now=NOW, **options)  # type: ignore[arg-type]

    right = share_part.sharing_code(bank.id, KEY)
    for wrong in (
        "",
        "banco",
        f"{bank.id}-000000000000",
        f"{bank.id}",
        right[:-1] + "é",
        share_part.sharing_code(bank.id, "x"),
    ):
        with pytest.raises(RefusedError, match="no_such_code"):
            share(wrong)
    with pytest.raises(RefusedError, match="with_oneself"):
        share(share_part.sharing_code(tenant.id, KEY))
    with pytest.raises(RefusedError, match="in_the_past"):
        share(right, until=NOW.date() - timedelta(days=1))
    with pytest.raises(RefusedError, match=r"share\.role"):
        share(right, role=Role.ADMINISTRATOR)
    for named in ("site-99", "organisation-99", "user-1", "site-", "site-x"):
        with pytest.raises(NotFoundError):
            share_part.find_shareable(session, named)


def begin(**given: str) -> set_up.Beginning:
    values = {
        "name": "Ana",
        "email": "ana@example.org",
        "password": PASSWORD,
        "organisation": "Municipio de León",
        "kind": "municipality",
        **given,
    }
    return set_up.Beginning(locality=Locality(country="MX", language="es"), **values)


def test_the_code_of_the_terminal_makes_the_first_administrator_once(bare_session: Session) -> None:
    session = bare_session
    old = set_up.issue_set_up_code(session, now=NOW)
    code = set_up.issue_set_up_code(session, now=NOW)
    assert old
    assert code
    for closed in (old, "guess", ""):
        with pytest.raises(NotFoundError, match=r"set_up\.closed"):
            set_up.set_up(session, closed, begin(), cost=CHEAP, now=NOW)
    with pytest.raises(NotFoundError):
        set_up.check_set_up_code(session, code, now=NOW + timedelta(hours=24))
    token = set_up.set_up(session, code, begin(), cost=CHEAP, now=NOW)
    found = resume_session(session, token, now=NOW, idle=timedelta(hours=1), lifetime=timedelta(hours=1))
    assert found is not None
    assert (found.actor.role, found.actor.organisation_name) == (Role.ADMINISTRATOR, "Municipio de León")
    assert set_up.issue_set_up_code(session, now=NOW) is None
    with pytest.raises(NotFoundError):
        set_up.set_up(session, code, begin(organisation="Otro"), cost=CHEAP, now=NOW)


def test_a_demonstration_alone_leaves_the_installation_to_be_claimed(bare_session: Session) -> None:
    demo = create_organisation.create_tenant(bare_session, "Demostración", now=NOW, is_demonstration=True)
    make_person(bare_session, demo, Role.ADMINISTRATOR)
    assert set_up.is_unclaimed(bare_session)


def rows_of(session: Session, tenant_id: int) -> dict[str, list[str]]:
    with every_tenant(session, "a test compares"):
        return {
            table.name: sorted(
                repr(tuple(r)) for r in session.execute(sa.select(table).where(table.c.tenant_id == tenant_id))
            )
            for table in Base.metadata.tables.values()
            if "tenant_id" in table.c
        }


def test_removing_the_demonstration_leaves_every_other_row_as_it_was(
    bare_session: Session, tenant: Organisation, tmp_path: Path
) -> None:
    session = bare_session
    ana = make_person(session, tenant, Role.ADMINISTRATOR, email="ana@example.org")
    make_meter(session, make_building(session, "Palacio").id)
    demo = create_organisation.create_tenant(session, "Demostración", now=NOW, is_demonstration=True)
    make_person(session, demo, Role.VIEWER, email="ana@example.org")
    guide = make_person(session, demo, Role.ADMINISTRATOR, email="guia@example.org")
    open_tenant(session, demo, guide)
    site = make_building(session, "Palacio", organisation_id=add(session, "Salud", demo.id).id)
    meter = make_meter(session, site.id)
    make_meter(session, site.id, "Bombas", parent_id=meter.id)
    session.add(
        Share(
            tenant_id=demo.id, site_id=site.id, grantee_id=tenant.id, role="donor", created_at=NOW, created_by=guide.id
        )
    )
    session.flush()
    open_tenant(session, tenant, ana)
    before = rows_of(session, tenant.id)
    remove_tenant.remove_demonstration(session, demo.id, files_dir=str(tmp_path))
    assert rows_of(session, tenant.id) == before
    assert not any(rows_of(session, demo.id).values())
    assert session.scalars(sa.select(User.email).order_by(User.email)).all() == ["ana@example.org"]
    assert session.scalars(scoped(session, Site.name)).all() == ["Palacio"]
    assert session.scalars(scoped(session, Membership.user_id)).all() == [ana.id]


def test_a_tenant_that_is_real_is_never_removed(bare_session: Session, tenant: Organisation, tmp_path: Path) -> None:
    other = make_tenant(bare_session, "Hotel Ajeno", kind="company")
    for victim in (tenant.id, other.id, 999):
        with pytest.raises(NotFoundError):
            remove_tenant.remove_demonstration(bare_session, victim, files_dir=str(tmp_path))
    set_scope(bare_session, Scope(tenant.id))
    with pytest.raises(NotAllowedError):
        remove_tenant.remove_demonstration(bare_session, other.id, files_dir=str(tmp_path))
