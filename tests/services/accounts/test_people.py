"""Roles: given, changed, taken; invitations and resets; nobody rises above who gives."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW, make_tenant
from factories_accounts import CHEAP, PASSWORD, make_organisation, make_person, open_tenant

from emstrack.domain.accounts import PERMISSIONS, Actor, Role, Scope
from emstrack.domain.errors import NotAllowedError, NotFoundError, RefusedError
from emstrack.services.accounts import add_person, change_role, invite_person, list_people, reset_password
from emstrack.services.accounts.hash_password import is_password_right
from emstrack.services.accounts.sign_in import begin_session
from emstrack.storage.models import Membership, OneTimeLink, Organisation, OutboxMail, User, UserSession
from emstrack.storage.scope import every_tenant, scope_of, set_scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

BASE = "https://ems.example.org"


@pytest.fixture
def tenant(bare_session: Session) -> Organisation:
    tenant = make_tenant(bare_session, "Municipio de Prueba")
    open_tenant(bare_session, tenant)
    return tenant


def membership_of(session: Session, user: User) -> int:
    with every_tenant(session, "a test looks"):
        return session.scalars(sa.select(Membership.id).where(Membership.user_id == user.id)).one()


def act(session: Session, user: User, tenant: Organisation, role: Role) -> Actor:
    scope = Scope(tenant.id, user_id=user.id, permissions=PERMISSIONS[role])
    set_scope(session, scope)
    return Actor(user.id, user.name, user.email, "", tenant.id, tenant.name, role, scope)


def invite(session: Session, actor: Actor, email: str, role: Role = Role.VIEWER, where: int | None = None) -> str:
    link = invite_person.invite_person(
        session,
        actor,
        email,
        organisation_id=where or actor.organisation_id,
        role=role,
        link_base=BASE,
        now=NOW,
    )
    assert link.startswith(f"{BASE}/invitations/")
    return link.rpartition("/")[2]


def test_an_invitation_is_mailed_and_opens_an_account_once(bare_session: Session, tenant: Organisation) -> None:
    session = bare_session
    ana = make_person(session, tenant, Role.ADMINISTRATOR, name="Ana")
    secret = invite(session, act(session, ana, tenant, Role.ADMINISTRATOR), " Eva@Example.org ", Role.COMMITTEE)
    mail = session.scalars(sa.select(OutboxMail)).one()
    assert mail.recipient == "eva@example.org"
    assert secret in mail.text
    assert secret in mail.html
    assert invite_person.open_invitation(session, secret, now=NOW).known is False
    user_id, accepted = invite_person.accept_invitation(
        session, secret, name="Eva Ruiz", password=PASSWORD, cost=CHEAP, now=NOW
    )
    assert accepted.role is Role.COMMITTEE
    assert [(p.name, p.role) for p in list_people.list_people(session) if p.user_id == user_id] == [
        ("Eva Ruiz", Role.COMMITTEE)
    ]
    with pytest.raises(NotFoundError, match=r"link\.closed"):
        invite_person.accept_invitation(session, secret, name="Otra", password=PASSWORD, cost=CHEAP, now=NOW)


def test_somebody_known_keeps_their_password(bare_session: Session, tenant: Organisation) -> None:
    session = bare_session
    other = make_tenant(session, "Hotel Ajeno", kind="company")
    eva = make_person(session, other, Role.ADMINISTRATOR, email="eva@example.org", password=PASSWORD)
    ana = make_person(session, tenant, Role.ADMINISTRATOR)
    secret = invite(session, act(session, ana, tenant, Role.ADMINISTRATOR), "eva@example.org")
    user_id, accepted = invite_person.accept_invitation(
        session, secret, name="Impostora", password="una frase de otra persona", cost=CHEAP, now=NOW
    )
    assert accepted.known
    assert user_id == eva.id
    assert eva.name == "Eva"
    assert is_password_right(eva.password_hash, PASSWORD, CHEAP)


def test_an_invitation_is_over_after_seven_days_withdrawn_or_renewed(
    bare_session: Session, tenant: Organisation
) -> None:
    session = bare_session
    actor = act(session, make_person(session, tenant, Role.ADMINISTRATOR), tenant, Role.ADMINISTRATOR)
    first = invite(session, actor, "eva@example.org")
    second = invite(session, actor, "eva@example.org")
    with pytest.raises(NotFoundError):
        invite_person.open_invitation(session, first, now=NOW)
    with pytest.raises(NotFoundError):
        invite_person.open_invitation(session, second, now=NOW + timedelta(days=7))
    (link,) = invite_person.list_invitations(session, now=NOW)
    invite_person.withdraw_invitation(session, link.id, now=NOW)
    with pytest.raises(NotFoundError):
        invite_person.open_invitation(session, second, now=NOW)


def test_a_manager_invites_but_makes_no_administrator(bare_session: Session, tenant: Organisation) -> None:
    session = bare_session
    boss = make_person(session, tenant, Role.ADMINISTRATOR)
    actor = act(session, make_person(session, tenant, Role.MANAGER), tenant, Role.MANAGER)
    invite(session, actor, "eva@example.org", Role.COMMITTEE)
    with pytest.raises(NotAllowedError, match=r"people\.role_above_yours"):
        invite(session, actor, "eva@example.org", Role.ADMINISTRATOR)
    with pytest.raises(NotAllowedError):
        change_role.change_role(session, membership_of(session, boss), "viewer")
    with pytest.raises(NotAllowedError):
        change_role.remove_member(session, membership_of(session, boss))
    with pytest.raises(NotAllowedError):
        add_person.add_person(session, "x@example.org", organisation_id=tenant.id, role=Role.ADMINISTRATOR, now=NOW)


def test_a_viewer_manages_nobody(bare_session: Session, tenant: Organisation) -> None:
    actor = act(bare_session, make_person(bare_session, tenant, Role.VIEWER), tenant, Role.VIEWER)
    with pytest.raises(NotAllowedError):
        list_people.list_people(bare_session)
    with pytest.raises(NotAllowedError):
        invite(bare_session, actor, "eva@example.org")


def test_a_ministrys_administrator_sees_and_invites_to_that_part_only(
    bare_session: Session, tenant: Organisation
) -> None:
    session = bare_session
    health = make_organisation(session, tenant, "Salud")
    make_person(session, tenant, Role.ADMINISTRATOR, email="alcaldia@example.org")
    ana = make_person(session, health, Role.ADMINISTRATOR, email="ana@example.org")
    actor = act(session, ana, tenant, Role.ADMINISTRATOR)
    set_scope(
        session, Scope(tenant.id, frozenset({health.id}), user_id=ana.id, permissions=PERMISSIONS[Role.ADMINISTRATOR])
    )
    assert [p.email for p in list_people.list_people(session)] == ["ana@example.org"]
    with pytest.raises(NotFoundError):
        invite(session, actor, "eva@example.org", where=tenant.id)


def test_the_last_administrator_stays(bare_session: Session, tenant: Organisation) -> None:
    session = bare_session
    ana = make_person(session, tenant, Role.ADMINISTRATOR, email="ana@example.org")
    with pytest.raises(RefusedError, match=r"people\.last_administrator"):
        change_role.change_role(session, membership_of(session, ana), "viewer")
    with pytest.raises(RefusedError, match=r"people\.last_administrator"):
        change_role.remove_member(session, membership_of(session, ana))
    eva = make_person(session, tenant, Role.ADMINISTRATOR, email="eva@example.org")
    change_role.change_role(session, membership_of(session, ana), "viewer")
    assert session.scalars(
        sa.select(Membership.role).where(Membership.tenant_id == tenant.id).order_by(Membership.id)
    ).all() == ["viewer", "administrator"]
    with pytest.raises(RefusedError, match=r"people\.role"):
        change_role.change_role(session, membership_of(session, eva), "emperor")


def test_a_role_changed_to_one_already_held_is_held_once(bare_session: Session, tenant: Organisation) -> None:
    session = bare_session
    make_person(session, tenant, Role.ADMINISTRATOR, email="otra@example.org")
    eva = make_person(session, tenant, Role.VIEWER, email="eva@example.org")
    first = membership_of(session, eva)
    make_person(session, tenant, Role.COMMITTEE, email="eva@example.org")
    change_role.change_role(session, first, "committee")
    held = sa.select(Membership.role).where(Membership.tenant_id == tenant.id, Membership.user_id == eva.id)
    assert session.scalars(held).all() == ["committee"]


def test_shutting_out_ends_sessions_and_letting_in_brings_back(bare_session: Session, tenant: Organisation) -> None:
    session = bare_session
    ana = make_person(session, tenant, Role.ADMINISTRATOR, email="ana@example.org")
    eva = make_person(session, tenant, Role.VIEWER, email="eva@example.org")
    begin_session(session, eva.id, tenant.id, now=NOW)
    act(session, ana, tenant, Role.ADMINISTRATOR)
    change_role.disable_person(session, membership_of(session, eva), now=NOW)
    assert eva.disabled_at == NOW
    assert session.scalars(sa.select(UserSession.ended_at)).one() == NOW
    change_role.enable_person(session, membership_of(session, eva))
    assert eva.disabled_at is None
    with pytest.raises(RefusedError, match=r"people\.yourself"):
        change_role.disable_person(session, membership_of(session, ana), now=NOW)


def test_somebody_who_works_for_another_tenant_is_not_shut_out(bare_session: Session, tenant: Organisation) -> None:
    session = bare_session
    make_person(session, tenant, Role.ADMINISTRATOR)
    eva = make_person(session, tenant, Role.VIEWER, email="eva@example.org")
    here = membership_of(session, eva)
    other = make_tenant(session, "Hotel Ajeno", kind="company")
    make_person(session, other, Role.VIEWER, email="eva@example.org")
    with pytest.raises(RefusedError, match=r"people\.works_elsewhere"):
        change_role.disable_person(session, here, now=NOW)
    change_role.remove_member(session, here)
    with every_tenant(session, "a test looks"):
        assert session.scalars(sa.select(Membership.tenant_id).where(Membership.user_id == eva.id)).all() == [other.id]


@pytest.mark.parametrize(
    "email", ["", "ana", "ana@", "@example.org", "a b@example.org", "ana@example", "a@b.org\r\nBcc: x@y.org"]
)
def test_what_is_no_address_is_refused(bare_session: Session, tenant: Organisation, email: str) -> None:
    with pytest.raises(RefusedError, match=r"people\.not_an_address"):
        add_person.add_person(bare_session, email, organisation_id=tenant.id, role=Role.VIEWER, now=NOW)


def ask(session: Session, email: str, address: str = "10.0.0.1") -> None:
    reset_password.ask_reset(session, email, address=address, language="es", link_base=BASE, now=NOW)


def test_a_reset_link_sets_the_password_once_and_ends_every_session(
    bare_session: Session, tenant: Organisation
) -> None:
    session = bare_session
    ana = make_person(session, tenant, Role.VIEWER, email="ana@example.org", password=PASSWORD)
    begin_session(session, ana.id, tenant.id, now=NOW)
    ask(session, "ANA@example.org")
    mail = session.scalars(sa.select(OutboxMail)).one()
    assert "contraseña" in mail.subject
    secret = mail.text.split(f"{BASE}/reset/")[1].split()[0]
    with pytest.raises(RefusedError, match=r"password\.too_short"), session.begin_nested():
        reset_password.reset_password(session, secret, "corta", cost=CHEAP, now=NOW)
    reset_password.reset_password(session, secret, "un gato azul bebe mar", cost=CHEAP, now=NOW)
    session.flush()
    assert is_password_right(ana.password_hash, "un gato azul bebe mar", CHEAP)
    assert session.scalars(sa.select(UserSession.ended_at)).one() == NOW
    with pytest.raises(NotFoundError):
        reset_password.reset_password(session, secret, "otro gato azul bebe mar", cost=CHEAP, now=NOW)


def test_asking_for_nobody_does_nothing_and_says_nothing(bare_session: Session, tenant: Organisation) -> None:
    ask(bare_session, "nadie@example.org")
    assert bare_session.scalars(sa.select(OutboxMail)).all() == []
    assert bare_session.scalars(sa.select(OneTimeLink)).all() == []


def test_a_reset_link_is_over_after_an_hour_and_after_another_was_used(
    bare_session: Session, tenant: Organisation
) -> None:
    session = bare_session
    make_person(session, tenant, Role.VIEWER, email="ana@example.org")
    links = [
        reset_password.issue_reset_link(session, "ana@example.org", link_base=BASE, now=NOW).rpartition("/")[2]
        for _ in range(2)
    ]
    with pytest.raises(NotFoundError):
        reset_password.whose_reset(session, links[0], now=NOW + timedelta(minutes=60))
    reset_password.reset_password(session, links[1], "un gato azul bebe mar", cost=CHEAP, now=NOW)
    with pytest.raises(NotFoundError):
        reset_password.whose_reset(session, links[0], now=NOW)
    with pytest.raises(NotFoundError, match=r"people\.not_found"):
        reset_password.issue_reset_link(session, "nadie@example.org", link_base=BASE, now=NOW)


def test_resets_are_not_asked_for_without_end(bare_session: Session, tenant: Organisation) -> None:
    for number in range(10):
        ask(bare_session, "ana@example.org", f"10.0.0.{number}")
    with pytest.raises(RefusedError, match=r"sign_in\.too_often"):
        ask(bare_session, "ana@example.org", "10.0.1.1")


def test_an_invitation_is_no_reset_and_the_other_way_round(bare_session: Session, tenant: Organisation) -> None:
    session = bare_session
    ana = make_person(session, tenant, Role.ADMINISTRATOR, email="ana@example.org")
    secret = invite(session, act(session, ana, tenant, Role.ADMINISTRATOR), "eva@example.org")
    with pytest.raises(NotFoundError):
        reset_password.whose_reset(session, secret, now=NOW)
    assert scope_of(session).tenant_id == tenant.id
