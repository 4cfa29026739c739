"""A web application on each database in turn, and its client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emstrack import app
from emstrack.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient


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
