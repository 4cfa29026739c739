"""`emstrack import` and its sisters, run as a person runs them."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from factories_imports import HEADER, bills

ROOT = Path(__file__).resolve().parents[2]
Command = tuple[int, str, str]


class Shop:
    """An installation in a folder of its own, with one organisation."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("EMSTRACK_")},
            "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8",
        }
        code, _, error = self.run("org", "add", "Municipio", "--country", "MX", "--currency", "MXN")
        assert code == 0, error

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "emstrack", *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: object) -> Command:
        process = self.start(*arguments)
        output, error = process.communicate(timeout=120)
        assert "Traceback" not in error, error
        return process.returncode, output, error

    def take(self, *arguments: object) -> tuple[int, dict[str, Any]]:
        code, output, _ = self.run("import", *arguments, "--org", "Municipio", "--json")
        return code, json.loads(output)

    def file(self, rows: list[list[Any]], name: str = "bills.csv", header: tuple[str, ...] = HEADER) -> Path:
        path = self.folder / name
        with path.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([header, *rows])
        return path


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def totals(document: dict[str, Any], key: str = "quantity") -> dict[str, float]:
    found: dict[str, float] = {}
    for meter in document["meters"]:
        if meter[key] is not None:
            found[meter["resource"]] = round(found.get(meter["resource"], 0) + meter[key], 1)
    return found


def test_the_same_file_twice_then_corrected_then_undone(shop: Shop) -> None:
    rows = bills(6)
    path = shop.file(rows)
    code, first = shop.take(path)
    assert code == 0
    assert set(first) >= {"batch", "file", "format", "dry_run", "readings", "meters", "findings"}
    assert first["readings"] == {"found": 6, "new": 6, "updated": 0, "unchanged": 0, "refused": 0}
    code, again = shop.take(path)
    assert (code, again["readings"]["unchanged"]) == (0, 6)
    rows[2][5] = 9
    _, corrected = shop.take(shop.file(rows))
    assert corrected["readings"]["updated"] == 1
    code, output, _ = shop.run("imports", "undo", corrected["batch"], "--json")
    assert (code, json.loads(output)["put_back"]) == (0, 1)
    assert shop.run("imports", "undo", corrected["batch"])[0] == 1
    code, output, _ = shop.run("monthly", "--org", "Municipio", "--from", "2024-03", "--to", "2024-03", "--json")
    assert json.loads(output) == [
        {
            "site": "Palacio",
            "meter": "E1",
            "resource": "electricity",
            "month": "2024-03",
            "quantity": 1002.0,
            "unit": "kWh",
            "cost": 202.35,
            "currency": "MXN",
            "coverage": 1.0,
            "estimated": 0.0,
            "heating_value_basis": None,
        }
    ]
    code, output, _ = shop.run("history", "verify", "--json")
    assert (code, json.loads(output)[0]["holds"]) == (0, True)
    code, output, _ = shop.run("imports", "list", "--org", "Municipio", "--json")
    assert [batch["status"] for batch in json.loads(output)] == ["undone", "done", "done"]
    code, output, _ = shop.run("imports", "show", first["batch"], "--json")
    assert json.loads(output)["readings"]["new"] == 6


def test_a_trial_writes_nothing(shop: Shop) -> None:
    code, document = shop.take(shop.file(bills(2)), "--dry-run")
    assert (code, document["batch"], document["dry_run"], document["readings"]["new"]) == (0, None, True, 2)
    assert json.loads(shop.run("imports", "list", "--json")[1]) == []


def test_exit_codes_and_one_document_at_each(shop: Shop) -> None:
    rows = bills(2)
    rows[1][6] = "furlong"
    path = shop.file(rows)
    code, document = shop.take(path, "--all-or-nothing")
    assert (code, document["readings"]["refused"]) == (1, 1)
    finding = next(f for f in document["findings"] if f["severity"] == "refused")
    assert set(finding) == {"code", "severity", "sheet", "row", "column", "value", "message"}
    assert (finding["row"], finding["column"], finding["value"]) == (3, "unit", "furlong")
    assert shop.take(path)[0] == 0
    empty = shop.folder / "empty.csv"
    empty.write_bytes(b"")
    code, document = shop.take(empty)
    assert (code, document["readings"]["found"], document["findings"][0]["code"]) == (1, 0, "file.empty")
    code, document = shop.take(shop.folder / "nowhere.csv")
    assert (code, document["error"]["code"]) == (1, "import.file_not_there")
    code, output, _ = shop.run("import", empty, "--org", "Nadie", "--json")
    assert (code, json.loads(output)["error"]["code"]) == (1, "organisation.not_found")
    assert shop.run("import", empty)[0] == 2


def test_several_files_are_one_document(shop: Shop) -> None:
    sites = shop.file([["Palacio", "building", 900]], "sites.csv", ("site", "kind", "floor_area_m2"))
    drivers = shop.file([["Palacio", "occupants", "2024-01", 40]], "drivers.csv", ("site", "driver", "month", "value"))
    code, document = shop.take(sites, shop.file(bills(1)), drivers)
    assert code == 0
    assert [file["kind"] for file in document["files"]] == ["sites", "readings", "drivers"]
    assert document["files"][0]["sites"]["new"] == 1
    assert not [f for f in document["files"][1]["findings"] if f["code"] == "import.site_created"]


def test_a_person_reads_a_calm_summary_in_their_language(shop: Shop) -> None:
    code, output, error = shop.run("--lang", "es", "import", shop.file(bills(2)), "--org", "Municipio")
    assert code == 0
    assert "2 filas: 2 nuevas, 0 actualizadas, 0 sin cambios, 0 rechazadas. Importación 1." in output
    assert "El sitio «Palacio» es nuevo" in error
    assert "E1" in output


