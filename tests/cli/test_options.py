"""`emstrack options`, as a script uses it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from worksheets_filled import filled_details

from emstrack import cli
from emstrack.cli.installation import transaction
from emstrack.services.accounts.operate import operator_scope
from emstrack.services.savings.record_isolated_saving import add_isolated_saving

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """`run("options", "list", …)` in an empty folder: the exit code, what stood on stdout, what on stderr."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EMSTRACK_LANGUAGE", "en")
    monkeypatch.delenv("EMSTRACK_DATABASE_URL", raising=False)

    def call(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["emstrack", *arguments])
        code = 0
        try:
            cli.main()
        except SystemExit as done:
            code = int(done.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_savings_verified_apart_are_listed_for_people_and_programs(run: Any) -> None:
    run("org", "add", "Tecuala", "--country", "MX")
    run("site", "add", "Palacio", "--org", "Tecuala", "--kind", "building")
    code, out, err = run("options", "list", "--org", "Tecuala")
    assert (code, out) == (0, "")
    assert "Nothing is verified apart" in err
    with transaction() as session:
        operator_scope(session, "Tecuala")
        add_isolated_saving(
            session, 1, filled_details(), now=datetime(2026, 1, 15, tzinfo=UTC), today=date(2026, 1, 15)
        )
    assert (
        "Palacio  A       Low-flow toilets  Water        492      81" in run("options", "list", "--org", "Tecuala")[1]
    )
    (document,) = json.loads(run("options", "list", "--org", "Tecuala", "--json")[1])
    assert {
        name: document[name] for name in ("id", "site_id", "site", "option", "worksheet", "start", "end", "status")
    } == {
        "id": 1,
        "site_id": 1,
        "site": "Palacio",
        "option": "A",
        "worksheet": "toilets",
        "start": "2025-04-01",
        "end": None,
        "status": "unsigned",
    }
    (water,) = document["quantities"]
    assert (water["resource"], water["unit"], water["inside_meter_saving"]) == ("water", "m3", False)
    assert water["per_year"] == pytest.approx(492)


def test_an_organisation_nobody_knows_is_refused_with_a_document(run: Any) -> None:
    code, out, _ = run("options", "list", "--org", "Nowhere", "--json")
    assert code == 1
    assert "error" in json.loads(out)
