"""Every address of the site, walked by people who must not get in: nothing opens, nothing leaks, nothing changes."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
from security import world as worlds
from security.policy import ANYONE, OWN_PART, OWN_TOKEN, POLICY
from security.world import CANARY, World

from emstrack.domain.accounts import PERMISSIONS, Role
from emstrack.web.urls import URLS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.routing import Rule
    from werkzeug.test import TestResponse

    from emstrack.app import Application

UNTRACKED = frozenset({"login_attempt"})
DEFECT = 500
SIGNING_OUT = "accounts.sign_out"
TOLD_APART = re.compile(r"I[\w-]{30,}\.[\w.-]+|not-a-token-that-anybody-was-given|\d{1,9}")
"""What may differ between two refusals: the form's signed token, and the number asked for."""


@pytest.fixture
def world(application: Application) -> World:
    return worlds.build(application)


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in {"static", "htmx.static"}:
            continue
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def path_of(app: Flask, rule: Rule, world: World) -> str:
    arguments = {**world.arguments, **world.by_endpoint.get(rule.endpoint, {})}
    missing = rule.arguments - arguments.keys()
    assert not missing, f"{rule.endpoint}: tests/security/world.py has no row for {sorted(missing)}"
    with app.test_request_context():
        return app.url_for(rule.endpoint, **{name: arguments[name] for name in rule.arguments})


def browser(app: Flask, world: World, who: str | None) -> FlaskClient:
    client = app.test_client()
    if who is not None:
        client.set_cookie("emstrack", world.cookies[who])
    return client


def csrf(client: FlaskClient) -> str:
    for path in ("/account", "/sign-in"):
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(path).text)
        if found:
            return found.group(1)
    raise AssertionError("no page gave a token")


def ask(client: FlaskClient, method: str, path: str, token: str = "") -> TestResponse:
    if method == "GET":
        return client.get(path)
    return client.open(path, method=method, data={"csrf_token": token} if token else {})


def whole(answer: TestResponse) -> str:
    """Everything an answer says: its headers, its body, and what is packed inside a workbook or archive."""
    body = answer.get_data()
    said = body.decode("utf-8", "replace") + str(answer.headers)
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            said += "".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
    return said


def test_every_address_has_its_line_in_the_policy_and_no_line_is_dead(flask_app: Flask) -> None:
    assert {rule.endpoint for rule in flask_app.url_map.iter_rules()} == POLICY.keys()


def test_the_policy_is_what_the_addresses_ask() -> None:
    asked = {url.name: url.needs.value if url.needs else ANYONE for url in URLS}
    assert {name: needs for name, needs in POLICY.items() if name in asked} == asked


def test_nobody_signed_in_gets_in_nowhere(flask_app: Flask, world: World) -> None:
    wrong = {}
    client = browser(flask_app, world, None)
    token = csrf(client)
    for rule, method in rules(flask_app):
        if rule.endpoint == SIGNING_OUT:
            continue  # takes the token with it
        answer = ask(client, method, path_of(flask_app, rule, world), token)
        if POLICY[rule.endpoint] == ANYONE:
            fine = answer.status_code < DEFECT and (rule.endpoint not in OWN_TOKEN or answer.status_code == 404)
        elif method == "GET":
            fine = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in?next=/")
        else:
            fine = answer.status_code == 401
        if not fine or CANARY in whole(answer):
            wrong[f"{method} {rule.rule}"] = answer.status_code
    assert wrong == {}


def test_a_viewer_meets_403_at_what_a_viewer_may_not_do(flask_app: Flask, world: World) -> None:
    may = {permission.value for permission in PERMISSIONS[Role.VIEWER]}
    before, wrong = world.checksum(but=UNTRACKED | {"user", "user_session"}), {}
    for rule, method in rules(flask_app):
        client = browser(flask_app, world, "viewer")
        if POLICY[rule.endpoint] in may | {ANYONE}:
            continue
        answer = ask(client, method, path_of(flask_app, rule, world), csrf(client))
        if answer.status_code != 403:
            wrong[f"{method} {rule.rule}"] = answer.status_code
    assert wrong == {}
    assert world.checksum(but=UNTRACKED | {"user", "user_session"}) == before


