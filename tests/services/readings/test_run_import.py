"""Files in: what is new, what changes, what is refused and why."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from factories_imports import HEADER, LATER, CheapLimits, Desk, bills

from emstrack.domain.errors import RefusedError
from emstrack.domain.findings import Severity
from emstrack.services.readings import run_import as module
from emstrack.services.readings.keep_batch import ask_to_cancel, mark_interrupted
from emstrack.services.readings.run_import import run_import
from emstrack.storage.models import History, ImportBatch, Meter, MonthlyValue, Reading, Site
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from emstrack.services.readings.import_outcome import Outcome


def codes(outcome: Outcome, severity: Severity = Severity.REFUSED) -> list[str]:
    return [finding.code for finding in outcome.findings if finding.severity is severity]


def test_bills_go_in_with_their_site_and_meter(desk: Desk) -> None:
    outcome = desk.rows(bills(12))
    assert outcome.counts == {"found": 12, "new": 12, "updated": 0, "unchanged": 0, "refused": 0}
    assert codes(outcome, Severity.INFO) == ["import.site_created", "import.meter_created"]
    assert outcome.meters == [
        {
            "site": "Palacio",
            "meter": "E1",
            "resource": "electricity",
            "unit": "kWh",
            "readings": 12,
            "quantity": 12066.0,
            "cost": pytest.approx(2470.2),
            "currency": "MXN",
            "first": "2024-01-01",
            "last": "2025-01-01",
        }
    ]
    first = desk.readings()[0]
    assert (first.quantity, first.quantity_text, first.canonical_quantity) == (1000.0, "1000", 1000.0)
    assert (first.cost, first.currency, first.source_row, first.batch_id) == (
        Decimal("200.35"),
        "MXN",
        2,
        outcome.batch_id,
    )
    assert desk.verify().holds


def test_monthly_values_are_there_in_the_same_breath(desk: Desk) -> None:
    meter = ["Palacio", "E1", "electricity"]
    desk.rows(
        [
            [*meter, "2025-01-15", "2025-02-14", 3000, "kWh", "100.01", "MXN", "actual", ""],
            [*meter, "2025-02-14", "2025-03-17", 3720, "kWh", "", "", "actual", ""],
        ]
    )
    with desk.session(read_only=True) as session:
        months = {row.month: row for row in session.scalars(scoped(session, MonthlyValue))}
    assert months[date(2025, 1, 1)].quantity == pytest.approx(1700)
    assert months[date(2025, 1, 1)].coverage == pytest.approx(17 / 31)
    assert months[date(2025, 2, 1)].quantity == pytest.approx(3100)
    assert months[date(2025, 2, 1)].coverage == 1
    assert months[date(2025, 3, 1)].quantity == pytest.approx(1920)
    assert months[date(2025, 1, 1)].cost + months[date(2025, 2, 1)].cost == Decimal("100.01")
    assert months[date(2025, 3, 1)].cost is None


def test_a_new_meter_gets_its_unit_and_cadence_from_its_bills(desk: Desk) -> None:
    desk.rows([["Palacio", "W", "water", "2024-01-01", "2024-03-01", 60, "m3", "", "", "", ""],
               ["Palacio", "W", "water", "2024-03-01", "2024-05-01", 61, "m3", "", "", "", ""]])  # fmt: skip
    with desk.session(read_only=True) as session:
        meter = session.scalars(scoped(session, Meter)).one()
        site = session.scalars(scoped(session, Site)).one()
    assert (meter.unit, meter.cadence, meter.basis, site.kind) == ("m3", "bimonthly", "", "other")


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    path = desk.file(bills(12))
    desk.take(path)
    before, links = desk.checksum(), desk.count("history_link")
    for _ in range(3):
        again = desk.take(path)
        assert again.counts == {"found": 12, "new": 0, "updated": 0, "unchanged": 12, "refused": 0}
        assert again.took_anything
    assert desk.checksum() == before
    assert (desk.count("history"), desk.count("history_link")) == (0, links)


def test_a_corrected_file_updates_one_row_and_history_keeps_the_old_value(desk: Desk) -> None:
    rows = bills(12)
    desk.rows(rows)
    rows[3][5] = 1999
    outcome = desk.rows(rows)
    assert outcome.counts == {"found": 12, "new": 0, "updated": 1, "unchanged": 11, "refused": 0}
    changed = [reading for reading in desk.readings() if reading.quantity == 1999]
    assert len(changed) == 1
    assert changed[0].version == 2
    with desk.session(read_only=True) as session:
        history = session.scalars(scoped(session, History)).one()
        month = session.scalars(scoped(session, MonthlyValue).where(MonthlyValue.month == date(2024, 4, 1))).one()
    assert (history.action, history.old["quantity"], history.new["quantity"]) == ("update", 1003, 1999)
    assert history.batch_id == outcome.batch_id
    assert month.quantity == pytest.approx(1999)
    assert desk.verify().holds


def test_a_cell_left_empty_leaves_what_is_stored_alone(desk: Desk) -> None:
    desk.rows(bills(1))
    row = bills(1)[0]
    row[7] = row[8] = ""
    assert desk.rows([row]).counts["unchanged"] == 1
    assert desk.readings()[0].cost == Decimal("200.35")


def test_a_row_twice_is_refused_once_and_two_that_differ_are_both(desk: Desk) -> None:
    one, two = bills(2)
    again, other = list(one), list(two)
    other[5] = 7
    outcome = desk.rows([one, again, two, other])
    assert outcome.counts == {"found": 4, "new": 1, "updated": 0, "unchanged": 0, "refused": 3}
    assert [(f.code, f.row) for f in outcome.findings if f.severity is Severity.REFUSED] == [
        ("row.repeated", 3),
        ("row.contradicts", 4),
        ("row.contradicts", 5),
    ]


def test_one_meter_under_two_names_of_its_site_is_still_one_meter(desk: Desk) -> None:
    with desk.session() as session:
        tenant = desk.scope.tenant_id
        site = Site(
            tenant_id=tenant, organisation_id=tenant, kind="hotel", name="Hotel Sol", external_id="H7", created_at=LATER
        )
        session.add(site)
    first, second = bills(1, site="Hotel Sol")[0], bills(1, site="H7")[0]
    outcome = desk.rows([first, second])
    assert outcome.counts["new"] == 1
    assert codes(outcome) == ["row.repeated"]
    assert desk.count("meter") == 1


def test_an_overlap_with_a_stored_reading_is_refused(desk: Desk) -> None:
    desk.rows(bills(3))
    row = bills(1)[0]
    row[3], row[4] = "2024-02-15", "2024-02-20"
    outcome = desk.rows([row])
    assert codes(outcome) == ["import.overlaps_stored"]
    assert not outcome.took_anything
    assert len(desk.readings()) == 3


def test_of_two_rows_that_overlap_the_first_stands(desk: Desk) -> None:
    rows = bills(12)
    odd = list(rows[5])
    odd[3], odd[4] = "2024-06-15", "2024-07-15"
    outcome = desk.rows([*rows, odd])
    assert outcome.counts == {"found": 13, "new": 12, "updated": 0, "unchanged": 0, "refused": 1}
    finding = next(f for f in outcome.findings if f.severity is Severity.REFUSED)
    assert (finding.code, finding.row, finding.evidence["other"]) == ("import.overlaps_row", 14, 7)


def test_credits_and_adjustments_may_lie_over_a_bill(desk: Desk) -> None:
    row = bills(1)[0]
    credit, adjusted = list(row), list(row)
    credit[5], credit[9], credit[7] = -40, "credit", "-8.00"
    adjusted[5], adjusted[9] = 12, "adjusted"
    assert desk.rows([row, credit, adjusted]).counts["new"] == 3
    with desk.session(read_only=True) as session:
        month = session.scalars(scoped(session, MonthlyValue)).one()
    assert month.quantity == pytest.approx(1000 - 40 + 12)
    assert month.coverage == 1


def test_an_actual_reading_replaces_the_estimate_it_covers(desk: Desk) -> None:
    row = bills(1)[0]
    estimate = [*row[:9], "estimated", "E-9"]
    first = desk.rows([estimate])
    with desk.session(read_only=True) as session:
        assert session.scalars(scoped(session, MonthlyValue)).one().estimated == 1
    before = desk.checksum()
    outcome = desk.rows([row])
    assert outcome.counts == {"found": 1, "new": 0, "updated": 1, "unchanged": 0, "refused": 0}
    assert "import.estimate_replaced" in codes(outcome, Severity.INFO)
    assert [reading.kind for reading in desk.readings()] == ["actual"]
    with desk.session(read_only=True) as session:
        assert session.scalars(scoped(session, MonthlyValue)).one().estimated == 0
    assert desk.verify().holds
    undone = desk.undo(outcome.batch_id)
    assert (undone.removed, undone.put_back, undone.kept) == (1, 1, [])
    assert desk.checksum() == before
    assert desk.verify().holds
    assert desk.undo(first.batch_id).removed == 1


def test_an_estimate_over_an_actual_reading_is_refused(desk: Desk) -> None:
    desk.rows(bills(1))
    row = bills(1)[0]
    row[9] = "estimated"
    assert codes(desk.rows([row])) == ["import.overlaps_stored"]


def test_an_actual_reading_that_covers_half_of_an_estimate_is_refused(desk: Desk) -> None:
    row = bills(1)[0]
    desk.rows([[*row[:9], "estimated", ""]])
    row[3] = "2024-01-15"
    outcome = desk.rows([row])
    assert codes(outcome) == ["import.overlaps_stored"]


def test_net_and_gross_never_meet_on_one_meter(desk: Desk) -> None:
    gas = [["Hotel", "G", "natural_gas", "2024-01-01", "2024-02-01", 10, "therm", "", "", "", ""],
           ["Hotel", "G", "natural_gas", "2024-02-01", "2024-03-01", 300, "m3", "", "", "", ""]]  # fmt: skip
    outcome = desk.rows(gas)
    assert outcome.counts["new"] == 1
    assert codes(outcome) == ["import.basis_mixed"]
    assert desk.readings()[0].canonical_quantity == pytest.approx(293.071, abs=1e-3)
    again = desk.rows([gas[1]])
    assert codes(again) == ["import.basis_mixed"]


def test_a_unit_that_cannot_measure_the_resource_is_refused(desk: Desk) -> None:
    row = bills(1)[0]
    row[6] = "m3"
    outcome = desk.rows([row])
    assert codes(outcome) == ["unit.does_not_fit"]
    assert outcome.counts["found"] == 1
    assert desk.count("site") == 0


@pytest.mark.parametrize(
    ("row_currency", "given", "site", "expected"),
    [("JMD", "USD", "CUC", "JMD"), ("", "USD", "CUC", "USD"), ("", "", "CUC", "CUC"), ("", "", "", "MXN")],
)
def test_the_currency_is_the_rows_then_the_files_then_the_sites_then_the_organisations(
    desk: Desk, row_currency: str, given: str, site: str, expected: str
) -> None:
    with desk.session() as session:
        tenant = desk.scope.tenant_id
        session.add(
            Site(
                tenant_id=tenant, organisation_id=tenant, kind="hotel", name="Palacio", currency=site, created_at=LATER
            )
        )
    row = bills(1)[0]
    row[8] = row_currency
    desk.rows([row], currency=given)
    assert desk.readings()[0].currency == expected


def test_without_any_currency_the_quantity_is_kept_and_the_cost_refused(desk: Desk) -> None:
    with desk.session() as session:
        from emstrack.storage.models import Organisation

        find(session, Organisation, desk.scope.tenant_id).currency = ""
    row = bills(1)[0]
    row[8] = ""
    outcome = desk.rows([row])
    assert (outcome.counts["new"], outcome.counts["refused"]) == (1, 0)
    finding = next(f for f in outcome.findings if f.code == "import.currency_missing")
    assert (finding.row, finding.column, finding.value) == (2, "cost", "200.35")
    assert (desk.readings()[0].cost, desk.readings()[0].currency) == (None, "")
    assert outcome.meters[0]["cost"] is None


def test_months_of_two_currencies_have_no_cost_rather_than_a_wrong_one(desk: Desk) -> None:
    one = ["P", "E", "electricity", "2024-01-01", "2024-01-16", 1, "kWh", "10", "MXN", "", ""]
    two = ["P", "E", "electricity", "2024-01-16", "2024-02-01", 1, "kWh", "10", "USD", "", ""]
    outcome = desk.rows([one, two])
    with desk.session(read_only=True) as session:
        month = session.scalars(scoped(session, MonthlyValue)).one()
    assert (month.cost, month.currency, month.quantity) == (None, "", pytest.approx(2))
    assert [meter["currency"] for meter in outcome.meters] == ["MXN", "USD"]


def test_rows_that_are_read_and_rows_that_are_refused_add_up(desk: Desk) -> None:
    rows = bills(5)
    rows[1][5], rows[2][6], rows[4][3] = "abc", "furlong", "2024-02-31"
    outcome = desk.rows(rows)
    assert outcome.counts == {"found": 5, "new": 2, "updated": 0, "unchanged": 0, "refused": 3}
    assert sorted(f.row for f in outcome.findings if f.severity is Severity.REFUSED) == [3, 4, 6]


def test_all_or_nothing_writes_nothing_when_a_row_is_refused(desk: Desk) -> None:
    rows = bills(3)
    rows[1][6] = "furlong"
    outcome = desk.rows(rows, all_or_nothing=True)
    assert outcome.refused_as_a_whole
    assert not outcome.took_anything
    assert (desk.count("reading"), desk.count("site"), desk.count("history_link")) == (0, 0, 0)
    with desk.session(read_only=True) as session:
        assert session.scalars(scoped(session, ImportBatch)).one().status == "refused"


def test_a_preview_shows_each_cell_and_writes_nothing(desk: Desk) -> None:
    desk.rows(bills(2))
    rows = bills(3)
    rows[1][5], rows[1][7] = 5555, "99.50"
    before, batches = desk.checksum(), desk.count("import_batch")
    outcome, shown = desk.look(desk.file(rows))
    assert outcome.dry_run
    assert outcome.counts == {"found": 3, "new": 1, "updated": 1, "unchanged": 1, "refused": 0}
    assert [status for status, _ in shown] == ["unchanged", "updated", "new"]
    assert shown[1][1]["changes"] == {"quantity": [1001.0, 5555.0], "cost": [201.35, 99.5]}
    assert shown[1][1]["row"] == 3
    assert (desk.checksum(), desk.count("import_batch")) == (before, batches)
    assert desk.rows(rows).counts == outcome.counts


def test_a_file_refused_as_a_whole_leaves_a_batch_that_says_why(desk: Desk) -> None:
    path = desk.folder / "empty.csv"
    path.write_bytes(b"")
    with pytest.raises(RefusedError, match=r"file\.empty"):
        desk.take(path)
    with desk.session(read_only=True) as session:
        batch = session.scalars(scoped(session, ImportBatch)).one()
    assert (batch.status, batch.report["error"]["code"]) == ("refused", "file.empty")


def test_somebody_may_cancel_before_it_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = desk.file(bills(12))
    watch = desk.watch()
    watch.batch_id = desk.begin(path)
    plan = module.FileOfReadings.plan

    def cancel_then_plan(self: module.FileOfReadings, session: object) -> None:
        plan(self, session)  # type: ignore[arg-type]
        with desk.session() as other:
            ask_to_cancel(other, watch.batch_id or 0)

    monkeypatch.setattr(module.FileOfReadings, "plan", cancel_then_plan)
    with pytest.raises(RefusedError, match=r"file\.cancelled"):
        run_import(watch, desk.request(path), CheapLimits())
    assert desk.count("reading") == 0
    with desk.session(read_only=True) as session:
        assert session.scalars(scoped(session, ImportBatch.status)).one() == "cancelled"


def test_what_somebody_wrote_between_the_look_and_the_writing_is_seen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = bills(2)
    path = desk.file(rows)
    plan, done = module.FileOfReadings.plan, []

    def plan_then_be_overtaken(self: module.FileOfReadings, session: object) -> None:
        plan(self, session)  # type: ignore[arg-type]
        if not done:
            done.append(1)
            desk.take(desk.file(rows[:1], name="other.csv"))

    monkeypatch.setattr(module.FileOfReadings, "plan", plan_then_be_overtaken)
    outcome = desk.take(path)
    assert outcome.counts == {"found": 2, "new": 1, "updated": 0, "unchanged": 1, "refused": 0}
    assert desk.verify().links == 2


def test_a_batch_whose_process_died_is_called_interrupted(desk: Desk) -> None:
    batch_id = desk.begin(desk.folder / "x.csv")
    with desk.session() as session:
        assert mark_interrupted(session, now=LATER) == 0
        batch = find(session, ImportBatch, batch_id)
        batch.options = {"process": {**batch.options["process"], "born": "1"}}
    with desk.session() as session:
        assert mark_interrupted(session, now=LATER) == 1
    with desk.session(read_only=True) as session:
        assert find(session, ImportBatch, batch_id).status == "interrupted"


def test_a_name_of_another_part_of_the_tenant_is_refused_by_name(desk: Desk) -> None:
    from dataclasses import replace

    desk.rows(bills(1))
    with desk.session() as session:
        from emstrack.storage.models import Organisation

        tenant = desk.scope.tenant_id
        ministry = Organisation(tenant_id=tenant, parent_id=tenant, kind="ministry", name="Obras", created_at=LATER)
        session.add(ministry)
        session.flush()
        desk_of_ministry = replace(desk.scope, organisation_ids=frozenset({ministry.id}))
    desk.scope = desk_of_ministry
    (organisation,) = desk.scope.organisation_ids or ()
    outcome = desk.rows([*bills(1), *bills(1, site="Taller")], organisation_id=organisation)
    assert codes(outcome) == ["import.site_elsewhere"]
    assert outcome.counts["new"] == 1
    with desk.session(read_only=True) as session:
        assert session.scalars(scoped(session, Site.name)).all() == ["Taller"]


def test_wrong_bases_do_not_stop_readings_of_other_meters(desk: Desk) -> None:
    header = (*HEADER, "variety", "destination", "direction")
    rows = [["P", "A", "waste", "2024-01-01", "2024-02-01", 5, "kg", "", "", "", "", variety, "landfill", ""]
            for variety in ("organic", "glass")]  # fmt: skip
    outcome = desk.rows(rows, header=header)
    assert outcome.counts["new"] == 2
    assert desk.count("meter") == 2


def test_quantities_are_read_from_the_database_as_they_were_typed(desk: Desk) -> None:
    values = ["0.1", "1e-7", "123456789.123456789", "999999999999999", "0"]
    rows = []
    for row, value in zip(bills(5), values, strict=True):
        row[5] = value
        rows.append(row)
    desk.rows(rows)
    assert [reading.quantity for reading in desk.readings()] == [float(value) for value in values]
    assert desk.verify().holds
    with desk.session(read_only=True) as session:
        total = session.scalar(scoped(session, sa.func.count(Reading.id)).where(Reading.canonical_quantity >= 0))
    assert total == 5
