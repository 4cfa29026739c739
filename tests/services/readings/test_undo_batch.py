"""Undo puts everything back as it was, and names what it could not."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from factories_imports import LATER, Desk, bills

from emstrack.domain.errors import RefusedError
from emstrack.services.readings.describe_state import state_of
from emstrack.services.readings.recompute_monthly_values import recompute_monthly_values
from emstrack.services.readings.write_history_link import Change, write_history_link
from emstrack.storage.models import ImportBatch, Meter, Reading, SavingsResult, Site, SiteAttribute
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from emstrack.storage.models import HistoryLink


def edit_by_hand(desk: Desk, reading_id: int, quantity: float) -> HistoryLink:
    """Change a reading as the page of the month does."""
    with desk.session() as session:
        reading = find(session, Reading, reading_id)
        old = state_of(reading)
        reading.quantity = reading.canonical_quantity = quantity
        reading.quantity_text = str(quantity)
        reading.version += 1
        session.flush()
        change = Change("reading", reading.id, old, state_of(reading), reading.meter_id)
        link = write_history_link(session, written=[reading], changes=[change], reason="typing error", now=LATER)
        recompute_monthly_values(session, [reading.meter_id])
        return link


def test_undo_of_a_first_file_leaves_an_empty_house(desk: Desk) -> None:
    empty = desk.checksum()
    outcome = desk.rows(bills(12))
    undone = desk.undo(outcome.batch_id)
    assert (undone.removed, undone.put_back, undone.kept) == (12, 0, [])
    assert desk.checksum() == empty
    assert desk.verify().holds
    with desk.session(read_only=True) as session:
        batch = find(session, ImportBatch, outcome.batch_id or 0)
    assert (batch.status, batch.undone_at) == ("undone", LATER)


def test_undo_restores_the_checksum_exactly_after_new_changed_and_unchanged_rows(desk: Desk) -> None:
    desk.rows(bills(12))
    before = desk.checksum()
    rows = [*bills(14), *bills(3, site="Mercado", meter="E2")]
    rows[2][5], rows[3][7] = 4321, "1.00"
    outcome = desk.rows(rows)
    assert outcome.counts == {"found": 17, "new": 5, "updated": 2, "unchanged": 10, "refused": 0}
    undone = desk.undo(outcome.batch_id)
    assert (undone.removed, undone.put_back, undone.kept) == (5, 2, [])
    assert desk.checksum() == before
    assert desk.verify().holds


def test_a_row_changed_since_is_kept_and_named(desk: Desk) -> None:
    outcome = desk.rows(bills(3))
    edited = desk.readings()[1]
    edit_by_hand(desk, edited.id, 77.0)
    undone = desk.undo(outcome.batch_id)
    assert undone.removed == 2
    assert [finding.code for finding in undone.kept] == [
        "undo.reading_changed",
        "undo.meter_kept",
        "undo.site_kept",
    ]
    assert undone.kept[0].evidence == {
        "site": "Palacio",
        "meter": "E1",
        "start": "2024-02-01",
        "end": "2024-03-01",
        "quantity": "77.0",
        "unit": "kWh",
    }
    assert [reading.quantity for reading in desk.readings()] == [77.0]
    assert desk.verify().holds


def test_an_updated_row_changed_again_since_is_kept_and_named(desk: Desk) -> None:
    desk.rows(bills(2))
    rows = bills(2)
    rows[0][5] = 5
    outcome = desk.rows(rows)
    edit_by_hand(desk, next(reading.id for reading in desk.readings() if reading.quantity == 5), 6.0)
    undone = desk.undo(outcome.batch_id)
    assert (undone.put_back, [finding.code for finding in undone.kept]) == (0, ["undo.reading_changed"])
    assert 6.0 in [reading.quantity for reading in desk.readings()]


def test_batches_undone_from_the_last_to_the_first_leave_nothing(desk: Desk) -> None:
    empty = desk.checksum()
    first = desk.rows(bills(6))
    rows = bills(6)
    rows[0][5] = 5
    second = desk.rows(rows)
    rows[0][5] = 6
    third = desk.rows(rows)
    for batch in (third, second, first):
        assert desk.undo(batch.batch_id).kept == []
    assert desk.checksum() == empty
    assert desk.verify().holds


def test_a_first_batch_undone_while_a_later_one_changed_its_row_keeps_that_row(desk: Desk) -> None:
    first = desk.rows(bills(6))
    rows = bills(6)
    rows[0][5] = 5
    desk.rows(rows)
    undone = desk.undo(first.batch_id)
    assert undone.removed == 5
    assert undone.kept[0].code == "undo.reading_changed"
    assert [reading.quantity for reading in desk.readings()] == [5.0]


def test_a_site_that_something_else_uses_now_stays(desk: Desk) -> None:
    outcome = desk.rows(bills(2))
    with desk.session() as session:
        site = session.scalars(scoped(session, Site)).one()
        session.add(
            SiteAttribute(
                tenant_id=site.tenant_id,
                site_id=site.id,
                attribute="rooms",
                value=3,
                start=date(2024, 1, 1),
                created_at=LATER,
            )
        )
    undone = desk.undo(outcome.batch_id)
    assert [(finding.code, finding.evidence["name"]) for finding in undone.kept] == [("undo.site_kept", "Palacio")]
    assert (desk.count("meter"), desk.count("site")) == (0, 1)


def test_a_batch_is_undone_once(desk: Desk) -> None:
    outcome = desk.rows(bills(1))
    desk.undo(outcome.batch_id)
    with pytest.raises(RefusedError, match=r"batch\.already_undone"):
        desk.undo(outcome.batch_id)


def test_a_batch_that_wrote_nothing_has_nothing_to_undo(desk: Desk) -> None:
    batch = desk.begin(desk.folder / "x.csv")
    with pytest.raises(RefusedError, match=r"batch\.not_done"):
        desk.undo(batch)


def test_after_an_undo_the_file_goes_in_again(desk: Desk) -> None:
    path = desk.file(bills(4))
    once = desk.take(path)
    content = [(reading.start, reading.quantity, reading.cost) for reading in desk.readings()]
    desk.undo(once.batch_id)
    assert desk.take(path).counts["new"] == 4
    assert [(reading.start, reading.quantity, reading.cost) for reading in desk.readings()] == content


def test_prepared_savings_of_the_touched_meters_are_called_stale(desk: Desk) -> None:
    desk.rows(bills(2))
    with desk.session() as session:
        from emstrack.storage.models import Baseline

        meter = session.scalars(scoped(session, Meter)).one()
        who = {"tenant_id": meter.tenant_id, "meter_id": meter.id}
        baseline = Baseline(
            **who, revision=1, status="draft", method="average", start=date(2024, 1, 1), end=date(2025, 1, 1),
            in_months=True, reporting_start=date(2025, 1, 1), created_at=LATER,
        )  # fmt: skip
        session.add(baseline)
        session.flush()
        session.add(
            SavingsResult(
                **who, baseline_id=baseline.id, site_id=meter.site_id, resource="electricity", unit="kWh",
                counted=True, disqualified=False, item={},
                reporting_start=date(2025, 1, 1), reporting_end=date(2025, 2, 1),
                fingerprint="x", stale=False, computed_at=LATER,
            )
        )  # fmt: skip
    rows = bills(2)
    rows[0][5] = 1
    desk.rows(rows)
    with desk.session(read_only=True) as session:
        assert session.scalars(scoped(session, SavingsResult.stale)).one() is True


def test_what_an_undo_kept_is_remembered_with_the_batch(desk: Desk) -> None:
    outcome = desk.rows(bills(2))
    edit_by_hand(desk, desk.readings()[0].id, 1.0)
    desk.undo(outcome.batch_id)
    with desk.session(read_only=True) as session:
        report = find(session, ImportBatch, outcome.batch_id or 0).report["undo"]
    assert json.loads(json.dumps(report))["removed"] == 1
    assert report["kept"][0]["code"] == "undo.reading_changed"
