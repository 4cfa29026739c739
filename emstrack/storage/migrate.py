"""Migrations, run from the checkout or the wheel alike, with no alembic.ini; only the command line calls this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from emstrack.domain.errors import RefusedError
from emstrack.paths import resource_root

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa

    from emstrack.storage.session import Database


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(resource_root() / "migrations"))
    return config


def head() -> str:
    """Return the revision this version of the product wants."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def current(database: Database) -> str | None:
    """Return the revision the database has; None where it is empty."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database up to a revision."""
    _run(database, lambda config: command.upgrade(config, revision))


def downgrade(database: Database, revision: str) -> None:
    """Take the database down to a revision."""
    _run(database, lambda config: command.downgrade(config, revision))


def is_known(revision: str) -> bool:
    """Tell whether this version of the product has a revision; one it lacks is a newer version's."""
    return revision in {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def make_ready(database: Database) -> None:
    """Create a missing SQLite database; refuse one that is behind or ahead.

    Raises
    ------
    RefusedError
        ``database.behind`` or ``database.ahead``, naming the command that mends it.
    """
    found, wanted = current(database), head()
    if found == wanted:
        return
    if found is None and _is_empty(database):
        upgrade(database)
        return
    if found is not None and not is_known(found):
        raise RefusedError("database.ahead", current=found)
    raise RefusedError("database.behind", current=found or "–", wanted=wanted)


def _is_empty(database: Database) -> bool:
    import sqlalchemy as sa  # noqa: PLC0415 - only here

    with database.engine.connect() as connection:
        return not sa.inspect(connection).get_table_names()


def _run(database: Database, action: Callable[[Config], None]) -> None:
    config = _config()
    with database.engine.connect() as connection:
        _without_foreign_keys(connection)
        config.attributes["connection"] = connection
        action(config)
        connection.commit()
    database.dispose()


def _without_foreign_keys(connection: sa.Connection) -> None:
    """SQLite rebuilds a table to change it; its rows must not be cascaded away meanwhile."""
    if connection.dialect.name == "sqlite":
        raw = connection.connection.dbapi_connection
        if raw is not None:
            raw.execute("PRAGMA foreign_keys=OFF")
