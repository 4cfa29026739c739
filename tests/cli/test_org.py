"""`emstrack org` and `emstrack user` as an operator types them."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from factories_accounts import CHEAP, PASSWORD

from emstrack import cli
from emstrack.services.accounts.hash_password import is_password_right
from emstrack.storage.models import User
from emstrack.storage.session import Database

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """What a command gave back."""

    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def emstrack(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ran]:
    shutil.copy(sqlite_template, tmp_path / "e.sqlite3")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(("EMSTRACK_", "LANG", "LC_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("EMSTRACK_DATABASE_URL", f"sqlite:///{tmp_path}/e.sqlite3")
    monkeypatch.setenv("EMSTRACK_PASSWORD_MEMORY_KIB", "8")
    monkeypatch.setenv("EMSTRACK_PASSWORD_PASSES", "1")

    def run(*arguments: str, given: str = "") -> Ran:
        monkeypatch.setattr(sys, "argv", ["emstrack", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        try:
            cli.main()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Ran(code, *capsys.readouterr())

    return run


def test_a_tree_is_added_and_listed_in_three_shapes(emstrack: Callable[..., Ran]) -> None:
    assert emstrack("org", "add", "Municipio de León", "--country", "MX").stdout == "Added Municipio de León (id 1).\n"
    assert emstrack("org", "add", "Salud", "--parent", "municipio de león").returncode == 0
    rows = json.loads(emstrack("org", "list", "--json").stdout)
    assert rows[1] == {
        "id": 2,
        "name": "Salud",
        "kind": "ministry",
        "parent": "Municipio de León",
        "tenant": "Municipio de León",
        "country": "MX",
        "currency": "MXN",
        "sites": 0,
        "archived": False,
    }
    table = list(csv.DictReader(io.StringIO(emstrack("org", "list", "--csv").stdout)))
    assert [row["name"] for row in table] == ["Municipio de León", "Salud"]
    listed = emstrack("--lang", "es", "org", "list").stdout
    assert "Secretaría · 0 sitios" in listed


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["org", "add", "leon"], 1, "already"),
        (["org", "add", "X", "--parent", "Nada"], 1, "There is no organisation “Nada”"),
        (["org", "add", "X", "--currency", "PESO"], 1, "“PESO” is not a currency code"),
        (["org", "add", "X", "--kind", "castle"], 2, "--kind"),
        (["user", "add", "ana@example.org", "--org", "Nada", "--role", "viewer"], 1, "There is no organisation"),
        (["user", "add", "ana", "--org", "Leon", "--role", "viewer"], 1, "is not an e-mail address"),
        (["user", "add", "ana@example.org", "--org", "Leon", "--role", "emperor"], 2, "--role"),
        (["user", "add", "ana@example.org", "--org", "Leon", "--role", "viewer", "--password-stdin"], 1, "at least 12"),
        (["user", "reset-link", "nadie@example.org"], 1, "Nobody here has the address nadie@example.org"),
    ],
)
def test_a_refusal_is_one_sentence_and_its_exit_code(
    emstrack: Callable[..., Ran], arguments: list[str], code: int, said: str
) -> None:
    assert emstrack("org", "add", "Leon").returncode == 0
    ran = emstrack(*arguments, given="corta\n")
    assert ran.returncode == code
    assert said in ran.stderr
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr
    assert len(json.loads(emstrack("org", "list", "--json").stdout)) == 1


def test_a_person_is_added_with_a_password_or_gets_a_link(emstrack: Callable[..., Ran], tmp_path: Path) -> None:
    emstrack("org", "add", "Leon")
    where = ("--org", "Leon", "--role", "administrator")
    with_password = emstrack("user", "add", "Ana@example.org", *where, "--password-stdin", given=f"{PASSWORD}\n")
    assert with_password.stdout == "ana@example.org is now Administrator of Leon.\n"
    assert PASSWORD not in with_password.stdout + with_password.stderr
    with_link = emstrack("user", "add", "eva@example.org", *where)
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/reset/[\w-]{32}\n", with_link.stdout)
    again = emstrack("user", "reset-link", "eva@example.org")
    assert again.stdout.startswith("http://127.0.0.1:8000/reset/")
    assert again.stdout != with_link.stdout
    database = Database(f"sqlite:///{tmp_path}/e.sqlite3")
    with database.transaction(read_only=True) as session:
        stored = session.scalars(sa.select(User.password_hash).where(User.email == "ana@example.org")).one()
    database.dispose()
    assert is_password_right(stored, PASSWORD, CHEAP)


def test_an_installation_without_organisations_says_how_to_begin(emstrack: Callable[..., Ran]) -> None:
    ran = emstrack("org", "list")
    assert ran.returncode == 0
    assert "emstrack org add NAME" in ran.stderr
    assert emstrack("org", "list", "--json").stdout == "[]\n"