def test_everything_goes_out_and_comes_in_again_the_same(shop: Shop, tmp_path: Path) -> None:
    rows = bills(3)
    rows[0][0] = rows[1][0] = rows[2][0] = "Café “Sol”"
    rows[1][5], rows[2][5] = "0.1", "1234567.8901"
    shop.take(shop.file(rows))
    out = shop.folder / "out.csv"
    code, output, _ = shop.run("export", "readings", "--org", "Municipio", "-o", out, "--json")
    assert (code, json.loads(output)["rows"]) == (0, 3)
    code, again = shop.take(out)
    assert again["readings"] == {"found": 3, "new": 0, "updated": 0, "unchanged": 3, "refused": 0}
    archive = shop.folder / "all.zip"
    assert shop.run("export", "all", "--org", "Municipio", "-o", archive)[0] == 0
    assert sorted(zipfile.ZipFile(archive).namelist()) == ["drivers.csv", "readings.csv", "sites.csv", "weather.csv"]
    book = shop.folder / "all.xlsx"
    assert shop.run("export", "all", "--org", "Municipio", "-o", book)[0] == 0
    assert shop.take(book, "--kind", "readings")[1]["readings"]["unchanged"] == 3
    assert shop.run("export", "readings", "--org", "Municipio", "-o", shop.folder / "out.pdf")[0] == 1


def test_no_exported_text_is_a_formula(shop: Shop) -> None:
    row = bills(1)[0]
    row[0], row[10] = "=cmd|' /C calc'!A0", "+1"
    row[9], row[5] = "credit", -5
    shop.take(shop.file([row]))
    book, text = shop.folder / "out.xlsx", shop.folder / "out.csv"
    for path in (book, text):
        assert shop.run("export", "readings", "--org", "Municipio", "-o", path)[0] == 0
    sheet = openpyxl.load_workbook(book)["readings"]
    cells = [cell for cell in sheet[2] if cell.value is not None]
    assert "f" not in [cell.data_type for cell in cells]
    assert -5 in [cell.value for cell in cells]
    with text.open(encoding="utf-8-sig", newline="") as stream:
        exported = next(iter(csv.DictReader(stream)))
    assert exported["site"].startswith("'=")
    assert exported["quantity"] == "-5"


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.6, 1.2, 1.8, 2.4, 3.0, 3.6])
def test_a_process_killed_in_the_middle_leaves_nothing_or_everything(shop: Shop, seconds: float) -> None:
    rows = [row for meter in range(300) for row in bills(100, meter=f"E{meter}", year=2014)]
    path = shop.file(rows)
    process = shop.start("import", path, "--org", "Municipio", "--json")
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    batches = json.loads(shop.run("imports", "list", "--json")[1])
    months = shop.run("monthly", "--org", "Municipio", "--csv")[1].splitlines()
    done = [batch for batch in batches if batch["status"] == "done"]
    assert len(months) in ({30_001} if done else {0, 1})
    code, again = shop.take(path)
    assert code == 0
    assert again["readings"]["unchanged" if done else "new"] == 30_000
    statuses = {batch["status"] for batch in json.loads(shop.run("imports", "list", "--json")[1])}
    assert statuses <= {"done", "interrupted"}
    assert shop.run("history", "verify")[0] == 0


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "counts", "quantities"),
    [
        ("example-pm-monthly-meter-usage", (8, 8, 0), {"electricity": 1442092.3, "natural_gas": 1860226.2}),
        (
            "example-pm-monthly-meter-usage-2-cost-meters",
            (8, 8, 0),
            {"electricity": 1442092.3, "natural_gas": 1860226.2},
        ),
        (
            "example-pm-monthly-meter-usage-with-unknown-types-and-units",
            (8, 4, 4),
            {"electricity": 1300654.8, "natural_gas": 496310.9},
        ),
        ("example-pm-monthly-meter-usage-1-dup", (12, 8, 4), {"electricity": 1442092.3, "natural_gas": 1860226.2}),
    ],
)
def test_meter_entries_of_portfolio_manager_give_their_figures(
    shop: Shop, shared: Path, name: str, counts: tuple[int, int, int], quantities: dict[str, float]
) -> None:
    code, document = shop.take(shared / "data" / "seed" / f"{name}.xlsx", "--currency", "USD")
    assert code == 0
    found = document["readings"]
    assert (found["found"], found["new"], found["refused"]) == counts
    assert totals(document) == quantities
    if "cost" in name:
        assert totals(document, "cost") == {"electricity": 300.0, "natural_gas": 700.0}
        assert {meter["currency"] for meter in document["meters"]} == {"USD", None}  # only two meters have costs
    assert {meter["unit"] for meter in document["meters"]} == {"kBtu"}
    assert len({meter["site"] for meter in document["meters"]}) == 2
    assert shop.run("imports", "undo", document["batch"])[0] == 0
    assert json.loads(shop.run("monthly", "--org", "Municipio", "--json")[1]) == []


@pytest.mark.shared
def test_every_other_real_file_gets_a_sentence_and_no_trace(shop: Shop, shared: Path) -> None:
    files = [
        path
        for path in sorted((shared / "data").rglob("*"))
        if path.is_file() and "monthly-meter-usage" not in path.name and path.name != "INDEX.md"
    ]
    code, document = shop.take(*files, "--dry-run")
    assert code in {0, 1}
    assert len(document["files"]) == len(files)
    for answer in document["files"]:
        assert answer["findings"] or answer["readings"]["new"], answer["file"]
        assert all(finding["message"] != finding["code"] for finding in answer["findings"])
