"""`emstrack audits list`, as a script uses it."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from factories_accounts import open_tenant
from factories_audits import make_audit, make_finding
from factories_sites import make_hotel, make_ministry

from emstrack import app, cli
from emstrack.domain.audits import TeamMember, TeamRole
from emstrack.settings import Settings
from emstrack.storage.models import Organisation
from emstrack.storage.scope import every_tenant

if TYPE_CHECKING:
    from pathlib import Path

TEAM = (TeamMember("Ana Ríos", TeamRole.LEAD), TeamMember("Perito", TeamRole.EXPERT))


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """`run("audits", "list", …)` in a folder with two audits: the exit code, stdout, stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EMSTRACK_LANGUAGE", "en")
    monkeypatch.setenv("EMSTRACK_DATABASE_URL", f"sqlite:///{tmp_path / 'e.sqlite3'}")

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["emstrack", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as done:
            code = int(done.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    call("org", "add", "Tecuala", "--country", "MX")
    built = app.build(Settings.read({}, database_url=f"sqlite:///{tmp_path / 'e.sqlite3'}"))
    with built.transaction() as session:
        with every_tenant(session, "a test"):
            tenant = session.get_one(Organisation, 1)
        open_tenant(session, tenant)
        ministry = make_ministry(session)
        first = make_audit(session, team=TEAM)
        make_finding(session, first)
        make_audit(session, make_hotel(session, "Posada", organisation_id=ministry.id).id, start=date(2026, 10, 6))
    built.database.dispose()
    return call


def test_audits_are_listed_with_what_came_of_them(run: Any) -> None:
    code, out, err = run("audits", "list", "--org", "Tecuala", "--json")
    assert (code, err) == (0, "")
    assert json.loads(out)[1] == {
        "id": 1,
        "site": "Hotel Bahía",
        "kind": "cp_assessment",
        "date": "2026-10-05",
        "team": ["Ana Ríos", "Perito"],
        "status": "planned",
        "findings": 1,
        "recommendations": 0,
    }


def test_an_organisation_lists_its_own_and_below(run: Any) -> None:
    rows = json.loads(run("audits", "list", "--org", "Secretaría de Salud", "--json")[1])
    assert [row["site"] for row in rows] == ["Posada"]


def test_a_table_and_csv_say_the_same(run: Any) -> None:
    _, out, _ = run("audits", "list", "--org", "Tecuala", "--csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["site"], row["team"], row["findings"]) for row in rows] == [
        ("Posada", "", "0"),
        ("Hotel Bahía", "Ana Ríos; Perito", "1"),
    ]
    table = run("audits", "list", "--org", "Tecuala")[1]
    assert "Cleaner-production assessment" in table
    assert "Ana Ríos, Perito" in table


def test_nobody_elses_organisation_is_listed(run: Any) -> None:
    code, out, err = run("audits", "list", "--org", "Nadie", "--json")
    assert (code, json.loads(out)["error"]["code"]) == (1, "organisation.not_found")
    assert "Nadie" in err


def test_where_there_is_none_it_says_so(run: Any) -> None:
    run("org", "add", "Vacía")
    assert run("audits", "list", "--org", "Vacía")[1:] == ("", "There is no audit here yet.\n")
    assert run("audits", "list", "--org", "Vacía", "--json")[1] == "[]\n"
