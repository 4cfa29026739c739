"""migrate, backup, doctor and the scheduler, as an operator runs them."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW, make_tenant

from emstrack.cli import main
from emstrack.storage import backup, migrate
from emstrack.storage.leader import Leader
from emstrack.storage.models import Organisation, OutboxMail
from emstrack.storage.scope import every_tenant
from emstrack.storage.session import Database

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Outcome:
    """What a command left."""

    returncode: int
    stdout: str
    stderr: str


class Operator:
    """Runs commands in an installation's folder, in this process: hundreds of interpreters would cost minutes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.monkeypatch = monkeypatch
        self.capsys = capsys
        self.folder = folder
        monkeypatch.chdir(folder)
        monkeypatch.setenv("LANG", "C")
        self.use(f"sqlite:///{folder}/e.sqlite3")

    def use(self, url: str) -> Operator:
        self.url = url
        self.monkeypatch.setenv("EMSTRACK_DATABASE_URL", url)
        return self

    def run(self, *arguments: str, **environment: str) -> Outcome:
        with self.monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["emstrack", *arguments])
            for name, value in environment.items():
                patch.setenv(name, value)
            self.capsys.readouterr()
            try:
                main()
                code = 0
            except SystemExit as ended:
                code = int(ended.code or 0)
        said = self.capsys.readouterr()
        return Outcome(code, said.out, said.err)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Operator:
    """An operator in an empty folder."""
    return Operator(monkeypatch, capsys, tmp_path)


@pytest.fixture
def operator(alone: Operator, database_url: str) -> Operator:
    """An operator of a migrated database, on each kind in turn."""
    return alone.use(database_url)


def names(database: Database) -> list[str]:
    with database.transaction(read_only=True) as session, every_tenant(session, "a test looks"):
        return sorted(session.scalars(sa.select(Organisation.name)))


def add(database: Database, name: str) -> None:
    with database.transaction() as session:
        make_tenant(session, name)
    database.dispose()


def test_a_backup_is_made_checked_and_restored(operator: Operator, database: Database, tmp_path: Path) -> None:
    add(database, "Antes")
    with database.transaction() as session:
        session.add(
            OutboxMail(message_id="<1@x>", recipient="a@b", subject="s", text="t", created_at=NOW, next_attempt_at=NOW)
        )
    (tmp_path / "instance" / "files").mkdir(parents=True)
    (tmp_path / "instance" / "files" / "a.jpg").write_bytes(b"x" * 1000)
    made = operator.run("backup", "create", "b.tar.gz", "--json")
    assert made.returncode == 0, made.stderr
    assert json.loads(made.stdout)["files"] == 1
    verified = operator.run("backup", "verify", "b.tar.gz")
    assert verified.returncode == 0
    assert "is sound" in verified.stdout
    add(database, "Después")
    restored = operator.run("backup", "restore", "b.tar.gz", "--json")
    assert restored.returncode == 0, restored.stderr
    told = json.loads(restored.stdout)
    assert told["mails_held"] == 1
    assert names(database) == ["Antes"]
    again = operator.run("backup", "restore", told["kept"])
    assert again.returncode == 0, again.stderr
    assert names(database) == ["Antes", "Después"]


def test_a_backup_never_overwrites(operator: Operator, tmp_path: Path) -> None:
    (tmp_path / "b.tar.gz").write_text("mine")
    refused = operator.run("backup", "create", "b.tar.gz")
    assert refused.returncode == 1
    assert "never overwritten" in refused.stderr
    assert (tmp_path / "b.tar.gz").read_text() == "mine"


def test_a_damaged_backup_changes_nothing(operator: Operator, database: Database, tmp_path: Path) -> None:
    add(database, "Antes")
    operator.run("backup", "create", "b.tar.gz")
    path = tmp_path / "b.tar.gz"
    path.write_bytes(path.read_bytes()[:-200])
    add(database, "Después")
    for command in ("verify", "restore"):
        refused = operator.run("backup", command, "b.tar.gz")
        assert refused.returncode == 1
        assert "damaged" in refused.stderr
        assert "Traceback" not in refused.stderr
    assert names(database) == ["Antes", "Después"]