def test_another_tenants_administrator_finds_nothing(flask_app: Flask, world: World) -> None:
    before, wrong = world.checksum(world.tenant_id), {}
    client = browser(flask_app, world, "foreigner")
    token = csrf(client)
    for rule, method in rules(flask_app):
        if rule.endpoint == SIGNING_OUT:
            continue
        answer = ask(client, method, path_of(flask_app, rule, world), token)
        expected = not rule.arguments or rule.endpoint in OWN_PART or answer.status_code == 404
        if not expected or answer.status_code >= DEFECT or CANARY in whole(answer):
            wrong[f"{method} {rule.rule}"] = answer.status_code
    assert wrong == {}
    assert world.checksum(world.tenant_id) == before


def test_an_id_of_another_tenant_answers_as_one_that_never_was(flask_app: Flask, world: World) -> None:
    client, differing = browser(flask_app, world, "foreigner"), {}
    for rule, method in rules(flask_app):
        if not rule.arguments or method != "GET":
            continue
        foreign = ask(client, method, path_of(flask_app, rule, world))
        nobodys = {name: 999_999_999 if isinstance(value, int) else value for name, value in world.arguments.items()}
        absent = World(world.application, arguments=nobodys)
        never = ask(client, method, path_of(flask_app, rule, absent))
        plain = [TOLD_APART.sub("", answer.text) for answer in (foreign, never)]
        if foreign.status_code != never.status_code or plain[0] != plain[1]:
            differing[rule.rule] = (foreign.status_code, never.status_code)
    assert differing == {}


def test_no_form_is_taken_without_its_token(flask_app: Flask, world: World) -> None:
    before, taken = world.checksum(), {}
    client = browser(flask_app, world, "administrator")
    others = csrf(browser(flask_app, world, "foreigner"))
    csrf(client)
    for rule, method in rules(flask_app):
        if method == "GET":
            continue
        for token in ("", "wrong", others):
            answer = ask(client, method, path_of(flask_app, rule, world), token)
            if answer.status_code != 400:
                taken[f"{method} {rule.rule} with {token[:5]!r}"] = answer.status_code
    assert taken == {}
    assert world.checksum() == before


def test_reading_changes_nothing(flask_app: Flask, world: World) -> None:
    before, wrong = world.checksum(), {}
    client = browser(flask_app, world, "administrator")
    for rule, method in rules(flask_app):
        if method != "GET":
            continue
        answer = client.get(path_of(flask_app, rule, world))
        own = rule.endpoint not in OWN_TOKEN | {
            "accounts.sign_in",
            "sites.photo",
            "case_studies.photo",
            "imports.columns",
        }  # nothing there yet
        if answer.status_code != 200 and own:
            wrong[rule.rule] = answer.status_code
    assert wrong == {}
    assert world.checksum() == before


def test_every_answer_carries_the_headers_that_keep_a_browser_safe(flask_app: Flask, world: World) -> None:
    client, lacking = browser(flask_app, world, "administrator"), {}
    paths = [path_of(flask_app, rule, world) for rule, method in rules(flask_app) if method == "GET"]
    for path in [*paths, "/no-such-page", "/static/emstrack.css", "/static/no-such-file"]:
        with client.get(path, base_url="https://localhost") as answer:
            headers = answer.headers
        missing = [
            name
            for name, part in (
                ("Content-Security-Policy", "frame-ancestors 'none'"),
                ("Content-Security-Policy", "object-src 'none'"),
                ("Content-Security-Policy", "base-uri 'none'"),
                ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "same-origin"),
                ("Strict-Transport-Security", "max-age=31536000"),
            )
            if part not in headers.get(name, "")
        ]
        if not path.startswith("/static/") and headers.get("Cache-Control") != "no-store":
            missing.append("Cache-Control")
        if missing or "unsafe" in headers.get("Content-Security-Policy", ""):
            lacking[path] = missing
    assert lacking == {}


@pytest.mark.parametrize("junk", ["lol", "-1", "0", "9" * 19, "9" * 40, "%00", "1%20OR%201=1", "..%2f..", "\u0661"])
def test_junk_in_an_address_is_not_found(flask_app: Flask, world: World, junk: str) -> None:
    client, wrong = browser(flask_app, world, "administrator"), {}
    for rule, method in rules(flask_app):
        if rule.arguments and method == "GET":
            path = re.sub(r"<[^>]+>", junk, rule.rule)
            status = client.get(path).status_code
            if status != 404:
                wrong[path] = status
    assert wrong == {}
