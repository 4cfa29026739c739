"""What every test may use: the real files, the languages, and the rule that nothing leaves this machine."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
STRICT = bool(os.environ.get("EMSTRACK_TESTS_STRICT"))
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
