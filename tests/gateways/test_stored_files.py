"""Stored files: random names, whole or not at all, and no way out of their folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from emstrack.gateways.stored_files import StoredFiles

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    files = StoredFiles(tmp_path / "files")
    path = files.save(b"factura", ".pdf")
    assert files.open(path) == b"factura"
    assert path.endswith(".pdf")
    assert files.save(b"factura", ".pdf") != path


def test_no_half_file_stays(tmp_path: Path) -> None:
    files = StoredFiles(tmp_path)
    files.save(b"x")
    assert not list(tmp_path.rglob("*.part"))


def test_a_removed_file_is_gone_and_removing_it_again_is_fine(tmp_path: Path) -> None:
    files = StoredFiles(tmp_path)
    path = files.save(b"x")
    files.remove(path)
    files.remove(path)
    with pytest.raises(FileNotFoundError):
        files.open(path)


@pytest.mark.parametrize("path", ["../secret_key", "/etc/passwd", "ab/../../x", "ab", "", "zz/" + "0" * 32 + "/../x"])
def test_no_other_path_is_opened(tmp_path: Path, path: str) -> None:
    with pytest.raises(ValueError, match="stored file"):
        StoredFiles(tmp_path).open(path)
