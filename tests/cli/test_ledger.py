"""`emstrack ledger`, as a script uses it."""

from __future__ import annotations

import csv
import io
import json
import sys
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from factories_measures import kwh, measure_details
from factories_reports import make_saving_site

from emstrack import cli
from emstrack.cli.installation import transaction
from emstrack.domain.measures import MeasureStatus, Step
from emstrack.services.accounts.operate import operator_scope
from emstrack.services.audits.add_measure import add_measure
from emstrack.services.audits.change_status import change_status
from emstrack.services.savings.refresh_results import refresh_results

if TYPE_CHECKING:
    from pathlib import Path

S = MeasureStatus


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """`run("ledger", …)` in an empty folder: the exit code, what stood on stdout, what on stderr."""
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


def test_the_ledger_is_one_document_a_table_or_a_calm_list(run: Any) -> None:
    run("org", "add", "Tecuala", "--country", "MX")
    code, out, err = run("ledger", "--org", "Tecuala")
    assert (code, out) == (0, "")
    assert "No measure is implemented" in err
    with transaction() as session:
        operator_scope(session, "Tecuala")
        now = datetime.now(UTC)
        site, meter = make_saving_site(session)
        refresh_results(session, now=now)
        details = measure_details("LED", effects=(kwh(2400, meter_id=meter.id),))
        measure = add_measure(session, site.id, details, today=now.date(), now=now)
        for status in (S.ACCEPTED, S.IN_PROGRESS, S.IMPLEMENTED):
            step = Step(status=status, reason="urgent", day=date(2025, 1, 1))
            change_status(session, measure.id, step, version=measure.version, today=now.date(), now=now)
    code, out, _ = run("ledger", "--org", "Tecuala", "--json")
    document = json.loads(out)
    (line,), (total,) = document["lines"], document["meters"]
    assert (code, line["kind"], line["option"], line["days"], line["signed"]) == (0, "measured", "C", 365, None)
    assert line["measured"] == pytest.approx(total["avoided"])
    assert line["realisation"] == pytest.approx(line["measured"] / line["estimated"])
    assert total["unallocated"] == 0
    (row,) = csv.DictReader(io.StringIO(run("ledger", "--org", "Tecuala", "--csv")[1]))
    assert float(row["measured"]) == pytest.approx(line["measured"])
    text = run("ledger", "--org", "Tecuala")[1]
    assert "Measured on the meter" in text
    assert run("ledger", "--org", "Nowhere", "--json")[0] == 1
