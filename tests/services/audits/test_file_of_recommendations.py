"""A file of recommendations: made once, unchanged the second time, never written over, taken back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from conftest import NOW

from emstrack.domain.findings import Severity
from emstrack.domain.measures import MeasureStatus
from emstrack.services.audits.change_measure import archive_measure
from emstrack.services.audits.list_measures import list_measures
from emstrack.storage.models import Measure, MeasureEffect
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from factories_imports import Desk

HEADER = (
    *("site", "title", "category", "resource", "quantity_per_year", "unit", "investment", "currency"),
    *("annual_saving", "status", "due", "owner"),
)
LED = ["Palacio", "LED", "5", "electricity", 12000, "kWh", 90000, "MXN", 42000, "aceptada", "2026-03-01", ""]
TAPS = ["Palacio", "Llaves", "modificacion de equipos", "water", 300, "m3", 15000, "MXN", 8400, "", "", "Nadie"]
HEAT = ["Palacio", "Llaves", "", "lpg", 200, "L", "", "", "", "", "", ""]


def refused(outcome: Any) -> list[str]:
    return [finding.code for finding in outcome.findings if finding.severity is Severity.REFUSED]


def test_a_file_makes_measures_with_their_effects_and_the_same_file_again_changes_nothing(desk: Desk) -> None:
    outcome = desk.rows([LED, TAPS, HEAT], header=HEADER)
    assert (outcome.kind, outcome.counts["new"], refused(outcome)) == ("recommendations", 3, [])
    said = {finding.code for finding in outcome.findings}
    assert said == {"import.site_created", "import.owner_unknown"}
    with desk.session(read_only=True) as session:
        rows = {row.title: row for row in list_measures(session, today=date(2026, 11, 2)).rows}
        effects = session.scalars(scoped(session, MeasureEffect.resource)).all()
    assert sorted(effects) == ["electricity", "lpg", "water"]
    assert rows["LED"].status is MeasureStatus.ACCEPTED
    assert (rows["LED"].investment, rows["LED"].annual_saving, rows["LED"].overdue) == (90_000, 42_000, True)
    assert (rows["Llaves"].category, rows["Llaves"].annual_saving) == ("equipment_change", 8_400)
    again = desk.rows([LED, TAPS, HEAT], header=HEADER)
    assert (again.counts["new"], again.counts["unchanged"]) == (0, 3)


def test_other_figures_for_a_measure_that_is_there_are_left_to_its_page(desk: Desk) -> None:
    desk.rows([LED], header=HEADER)
    dearer = [*LED[:6], 120000, *LED[7:]]
    assert refused(desk.rows([dearer], header=HEADER)) == ["import.measure_differs"]


def test_nobody_signs_a_verification_by_file(desk: Desk) -> None:
    desk.rows([[*LED[:9], "verificada", "2026-03-01", ""]], header=HEADER)
    with desk.session(read_only=True) as session:
        measure = session.scalars(scoped(session, Measure)).one()
    assert (measure.status, measure.implemented_on, measure.verified_by) == ("implemented", date(2026, 3, 1), None)


def test_bad_rows_are_refused_one_by_one(desk: Desk) -> None:
    rows = [
        [*LED[:2], "9", *LED[3:]],
        ["Palacio", "A", "", "electricity", "", "kWh", 1, "MXN", 1, "", "", ""],
        ["Palacio", "B", "", "electricity", 5, "m3", 1, "MXN", 1, "", "", ""],
        ["Palacio", "C", "", "electricity", 5, "kWh", -1, "MXN", 1, "", "", ""],
        ["Palacio", "D", "", "electricity", 0, "kWh", 1, "MXN", 1, "", "", ""],
        ["Palacio", "E", "", "electricity", 5, "kWh", 1, "MXN", 1, "quizás", "", ""],
        ["Palacio", "F", "", "electricity", 5, "kWh", 1, "MXN", 1, "", "31/02/2026", ""],
        ["", "G", "", "electricity", 5, "kWh", 1, "MXN", 1, "", "", ""],
        ["Palacio", "H", "", "money", "", "", 0, "MXN", 500, "", "", ""],
    ]
    outcome = desk.rows(rows, header=HEADER)
    assert outcome.counts["new"] == 1
    assert sorted(refused(outcome)) == [
        *("category.unknown", "cell.missing", "cell.missing", "date.not_in_calendar", "effect.nothing_saved"),
        *("measure_status.unknown", "size.negative", "unit.does_not_fit"),
    ]


def test_a_preview_writes_nothing_and_shows_each_row(desk: Desk) -> None:
    path = desk.file([LED], header=HEADER)
    outcome, shown = desk.look(path)
    assert (outcome.counts["new"], desk.count("measure")) == (1, 0)
    assert shown[0][1]["title"] == "LED"


def test_undone_it_takes_its_measures_and_sites_but_not_what_was_worked_on(desk: Desk) -> None:
    outcome = desk.rows([LED, TAPS], header=HEADER)
    with desk.session() as session:
        led = session.scalars(scoped(session, Measure).where(Measure.title == "LED")).one()
        archive_measure(session, led.id, version=1, now=NOW)
    undone = desk.undo(outcome.batch_id)
    assert [kept.code for kept in undone.kept] == ["undo.measure_changed", "undo.site_kept"]
    assert (undone.removed, desk.count("measure"), desk.verify().holds) == (1, 1, True)
    second = desk.rows([["Mercado", *LED[1:]]], header=HEADER)
    assert desk.undo(second.batch_id).kept == []
    assert (desk.count("measure"), desk.count("site")) == (1, 1)
