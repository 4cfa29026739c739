"""`emstrack weather`: stations listed, and weather fetched from a service on this machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from weather_stub import weather_stub

from emstrack.cli import group

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path) -> object:
    """Run a command in an empty folder, in this process."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cli.sqlite3").write_bytes(sqlite_template.read_bytes())
    monkeypatch.setenv("EMSTRACK_DATABASE_URL", f"sqlite:///{tmp_path}/cli.sqlite3")
    monkeypatch.setenv("EMSTRACK_FILES_DIR", str(tmp_path / "files"))

    def done(*arguments: str) -> Result:
        return CliRunner().invoke(group, ["--lang", "en", *arguments])

    return done


def test_no_station_says_what_to_do(run: object) -> None:
    run("org", "add", "Bahía", "--kind", "hotel_group", "--country", "JM")  # type: ignore[operator]
    assert json.loads(run("weather", "stations", "--org", "Bahía", "--json").output) == []  # type: ignore[operator]
    assert "emstrack weather fetch" in run("weather", "stations", "--org", "Bahía").output  # type: ignore[operator]


def test_weather_is_fetched_for_a_site_and_listed(run: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("org", "add", "Bahía", "--kind", "hotel_group", "--country", "JM")  # type: ignore[operator]
    sites = tmp_path / "sites.csv"
    sites.write_text("site,kind,latitude,longitude\nHotel Mar,hotel,18.47,-77.92\nHotel Nadie,hotel,,\n")
    assert run("import", str(sites), "--org", "Bahía").exit_code == 0  # type: ignore[operator]
    with weather_stub() as stub:
        monkeypatch.setenv("EMSTRACK_WEATHER_OPEN_METEO_URL", stub.url)
        asked = (
            "weather",
            "fetch",
            "--org",
            "Bahía",
            "--site",
            "Hotel Mar",
            "--from",
            "2024",
            "--to",
            "2024",
            "--json",
        )
        answer = run(*asked)  # type: ignore[operator]
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.output)
    assert told["weather"]["new"] == 366
    listed = json.loads(run("weather", "stations", "--org", "Bahía", "--json").output)  # type: ignore[operator]
    assert [(each["station"], each["source"], each["sites"]) for each in listed] == [
        ("open-meteo-18.50N77.90W", "open_meteo", ["Hotel Mar"])
    ]
    table = run("weather", "stations", "--org", "Bahía").output  # type: ignore[operator]
    assert "Measured days" in table
    assert "Open-Meteo" in run("weather", "stations", "--org", "Bahía", "--csv").output  # type: ignore[operator]


def test_a_refusal_is_a_sentence_and_a_document(run: object) -> None:
    run("org", "add", "Bahía", "--kind", "hotel_group", "--country", "JM")  # type: ignore[operator]
    run("site", "add", "Hotel Nadie", "--org", "Bahía", "--kind", "hotel")  # type: ignore[operator]
    answer = run("weather", "fetch", "--org", "Bahía", "--site", "Hotel Nadie", "--json")  # type: ignore[operator]
    assert answer.exit_code == 1
    assert json.loads(answer.output)["error"]["code"] == "site.no_place"