def test_a_newer_backup_changes_nothing(operator: Operator, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    database.dispose()
    backup.create(database, operator.folder / "files", operator.folder / "b.tar.gz", now=NOW)
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = :head"), {"head": migrate.head()})
    database.dispose()
    refused = operator.run("backup", "restore", "b.tar.gz")
    assert refused.returncode == 1
    assert "newer emstrack" in refused.stderr


def test_an_older_backup_is_brought_up_to_date(operator: Operator, database: Database) -> None:
    migrate.downgrade(database, "0005")
    backup.create(database, operator.folder / "files", operator.folder / "b.tar.gz", now=NOW)
    migrate.upgrade(database)
    restored = operator.run("backup", "restore", "b.tar.gz")
    assert restored.returncode == 0, restored.stderr
    assert migrate.current(database) == migrate.head()


def test_nothing_is_restored_under_a_running_scheduler(operator: Operator, database: Database) -> None:
    operator.run("backup", "create", "b.tar.gz")
    leader = Leader(database)
    assert leader.leads()
    refused = operator.run("backup", "restore", "b.tar.gz")
    leader.resign()
    assert refused.returncode == 1
    assert "Stop `emstrack serve`" in refused.stderr


def test_migrate_makes_a_backup_first(operator: Operator, database: Database, tmp_path: Path) -> None:
    add(database, "Antes")
    migrate.downgrade(database, "0005")
    refused = operator.run("backup", "create", "b.tar.gz")
    assert refused.returncode == 1
    assert "emstrack migrate" in refused.stderr
    done = operator.run("migrate")
    assert done.returncode == 0, done.stderr
    kept = list((tmp_path / "instance" / "backups").glob("before-*.tar.gz"))
    assert len(kept) == 1
    assert operator.run("backup", "verify", str(kept[0])).returncode == 0
    assert "up to date" in operator.run("migrate").stdout
    assert names(database) == ["Antes"]


def test_migrate_refuses_a_newer_database(operator: Operator, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    database.dispose()
    refused = operator.run("migrate")
    assert refused.returncode == 1
    assert "newer than this version" in refused.stderr


def test_migrate_creates_a_missing_database(alone: Operator) -> None:
    assert alone.run("migrate").returncode == 0
    assert migrate.current(Database(alone.url)) == migrate.head()


def test_the_doctor_finds_a_fresh_installation_well(operator: Operator) -> None:
    assert operator.run("scheduler", "run-once").returncode == 0
    found = operator.run("doctor", "--json")
    assert found.returncode == 0, found.stdout
    told = json.loads(found.stdout)
    assert told["ok"] is True
    assert [each["number"] for each in told["checks"]] == list(range(1, len(told["checks"]) + 1))
    assert {each["state"] for each in told["checks"]} == {"well", "look"}


@pytest.mark.parametrize(
    ("environment", "code"),
    [
        ({"EMSTRACK_SECRET_KEY": "short"}, "doctor.secret_key_short"),
        ({"EMSTRACK_SMTP_URL": "smtp://127.0.0.1:1"}, "mail.server_away"),
        ({"EMSTRACK_SMTP_URL": "nonsense"}, "mail.not_an_address"),
        ({"EMSTRACK_FILES_DIR": "blocked/x"}, "doctor.files_closed"),
    ],
)
def test_the_doctor_says_what_is_wrong(alone: Operator, environment: dict[str, str], code: str) -> None:
    (alone.folder / "blocked").write_text("a file, where a folder is wanted")
    found = alone.run("doctor", "--json", **environment)
    assert found.returncode == 1
    wrong = [each["code"] for each in json.loads(found.stdout)["checks"] if each["state"] == "wrong"]
    assert wrong == [code]


def test_the_doctor_sees_an_open_secret_key_and_a_silent_scheduler(operator: Operator, tmp_path: Path) -> None:
    (tmp_path / "instance").mkdir(exist_ok=True)
    (tmp_path / "instance" / "secret_key").write_text("k" * 64)
    (tmp_path / "instance" / "secret_key").chmod(0o644)
    operator.run("scheduler", "run-once", "--on", "2026-01-02T03:30")
    found = operator.run("doctor")
    assert found.returncode == 1
    assert "chmod 600" in found.stdout
    assert "is silent since" in found.stdout
    assert "things are wrong" in found.stderr


def test_the_doctor_names_what_a_public_host_lacks(alone: Operator) -> None:
    found = alone.run("doctor", "--deploy", "--json")
    codes = {each["code"] for each in json.loads(found.stdout)["checks"]}
    assert {"doctor.deploy_no_https", "doctor.deploy_no_mail"} <= codes
    assert "doctor.deploy_no_proxies" not in codes
    assert found.returncode == 1


def test_the_doctor_survives_a_database_that_is_none(alone: Operator, tmp_path: Path) -> None:
    (tmp_path / "e.sqlite3").write_bytes(b"not a database" * 1000)
    found = alone.run("doctor", "--json")
    assert found.returncode == 1
    assert "database.cannot_open" in found.stdout
    assert "Traceback" not in found.stderr


def test_run_once_says_what_ran(operator: Operator) -> None:
    first = operator.run("scheduler", "run-once", "--json")
    assert json.loads(first.stdout)["ran"]["mail.send"] == 1
    second = operator.run("scheduler", "run-once")
    assert second.stderr.strip() == "Nothing was due."


def test_what_is_no_moment_is_refused(operator: Operator) -> None:
    refused = operator.run("scheduler", "run-once", "--on", "mañana")
    assert refused.returncode == 1
    assert "is not a moment" in refused.stderr


def test_tonights_backup_is_made_and_old_ones_go(operator: Operator, tmp_path: Path) -> None:
    operator.run("scheduler", "run-once", "--on", "2026-01-01T00:00")
    folder = tmp_path / "instance" / "backups"
    for night in ("2026-01-02", "2026-01-03", "2026-01-30"):
        ran = operator.run("scheduler", "run-once", "--on", f"{night}T03:30", "--json")
        assert json.loads(ran.stdout)["ran"].get("backup.create") == 1, ran.stderr
    assert sorted(path.name for path in folder.iterdir()) == [
        "emstrack-20260102-033000.tar.gz",
        "emstrack-20260130-033000.tar.gz",
    ]
