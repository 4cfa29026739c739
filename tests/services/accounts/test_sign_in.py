"""Signing in, and the session decided anew at each request."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW, make_tenant
from factories_accounts import CHEAP, PASSWORD, make_organisation, make_person, open_tenant

from emstrack.domain.accounts import SHARED_MODULES, Actor, OrganisationKind, Permission, Role, modules_of
from emstrack.domain.errors import RefusedError
from emstrack.domain.passwords import PasswordCost
from emstrack.services.accounts import change_account, change_role, hash_password, sign_out
from emstrack.services.accounts.limit_attempts import PER_PERSON
from emstrack.services.accounts.resume_session import change_place, resume_session
from emstrack.services.accounts.sign_in import sign_in
from emstrack.storage.models import LoginAttempt, Membership, Organisation, Share, User, UserSession
from emstrack.storage.scope import every_tenant

if TYPE_CHECKING:
    from datetime import datetime

    from emstrack.storage.session import Database

IDLE, LIFETIME = timedelta(hours=8), timedelta(hours=168)
EMAIL = "ana@example.org"


@pytest.fixture
def tenant(database: Database) -> Organisation:
    with database.transaction() as session:
        tenant = make_tenant(session, "Municipio de Prueba")
        make_person(session, tenant, Role.ADMINISTRATOR, email="otra@example.org")
        make_person(session, tenant, Role.MANAGER, email=EMAIL, password=PASSWORD)
    return tenant


def enter(
    database: Database, password: str = PASSWORD, *, email: str = EMAIL, at: datetime = NOW, **more: object
) -> str:
    options = {"address": "10.0.0.1", "cost": CHEAP, **more}
    return sign_in(database.transaction, email, password, now=at, **options).token  # type: ignore[arg-type]


def resumed(database: Database, token: str, at: datetime = NOW) -> Actor | None:
    with database.transaction(read_only=True) as session:
        found = resume_session(session, token, now=at, idle=IDLE, lifetime=LIFETIME)
    return found.actor if found else None


def test_the_cookie_brings_back_the_person_with_their_scope(database: Database, tenant: Organisation) -> None:
    actor = resumed(database, enter(database))
    assert actor is not None
    assert (actor.email, actor.role, actor.organisation_name) == (EMAIL, Role.MANAGER, "Municipio de Prueba")
    assert actor.scope.tenant_id == tenant.id
    assert actor.scope.organisation_ids is None
    assert actor.may(Permission.MANAGE_PEOPLE)
    assert not actor.may(Permission.ADMINISTER)


def test_only_a_hash_of_the_secret_is_stored_and_no_two_are_alike(database: Database, tenant: Organisation) -> None:
    tokens = {enter(database) for _ in range(5)}
    assert len(tokens) == 5
    assert min(map(len, tokens)) >= 43
    with database.transaction(read_only=True) as session:
        stored = set(session.scalars(sa.select(UserSession.token_hash)))
    assert not stored & tokens


@pytest.mark.parametrize(("email", "password"), [(EMAIL, "otro perro verde"), ("nadie@example.org", PASSWORD)])
def test_wrong_and_unknown_are_the_same_answer(database: Database, tenant: object, email: str, password: str) -> None:
    with pytest.raises(RefusedError) as refused:
        enter(database, password, email=email)
    assert refused.value.code == "sign_in.wrong"
    with database.transaction(read_only=True) as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(LoginAttempt)) == 1


def test_an_unknown_person_costs_as_much_hashing_as_a_known_one(
    database: Database, tenant: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified = []
    hasher = hash_password._hasher(CHEAP)
    monkeypatch.setattr(type(hasher), "verify", lambda _self, stored, _typed: verified.append(stored) or False)
    for email in (EMAIL, "nadie@example.org"):
        with pytest.raises(RefusedError):
            enter(database, email=email)
    assert len(verified) == 2
    assert all(stored.startswith("$argon2id$v=19$m=8,t=1,p=1$") for stored in verified)


def test_the_eleventh_wrong_try_in_five_minutes_waits(database: Database, tenant: object) -> None:
    for number in range(PER_PERSON):
        with pytest.raises(RefusedError, match=r"sign_in\.wrong"):
            enter(database, "otro perro verde", address=f"10.0.1.{number}")
    with pytest.raises(RefusedError) as refused:
        enter(database, address="10.0.2.1")
    assert refused.value.code == "sign_in.too_often"
    assert refused.value.evidence["minutes"] == 5
    assert enter(database, at=NOW + timedelta(minutes=5, seconds=1), address="10.0.2.1")


def test_one_address_cannot_try_many_people(database: Database, tenant: object) -> None:
    for number in range(10):
        with pytest.raises(RefusedError, match=r"sign_in\.wrong"):
            enter(database, email=f"p{number}@example.org")
    with pytest.raises(RefusedError, match=r"sign_in\.too_often"):
        enter(database)
    assert enter(database, address="10.0.0.2")


def test_all_tries_together_are_limited(database: Database, tenant: object) -> None:
    with database.transaction() as session:
        session.add_all(
            LoginAttempt(email=f"{n}@x.org", address=f"10.1.{n // 250}.{n % 250}", at=NOW, succeeded=False)
            for n in range(1000)
        )
    with pytest.raises(RefusedError, match=r"sign_in\.too_often"):
        enter(database)


def test_signing_in_rightly_is_not_counted_as_guessing(database: Database, tenant: object) -> None:
    for _ in range(15):
        assert enter(database)


def test_an_old_cheap_hash_is_made_anew(database: Database, tenant: object) -> None:
    dearer = PasswordCost(16, 2)
    assert enter(database, cost=dearer)
    with database.transaction(read_only=True) as session:
        stored = session.scalars(sa.select(User.password_hash).where(User.email == EMAIL)).one()
    assert "m=16,t=2" in stored
    assert enter(database, cost=dearer)


def test_the_default_cost_is_what_is_recommended() -> None:
    from emstrack.settings import Settings

    settings = Settings.read({})
    assert settings.password_memory_kib >= 19 * 1024
    assert settings.password_passes >= 2


def test_a_password_is_never_cut(database: Database, tenant: object) -> None:
    with database.transaction() as session:
        user = session.scalars(sa.select(User).where(User.email == EMAIL)).one()
        change_account.set_password(session, user, "perro verde come sol " * 5 + "A", cost=CHEAP, now=NOW)
    with pytest.raises(RefusedError):
        enter(database, "perro verde come sol " * 5 + "B")
    assert enter(database, "perro verde come sol " * 5 + "A")


def test_a_session_ends_without_use_and_at_last_in_any_case(database: Database, tenant: object) -> None:
    token = enter(database)
    assert resumed(database, token, NOW + IDLE - timedelta(seconds=1))
    assert resumed(database, token, NOW + IDLE) is None
    with database.transaction() as session:
        session.execute(sa.update(UserSession).values(last_seen_at=NOW + LIFETIME))
    assert resumed(database, token, NOW + LIFETIME - timedelta(seconds=1))
    assert resumed(database, token, NOW + LIFETIME) is None


def test_being_seen_is_noted_every_five_minutes_only(database: Database, tenant: object) -> None:
    token = enter(database)
    with database.transaction(read_only=True) as session:
        asked = [
            resume_session(session, token, now=NOW + timedelta(minutes=m), idle=IDLE, lifetime=LIFETIME).note_seen
            for m in (0, 4, 5)
        ]
    assert asked == [False, False, True]


@pytest.mark.parametrize("event", ["sign_out", "password", "disable", "role", "organisation"])
def test_what_ends_a_session_is_felt_at_the_next_request(database: Database, tenant: Organisation, event: str) -> None:
    token = enter(database)
    actor = resumed(database, token)
    assert actor is not None
    with database.transaction() as session:
        open_tenant(session, tenant)
        membership = session.scalars(
            sa.select(Membership.id).where(Membership.tenant_id == tenant.id, Membership.user_id == actor.user_id)
        ).one()
        if event == "sign_out":
            sign_out.sign_out(session, actor.user_id, actor.session_id, now=NOW)
        elif event == "password":
            user = session.scalars(sa.select(User).where(User.id == actor.user_id)).one()
            change_account.set_password(session, user, "un gato azul bebe mar", cost=CHEAP, now=NOW)
        elif event == "disable":
            change_role.disable_person(session, membership, now=NOW)
        elif event == "role":
            change_role.remove_member(session, membership)
        else:
            root = session.scalars(sa.select(Organisation).where(Organisation.tenant_id == tenant.id)).one()
            root.archived_at = NOW
    assert resumed(database, token) is None


def test_a_weaker_role_is_felt_at_the_next_request(database: Database, tenant: Organisation) -> None:
    token = enter(database)
    with database.transaction() as session:
        open_tenant(session, tenant)
        session.execute(
            sa.update(Membership)
            .where(Membership.tenant_id == tenant.id, Membership.role == Role.MANAGER)
            .values(role=Role.VIEWER)
        )
    actor = resumed(database, token)
    assert actor is not None
    assert actor.scope.permissions == {Permission.VIEW}


def test_a_role_in_a_ministry_opens_that_part_only_and_each_place_has_its_own_role(
    database: Database, tenant: Organisation
) -> None:
    with database.transaction() as session:
        health = make_organisation(session, tenant, "Salud")
        clinic = make_organisation(session, health, "Clínica")
        works = make_organisation(session, tenant, "Obras")
        make_person(session, health, Role.ADMINISTRATOR, email="eva@example.org", password=PASSWORD)
        make_person(session, works, Role.VIEWER, email="eva@example.org")
        make_person(session, clinic, Role.VIEWER, email="eva@example.org")
    token = enter(database, email="eva@example.org")
    actor = resumed(database, token)
    assert actor is not None
    assert actor.scope.organisation_ids == {health.id, clinic.id}
    assert actor.may(Permission.ADMINISTER)
    assert [name for _, name in actor.elsewhere] == ["Obras", "Clínica"]
    with database.transaction() as session:
        change_place(session, actor, works.id)
    there = resumed(database, token)
    assert there is not None
    assert there.scope.organisation_ids == {works.id}
    assert there.scope.permissions == {Permission.VIEW}
    with database.transaction() as session:
        change_place(session, there, clinic.id)
    below = resumed(database, token)
    assert below is not None
    assert below.role is Role.ADMINISTRATOR, "a role holds for what is below"


def test_a_share_opens_a_part_for_reading_until_it_is_revoked(database: Database, tenant: Organisation) -> None:
    with database.transaction() as session:
        health = make_organisation(session, tenant, "Salud")
        clinic = make_organisation(session, health, "Clínica")
        bank = make_tenant(session, "Banco Verde", kind="lender")
        make_person(session, bank, Role.LENDER, email="luz@banco.example.org", password=PASSWORD)
        with every_tenant(session, "a test shares"):
            session.add(
                Share(
                    tenant_id=tenant.id,
                    organisation_id=health.id,
                    grantee_id=bank.id,
                    role=Role.AUDITOR,
                    until=NOW.date() + timedelta(days=2),
                    created_at=NOW,
                )
            )
            session.flush()
    token = enter(database, email="luz@banco.example.org")
    own = resumed(database, token)
    assert own is not None
    assert own.elsewhere == ((tenant.id, "Municipio de Prueba"),)
    with database.transaction() as session:
        change_place(session, own, tenant.id)
    there = resumed(database, token)
    assert there is not None
    assert there.shared
    assert there.scope.organisation_ids == {health.id, clinic.id}
    assert there.scope.permissions == {Permission.VIEW}
    assert there.modules == modules_of(OrganisationKind(health.kind), {}) & SHARED_MODULES
    later = resumed(
        database, enter(database, email="luz@banco.example.org", at=NOW + timedelta(days=3)), NOW + timedelta(days=3)
    )
    assert later is not None
    assert later.elsewhere == ()
    with database.transaction() as session, every_tenant(session, "a test revokes"):
        session.execute(sa.update(Share).values(revoked_at=NOW))
    after = resumed(database, token)
    assert after is not None
    assert (after.organisation_id, after.elsewhere) == (bank.id, ())


def test_a_contributor_has_no_place_to_sign_in_to(database: Database, tenant: Organisation) -> None:
    with database.transaction() as session:
        make_person(session, tenant, Role.CONTRIBUTOR, email="rosa@example.org", password=PASSWORD)
    with pytest.raises(RefusedError, match=r"sign_in\.no_role"):
        enter(database, email="rosa@example.org")
