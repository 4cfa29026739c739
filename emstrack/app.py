"""The composition root: the only place where settings, database, pages and endpoints meet."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from emstrack.storage.session import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy.orm import Session

    from emstrack.settings import Settings


@dataclass(frozen=True, slots=True)
class Application:
    """The settings and the database they name."""

    settings: Settings
    database: Database

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[Session]:
        """Commit at the end, roll back on any error."""
        with self.database.transaction(read_only=read_only) as session:
            yield session


def build(settings: Settings) -> Application:
    """Put the parts together; nothing is opened yet."""
    return Application(settings, Database(settings.database_url))


def create_web(application: Application) -> Flask:
    """Return the web application."""
    from emstrack import web  # noqa: PLC0415 - commands without a page do without Flask
    from emstrack.services.readings.import_worker import ImportWorker  # noqa: PLC0415 - same

    created = web.create(application.settings, application.database)
    created.extensions["emstrack.imports"] = ImportWorker(
        application.transaction, application.settings, lambda: datetime.now(UTC)
    )
    return created
