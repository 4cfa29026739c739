"""The first page of an empty installation: its three ways in, and that none opens without the code."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from emstrack import app
from emstrack.cli.restoring import restore_backup
from emstrack.domain.accounts import Role
from emstrack.services.accounts.set_up import issue_set_up_code
from emstrack.services.programmes.load_demonstration import Loaded, Person
from emstrack.storage import backup
from emstrack.storage.models import User
from emstrack.storage.scope import every_tenant

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture
def empty(application: app.Application) -> Flask:
    """The pages of an empty installation that may restore."""

    def restore(path: Path, before: Callable[[], object]) -> object:
        return restore_backup(application, path, now=datetime.now(UTC), beside_scheduler=True, before=before)

    return app.create_web(application, restore=restore)


@pytest.fixture
def code(application: app.Application) -> str:
    with application.transaction() as session:
        return issue_set_up_code(session, now=datetime.now(UTC)) or ""


def token_of(page: str) -> str:
    return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def send(client: FlaskClient, path: str, code: str, content: bytes | None = None) -> object:
    page = client.get(f"/set-up?code={code}").text
    data: dict[str, object] = {"csrf_token": token_of(page)}
    if content is not None:
        data["file"] = (io.BytesIO(content), "copia.tar.gz")
    return client.post(f"{path}?code={code}", data=data, content_type="multipart/form-data")


def test_the_code_opens_three_ways(empty: Flask, code: str) -> None:
    client = empty.test_client()
    assert "Name of your organisation" in client.get(f"/set-up?code={code}").text
    assert "Load the demonstration" in client.get(f"/set-up?code={code}&choice=demonstration").text
    assert "Check and restore" in client.get(f"/set-up?code={code}&choice=restore").text


@pytest.mark.parametrize("path", ["/set-up/demonstration", "/set-up/demonstration/enter", "/set-up/restore"])
def test_without_the_code_nothing_opens(empty: Flask, path: str) -> None:
    client = empty.test_client()
    token = token_of(client.get("/sign-in").text)
    for address in (path, f"{path}?code=guess"):
        assert client.post(address, data={"csrf_token": token}).status_code == 404
    assert client.get("/set-up/demonstration?code=guess").status_code == 404


def test_the_demonstration_loads_beside_the_page_and_leads_in(
    empty: Flask, code: str, monkeypatch: pytest.MonkeyPatch, application: app.Application, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    chief = Person("admin@demo.example", "a-password", Role.ADMINISTRATOR, "Centro")

    def load(*_given: object, note: Callable[[int], object], **_more: object) -> Loaded:
        note(3)
        return Loaded(1, made=True, people=(chief,))

    monkeypatch.setattr("emstrack.services.programmes.demonstration_worker.load_demonstration", load)
    client = empty.test_client()
    answer = send(client, "/set-up/demonstration", code)
    assert answer.status_code == 303  # type: ignore[attr-defined]
    empty.extensions["emstrack.demonstration"].wait()
    page = client.get(f"/set-up/demonstration?code={code}").text
    assert "a-password" in page
    kept = tmp_path / "instance" / "demo.txt"
    assert "Administrator" in kept.read_text(encoding="utf-8")
    assert kept.stat().st_mode & 0o777 == 0o600
    entered = send(client, "/set-up/demonstration/enter", code)
    assert entered.status_code == 404, "nobody of that name is in a demonstration here"  # type: ignore[attr-defined]


def test_a_demonstration_that_fails_says_so_and_may_be_tried_again(
    empty: Flask, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def load(*_given: object, **_more: object) -> Loaded:
        raise OSError("no space left")

    monkeypatch.setattr("emstrack.services.programmes.demonstration_worker.load_demonstration", load)
    client = empty.test_client()
    send(client, "/set-up/demonstration", code)
    empty.extensions["emstrack.demonstration"].wait()
    assert "could not be loaded" in client.get(f"/set-up/demonstration?code={code}").text


def test_a_backup_is_put_in_place_and_the_code_is_used_up(
    empty: Flask, code: str, application: app.Application, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    now = datetime.now(UTC)
    with application.transaction() as session, every_tenant(session, "a test makes somebody"):
        session.add(User(email="eva@example.org", name="Eva", created_at=now))
    backup.create(application.database, tmp_path / "files", tmp_path / "copia.tar.gz", now=now)
    with application.transaction() as session, every_tenant(session, "a test takes somebody away"):
        session.execute(sa.delete(User))
    client = empty.test_client()
    answer = send(client, "/set-up/restore", code, (tmp_path / "copia.tar.gz").read_bytes())
    assert (answer.status_code, answer.location) == (303, "/sign-in")  # type: ignore[attr-defined]
    with application.transaction(read_only=True) as session, every_tenant(session, "a test looks"):
        assert session.scalar(sa.select(User.email)) == "eva@example.org"
    assert client.get(f"/set-up?code={code}").status_code == 404
    assert list((tmp_path / "instance" / "backups").iterdir()), "what was here before is kept"


@pytest.mark.parametrize(("content", "said"), [(None, "No file was chosen"), (b"not a backup", "damaged")])
def test_a_file_that_is_no_backup_is_refused_and_the_code_stays(
    empty: Flask, code: str, content: bytes | None, said: str
) -> None:
    client = empty.test_client()
    answer = send(client, "/set-up/restore", code, content)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert said in answer.text  # type: ignore[attr-defined]
    assert client.get(f"/set-up?code={code}").status_code == 200


def test_where_the_page_cannot_restore_it_names_the_command(application: app.Application, code: str) -> None:
    client = app.create_web(application).test_client()
    assert "emstrack backup restore" in client.get(f"/set-up?code={code}&choice=restore").text
    assert send(client, "/set-up/restore", code, b"x").status_code == 404  # type: ignore[attr-defined]
