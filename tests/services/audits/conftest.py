"""A desk to import at, on each database in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from factories_imports import Desk

if TYPE_CHECKING:
    from pathlib import Path

    from emstrack.storage.session import Database


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    """An empty tenant."""
    return Desk(database, tmp_path)
