"""Closed days are left out of fit and claim, follow a correction, and never move an adopted claim in silence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from factories_savings import give_months, year
from factories_sites import make_building, make_meter

from emstrack.domain.errors import ConflictError, NotFoundError, RefusedError
from emstrack.domain.periods import Period
from emstrack.domain.savings import ClosedKind
from emstrack.services.savings.adopt_baseline import Plan, adopt_baseline, propose_baseline
from emstrack.services.savings.compute_savings import Asked, compute_savings
from emstrack.services.savings.set_closed_period import (
    LeftOut,
    add_closed_period,
    change_closed_period,
    withdraw_closed_period,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.analysis.savings_types import MeterSaving
    from emstrack.storage.models import Meter

STORM = LeftOut(start=date(2025, 8, 10), end=date(2025, 9, 5), reason="closed after the hurricane")


@pytest.fixture
def meter(session: Session) -> Meter:
    """Electricity: a year at 1,000 kWh, then a year at 900."""
    found = make_meter(session, make_building(session).id)
    give_months(session, found, "2024-01", year(1000, 20) + year(900, 20))
    return found


def adopt(session: Session, meter: Meter) -> None:
    draft = propose_baseline(session, meter.id, Plan(period=Period.parse("2024-01:2024-12")), now=NOW)
    adopt_baseline(session, draft.id, reason="the year before", version=draft.version, now=NOW)


def saving(session: Session) -> MeterSaving:
    return compute_savings(session, Asked()).items[0]


def test_months_that_touch_closed_days_do_not_count(session: Session, meter: Meter) -> None:
    adopt(session, meter)
    add_closed_period(session, meter.site_id, STORM, now=NOW)
    item = saving(session)
    assert [each.month for each in item.months if each.avoided is None] == ["2025-08", "2025-09"]
    assert item.closed == ("2025-08-10:2025-09-05",)
    assert "period.closed" in [each.code for each in item.findings]


def test_a_period_of_one_meter_leaves_the_others_alone(session: Session, meter: Meter) -> None:
    other = make_meter(session, meter.site_id, "Other")
    give_months(session, other, "2024-01", year(500, 10) + year(450, 10))
    adopt(session, meter)
    adopt(session, other)
    add_closed_period(session, meter.site_id, replace(STORM, meter_id=other.id, kind=ClosedKind.WORKS), now=NOW)
    left = {
        item.meter: sum(each.avoided is None for each in item.months)
        for item in compute_savings(session, Asked()).items
    }
    assert left == {meter.name: 0, "Other": 2}


def test_closed_days_are_left_out_of_the_fit(session: Session, meter: Meter) -> None:
    add_closed_period(session, meter.site_id, replace(STORM, start=date(2024, 8, 1), end=date(2024, 9, 1)), now=NOW)
    give_months(session, make_meter(session, meter.site_id, "Long"), "2023-12", [1000.0] * 25)
    asked = Asked(baseline=Period.parse("2024-01:2024-12"), reporting=Period.parse("2025-01:2025-12"))
    assert {item.model.n for item in compute_savings(session, asked).items if item.model} == {11}


def test_m_20_4_days_closed_inside_an_adopted_baseline_move_no_claim_and_are_named(
    session: Session, meter: Meter
) -> None:
    adopt(session, meter)
    before = saving(session)
    inside = replace(STORM, start=date(2024, 12, 20), end=date(2025, 1, 10))
    add_closed_period(session, meter.site_id, inside, now=NOW)
    after = saving(session)
    assert after.model == before.model
    assert "baseline.inputs_moved" in [each.code for each in after.findings]
    assert [each.month for each in after.months if each.avoided is None] == ["2025-01"]
    adopt(session, meter)
    taken_in = saving(session)
    assert taken_in.model is not None
    assert taken_in.model.n == 11
    assert "baseline.inputs_moved" not in [each.code for each in taken_in.findings]


def test_a_correction_and_a_withdrawal_are_followed(session: Session, meter: Meter) -> None:
    adopt(session, meter)
    row = add_closed_period(session, meter.site_id, STORM, now=NOW)
    change_closed_period(session, row.id, replace(STORM, end=date(2025, 8, 20)), version=1, now=NOW)
    assert sum(each.avoided is None for each in saving(session).months) == 1
    with pytest.raises(ConflictError):
        change_closed_period(session, row.id, STORM, version=1, now=NOW)
    withdraw_closed_period(session, row.id, reason="it stayed open", version=2, now=NOW)
    assert all(each.avoided is not None for each in saving(session).months)
    with pytest.raises(RefusedError, match="withdrawn_already"):
        change_closed_period(session, row.id, STORM, version=3, now=NOW)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"start": None}, "closed_period.start_missing"),
        ({"end": None}, "closed_period.end_missing"),
        ({"end": date(2025, 8, 10)}, "closed_period.backward"),
        ({"end": date(2029, 8, 10)}, "closed_period.too_long"),
        ({"reason": ""}, "closed_period.reason_missing"),
        ({"start": date(2025, 9, 4), "end": date(2025, 10, 1)}, "closed_period.overlaps"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_cannot_be_left_out_is_refused(
    session: Session, meter: Meter, change: dict[str, object], code: str
) -> None:
    add_closed_period(session, meter.site_id, STORM, now=NOW)
    with pytest.raises(RefusedError) as refused:
        add_closed_period(session, meter.site_id, replace(STORM, **change), now=NOW)  # type: ignore[arg-type]  # by name
    assert refused.value.code == code


def test_a_meter_of_another_site_is_not_there(session: Session, meter: Meter) -> None:
    other = make_meter(session, make_building(session, "Anexo").id)
    with pytest.raises(NotFoundError):
        add_closed_period(session, meter.site_id, replace(STORM, meter_id=other.id), now=NOW)
