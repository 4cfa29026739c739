"""`emstrack savings`: a table for people, one document for programs, a sentence for what cannot be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from conftest import NOW, make_tenant
from factories_accounts import open_tenant
from factories_savings import give_months, year
from factories_sites import make_building, make_meter

from emstrack import app
from emstrack.cli import group
from emstrack.domain.errors import EmstrackError
from emstrack.domain.periods import Period
from emstrack.services.savings.adopt_baseline import Plan, adopt_baseline, propose_baseline
from emstrack.settings import Settings

if TYPE_CHECKING:
    from click.testing import Result


@pytest.fixture
def installed(database_url: str, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation with one meter, whose baseline is adopted."""
    monkeypatch.chdir(str(tmp_path))
    monkeypatch.setenv("EMSTRACK_DATABASE_URL", database_url)
    application = app.build(Settings.read())
    with application.transaction() as session:
        open_tenant(session, make_tenant(session, "San Miguel"))
        meter = make_meter(session, make_building(session, "Palacio").id)
        give_months(session, meter, "2024-01", year(1000, 20) + year(900, 20))
        draft = propose_baseline(session, meter.id, Plan(period=Period.parse("2024-01:2024-12")), now=NOW)
        adopt_baseline(session, draft.id, reason="the year before", version=1, now=NOW)
    application.database.dispose()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["savings", *arguments])


def test_without_periods_the_adopted_baselines_are_shown(installed: None) -> None:
    shown = run("--org", "San Miguel")
    assert shown.exit_code == 0
    assert "Palacio · CFE" in shown.stdout
    assert "saved 1,167 kWh" in shown.stdout


def test_json_is_one_document_with_items_and_totals(installed: None) -> None:
    document = json.loads(run("--org", "San Miguel", "--json").stdout)
    assert set(document) == {"items", "totals"}
    assert document["items"][0]["baseline_period"] == "2024-01:2024-12"
    assert document["totals"][0]["sites_counted"] == 1


def test_two_periods_and_a_method_are_answered(installed: None) -> None:
    asked = ("--baseline", "2024-01:2024-12", "--reporting", "2025-01:2025-06", "--method", "average", "--json")
    document = json.loads(run("--org", "San Miguel", "--site", "Palacio", *asked).stdout)
    assert document["items"][0]["method"] == "average"
    assert len(document["items"][0]["months"]) == 6


def test_a_refusal_with_json_is_a_document_too(installed: None) -> None:
    shown = run("--org", "San Miguel", "--baseline", "2024-01:2024-12", "--json")
    assert isinstance(shown.exception, EmstrackError)
    assert json.loads(shown.stdout)["error"]["code"] == "savings.both_periods"


def test_an_organisation_without_baselines_is_told_what_to_do(installed: None) -> None:
    shown = run("--org", "San Miguel", "--resource", "water")
    assert shown.exit_code == 0
    assert shown.stdout == ""
    assert "No baseline is adopted here yet" in shown.stderr
