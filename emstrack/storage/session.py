"""The engines and sessions: SQLite set up to be safe under several writers, PostgreSQL as it is.

Writes begin with BEGIN IMMEDIATE, because a read that turns into a write fails at once under a second writer; reads
begin deferred, so that no page waits behind a writer.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from emstrack.domain.errors import UnavailableError
from emstrack.storage import guard, kept, scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

log = logging.getLogger(__name__)

BUSY_TIMEOUT_MS = 5_000
_FIXED_WAL = ((3, 44, 6), (3, 50, 7))
_FIRST_FIXED = (3, 51, 3)


class Database:
    """One database: a way to write and a way to read."""

    def __init__(self, url: str) -> None:
        """Connect lazily; the folder of an SQLite file is made."""
        self.url = sa.make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite_engine(self.url) if self.is_sqlite else sa.create_engine(self.url, pool_pre_ping=True)
        reading = {"emstrack_begin": "DEFERRED"} if self.is_sqlite else {"postgresql_readonly": True}
        guard.install(self.engine)
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        self._reading = sessionmaker(
            self.engine.execution_options(**reading), expire_on_commit=False, info=kept.info_of_readers()
        )
        for factory in (self._writing, self._reading):
            scope.install(factory)
            guard.install_session(factory)

    def open(self, *, read_only: bool = False) -> Session:
        """Return a new session; the caller closes it."""
        return (self._reading if read_only else self._writing)()

    @contextmanager
    def transaction(self, *, read_only: bool = False) -> Iterator[Session]:
        """Commit at the end, roll back on any error: the one place a commit happens outside a request."""
        with self.open(read_only=read_only) as session:
            try:
                yield session
                if read_only:
                    session.rollback()
                else:
                    session.commit()
            except sa.exc.OperationalError as error:
                session.rollback()
                if is_busy(error):
                    raise UnavailableError("database.busy") from error
                raise
            except BaseException:
                session.rollback()
                raise

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def is_busy(error: sa.exc.OperationalError) -> bool:
    """Tell a lock held too long from every other trouble."""
    return "database is locked" in str(error.orig) or "lock timeout" in str(error.orig)


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Tell whether an SQLite library is free of the WAL-reset bug, which may lose committed rows."""
    return version >= _FIRST_FIXED or any(version[:2] == fixed[:2] and version >= fixed for fixed in _FIXED_WAL)


def _sqlite_engine(url: sa.URL) -> sa.Engine:
    module = sqlite_module()
    if url.database and url.database != ":memory:":
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    safe = wal_is_safe(module.sqlite_version_info)
    if not safe:
        log.warning(
            "SQLite %s has the WAL-reset bug: using the rollback journal, which is slower", module.sqlite_version
        )
    engine = sa.create_engine(url, module=module, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            f"journal_mode={'WAL' if safe else 'DELETE'}",
            "synchronous=FULL",
            "foreign_keys=ON",
            "mmap_size=0",
            "cache_size=-16000",
            "temp_store=MEMORY",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        kind = connection.get_execution_options().get("emstrack_begin", "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine


def sqlite_module() -> ModuleType:
    """Return the SQLite driver: the wheel with a newer library where there is one, else Python's own."""
    try:
        import pysqlite3.dbapi2 as module  # noqa: PLC0415 - only Linux has the wheel
    except ImportError:
        import sqlite3 as module  # noqa: PLC0415 - the fall-back
    return cast("ModuleType", module)
