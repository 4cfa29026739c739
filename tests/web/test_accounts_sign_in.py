"""Signing in and out in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from conftest import make_tenant
from factories_accounts import PASSWORD, make_person

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from emstrack.app import Application


@pytest.fixture
def ana(application: Application) -> str:
    with application.transaction() as session:
        tenant = make_tenant(session, "Municipio de Prueba")
        make_person(session, tenant, "administrator", email="ana@example.org", password=PASSWORD)
    return "ana@example.org"


def csrf(client: FlaskClient, path: str = "/sign-in") -> str:
    return client.get(path).text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **more: str) -> object:
    return client.post("/sign-in", data={"csrf_token": csrf(client), "email": email, "password": password, **more})


def test_the_right_password_opens_the_site(client: FlaskClient, ana: str) -> None:
    answer = sign_in(client, "  Ana@Example.org ")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if each.startswith("emstrack="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert len(cookie.split("=")[1].split(";")[0]) >= 43


def test_a_wrong_password_and_an_unknown_person_look_alike(client: FlaskClient, ana: str) -> None:
    wrong = sign_in(client, ana, "otro perro come sol")
    unknown = sign_in(client, "nadie@example.org", "otro perro come sol")
    assert wrong.status_code == unknown.status_code == 422
    assert "do not fit together" in wrong.text
    assert wrong.text.replace(ana, "nadie@example.org").split("csrf_token")[0] == unknown.text.split("csrf_token")[0]


def test_signing_out_ends_the_session_for_good(client: FlaskClient, ana: str) -> None:
    answer = sign_in(client, ana)
    stolen = client.get_cookie("emstrack").value
    page = client.get("/account")
    assert page.status_code == 200
    token = page.text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 303
    client.set_cookie("emstrack", stolen)
    assert client.get("/account").headers["Location"].startswith("/sign-in?next=/account")
    assert answer.status_code == 303
