"""Candidates are compared on fit and band; nothing of what they would save leaves the service."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest
from conftest import NOW
from factories_savings import give_driver, give_months
from factories_sites import make_hotel, make_meter

from emstrack.analysis.candidates import Reason
from emstrack.analysis.fit_lines import TEMPERATURE
from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.periods import Period
from emstrack.domain.savings import Method
from emstrack.services.savings.adopt_baseline import Plan, propose_baseline
from emstrack.services.savings.compare_baselines import compare_baselines, fit_of_baseline
from emstrack.services.savings.sum_months import add_months
from emstrack.storage.models import Meter, Reading
from emstrack.storage.scope import scoped, set_scope, tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
PLAN = Plan(period=Period.parse("2024-01:2024-12"))
DRIVER = "occupied_room_nights"


@pytest.fixture
def meter(session: Session) -> Meter:
    """Electricity that follows room-nights, with a saving in the second year."""
    hotel = make_hotel(session, rooms=60)
    nights = [1200.0 + 40 * (n % 5) for n in range(24)]
    give_driver(session, hotel.id, DRIVER, "2024-01", nights)
    found = make_meter(session, hotel.id)
    use = [8000 + 3 * each + 25 * (n % 3) - (900 if n > 11 else 0) for n, each in enumerate(nights)]
    give_months(session, found, "2024-01", use)
    return found


def test_m_20_6_no_candidate_carries_a_saving(session: Session, meter: Meter) -> None:
    comparison = compare_baselines(session, meter.id, PLAN, expert=(Method.CALTRACK2, Method.CHANGE_POINT_4P))
    assert [each.key for each in comparison.candidates] == [
        "auto",
        "average",
        "intensity",
        "caltrack2",
        "change_point:4P",
    ]
    kept = {
        "site", "meter", "resource", "unit", "heating_value_basis", "direction", "variety", "baseline_period",
        "reporting_period", "method", "model", "months", "currency", "findings", "site_index", "meter_index", "rooms",
        "in_totals", "disqualified", "adjustments", "closed",
    }  # fmt: skip
    for each in comparison.candidates:
        told = {one.name: getattr(each.item, one.name) for one in fields(each.item)}
        assert {name for name, value in told.items() if value is not None} <= kept
        assert each.item.months == ()
        assert not any(found.code.startswith(("savings.", "reporting.")) for found in each.item.findings)


def test_the_one_that_misses_least_is_recommended_with_its_reason(session: Session, meter: Meter) -> None:
    plan = Plan(period=PLAN.period, drivers=(DRIVER,))
    comparison = compare_baselines(session, meter.id, plan)
    marked = [each for each in comparison.candidates if each.recommended]
    assert [each.plan.method for each in marked] == [Method.AUTO]
    assert marked[0].reason is Reason.NARROWEST
    assert marked[0].band is not None
    assert 0 < marked[0].band < 0.05
    chosen = comparison.named("regression")
    assert chosen is not None
    assert (chosen.plan.drivers, chosen.reason) == ((DRIVER,), Reason.WIDER)
    assert comparison.named("nonsense") is comparison.recommended


def test_a_fit_comes_with_its_rows_and_the_line_through_them(session: Session, meter: Meter) -> None:
    best = compare_baselines(session, meter.id, PLAN).recommended
    assert best is not None
    assert len(best.rows) == 12
    assert [line.variable for line in best.lines] == [DRIVER]
    assert len(best.values[DRIVER]) == 12
    assert TEMPERATURE not in best.values
    (line,) = best.lines
    assert np.all(np.diff(line.use) > 0)


def test_a_kept_baseline_shows_the_fit_it_was_frozen_with(session: Session, meter: Meter) -> None:
    draft = propose_baseline(session, meter.id, PLAN, now=NOW)
    _, before = fit_of_baseline(session, draft.id)
    assert before is not None
    reading = session.scalars(scoped(session, Reading).order_by(Reading.start)).first()
    assert reading is not None
    reading.canonical_quantity = 1.0
    session.flush()
    _, after = fit_of_baseline(session, draft.id)
    assert after is not None
    assert after.rows == before.rows


def test_what_cannot_be_compared_is_refused(session: Session, meter: Meter) -> None:
    with pytest.raises(RefusedError, match="reporting_inside"):
        compare_baselines(session, meter.id, Plan(period=PLAN.period, reporting_start=PLAN.period.start))
    set_scope(session, Scope(tenant_of(session) + 1, permissions=frozenset(Permission)))
    with pytest.raises(NotFoundError):
        compare_baselines(session, meter.id, PLAN)


def test_months_of_several_meters_add_up_and_their_bands_in_quadrature(session: Session, meter: Meter) -> None:
    from emstrack.services.savings.adopt_baseline import preview_baseline

    item = preview_baseline(session, meter.id, PLAN)
    one, two = add_months([item]), add_months([item, item])
    assert [each.avoided for each in two] == pytest.approx([2 * (each.avoided or 0) for each in one])
    assert two[-1].cumulative == pytest.approx(2 * (item.avoided or 0))
    assert two[-1].cumulative_band_90 == pytest.approx(2**0.5 * (item.band_90 or 0))
    assert all(each.complete for each in two)
