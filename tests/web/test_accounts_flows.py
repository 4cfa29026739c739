"""The ways in, as a browser goes them: set-up, invitation, forgotten password, another organisation."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import make_tenant
from factories_accounts import PASSWORD, make_organisation, make_person, open_tenant

from emstrack import app
from emstrack.domain.accounts import Role
from emstrack.services.accounts.create_organisation import create_tenant
from emstrack.services.accounts.set_up import issue_set_up_code
from emstrack.settings import Settings
from emstrack.storage.models import Membership, Organisation, OutboxMail, User, UserSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from flask.testing import FlaskClient


def token_of(page: str) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)


def send(client: FlaskClient, path: str, **data: object) -> object:
    return client.post(path, data={"csrf_token": token_of(client.get("/sign-in").text), **data})


SET_UP = {
    "organisation": "Hotel Bahía",
    "kind": "company",
    "country": "JM",
    "currency": "",
    "language": "es",
    "name": "Ana",
    "email": "ana@example.org",
    "new": PASSWORD,
}


def test_an_empty_installation_offers_to_start_to_try_or_to_restore(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    for offered in ("Code from the terminal", "Try the demonstration", "Restore a backup"):
        assert offered in page


def test_the_code_leads_to_the_first_administrator_signed_in(client: FlaskClient, application: app.Application) -> None:
    assert client.get("/set-up?code=guess").status_code == 404
    with application.transaction() as session:
        code = issue_set_up_code(session, now=datetime.now(UTC))
    page = client.get(f"/set-up?code={code}")
    assert page.status_code == 200
    assert "Jamaica" in page.text
    data = {"csrf_token": token_of(page.text), "code": code, **SET_UP}
    refused = client.post("/set-up", data={**data, "new": "password1234"})
    assert refused.status_code == 422
    assert "guessed first" in refused.text
    assert "Hotel Bahía" in refused.text, "what was typed stays"
    assert client.post("/set-up", data=data).status_code == 303
    account = client.get("/account").text
    assert "Hotel Bahía" in account
    assert '<html lang="es"' in account
    assert client.get(f"/set-up?code={code}").status_code == 404
    assert "Code from the terminal" not in app.create_web(application).test_client().get("/sign-in").text


def test_where_no_mail_goes_out_the_page_shows_the_link_of_the_invitation(
    signed_in: Callable[..., object], flask_app: Flask
) -> None:
    admin = signed_in("administrator")
    answer = admin.post(
        "/people/invitations", {"email": "eva@example.org", "role": "viewer", "organisation_id": admin.tenant.id}
    )
    assert answer.status_code == 200
    path = re.search(r"http://127\.0\.0\.1:8000(/invitations/[\w-]+)", answer.text).group(1)
    guest = flask_app.test_client()
    page = guest.get(path)
    assert "eva@example.org" in page.text
    data = {"csrf_token": token_of(page.text), "name": "Eva", "new": "corta"}
    assert guest.post(path, data=data).status_code == 422
    assert guest.post(path, data={**data, "new": PASSWORD}).status_code == 303
    assert "Municipio de Prueba" in guest.get("/account").text
    assert guest.get("/people").status_code == 403
    assert guest.get(path).status_code == 404


def test_a_link_to_an_old_account_signs_nobody_in(
    signed_in: Callable[..., object], flask_app: Flask, application: app.Application
) -> None:
    with application.transaction() as session:
        other = make_tenant(session, "Hotel Ajeno", kind="company")
        make_person(session, other, Role.ADMINISTRATOR, email="eva@example.org", password=PASSWORD)
    admin = signed_in("administrator")
    answer = admin.post(
        "/people/invitations", {"email": "eva@example.org", "role": "viewer", "organisation_id": admin.tenant.id}
    )
    path = re.search(r"(/invitations/[\w-]+)", answer.text).group(1)
    thief = flask_app.test_client()
    assert thief.post(path, data={"csrf_token": token_of(thief.get(path).text)}).headers["Location"] == "/sign-in"
    assert thief.get("/account").status_code == 302


def test_a_contributor_is_added_without_account_or_invitation(
    signed_in: Callable[..., object], in_database: Callable[..., object]
) -> None:
    admin = signed_in("administrator")
    answer = admin.post(
        "/people/invitations", {"email": "rosa@example.org", "role": "contributor", "organisation_id": admin.tenant.id}
    )
    assert answer.status_code == 303
    roles = in_database(
        lambda session: session.execute(
            sa.select(Membership.role, User.password_hash).join(User, User.id == Membership.user_id)
        ).all()
    )
    assert ("contributor", None) in roles


def test_a_forgotten_password_is_answered_alike_for_everybody_and_set_by_the_link(
    client: FlaskClient, application: app.Application, in_database: Callable[..., object]
) -> None:
    with application.transaction() as session:
        tenant = make_tenant(session, "Municipio de Prueba")
        make_person(session, tenant, Role.VIEWER, email="ana@example.org", password=PASSWORD)
    pages = [
        re.sub(
            r"(ana|nadie)@|csrf_token\S* \S+|X-CSRFToken\S+ \S+", "", send(client, "/forgot-password", email=email).text
        )
        for email in ("ana@example.org", "nadie@example.org")
    ]
    assert pages[0] == pages[1]
    text = in_database(lambda session: session.scalars(sa.select(OutboxMail.text)).one())
    path = re.search(r"http://127\.0\.0\.1:8000(/reset/[\w-]+)", text).group(1)
    for _ in range(2):
        assert client.get(path).status_code == 200, "looking does not use it up"
    assert send(client, path, new="corta").status_code == 422
    assert send(client, path, new="un gato azul bebe mar").status_code == 303
    assert client.get(path).status_code == 404
    assert send(client, "/sign-in", email="ana@example.org", password="un gato azul bebe mar").status_code == 303


@pytest.mark.parametrize("host", ["evil.example.com", "127.0.0.1:8000@evil.example.com", "evil.example.com:80"])
def test_links_in_mails_never_follow_the_host_header(
    client: FlaskClient, application: app.Application, in_database: Callable[..., object], host: str
) -> None:
    with application.transaction() as session:
        make_person(session, make_tenant(session, "Municipio"), Role.VIEWER, email="ana@example.org")
    token = token_of(client.get("/sign-in").text)
    client.post(
        "/forgot-password",
        data={"csrf_token": token, "email": "ana@example.org"},
        headers={"X-Forwarded-Host": host, "X-Host": host, "Forwarded": f"host={host}"},
    )
    text = in_database(lambda session: session.scalars(sa.select(OutboxMail.text)).one())
    assert "http://127.0.0.1:8000/reset/" in text
    assert "evil" not in text


@pytest.mark.parametrize(
    "elsewhere",
    [
        *("https://evil.example.com", "//evil.example.com", "/\\evil.example.com", "\\\\evil.example.com", "///evil"),
        *("http:evil.example.com", "javascript:alert(1)", "/\t/evil.example.com", "/\r\nLocation: //evil", "evil", ""),
        *(" //evil", "/ /evil", "https:/evil", "//%65vil.example.com", "\x00//evil", "/\x7f/evil"),
    ],
)
def test_next_never_leaves_the_site(client: FlaskClient, application: app.Application, elsewhere: str) -> None:
    with application.transaction() as session:
        tenant = make_tenant(session, "Municipio de Prueba")
        make_person(session, tenant, Role.VIEWER, email="ana@example.org", password=PASSWORD)
    answer = send(client, "/sign-in", email="ana@example.org", password=PASSWORD, next=elsewhere)
    assert answer.headers["Location"] == "/"
    assert client.get("/sign-in", query_string={"next": elsewhere}).headers["Location"] == "/"


def test_after_sign_in_one_is_where_one_wanted_to_be(client: FlaskClient, application: app.Application) -> None:
    with application.transaction() as session:
        tenant = make_tenant(session, "Municipio de Prueba")
        make_person(session, tenant, Role.VIEWER, email="ana@example.org", password=PASSWORD)
    led = client.get("/account?x=1").headers["Location"]
    assert led.startswith("/sign-in?next=/account")
    answer = send(client, led, email="ana@example.org", password=PASSWORD, next="/account?x=1")
    assert answer.headers["Location"] == "/account?x=1"


def test_over_https_the_cookie_is_held_to_this_host(settings: Settings) -> None:
    secure = Settings.read({}, **{**_values(settings), "base_url": "https://ems.example.org"})
    application = app.build(secure)
    with application.transaction() as session:
        tenant = make_tenant(session, "Municipio de Prueba")
        make_person(session, tenant, Role.VIEWER, email="ana@example.org", password=PASSWORD)
    client = app.create_web(application).test_client()
    base = "https://ems.example.org"
    token = token_of(client.get("/sign-in", base_url=base).text)
    answer = client.post(
        "/sign-in",
        base_url=base,
        headers={"Referer": f"{base}/sign-in"},
        data={"csrf_token": token, "email": "ana@example.org", "password": PASSWORD},
    )
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("__Host-emstrack="))
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    application.database.dispose()


def _values(settings: Settings) -> dict[str, object]:
    return {name: getattr(settings, name) for name in Settings.__dataclass_fields__}


def test_signing_in_gives_a_new_secret_and_forgets_the_old_browser_session(
    client: FlaskClient, application: app.Application
) -> None:
    with application.transaction() as session:
        tenant = make_tenant(session, "Municipio de Prueba")
        make_person(session, tenant, Role.VIEWER, email="ana@example.org", password=PASSWORD)
    client.set_cookie("emstrack", "planted-by-somebody-else")
    token = token_of(client.get("/sign-in").text)
    client.post("/sign-in", data={"csrf_token": token, "email": "ana@example.org", "password": PASSWORD})
    assert client.get_cookie("emstrack").value != "planted-by-somebody-else"
    assert client.post("/account", data={"csrf_token": token, "name": "X"}).status_code == 400


def test_the_eleventh_try_is_told_to_wait(client: FlaskClient, application: app.Application) -> None:
    with application.transaction() as session:
        make_person(session, make_tenant(session, "Municipio"), Role.VIEWER, email="ana@example.org")
    statuses = [
        send(client, "/sign-in", email="ana@example.org", password="otro perro verde").status_code for _ in range(11)
    ]
    assert statuses == [422] * 10 + [429]


def test_changing_the_password_signs_the_other_browsers_out(
    application: app.Application, flask_app: Flask, in_database: Callable[..., object]
) -> None:
    with application.transaction() as session:
        tenant = make_tenant(session, "Municipio de Prueba")
        make_person(session, tenant, Role.VIEWER, email="ana@example.org", password=PASSWORD)
    first, second = flask_app.test_client(), flask_app.test_client()
    for client in (first, second):
        send(client, "/sign-in", email="ana@example.org", password=PASSWORD)
    token = token_of(first.get("/account").text)
    wrong = first.post("/account/password", data={"csrf_token": token, "old": "x", "new": "un gato azul bebe mar"})
    assert wrong.status_code == 422
    assert second.get("/account").status_code == 200
    data = {"csrf_token": token, "old": PASSWORD, "new": "un gato azul bebe mar"}
    assert first.post("/account/password", data=data).status_code == 303
    assert first.get("/account").status_code == 200
    assert second.get("/account").status_code == 302
    assert in_database(lambda s: s.scalar(sa.select(sa.func.count()).where(UserSession.ended_at.is_not(None)))) == 1


def test_one_of_ones_own_browsers_is_signed_out_and_nobody_elses(signed_in: Callable[..., object]) -> None:
    here = signed_in("viewer", email="ana@example.org")
    other = signed_in("manager", email="ana@example.org")
    stranger = signed_in("viewer", email="eva@example.org")
    ids = re.findall(r"/account/sessions/(\d+)/end", here.client.get("/account").text)
    assert len(ids) == 1
    assert stranger.post(f"/account/sessions/{ids[0]}/end").status_code == 404
    assert here.post(f"/account/sessions/{ids[0]}/end").status_code == 303
    assert other.client.get("/account").status_code == 302
    assert here.client.get("/account").status_code == 200


def test_working_in_another_organisation_changes_what_is_seen(
    signed_in: Callable[..., object], application: app.Application
) -> None:
    admin = signed_in("administrator", email="ana@example.org")
    with application.transaction() as session:
        other = create_tenant(session, "Hotel Bahía", "company", now=datetime.now(UTC))
        make_person(session, other, Role.VIEWER, email="ana@example.org")
        stranger = create_tenant(session, "Hotel Ajeno", "company", now=datetime.now(UTC))
    assert "Hotel Bahía" in admin.client.get("/account").text
    assert admin.post("/account/organisation", {"organisation_id": stranger.id}).status_code == 404
    assert admin.post("/account/organisation", {"organisation_id": other.id}).status_code == 303
    assert admin.client.get("/people").status_code == 403
    assert 'class="organisation" title="Hotel Bahía"' in admin.client.get("/account").text


def test_a_language_chosen_in_the_address_stays(client: FlaskClient) -> None:
    assert '<html lang="fr"' in client.get("/sign-in?lang=fr").text
    assert '<html lang="fr"' in client.get("/sign-in").text
    assert '<html lang="es"' in client.get("/sign-in?lang=es").text
    assert '<html lang="es"' in client.get("/sign-in?lang=klingon").text


def test_organisations_are_added_moved_archived_and_restored(signed_in: Callable[..., object]) -> None:
    admin = signed_in("administrator")
    form = {"kind": "ministry", "parent_id": admin.tenant.id, "country": "", "currency": "", "language": ""}
    form |= {"time_zone": "UTC", "fiscal_year_start_month": "1"}
    assert admin.post("/organisations/new", {**form, "name": "Salud"}).status_code == 303
    taken = admin.post("/organisations/new", {**form, "name": "salud"})
    assert taken.status_code == 422
    assert "already" in taken.text
    page = admin.client.get("/organisations").text
    number = re.search(r'/organisations/(\d+)">Salud', page).group(1)
    edit = admin.client.get(f"/organisations/{number}")
    assert 'name="version" type="hidden" value="1"' in edit.text
    change = {**form, "name": "Sanidad", "version": "1"}
    assert admin.post(f"/organisations/{number}", change).status_code == 303
    late = admin.post(f"/organisations/{number}", {**change, "name": "Salubridad"})
    assert late.status_code == 409
    assert "Sanidad" in late.text
    assert "Salubridad" in late.text
    assert admin.post(f"/organisations/{number}/archive", {"version": "2"}).status_code == 303
    assert "Sanidad" not in admin.client.get("/organisations").text
    assert "Sanidad" in admin.client.get("/organisations?archived=1").text
    assert admin.post(f"/organisations/{number}/restore", {"version": "3"}).status_code == 303
    assert "Sanidad" in admin.client.get("/organisations").text


def test_modules_are_switched_on_and_off(signed_in: Callable[..., object]) -> None:
    admin = signed_in("administrator")
    assert "/shares" not in admin.client.get("/account").text
    wanted = {"modules": ["this_month", "savings", "follow_ups", "report", "organisations", "shares"], "version": "1"}
    assert admin.post("/administration/modules", wanted).status_code == 303
    assert 'href="/shares"' in admin.client.get("/account").text


def test_a_part_is_shared_and_the_share_is_ended(
    signed_in: Callable[..., object], application: app.Application
) -> None:
    admin = signed_in("administrator")
    with application.transaction() as session:
        bank = create_tenant(session, "Banco Verde", "lender", now=datetime.now(UTC))
        health = make_organisation(session, admin.tenant, "Salud")
    lender = signed_in("administrator", tenant=bank)
    code = re.search(r"<code>(\d+-\w+)</code>", lender.client.get("/shares").text).group(1)
    form = {"what": f"organisation-{health.id}", "code": code, "role": "lender", "until": ""}
    assert admin.post("/shares", {**form, "code": "1-guess"}).status_code == 422
    assert admin.post("/shares", form).status_code == 303
    assert "Municipio de Prueba" in lender.client.get("/account").text
    share = re.search(r"/shares/(\d+)/revoke", admin.client.get("/shares").text).group(1)
    assert lender.post(f"/shares/{share}/revoke").status_code == 404
    assert admin.post(f"/shares/{share}/revoke").status_code == 303
    assert "Municipio de Prueba" not in lender.client.get("/account").text


def test_the_demonstration_is_removed_in_one_click(
    signed_in: Callable[..., object], application: app.Application, in_database: Callable[..., object]
) -> None:
    admin = signed_in("administrator")
    with application.transaction() as session:
        demo = create_tenant(session, "Demostración", now=datetime.now(UTC), is_demonstration=True)
        guide = make_person(session, demo, Role.ADMINISTRATOR, email="guia@example.org")
        open_tenant(session, demo, guide)
    page = admin.client.get("/administration").text
    assert "EMSTRACK_SMTP_URL" in page
    assert "The scheduler has not run yet" in page
    assert admin.post("/administration/demonstration", {"tenant_id": admin.tenant.id}).status_code == 404
    assert admin.post("/administration/demonstration", {"tenant_id": demo.id}).status_code == 303
    names = in_database(lambda s: s.scalars(sa.select(Organisation.name)).all())
    assert names == ["Municipio de Prueba"]
    assert in_database(lambda s: s.scalars(sa.select(User.email).where(User.email == "guia@example.org")).all()) == []


def test_a_page_of_the_demonstration_says_so(signed_in: Callable[..., object], application: app.Application) -> None:
    with application.transaction() as session:
        demo = create_tenant(session, "Demostración", now=datetime.now(UTC), is_demonstration=True)
    guide = signed_in("viewer", tenant=demo)
    assert "every figure in it is illustrative" in guide.client.get("/account").text


def test_people_are_changed_on_their_page(signed_in: Callable[..., object], in_database: Callable[..., object]) -> None:
    admin = signed_in("administrator", email="ana@example.org")
    viewer = signed_in("viewer", email="eva@example.org")
    page = admin.client.get("/people").text
    assert "eva@example.org" in page

    def membership(session: object) -> int:
        return session.scalars(sa.select(Membership.id).where(Membership.user_id == viewer.user_id)).one()

    number = in_database(membership)
    assert admin.post(f"/people/{number}/role", {"role": "emperor"}).status_code == 422
    assert admin.post(f"/people/{number}/role", {"role": "manager"}).status_code == 303
    assert viewer.client.get("/people").status_code == 200
    assert admin.post(f"/people/{number}/disable").status_code == 303
    assert viewer.client.get("/account").status_code == 302
    assert admin.post(f"/people/{number}/enable").status_code == 303
    assert admin.post(f"/people/{number}/remove").status_code == 303
    assert "eva@example.org" not in admin.client.get("/people").text
