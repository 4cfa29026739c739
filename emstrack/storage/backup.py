"""A backup: one archive of the database, the uploaded files, and a list of what is in it with a checksum each.

Reading one trusts nothing: every name, size and checksum is compared before anything of the installation is touched.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from emstrack import __version__
from emstrack.domain.errors import RefusedError
from emstrack.storage import dump

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from emstrack.storage.session import Database

FORMAT = 1
MANIFEST = "manifest.json"
_FILE_NAME = re.compile(r"files/[A-Za-z0-9][A-Za-z0-9._/-]*")
_MAX_MANIFEST = 64 * 1024 * 1024
_CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Opened:
    """A checked backup, unpacked beside where it is wanted."""

    folder: Path
    revision: str
    version: str
    created_at: str
    kind: str
    files: tuple[str, ...]
    size: int

    @property
    def database(self) -> Path:
        """The file that holds the rows."""
        return self.folder / (dump.SQLITE_NAME if self.kind == "sqlite" else dump.POSTGRESQL_NAME)


def create(database: Database, files_dir: Path, target: Path, *, now: datetime) -> dict[str, Any]:
    """Write a backup and return its list; it appears under its name only when it is whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        dumped = Path(folder) / dump.dump_name(database)
        dump.dump(database, dumped)
        manifest: dict[str, Any] = {
            "product": "emstrack",
            "format": FORMAT,
            "version": __version__,
            "revision": dump.revision_of(database),
            "database": "sqlite" if database.is_sqlite else "postgresql",
            "created_at": now.isoformat(),
            "members": {},
        }
        whole = Path(folder) / "whole.tar.gz"
        descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive:
            for name, path in [(dumped.name, dumped), *_files_of(files_dir)]:
                manifest["members"][name] = _add(archive, name, path)
            _add_bytes(archive, MANIFEST, json.dumps(manifest, indent=1).encode())
            archive.close()
            raw.flush()
            os.fsync(raw.fileno())
        whole.replace(target)
    return manifest


@contextmanager
def opened(source: Path, *, beside: Path) -> Iterator[Opened]:
    """Unpack a backup into a temporary folder and compare everything.

    Raises
    ------
    RefusedError
        ``backup.not_found``, ``backup.not_one``, ``backup.damaged`` or ``backup.newer_format``.
    """
    if not source.is_file():
        raise RefusedError("backup.not_found", path=str(source))
    beside.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=beside) as name:
        folder = Path(name)
        try:
            with tarfile.open(source, mode="r:gz") as archive:
                found, manifest = _unpack(archive, folder)
        except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise RefusedError("backup.damaged", what=source.name, reason=str(error) or "it ends too early") from error
        yield _checked(source, folder, found, manifest)


def restore_files(backup: Opened, files_dir: Path) -> int:
    """Put the uploaded files back; those already there stay, because a file's name is never used twice."""
    for name in backup.files:
        target = files_dir / name.removeprefix("files/")
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(target.name + ".restoring")
        shutil.copyfile(backup.folder / name, temporary)
        temporary.replace(target)
    return len(backup.files)


def _files_of(files_dir: Path) -> Iterator[tuple[str, Path]]:
    if files_dir.is_dir():
        for path in sorted(files_dir.rglob("*")):
            name = f"files/{path.relative_to(files_dir).as_posix()}"
            if path.is_file() and not path.is_symlink() and _FILE_NAME.fullmatch(name):
                yield name, path


class _Hashing(io.RawIOBase):
    """A stream that sums up what is read through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Read, and remember."""
        block = self._stream.read(size)
        self.sha256.update(block)
        return block


def _add(archive: tarfile.TarFile, name: str, path: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = os.fstat(stream.fileno()).st_size, 0o600
        through = _Hashing(stream)
        archive.addfile(entry, through)
    return {"sha256": through.sha256.hexdigest(), "size": entry.size}


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))


def _unpack(archive: tarfile.TarFile, folder: Path) -> tuple[dict[str, dict[str, Any]], dict[str, Any] | None]:
    found: dict[str, dict[str, Any]] = {}
    manifest: dict[str, Any] | None = None
    for entry in archive:
        stream = archive.extractfile(entry) if entry.isreg() else None
        if stream is None or not _is_expected(entry.name) or entry.name in found:
            raise RefusedError("backup.not_one", path=entry.name)
        if entry.name == MANIFEST:
            manifest = _parsed(stream.read(_MAX_MANIFEST))
            continue
        target = folder / entry.name
        target.parent.mkdir(parents=True, exist_ok=True)
        sha256, size = hashlib.sha256(), 0
        with target.open("wb") as out:
            while block := stream.read(_CHUNK):
                sha256.update(block)
                size += len(block)
                out.write(block)
        found[entry.name] = {"sha256": sha256.hexdigest(), "size": size}
    return found, manifest


def _is_expected(name: str) -> bool:
    inside = _FILE_NAME.fullmatch(name) is not None and ".." not in Path(name).parts
    return inside or name in {MANIFEST, dump.SQLITE_NAME, dump.POSTGRESQL_NAME}


def _parsed(content: bytes) -> dict[str, Any] | None:
    try:
        parsed = json.loads(content)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) and parsed.get("product") == "emstrack" else None


def _checked(source: Path, folder: Path, found: dict[str, dict[str, Any]], manifest: dict[str, Any] | None) -> Opened:
    if manifest is None:
        raise RefusedError("backup.not_one", path=source.name)
    if manifest["format"] > FORMAT:
        raise RefusedError("backup.newer_format", version=manifest.get("version", "?"))
    listed = manifest["members"]
    wrong = sorted(name for name in listed.keys() | found.keys() if listed.get(name) != found.get(name))
    if wrong:
        raise RefusedError("backup.damaged", what=wrong[0], reason="its checksum differs")
    backup = Opened(
        folder=folder,
        revision=manifest["revision"],
        version=manifest["version"],
        created_at=manifest["created_at"],
        kind=manifest["database"],
        files=tuple(sorted(name for name in found if name.startswith("files/"))),
        size=sum(each["size"] for each in found.values()),
    )
    if backup.database.name not in found:
        raise RefusedError("backup.not_one", path=source.name)
    dump.check_dump(backup.database)
    return backup
