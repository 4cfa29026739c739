"""`emstrack programme results` and `emstrack report programme`, as a script uses them: to the printed digit."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from factories_accounts import open_tenant
from factories_programmes import PUBLISHED, make_programme, make_started, publish

from emstrack import app, cli
from emstrack.settings import Settings
from emstrack.storage.models import Organisation
from emstrack.storage.scope import every_tenant

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """`run("programme", "results", …)` in a folder with two programmes: the exit code, stdout, stderr."""
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

    call("org", "add", "CPTS", "--country", "BO")
    built = app.build(Settings.read({}, database_url=f"sqlite:///{tmp_path / 'e.sqlite3'}"))
    with built.transaction() as session:
        with every_tenant(session, "a test"):
            tenant = session.get_one(Organisation, 1)
        open_tenant(session, tenant)
        publish(session, make_programme(session, "EP3 Bolivia", currency="USD"))
        make_started(session)
    built.database.dispose()
    return call


def test_the_published_table_is_printed_as_it_was(run: Any) -> None:
    code, out, err = run("programme", "results", "EP3 Bolivia")
    lines = [line.split() for line in out.splitlines()]
    assert (code, len(lines)) == (0, 8)
    for line, (label, _, sites, percent, investment, savings, months) in zip(lines[1:7], PUBLISHED, strict=True):
        told = f"{sites} {percent} % USD {int(investment):,} USD {int(savings):,} – {months} months"
        assert " ".join(line) == f"{label} {told}"
    assert " ".join(lines[7]) == "Total 7 – USD 130,630 USD 227,030 – 6.9 months"
    assert "period uncertain" in err


def test_json_and_csv_say_the_same(run: Any) -> None:
    code, out, _ = run("programme", "results", "EP3 Bolivia", "--json")
    document = json.loads(out)
    assert (code, document["programme"], len(document["rows"])) == (0, "EP3 Bolivia", 6)
    assert document["total"]["payback_months"] == 6.9
    rows = list(csv.DictReader(io.StringIO(run("programme", "results", "EP3 Bolivia", "--csv")[1])))
    assert [row["payback_months"] for row in rows] == ["2.2", "3.5", "8.3", "0.9", "24.8", "6.6", "6.9"]
    computed = json.loads(run("programme", "results", "Edificios limpios", "--json")[1])
    assert computed["total"]["investment"] == sum(row["investment"] for row in computed["rows"]) == 200_000


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_a_programme_that_is_not_there_is_a_sentence(run: Any, options: tuple[str, ...]) -> None:
    code, out, err = run("programme", "results", "EP4", *options)
    assert code == 1
    assert "no programme “EP4”" in err
    assert not out or json.loads(out)["error"]["code"] == "programme.not_found"


def test_the_report_is_a_workbook_with_the_same_figures_and_a_pdf(run: Any, tmp_path: Path) -> None:
    assert run("report", "programme", "EP3 Bolivia", "-o", "ep3.xlsx")[0] == 0
    sheet = openpyxl.load_workbook(tmp_path / "ep3.xlsx")["Results"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[:5] + row[7:8] for row in rows[:6]] == [
        [label, sites, percent, int(investment), int(savings), months]
        for label, _, sites, percent, investment, savings, months in PUBLISHED
    ]
    assert rows[6][:5] + rows[6][7:8] == ["Total", 7, None, 130_630, 227_030, 6.9]
    assert run("report", "programme", "Edificios limpios", "-o", "limpios.pdf")[0] == 0
    assert (tmp_path / "limpios.pdf").read_bytes().startswith(b"%PDF")
    book = openpyxl.load_workbook(tmp_path / "ep3.xlsx")
    assert run("report", "programme", "Edificios limpios", "-o", "limpios.xlsx")[0] == 0
    book = openpyxl.load_workbook(tmp_path / "limpios.xlsx")
    measures = [row for row in book["Measures"].iter_rows(min_row=2, values_only=True) if row[9] == "Yes"]
    total = list(book["Results"].iter_rows(values_only=True))[-1]
    assert (sum(row[6] for row in measures), sum(row[7] for row in measures)) == (total[3], total[4])
