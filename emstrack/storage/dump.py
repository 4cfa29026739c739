"""A database as one file and back: SQLite's backup API, PostgreSQL's own tools. A copy of a live file is neither."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import text

from emstrack.domain.errors import RefusedError
from emstrack.storage.session import sqlite_module

if TYPE_CHECKING:
    from datetime import datetime

    from emstrack.storage.session import Database

SQLITE_NAME, POSTGRESQL_NAME = "database.sqlite3", "database.dump"


def dump_name(database: Database) -> str:
    """Return the name of the database's file in a backup."""
    return SQLITE_NAME if database.is_sqlite else POSTGRESQL_NAME


def revision_of(database: Database) -> str:
    """Return the migration the database stands at."""
    with database.engine.connect() as connection:
        return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def dump(database: Database, target: Path) -> None:
    """Write all rows as they are at one moment, while others go on writing."""
    if database.is_sqlite:
        module: Any = sqlite_module()
        with (
            closing(module.connect(str(database.url.database))) as source,
            closing(module.connect(str(target))) as copy,
        ):
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
    else:
        _run_tool(database, "pg_dump", "--format=custom", "--enable-row-security", "--no-owner", f"--file={target}")


def check_dump(dumped: Path) -> None:
    """Read the whole file back.

    Raises
    ------
    RefusedError
        ``backup.damaged`` where the database inside is not sound.
    """
    if dumped.name == SQLITE_NAME:
        module: Any = sqlite_module()
        try:
            with closing(module.connect(f"file:{dumped}?mode=ro&immutable=1", uri=True)) as copy:
                sound = copy.execute("PRAGMA integrity_check").fetchall()
                orphans = copy.execute("PRAGMA foreign_key_check").fetchall()
        except module.DatabaseError as error:
            raise RefusedError("backup.damaged", what=dumped.name, reason=str(error)) from error
        if sound != [("ok",)] or orphans:
            said = f"{len(orphans)} orphans" if orphans else str(sound[0][0])
            raise RefusedError("backup.damaged", what=dumped.name, reason=said)
    else:
        completed = subprocess.run(  # noqa: S603 - a fixed program on our own file
            [find_tool("pg_restore"), f"--file={os.devnull}", str(dumped)], capture_output=True, text=True, check=False
        )
        if completed.returncode != 0:
            raise RefusedError("backup.damaged", what=dumped.name, reason=completed.stderr.strip()[:300])


def load(database: Database, dumped: Path) -> None:
    """Put the rows of a checked file in the database's place, in one step: all of it or nothing."""
    database.dispose()
    if database.is_sqlite:
        module: Any = sqlite_module()
        target = Path(str(database.url.database))
        target.parent.mkdir(parents=True, exist_ok=True)
        with closing(module.connect(str(dumped))) as source, closing(module.connect(str(target), timeout=30)) as live:
            source.backup(live)
    else:
        _load_postgresql(database, dumped)
    database.dispose()


def _load_postgresql(database: Database, dumped: Path) -> None:
    """Drop all there is and write the dump, in one transaction: an older dump does not name what came later."""
    with tempfile.TemporaryDirectory(prefix="emstrack-load-") as folder:
        drops, script = Path(folder, "drops.sql"), Path(folder, "script.sql")
        drops.write_text(_drop_everything(database), encoding="utf-8")
        _run_tool(None, "pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dumped))
        quiet = ("--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", "--output=" + os.devnull)
        _run_tool(database, "psql", *quiet, f"--file={drops}", f"--file={script}")


def _drop_everything(database: Database) -> str:
    """Return the statements that drop the tables and functions of this database's own schema."""
    functions = text(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    )
    with database.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names(schema="public")
        named = list(connection.scalars(functions))
    lines = [f'DROP TABLE public."{name}" CASCADE;' for name in tables]
    return "\n".join([*lines, *(f"DROP FUNCTION {name} CASCADE;" for name in named)]) + "\n"


def quiet_restored_rows(database: Database, *, now: datetime) -> dict[str, int]:
    """Hold what a restored database would send once more, and end what was signed in; a person may send it anyway."""
    held = "restored from a backup; it may have gone out already"
    statements = {
        "mails_held": "UPDATE outbox_mail SET failed_at = :now, lease_until = NULL, last_error = :held "
        "WHERE sent_at IS NULL AND failed_at IS NULL",
        "work_held": "UPDATE due_work SET done_at = :now, lease_until = NULL, lease_by = '', last_error = :held "
        "WHERE done_at IS NULL AND dedupe_key <> kind",
        "sessions_ended": "UPDATE user_session SET ended_at = :now WHERE ended_at IS NULL",
        "links_closed": "UPDATE one_time_link SET used_at = :now WHERE used_at IS NULL AND kind IN ('reset', 'set_up')",
    }
    counts: dict[str, int] = {}
    moment = sa.bindparam("now", now, sa.DateTime(timezone=True))
    with database.engine.begin() as connection:
        for name, written in statements.items():
            statement = text(written).bindparams(moment)
            if ":held" in written:
                statement = statement.bindparams(held=held)
            counts[name] = connection.execute(statement).rowcount
        connection.execute(
            text(
                "INSERT INTO job_run (kind, started_at, finished_at, outcome, counts, message) "
                "VALUES ('restore', :now, :now, 'done', '{}', '')"
            ).bindparams(moment)
        )
    return counts


def find_tool(name: str) -> str:
    """Return a PostgreSQL client program.

    Raises
    ------
    RefusedError
        ``backup.no_tool`` where it is not installed.
    """
    found = shutil.which(name)
    if found is None:
        candidates = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
        if not candidates:
            raise RefusedError("backup.no_tool", tool=name)
        found = str(candidates[0])
    return found


def _run_tool(database: Database | None, name: str, *arguments: str) -> None:
    """Run a client program; the password goes by the environment, where other users of the computer do not see it."""
    environment, place = {**os.environ, "PGOPTIONS": "-c emstrack.every_tenant=on"}, []
    if database is not None:
        address = database.url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
        place = [f"--dbname={address}"]
        if database.url.password:
            environment["PGPASSWORD"] = str(database.url.password)
    completed = subprocess.run(  # noqa: S603 - a fixed program, arguments of our own
        [find_tool(name), *arguments, *place],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
    )
    if completed.returncode != 0:
        raise RefusedError("backup.tool_failed", tool=name, reason=completed.stderr.strip()[:500])
