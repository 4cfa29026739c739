"""A baseline is proposed, adopted with a reason, superseded; what it rests on stays as it was."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from conftest import NOW
from factories_savings import give_driver, give_months, year
from factories_sites import make_building, make_hotel, make_meter

from emstrack.analysis.portfolio import Fixed
from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from emstrack.domain.periods import Period
from emstrack.domain.savings import Method
from emstrack.services.readings.recompute_monthly_values import recompute_monthly_values
from emstrack.services.savings.adopt_baseline import (
    Plan,
    adopt_baseline,
    discard_draft,
    list_revisions,
    lock_baselines,
    preview_baseline,
    propose_baseline,
)
from emstrack.services.savings.adopt_many import adopt_many
from emstrack.services.savings.compute_savings import Asked, compute_savings
from emstrack.storage.models import Baseline, DriverValue, Meter, Reading
from emstrack.storage.scope import scoped, set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

PLAN = Plan(period=Period.parse("2024-01:2024-12"))


@pytest.fixture
def meter(session: Session) -> Meter:
    """Electricity: a year at 1,000 kWh, then a year at 900."""
    site = make_building(session)
    found = make_meter(session, site.id)
    give_months(session, found, "2024-01", year(1000, 20) + year(900, 20))
    return found


def adopted(session: Session, meter: Meter, plan: Plan = PLAN) -> Baseline:
    draft = propose_baseline(session, meter.id, plan, now=NOW)
    return adopt_baseline(session, draft.id, reason="the year before", version=draft.version, now=NOW)


def test_an_adopted_baseline_gives_the_saving_to_date(session: Session, meter: Meter) -> None:
    adopted(session, meter)
    (item,) = compute_savings(session, Asked()).items
    assert item.avoided == pytest.approx(11_960 / 366 * 365 - 10_760)
    assert item.reporting_period == "2025-01:2025-12"
    assert item.cost_avoided == pytest.approx(item.avoided * 2.0)
    assert item.currency == "MXN"


def test_the_preview_is_what_the_adopted_baseline_gives(session: Session, meter: Meter) -> None:
    seen = preview_baseline(session, meter.id, PLAN)
    adopted(session, meter)
    assert compute_savings(session, Asked()).items[0] == seen


def test_inputs_are_frozen_in_full(session: Session, meter: Meter) -> None:
    give_driver(session, meter.site_id, "occupants", "2024-01", [100.0] * 24)
    row = adopted(session, meter)
    assert len(row.inputs["readings"]) == 12
    assert row.inputs["readings"][0] == ["2024-01-01", "2024-02-01", 960.0, "actual"]
    assert len(row.inputs["series"]) == 12
    assert row.fingerprint


def test_a_later_correction_of_the_baseline_year_moves_no_claim_and_is_named(session: Session, meter: Meter) -> None:
    adopted(session, meter)
    before = compute_savings(session, Asked()).items[0]
    first = session.scalars(
        scoped(session, Reading).where(Reading.meter_id == meter.id, Reading.start == date(2024, 3, 1))
    ).one()
    first.canonical_quantity = first.quantity = 5000.0
    session.flush()
    recompute_monthly_values(session, [meter.id])
    after = compute_savings(session, Asked()).items[0]
    assert after.avoided == pytest.approx(before.avoided)
    assert after.model == before.model
    assert "baseline.inputs_moved" in {each.code for each in after.findings}
    assert "baseline.inputs_moved" not in {each.code for each in before.findings}


def test_a_later_change_of_drivers_moves_no_claim_either(session: Session) -> None:
    hotel = make_hotel(session, rooms=60)
    meter = make_meter(session, hotel.id)
    nights = [900.0 + 40 * (place % 7) for place in range(24)]
    give_driver(session, hotel.id, "occupied_room_nights", "2024-01", nights)
    give_months(
        session, meter, "2024-01", [500 + 3 * each - (150 if place > 11 else 0) for place, each in enumerate(nights)]
    )
    adopted(session, meter)
    before = compute_savings(session, Asked()).items[0]
    assert before.model is not None
    assert "occupied_room_nights" in before.model.coefficients
    value = session.scalars(scoped(session, DriverValue).where(DriverValue.start == date(2024, 5, 1))).one()
    value.value = 1.0
    session.flush()
    after = compute_savings(session, Asked()).items[0]
    assert after.avoided == pytest.approx(before.avoided)
    assert after.band_90 == pytest.approx(before.band_90)
    assert after.per_room == pytest.approx(before.per_room)


def test_a_deleted_baseline_year_still_bears_its_claim(session: Session, meter: Meter) -> None:
    adopted(session, meter)
    before = compute_savings(session, Asked()).items[0]
    session.execute(sa.delete(Reading).where(Reading.tenant_id == tenant_of(session), Reading.start < date(2025, 1, 1)))
    recompute_monthly_values(session, [meter.id])
    after = compute_savings(session, Asked()).items[0]
    assert after.avoided == pytest.approx(before.avoided)


def test_a_correction_of_the_reporting_year_moves_the_saving(session: Session, meter: Meter) -> None:
    adopted(session, meter)
    before = compute_savings(session, Asked()).items[0]
    row = session.scalars(scoped(session, Reading).where(Reading.start == date(2025, 3, 1))).one()
    row.canonical_quantity = row.quantity = row.quantity + 100
    session.flush()
    recompute_monthly_values(session, [meter.id])
    after = compute_savings(session, Asked()).items[0]
    assert after.avoided == pytest.approx((before.avoided or 0) - 100)


def test_a_new_revision_supersedes_the_one_before(session: Session, meter: Meter) -> None:
    first = adopted(session, meter)
    second = adopted(session, meter, Plan(period=Period.parse("2024-02:2024-12"), method=Method.AVERAGE))
    assert [(row.revision, row.status) for row in list_revisions(session, meter.id)] == [
        (2, "adopted"),
        (1, "superseded"),
    ]
    assert second.supersedes_id == first.id
    assert compute_savings(session, Asked()).items[0].method == "average"


def test_a_new_draft_takes_the_place_of_an_old_one(session: Session, meter: Meter) -> None:
    propose_baseline(session, meter.id, PLAN, now=NOW)
    propose_baseline(session, meter.id, PLAN, now=NOW)
    assert [row.status for row in list_revisions(session, meter.id)] == ["draft"]


def test_a_draft_can_be_thrown_away_and_an_adopted_one_cannot(session: Session, meter: Meter) -> None:
    draft = propose_baseline(session, meter.id, PLAN, now=NOW)
    discard_draft(session, draft.id)
    assert list_revisions(session, meter.id) == []
    row = adopted(session, meter)
    with pytest.raises(RefusedError) as refused:
        discard_draft(session, row.id)
    assert refused.value.code == "baseline.not_a_draft"


def test_a_fixed_figure_is_kept_with_what_it_is_for(session: Session, meter: Meter) -> None:
    adopted(session, meter, Plan(period=PLAN.period, method=Method.FIXED, fixed=Fixed(12_000, "year")))  # type: ignore[arg-type]
    item = compute_savings(session, Asked()).items[0]
    assert item.adjusted_baseline == pytest.approx(12_000)


def test_reporting_ends_where_the_baseline_says(session: Session, meter: Meter) -> None:
    adopted(session, meter, Plan(period=PLAN.period, reporting_end=date(2025, 7, 1)))
    assert compute_savings(session, Asked()).items[0].reporting_period == "2025-01:2025-06"


def test_without_a_later_month_the_claim_is_withheld_by_name(session: Session) -> None:
    meter = make_meter(session, make_building(session).id)
    give_months(session, meter, "2024-01", year(1000, 20))
    adopted(session, meter)
    item = compute_savings(session, Asked()).items[0]
    assert item.disqualified
    assert "reporting.no_complete_month" in {each.code for each in item.findings}


def test_a_report_locks_a_baseline_once(session: Session, meter: Meter) -> None:
    row = adopted(session, meter)
    assert lock_baselines(session, [row.id], now=NOW) == 1
    assert lock_baselines(session, [row.id], now=NOW) == 0


def test_a_reason_is_asked_for(session: Session, meter: Meter) -> None:
    draft = propose_baseline(session, meter.id, PLAN, now=NOW)
    with pytest.raises(RefusedError) as refused:
        adopt_baseline(session, draft.id, reason="  ", version=1, now=NOW)
    assert refused.value.code == "baseline.reason_missing"


def test_too_short_a_baseline_is_refused_with_what_it_lacks(session: Session, meter: Meter) -> None:
    draft = propose_baseline(session, meter.id, Plan(period=Period.parse("2024-10:2024-12")), now=NOW)
    with pytest.raises(RefusedError) as refused:
        adopt_baseline(session, draft.id, reason="three months", version=1, now=NOW)
    assert refused.value.code == "baseline.not_sufficient"
    assert [each.code for each in refused.value.findings] == ["baseline.too_few_months"]


def test_what_moved_since_it_was_proposed_has_to_be_looked_at_again(session: Session, meter: Meter) -> None:
    draft = propose_baseline(session, meter.id, PLAN, now=NOW)
    row = session.scalars(scoped(session, Reading).where(Reading.start == date(2024, 3, 1))).one()
    row.canonical_quantity = 1.0
    session.flush()
    with pytest.raises(ConflictError) as refused:
        adopt_baseline(session, draft.id, reason="the year before", version=1, now=NOW)
    assert refused.value.code == "baseline.moved_since_proposed"


def test_of_two_who_adopt_the_same_version_one_is_told(session: Session, meter: Meter) -> None:
    draft = propose_baseline(session, meter.id, PLAN, now=NOW)
    with pytest.raises(ConflictError):
        adopt_baseline(session, draft.id, reason="the year before", version=9, now=NOW)


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        (Plan(period=PLAN.period, method=Method.FIXED), "baseline.no_fixed_figure"),
        (Plan(period=PLAN.period, reporting_start=date(2024, 6, 1)), "baseline.reporting_inside"),
        (
            Plan(period=PLAN.period, reporting_start=date(2025, 6, 1), reporting_end=date(2025, 5, 1)),
            "period.backward",
        ),
    ],
)
def test_a_plan_that_cannot_be_is_refused(session: Session, meter: Meter, plan: Plan, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        propose_baseline(session, meter.id, plan, now=NOW)
    assert refused.value.code == code


def test_a_viewer_may_not_propose(session: Session, meter: Meter) -> None:
    set_scope(session, Scope(tenant_of(session), permissions=frozenset({Permission.VIEW})))
    with pytest.raises(NotAllowedError):
        propose_baseline(session, meter.id, PLAN, now=NOW)


def test_another_organisations_meter_is_not_there(session: Session, meter: Meter) -> None:
    set_scope(session, Scope(tenant_of(session), frozenset({999}), permissions=frozenset(Permission)))
    with pytest.raises(NotFoundError):
        propose_baseline(session, meter.id, PLAN, now=NOW)
    assert compute_savings(session, Asked()).items == ()


def test_many_meters_take_the_same_plan_at_once_and_the_rest_is_named(session: Session, meter: Meter) -> None:
    short = make_meter(session, meter.site_id, "New")
    give_months(session, short, "2024-10", [10.0] * 15)
    first = adopted(session, meter)
    propose_baseline(session, short.id, PLAN, now=NOW)
    done = adopt_many(session, [meter.id, short.id], PLAN, reason="the retrofit", now=NOW)
    assert done.meter_ids == (meter.id,)
    assert [each.code for each in done.lacking[short.id]] == ["baseline.too_few_months"]
    assert [(row.revision, row.status, row.supersedes_id) for row in list_revisions(session, meter.id)] == [
        (2, "adopted", first.id),
        (1, "superseded", None),
    ]
    told = [each for each in compute_savings(session, Asked()).items[0].findings if each.code != "baseline.revised"]
    assert told == list(preview_baseline(session, meter.id, PLAN).findings)


def test_many_ask_for_a_reason_too(session: Session, meter: Meter) -> None:
    with pytest.raises(RefusedError) as refused:
        adopt_many(session, [meter.id], PLAN, reason="", now=NOW)
    assert refused.value.code == "baseline.reason_missing"
