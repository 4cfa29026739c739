"""A backup is whole, holds what was committed before it, and is refused where a single byte is wrong."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
import threading
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW, make_tenant

from emstrack.domain.errors import RefusedError
from emstrack.storage import backup, dump
from emstrack.storage.models import DueWork, JobRun, Organisation, OutboxMail
from emstrack.storage.scope import every_tenant
from emstrack.storage.session import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / "ab").mkdir(parents=True)
    (folder / "ab" / "cd12.jpg").write_bytes(bytes(range(256)) * 100)
    return folder


def fill(database: Database, *names: str) -> None:
    with database.transaction() as session:
        for name in names:
            make_tenant(session, name)


def names(database: Database) -> list[str]:
    with database.transaction(read_only=True) as session, every_tenant(session, "a test looks"):
        return sorted(session.scalars(sa.select(Organisation.name)))


@pytest.fixture
def archive(database: Database, files: Path, tmp_path: Path) -> Path:
    fill(database, "Antes")
    path = tmp_path / "b.tar.gz"
    backup.create(database, files, path, now=NOW)
    return path


def test_rows_and_files_come_back(database: Database, files: Path, archive: Path, tmp_path: Path) -> None:
    fill(database, "Después")
    (files / "ab" / "cd12.jpg").unlink()
    with backup.opened(archive, beside=tmp_path) as checked:
        assert backup.restore_files(checked, files) == 1
        dump.load(database, checked.database)
    assert names(database) == ["Antes"]
    assert (files / "ab" / "cd12.jpg").read_bytes() == bytes(range(256)) * 100
    fill(database, "Nuevo")
    assert names(database) == ["Antes", "Nuevo"]


def test_it_says_what_it_is(archive: Path, tmp_path: Path, database: Database) -> None:
    with backup.opened(archive, beside=tmp_path) as checked:
        assert checked.kind == ("sqlite" if database.is_sqlite else "postgresql")
        assert checked.revision == dump.revision_of(database)
        assert checked.files == ("files/ab/cd12.jpg",)
    assert archive.stat().st_mode & 0o077 == 0
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith((".backup", ".restore"))] == []


def test_what_would_be_sent_again_is_held(database: Database) -> None:
    with database.transaction() as session:
        mail = {"recipient": "a@example.org", "subject": "s", "text": "t", "created_at": NOW, "next_attempt_at": NOW}
        session.add(OutboxMail(message_id="<1@x>", **mail))
        session.add(OutboxMail(message_id="<2@x>", sent_at=NOW, **mail))
        session.add(DueWork(kind="contribution.ask", dedupe_key="c:1", due_at=NOW, created_at=NOW))
        session.add(DueWork(kind="mail.send", dedupe_key="mail.send", due_at=NOW, created_at=NOW))
    held = dump.quiet_restored_rows(database, now=NOW)
    assert (held["mails_held"], held["work_held"]) == (1, 1)
    with database.transaction(read_only=True) as session:
        waiting = sa.select(OutboxMail.id).where(OutboxMail.sent_at.is_(None), OutboxMail.failed_at.is_(None))
        assert session.scalars(waiting).all() == []
        open_work = session.scalars(sa.select(DueWork.kind).where(DueWork.done_at.is_(None))).all()
        assert open_work == ["mail.send"]
        assert session.scalars(sa.select(JobRun.started_at).where(JobRun.kind == "restore")).all() == [NOW]


def rewritten(
    archive: Path, change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None
) -> None:
    out = io.BytesIO()
    with tarfile.open(archive) as old, tarfile.open(fileobj=out, mode="w:gz") as new:
        for entry in old:
            content = change(entry.name, old.extractfile(entry).read())
            if content is not None:
                entry.size = len(content)
                new.addfile(entry, io.BytesIO(content))
        for name, content in (extra or {}).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            new.addfile(entry, io.BytesIO(content))
    archive.write_bytes(out.getvalue())


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def manifest_with(content: bytes, **changes: object) -> bytes:
    return json.dumps({**json.loads(content), **changes}).encode()


@pytest.mark.parametrize(
    ("name", "harm", "code"),
    [
        (
            "truncated",
            lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3]),
            "backup.damaged",
        ),
        ("one byte", lambda path: path.write_bytes(flipped(path.read_bytes())), "backup.damaged or backup.not_one"),
        ("empty", lambda path: path.write_bytes(b""), "backup.damaged"),
        ("no archive", lambda path: path.write_bytes(b"hello " * 1000), "backup.damaged"),
        (
            "a file changed",
            lambda p: rewritten(p, lambda n, c: flipped(c) if n.endswith("jpg") else c),
            "backup.damaged",
        ),
        ("a file missing", lambda p: rewritten(p, lambda n, c: None if n.endswith("jpg") else c), "backup.damaged"),
        ("a file more", lambda p: rewritten(p, lambda _, c: c, {"files/x": b"x"}), "backup.damaged"),
        ("rows changed", lambda p: rewritten(p, lambda n, c: flipped(c) if "database" in n else c), "backup.damaged"),
        ("no list", lambda p: rewritten(p, lambda n, c: None if n == backup.MANIFEST else c), "backup.not_one"),
        ("a way out", lambda p: rewritten(p, lambda _, c: c, {"files/../../x": b"x"}), "backup.not_one"),
        ("another's", lambda p: p.write_bytes(gzip.compress(b"x" * 9999)), "backup.damaged"),
        (
            "newer",
            lambda p: rewritten(p, lambda n, c: manifest_with(c, format=99) if n == backup.MANIFEST else c),
            "backup.newer_format",
        ),
    ],
    ids=lambda value: value.replace(" ", "_") if isinstance(value, str) else "",
)
def test_what_is_not_whole_is_refused(
    archive: Path, tmp_path: Path, name: str, harm: Callable[[Path], object], code: str
) -> None:
    harm(archive)
    with pytest.raises(RefusedError) as refused, backup.opened(archive, beside=tmp_path):
        pytest.fail("opened")
    assert refused.value.code in code.split(" or ")
    assert not (tmp_path / "x").exists()
    assert not (tmp_path.parent / "x").exists()


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as refused, backup.opened(tmp_path / "no.tar.gz", beside=tmp_path):
        pytest.fail("opened")
    assert refused.value.code == "backup.not_found"


def test_a_link_in_the_archive_is_refused(archive: Path, tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as new:
        entry = tarfile.TarInfo("files/x")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        new.addfile(entry)
    archive.write_bytes(out.getvalue())
    with pytest.raises(RefusedError) as refused, backup.opened(archive, beside=tmp_path):
        pytest.fail("opened")
    assert refused.value.code == "backup.not_one"


def test_made_while_others_write_each_holds_all_that_was_committed_before(
    database: Database, files: Path, tmp_path: Path
) -> None:
    committed: list[str] = []
    stop = threading.Event()
    writer = Database(database.url.render_as_string(hide_password=False))

    def write() -> None:
        while not stop.is_set() and len(committed) < 5000:
            name = f"n{len(committed):05d}"
            fill(writer, name)
            committed.append(name)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for n in range(5):
            before = set(committed)
            target = tmp_path / f"{n}.tar.gz"
            backup.create(database, files, target, now=NOW)
            with backup.opened(target, beside=tmp_path) as checked:
                if database.is_sqlite:
                    copy = Database(f"sqlite:///{checked.database}")
                    assert before <= set(names(copy))
                    copy.dispose()
    finally:
        stop.set()
        thread.join()
        writer.dispose()
    assert committed
