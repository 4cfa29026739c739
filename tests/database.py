"""Databases for tests: SQLite always, PostgreSQL in a server of the tests' own (root or not)."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROLE = "emstrack_app"
"""Neither superuser nor allowed to bypass row-level security, as an installation's role should be."""


def server_binaries() -> Path | None:
    """Return the folder of initdb, or None."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).parent if found else None


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Run a server on a free port and yield the address of its maintenance database, `{}` standing for the name."""
    binaries = server_binaries()
    assert binaries is not None
    home = tempfile.mkdtemp(prefix="emstrack-pg-")
    options: dict[str, object] = {}
    if os.geteuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(home, user.pw_uid, user.pw_gid)
        options = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def run(*arguments: object) -> None:
        subprocess.run(
            [str(argument) for argument in arguments],
            check=True,
            capture_output=True,
            cwd=home,
            env={**os.environ, "LC_ALL": "C.UTF-8", "HOME": home},
            **options,  # type: ignore[call-overload]
        )

    run(binaries / "initdb", "-D", f"{home}/data", "-U", "postgres", "--auth=trust", "--no-sync", "-E", "UTF8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    speed = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=50 -c autovacuum=off"
    run(
        *(binaries / "pg_ctl", "-D", f"{home}/data", "-w", "-l", f"{home}/log", "-o"),
        *(f"-p {port} -k {home} -c listen_addresses=127.0.0.1 {speed}", "start"),
    )
    try:
        yield f"postgresql+psycopg://{{role}}@127.0.0.1:{port}/{{name}}"
    finally:
        run(binaries / "pg_ctl", "-D", f"{home}/data", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)
