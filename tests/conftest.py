"""What every test may use: databases, a tenant, the real files, and the rule that nothing leaves this machine."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable
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
Shared = Callable[[str], Database]
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
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    return str(request.param)


def _empty_postgresql(address: str) -> str:
    """Make an empty migrated database, and return its address."""
    name = f"t{os.urandom(6).hex()}"
    admin = sa.create_engine(address.format(role=ROLE, name="postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"CREATE DATABASE {name} TEMPLATE template_emstrack"))
    admin.dispose()
    return address.format(role=ROLE, name=name)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, database_kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of an empty migrated database of a test's own, on each kind in turn."""
    if database_kind == "sqlite":
        path = tmp_path / "emstrack.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    address = request.getfixturevalue("postgresql_template")
    url = _empty_postgresql(address)
    yield url
    admin = sa.create_engine(address.format(role=ROLE, name="postgres"), isolation_level="AUTOCOMMIT")
    try:
        with admin.connect() as connection:
            connection.execute(sa.text(f"DROP DATABASE {sa.make_url(url).database} WITH (FORCE)"))
    finally:
        admin.dispose()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of a test's own, on each kind in turn."""
    opened = Database(database_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def shared_databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shared]:
    """Databases that many tests share, one of each kind: each test takes back what it wrote."""
    opened: dict[str, Database] = {}

    def open_shared(kind: str) -> Database:
        if kind not in opened:
            if kind == "sqlite":
                path = tmp_path_factory.mktemp("shared") / "shared.sqlite3"
                shutil.copy(request.getfixturevalue("sqlite_template"), path)
                opened[kind] = Database(f"sqlite:///{path}")
            else:
                opened[kind] = Database(_empty_postgresql(request.getfixturevalue("postgresql_template")))
        return opened[kind]

    yield open_shared
    for each in opened.values():
        each.dispose()


@pytest.fixture
def bare_session(request: pytest.FixtureRequest, database_kind: str, shared_databases: Shared) -> Iterator[Session]:
    """A session without a scope, as at sign-in; taken back at the end.

    A test that asks for its database too gets a session on that one; all others share one of each kind, because making
    a database costs more than most tests.
    """
    own = {"database", "database_url"} & set(request.fixturenames)
    database: Database = request.getfixturevalue("database") if own else shared_databases(database_kind)
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
