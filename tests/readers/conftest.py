"""Small files, and reading them to the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from files_read import Read

from emstrack.readers.rows import Options

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file: text, or bytes."""

    def written(content: str | bytes, name: str = "readings.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return written


@pytest.fixture
def read(write: Callable[..., Path]) -> Callable[..., Read]:
    """Write a file and read it."""

    def done(content: str | bytes, name: str = "readings.csv", **options: object) -> Read:
        return Read(write(content, name), Options(**options))

    return done
