"""A plan that could not be held to is refused, field by field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from emstrack.domain.errors import RefusedError
from emstrack.domain.measurement_plans import PlanDetails, Visibility, check_plan
from emstrack.domain.measures import Option

TODAY = date(2026, 11, 28)
GOOD = PlanDetails(
    option=Option.C,
    boundary="Todo el edificio",
    meter_id=4,
    reporting_start=date(2027, 1, 1),
    reporting_end=date(2028, 1, 1),
    verifier="Vera",
    agreed_by="Comité",
    agreed_on=date(2026, 11, 20),
)


def test_a_whole_plan_is_taken() -> None:
    check_plan(GOOD, Visibility(0.15, 0.04), today=TODAY)
    check_plan(GOOD, Visibility(), today=TODAY)


def test_a_draft_needs_no_more_than_its_boundary() -> None:
    check_plan(PlanDetails(option=Option.D, boundary="Edificio nuevo"), Visibility(), today=TODAY)


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"boundary": " "}, "plan.boundary_missing", "boundary"),
        ({"meter_id": None}, "plan.meter_missing", "meter_id"),
        ({"option": Option.A}, "plan.parameters_missing", "key_parameters"),
        ({"reporting_end": None}, "plan.period_half", "reporting_end"),
        ({"reporting_start": None}, "plan.period_half", "reporting_start"),
        ({"reporting_end": date(2026, 12, 1)}, "period.backward", "reporting_end"),
        ({"agreed_on": date(2026, 11, 29)}, "plan.agreed_in_future", "agreed_on"),
        ({"agreed_by": ""}, "plan.agreed_by_missing", "agreed_by"),
        ({"agreed_on": None}, "plan.agreed_day_missing", "agreed_on"),
        ({"verifier": ""}, "plan.verifier_missing", "verifier"),
        ({"reporting_start": None, "reporting_end": None}, "plan.period_missing", "reporting_start"),
        ({"prices": "x" * 10_001}, "measure.text_too_long", "prices"),
    ],
)
def test_what_is_missing_or_impossible_is_named_with_its_field(changed: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        check_plan(replace(GOOD, **changed), Visibility(), today=TODAY)
    assert (refused.value.code, refused.value.evidence["field"]) == (code, field)


def test_option_c_is_refused_where_the_meter_cannot_show_the_saving() -> None:
    with pytest.raises(RefusedError) as refused:
        check_plan(GOOD, Visibility(0.03, 0.05), today=TODAY)
    assert refused.value.code == "plan.saving_hidden"
    assert refused.value.evidence["expected"] == pytest.approx(3)
    measured = replace(GOOD, option=Option.A, key_parameters="Toallas por día, 20 muestras")
    check_plan(measured, Visibility(0.03, 0.05), today=TODAY)
