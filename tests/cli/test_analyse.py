from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.services.savings.files import drivers_csv, readings_csv, sites_csv

if TYPE_CHECKING:
    from pathlib import Path

PERIODS = ("--baseline", "2024-01:2024-12", "--reporting", "2025-01:2025-12")


def run(*arguments: object, lang: str = "en") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "emstrack", "--lang", lang, "analyse", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, encoding="utf-8")


def test_it_prints_a_page_that_can_be_read_out(tmp_path: Path) -> None:
    done = run(
        readings_csv(tmp_path), *PERIODS, "--drivers", drivers_csv(tmp_path), "--sites", sites_csv(tmp_path), lang="es"
    )
    assert done.returncode == 0, done.stderr
    assert "ahorro de 219,780 kWh (12.7 %) ± 15,024 kWh al 90 %" in done.stdout
    assert "#" in done.stdout
    assert "█" not in done.stdout
    assert "1 de 1 sitios" in done.stdout


def test_json_is_exactly_one_document(tmp_path: Path) -> None:
    done = run(readings_csv(tmp_path), *PERIODS, "--rooms", 120, "--drivers", drivers_csv(tmp_path), "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 0
    assert document["items"][0]["avoided"] == pytest.approx(219_780.0, abs=0.1)
    assert document["totals"][0]["sites"] == 1
    assert "NaN" not in done.stdout


def test_json_is_one_document_at_exit_1_too(tmp_path: Path) -> None:
    done = run(tmp_path / "nowhere.csv", *PERIODS, "--json")
    document = json.loads(done.stdout)
    assert done.returncode == 1
    assert document["error"]["code"] == "file.not_there"
    assert document["items"] == []
    assert "nowhere.csv" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--baseline", "2024", "--reporting", "2025-01:2025-12"), "is not a period"),
        (("--baseline", "2024-12:2024-01", "--reporting", "2025-01:2025-12"), "ends"),
        ((*PERIODS, "--method", "fixed", "--fixed", "many"), "is not a figure"),
        ((*PERIODS, "--method", "fixed"), "needs the agreed figure"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_1(tmp_path: Path, arguments: tuple[str, ...], sentence: str) -> None:
    done = run(readings_csv(tmp_path), *arguments)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert done.stdout == ""


def test_wrong_usage_exits_2(tmp_path: Path) -> None:
    assert run(readings_csv(tmp_path)).returncode == 2
    assert run(readings_csv(tmp_path), *PERIODS, "--method", "magic").returncode == 2


@pytest.mark.parametrize("fixed", ["140000", "140000/month", "1680000/year"])
def test_an_agreed_figure_per_month_or_year(tmp_path: Path, fixed: str) -> None:
    done = run(readings_csv(tmp_path), *PERIODS, "--method", "fixed", "--fixed", fixed, "--json")
    assert json.loads(done.stdout)["items"][0]["adjusted_baseline"] == pytest.approx(1_680_000)


def test_a_driver_may_be_named_as_people_do(tmp_path: Path) -> None:
    done = run(
        readings_csv(tmp_path),
        *PERIODS,
        "--drivers",
        drivers_csv(tmp_path),
        "--driver",
        "habitaciones ocupadas",
        "--json",
    )
    assert set(json.loads(done.stdout)["items"][0]["model"]["coefficients"]) == {"base", "occupied_room_nights"}


def test_many_meters_come_as_one_table(tmp_path: Path) -> None:
    extra = tuple(
        f"Site {number},M,electricity,{year}-{month:02d},{100 + month},kWh,,"
        for number in range(5)
        for year in (2024, 2025)
        for month in range(1, 13)
    )
    done = run(readings_csv(tmp_path, extra), *PERIODS)
    assert done.returncode == 0
    assert sum(line.strip().startswith("Site ") for line in done.stdout.splitlines()) >= 5


def test_refused_rows_are_said_on_stderr_by_row(tmp_path: Path) -> None:
    done = run(readings_csv(tmp_path, ("Hotel Sol,M1,electricity,2026-13,5,kWh,,",)), *PERIODS)
    assert done.returncode == 0
    assert "row 26" in done.stderr
