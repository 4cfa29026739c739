"""The composition root: the only place where settings, database, pages and endpoints meet."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
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


Restore = Callable[[Path, Callable[[], object]], object]
"""Puts a backup in the place of what is here, once what is given with it has not refused."""


def create_web(application: Application, *, restore: Restore | None = None) -> Flask:
    """Return the web application; without a way to restore, its first page names the command instead."""
    from emstrack import web  # noqa: PLC0415 - commands without a page do without Flask
    from emstrack.domain.passwords import PasswordCost  # noqa: PLC0415 - same
    from emstrack.services.programmes.demonstration_worker import DemonstrationWorker  # noqa: PLC0415 - same
    from emstrack.services.readings.import_worker import ImportWorker  # noqa: PLC0415 - same

    settings = application.settings
    created = web.create(settings, application.database)
    created.extensions["emstrack.restore"] = restore
    created.extensions["emstrack.demonstration"] = DemonstrationWorker(
        application.transaction,
        settings,
        settings.instance_dir,
        PasswordCost(settings.password_memory_kib, settings.password_passes),
        lambda: datetime.now(UTC),
    )
    created.extensions["emstrack.imports"] = ImportWorker(application.transaction, settings, lambda: datetime.now(UTC))
    return created
