"""Files people send: they lie in one folder under random names, and the name they came with never touches the disk."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

_STORED = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}(\.[a-z0-9]{1,5})?")


class StoredFiles:
    """The folder of stored files (setting ``files_dir``), backed up with the database."""

    def __init__(self, folder: str | Path) -> None:
        """Take the folder; it is made with the first file."""
        self.folder = Path(folder)

    def save(self, content: bytes, suffix: str = "") -> str:
        """Write a file whole, and return the path to keep in the database."""
        name = secrets.token_hex(16)
        path = f"{name[:2]}/{name}{suffix}"
        target = self._place(path)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = target.with_name(target.name + ".part")
        with half.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(target)
        return path

    def new_place(self, suffix: str = "") -> tuple[str, Path]:
        """Return the path to keep and the place on disk of a file that somebody else writes piece by piece."""
        name = secrets.token_hex(16)
        path = f"{name[:2]}/{name}{suffix}"
        target = self._place(path)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return path, target

    def place(self, path: str) -> Path:
        """Return where a file lies, for what reads it by itself."""
        return self._place(path)

    def open(self, path: str) -> bytes:
        """Return a file's content; FileNotFoundError where it is gone."""
        return self._place(path).read_bytes()

    def remove(self, path: str) -> None:
        """Remove a file; one that is gone already is fine."""
        self._place(path).unlink(missing_ok=True)

    def _place(self, path: str) -> Path:
        if not _STORED.fullmatch(path):
            raise ValueError(f"not the path of a stored file: {path!r}")
        return self.folder / path
