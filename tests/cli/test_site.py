"""`emstrack site`, as a script uses it."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING, Any

import pytest

from emstrack import cli

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """`run("site", "list", …)` in an empty folder: the exit code, what stood on stdout, what on stderr."""
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


def test_sites_are_added_and_listed_with_those_of_descendants(run: Any) -> None:
    run("org", "add", "Tecuala", "--country", "MX")
    run("org", "add", "Secretaría de Salud", "--parent", "Tecuala")
    assert run("site", "add", "Palacio", "--org", "Tecuala", "--kind", "building", "--area", "2450.5")[0] == 0
    added = run("site", "add", "Hotel Playa", "--org", "Secretaría de Salud", "--kind", "hotel", "--rooms", "60")
    assert (added[0], added[1]) == (0, "Added Hotel Playa (id 2).\n")
    code, out, _ = run("site", "list", "--org", "Tecuala", "--json")
    rows = json.loads(out)
    assert code == 0
    assert [(row["site"], row["kind"], row["rooms"], row["floor_area_m2"], row["organisation"]) for row in rows] == [
        ("Hotel Playa", "hotel", 60, None, "Secretaría de Salud"),
        ("Palacio", "building", None, 2450.5, "Tecuala"),
    ]
    assert (rows[1]["country"], rows[1]["currency"], rows[1]["time_zone"]) == ("MX", "MXN", "America/Mexico_City")
    below = json.loads(run("site", "list", "--org", "Secretaría de Salud", "--json")[1])
    assert [row["site"] for row in below] == ["Hotel Playa"]


def test_a_table_for_people_and_one_for_programs(run: Any) -> None:
    run("org", "add", "Tecuala", "--country", "MX")
    run("site", "add", "Palacio", "--org", "Tecuala", "--kind", "building", "--area", "2450")
    assert "Palacio  Edificio  Tecuala" in run("--lang", "es", "site", "list", "--org", "Tecuala")[1]
    [row] = csv.DictReader(io.StringIO(run("site", "list", "--org", "Tecuala", "--csv")[1]))
    assert (row["site"], row["rooms"], row["floor_area_m2"]) == ("Palacio", "", "2450.0")


def test_an_empty_list_is_said_on_stderr_and_is_an_empty_document(run: Any) -> None:
    run("org", "add", "Tecuala")
    code, out, err = run("site", "list", "--org", "Tecuala")
    assert (code, out) == (0, "")
    assert "no site yet" in err
    assert json.loads(run("site", "list", "--org", "Tecuala", "--json")[1]) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--org", "Tepic", "--kind", "hotel"), "Tepic"),
        (("--org", "Tecuala", "--kind", "hotel", "--rooms", "-3"), "give a number from 0 to"),
        (("--org", "Tecuala", "--kind", "hotel", "--rooms", "nan"), "give a number from 0 to"),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_1(run: Any, arguments: tuple[str, ...], sentence: str) -> None:
    run("org", "add", "Tecuala")
    code, out, err = run("site", "add", "Hotel", *arguments)
    assert (code, out) == (1, "")
    assert sentence in err
    assert json.loads(run("site", "list", "--org", "Tecuala", "--json")[1]) == []


def test_the_same_name_twice_is_refused(run: Any) -> None:
    run("org", "add", "Tecuala")
    run("site", "add", "Palacio", "--org", "Tecuala", "--kind", "building")
    code, _, err = run("site", "add", "Palacio", "--org", "Tecuala", "--kind", "building")
    assert code == 1
    assert "already a site called “Palacio”" in err


def test_wrong_usage_is_exit_2(run: Any) -> None:
    assert run("site", "add", "Palacio", "--org", "Tecuala", "--kind", "castle")[0] == 2
    assert run("site", "list")[0] == 2
