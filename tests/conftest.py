"""What every test may use: databases, a tenant, the real files, and the rule that nothing leaves this machine."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

sys.path.insert(0, str(Path(__file__).parent))

from database import ROLE, postgresql_server, server_binaries

from emstrack.domain.accounts import Permission, Scope
from emstrack.storage import migrate
from emstrack.storage.models import Organisation
from emstrack.storage.scope import every_tenant, set_scope
from emstrack.storage.session import Database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
STRICT = bool(os.environ.get("EMSTRACK_TESTS_STRICT"))
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
_LOOPBACK = ("127.", "::1", "localhost")


def absent(what: str) -> None:
    """Skip a test whose means are missing on this machine; where skipping is forbidden, fail."""
    if STRICT:
        pytest.fail(f"{what} is missing, and skipping is forbidden here")
    pytest.skip(f"{what} is missing on this machine")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real files that are not part of the project."""
    if not SHARED.is_dir():
        absent("../shared")
    return SHARED


@pytest.fixture(autouse=True, scope="session")
def _no_network_but_loopback() -> None:
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in {socket.AF_INET, socket.AF_INET6} and not str(host).startswith(_LOOPBACK):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)  # type: ignore[arg-type]

    socket.socket.connect = guarded  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every migration applied, to copy."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[str]:
    """A PostgreSQL server with a migrated template database; yields the address with a place for the name."""
    if server_binaries() is None:
        absent("PostgreSQL")
    with postgresql_server() as address:
        admin = sa.create_engine(address.format(role="postgres", name="postgres"), isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text(f"CREATE ROLE {ROLE} LOGIN CREATEDB"))
            connection.execute(sa.text(f"CREATE DATABASE template_emstrack OWNER {ROLE}"))
        migrate.upgrade(Database(address.format(role=ROLE, name="template_emstrack")))
        yield address
        admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty migrated database, on each kind in turn."""
    if request.param == "sqlite":
        path = tmp_path / "emstrack.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    address = request.getfixturevalue("postgresql_template")
    name = f"t{os.urandom(6).hex()}"
    admin = sa.create_engine(address.format(role=ROLE, name="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE template_emstrack"))
    yield address.format(role=ROLE, name=name)
    with admin.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database, on each kind in turn."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture
def bare_session(database: Database) -> Iterator[Session]:
    """A session without a scope, as at sign-in."""
    with database.open() as session:
        yield session
        session.rollback()


@pytest.fixture
def session(bare_session: Session) -> Session:
    """A session whose scope is the whole of a new tenant, with every permission."""
    root = make_tenant(bare_session, "Municipio de Prueba")
    set_scope(bare_session, Scope(tenant_id=root.id, permissions=frozenset(Permission)))
    return bare_session


def make_tenant(session: Session, name: str, *, kind: str = "municipality", currency: str = "MXN") -> Organisation:
    """Make the root of an organisation tree."""
    with every_tenant(session, "a test makes a tenant"):
        root = Organisation(tenant_id=0, kind=kind, name=name, country="MX", currency=currency, created_at=NOW)
        session.add(root)
        session.flush()
        root.tenant_id = root.id
        session.flush()
    return root
