"""Only one scheduler leads: an advisory lock on PostgreSQL, a locked file beside an SQLite database.

The operating system or the server lets go of it when the process dies, however it dies.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy import text

if TYPE_CHECKING:
    from emstrack.storage.session import Database

ADVISORY_KEY = 7355609


class Leader:
    """A claim to lead on one database."""

    def __init__(self, database: Database) -> None:
        """Claim nothing yet."""
        self._database = database
        self._file: int | None = None
        self._connection: sa.Connection | None = None

    def leads(self) -> bool:
        """Tell whether this process leads; take the lead where nobody has it."""
        return self._leads_sqlite() if self._database.is_sqlite else self._leads_postgresql()

    def resign(self) -> None:
        """Let go of the lead."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._connection is not None:
            connection, self._connection = self._connection, None
            with suppress(sa.exc.SQLAlchemyError):
                connection.detach()  # back in the pool it would keep the lock
            connection.close()

    def _leads_sqlite(self) -> bool:
        name = self._database.url.database
        if self._file is not None or not name or name == ":memory:":
            return True
        descriptor = os.open(f"{name}.scheduler-lock", os.O_RDWR | os.O_CREAT, 0o600)
        if _lock(descriptor):
            self._file = descriptor
            return True
        os.close(descriptor)
        return False

    def _leads_postgresql(self) -> bool:
        try:
            if self._connection is not None:
                self._connection.scalar(text("SELECT 1"))
                return True
            connection = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            if connection.scalar(text(f"SELECT pg_try_advisory_lock({ADVISORY_KEY})")):
                self._connection = connection
                return True
            connection.close()
        except sa.exc.OperationalError:
            self.resign()
        return False


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - only there

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - everywhere else

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
