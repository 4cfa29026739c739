"""A clock that a test turns, and a context on each database in turn."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from conftest import NOW

from emstrack.jobs.context import Context
from emstrack.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from emstrack.storage.session import Database


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@pytest.fixture
def clock() -> Clock:
    """A clock to turn."""
    return Clock()


@pytest.fixture
def context(database: Database, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Context:
    """What a body is given."""
    monkeypatch.chdir(tmp_path)
    settings = Settings.read({}, database_url=database.url.render_as_string(hide_password=False))
    return Context(database.transaction, settings, clock)
