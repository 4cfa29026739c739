"""What a command needs of the installation: the settings, a ready database, a scope for the organisation it names."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from emstrack import app
from emstrack.settings import Settings
from emstrack.storage import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session


def ready_application(**overrides: Any) -> app.Application:
    """Return the application on a database that is there and up to date."""
    application = app.build(Settings.read(**overrides))
    try:
        migrate.make_ready(application.database)
    except BaseException:
        application.database.dispose()
        raise
    return application


@contextmanager
def transaction(*, read_only: bool = False) -> Iterator[Session]:
    """Open the database, commit at the end, close it."""
    application = ready_application()
    try:
        with application.transaction(read_only=read_only) as session:
            yield session
    finally:
        application.database.dispose()
