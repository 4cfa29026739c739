"""A real browser that talks to this machine only, and a server for what it shall look at."""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import waitress
from conftest import absent, make_tenant
from factories_accounts import make_person, make_session, open_tenant
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from emstrack import app
from emstrack.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from flask import Flask
    from playwright.sync_api import BrowserContext
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Organisation

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium, once for all tests."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        absent("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def serve() -> Callable[[Flask], AbstractContextManager[str]]:
    """Serve an application on a free port for as long as the context lasts; gives its address."""

    @contextmanager
    def serving(served: Flask) -> Iterator[str]:
        server = make_server("127.0.0.1", 0, served, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    return serving


@dataclass(frozen=True)
class Live:
    """A served installation and its address."""

    url: str
    application: app.Application

    def of_tenant(self, tenant: Organisation, act: Callable[[Session], object]) -> object:
        """Do something in a committed session of a tenant."""
        with self.application.transaction() as session:
            open_tenant(session, tenant)
            return act(session)


@pytest.fixture
def live(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    """An empty installation, served."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(sqlite_template, tmp_path / "live.sqlite3")
    settings = Settings.read(
        {},
        database_url=f"sqlite:///{tmp_path / 'live.sqlite3'}",
        files_dir=str(tmp_path / "files"),
        password_memory_kib=8,
        password_passes=1,
    )
    application = app.build(settings)
    server = waitress.create_server(app.create_web(application), host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield Live(f"http://127.0.0.1:{server.effective_port}", application)
    server.trigger.pull_trigger(server.close)  # in its own thread, which may be waiting on the socket
    thread.join(timeout=5)
    application.database.dispose()


@pytest.fixture
def tenant(live: Live) -> Organisation:
    """The tenant that the browser's people belong to."""
    with live.application.transaction() as session:
        return make_tenant(session, "Municipio de Prueba")


@pytest.fixture
def browser_of(live: Live, tenant: Organisation, chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """`browser_of("manager", width=390, height=844, locale="es-MX")`: a browser that a person signed in with."""
    contexts: list[BrowserContext] = []

    def sign_in(
        role: str = "manager", *, width: int = 1366, height: int = 768, locale: str = "es-MX"
    ) -> BrowserContext:
        with live.application.transaction() as session:
            user = make_person(session, tenant, role, email=f"p{len(contexts)}@example.org")
            token = make_session(session, user, tenant, now=datetime.now(UTC))
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale=locale, base_url=live.url, reduced_motion="reduce"
        )
        context.add_cookies([{"name": "emstrack", "value": token, "url": live.url}])
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context

    yield sign_in
    for context in contexts:
        context.close()
