"""Options of verification: what a saving has to say of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from worksheets_filled import filled_details

from emstrack.domain.errors import RefusedError
from emstrack.domain.verification import (
    CalibrationSteps,
    ExternalResult,
    Option,
    Quantity,
    can_show,
    check_details,
    is_calibrated,
)

RESULT = ExternalResult(
    model="EnergyPlus 24.1",
    author="Ing. Ruiz",
    made_on=date(2025, 2, 1),
    steps=CalibrationSteps.MONTHLY,
    cv_rmse=0.12,
    nmbe=-0.03,
    quantities=(Quantity("electricity", "kWh", "", 50_000, 9_000),),
)


def refused(**changes: Any) -> str:
    with pytest.raises(RefusedError) as error:
        check_details(filled_details(**changes))
    return error.value.code


def external(**changes: Any) -> dict[str, Any]:
    result = replace(RESULT, **changes)
    return {"option": Option.CALIBRATED_MODEL, "worksheet": None, "parameters": (), "external": result}


def test_a_saving_with_a_name_and_a_day_is_taken() -> None:
    check_details(filled_details())
    check_details(filled_details(**external()))


def test_a_name_and_an_order_of_days_are_asked_for() -> None:
    assert refused(title=" ") == "isolation.no_title"
    assert refused(end=date(2025, 4, 1)) == "period.backward"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"model": ""}, "isolation.no_model"),
        ({"author": " "}, "isolation.no_author"),
        ({"cv_rmse": 12.0}, "isolation.calibration_not_said"),
        ({"nmbe": float("nan")}, "isolation.calibration_not_said"),
        ({"quantities": ()}, "isolation.no_quantity"),
        ({"quantities": (Quantity("water", "m3", "", 1, -1),)}, "isolation.band_negative"),
    ],
)
def test_a_model_says_who_made_it_how_well_it_fits_and_what_it_comes_to(changes: dict[str, Any], code: str) -> None:
    assert refused(**external(**changes)) == code


def test_m_13_18_a_model_is_calibrated_within_the_limits_of_its_steps() -> None:
    assert is_calibrated(RESULT)
    assert not is_calibrated(replace(RESULT, cv_rmse=0.16))
    assert not is_calibrated(replace(RESULT, nmbe=-0.06))
    assert is_calibrated(replace(RESULT, steps=CalibrationSteps.HOURLY, cv_rmse=0.29, nmbe=0.09))


def test_m_13_17_a_meter_shows_what_its_band_does_not_swallow() -> None:
    assert can_show(100, 100)
    assert not can_show(99, 100)
