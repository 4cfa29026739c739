"""A web application on each database in turn, its client, and people signed in; conftests take these by name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import make_tenant
from factories_accounts import make_person, make_session, open_tenant

from emstrack import app
from emstrack.settings import Settings
from emstrack.storage.scope import every_tenant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Organisation


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of an installation in an empty folder; password hashes cost little in tests."""
    monkeypatch.chdir(tmp_path)
    return Settings.read(
        {}, database_url=database_url, files_dir=str(tmp_path / "files"), password_memory_kib=8, password_passes=1
    )


@pytest.fixture
def application(settings: Settings) -> Iterator[app.Application]:
    """The application."""
    built = app.build(settings)
    yield built
    built.database.dispose()


@pytest.fixture
def flask_app(application: app.Application) -> Flask:
    """The web application."""
    return app.create_web(application)


@pytest.fixture
def client(flask_app: Flask) -> FlaskClient:
    """A browser that nobody signed in with."""
    return flask_app.test_client()


@dataclass(frozen=True)
class Browser:
    """A browser that somebody signed in with."""

    client: FlaskClient
    tenant: Organisation
    user_id: int
    token: str
    application: app.Application

    def csrf(self) -> str:
        """Return a token that this browser's next form may carry."""
        page = self.client.get("/account").text
        return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]

    def post(self, path: str, data: dict[str, object] | None = None, **options: object) -> object:
        """Send a form with its token."""
        return self.client.post(path, data={"csrf_token": self.csrf(), **(data or {})}, **options)


@pytest.fixture
def signed_in(application: app.Application, flask_app: Flask) -> Callable[..., Browser]:
    """`signed_in("viewer")`: a new browser of a person with that role; `tenant=` and `organisation=` as wanted.

    The first call makes the tenant "Municipio de Prueba"; later ones share it unless they bring their own. No password
    is hashed.
    """
    made: list[Organisation] = []

    def sign_in(
        role: str = "administrator",
        *,
        tenant: Organisation | None = None,
        organisation: Organisation | None = None,
        email: str | None = None,
    ) -> Browser:
        with application.transaction() as session:
            tenant = tenant or (made[0] if made else make_tenant(session, "Municipio de Prueba"))
            made.append(tenant)
            where = organisation or tenant
            user = make_person(session, where, role, email=email)
            token = make_session(session, user, where, now=datetime.now(UTC))
        client = flask_app.test_client()
        client.set_cookie("emstrack", token)
        return Browser(client, tenant, user.id, token, application)

    return sign_in


@pytest.fixture
def of_tenant(application: app.Application) -> Callable[[Organisation, Callable[[Session], object]], object]:
    """`of_tenant(browser.tenant, lambda session: …)`: do something in a committed session of that tenant."""

    def run(tenant: Organisation, act: Callable[[Session], object]) -> object:
        with application.transaction() as session:
            open_tenant(session, tenant)
            return act(session)

    return run


@pytest.fixture
def in_database(application: app.Application) -> Callable[[Callable[[Session], object]], object]:
    """`in_database(lambda session: …)`: do or ask something over all tenants, committed."""

    def run(act: Callable[[Session], object]) -> object:
        with application.transaction() as session, every_tenant(session, "a test looks"):
            return act(session)

    return run


@pytest.fixture
def counted(application: app.Application) -> Iterator[list[str]]:
    """The queries sent to the database; beginnings, and PostgreSQL's being told of the scope, ask nothing."""
    del application
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SELECT set_config", "SET ", "PRAGMA", "SAVEPOINT", "RELEASE")):
            seen.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield seen
    sa.event.remove(sa.Engine, "before_cursor_execute", note)
