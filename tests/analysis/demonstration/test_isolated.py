"""What the demonstration verified apart from its meters is near what only its generator knows."""

from __future__ import annotations

from datetime import date

import pytest

from emstrack.analysis.demonstration import make_demonstration
from emstrack.analysis.isolation.worksheets import compute_worksheet, quantities_of
from emstrack.domain.resources import Resource
from emstrack.domain.verification import Option
from emstrack.domain.worksheets import check_parameters, choices_of
from emstrack.reference.units import convert

TODAY = date(2026, 11, 22)
MEASURES = {
    "Luminarias LED y sensores": "Luminarias LED y sensores",
    "Sanitarios ahorradores": "Sanitarios y llaves ahorradores",
    "Low-flow showers": "Aerators and low-flow showers",
    "Towel and linen programme": "Towel and linen programme",
}
"""Which measure of the generator each saving is."""


def test_every_saving_holds_its_truth_within_its_band() -> None:
    made, errors = make_demonstration(TODAY), {}
    truth = {
        (true.site, true.title, true.resource): true.avoided
        * convert(Resource(true.resource), true.unit, country="JM", on=made.reporting.start).factor
        for true in made.truth_of_measures
    }
    for each in made.isolated:
        details = each.details
        if details.option is not Option.KEY_PARAMETER or details.worksheet is None:
            continue
        choices = choices_of(details.worksheet, details.choices)
        check_parameters(details.worksheet, choices, details.parameters, today=TODAY)
        for told in quantities_of(compute_worksheet(details.worksheet, choices, details.parameters), choices):
            if told.resource == "material":
                continue  # the generator knows nothing of detergent
            true = truth[each.site, MEASURES[details.title], told.resource]
            assert told.band_90
            errors[each.site, told.resource] = (told.per_year - true) / told.band_90
    assert len(errors) == 8
    assert max(abs(error) for error in errors.values()) < 1, errors


def test_measures_one_after_the_other_add_up_to_the_meters_truth() -> None:
    made = make_demonstration(TODAY)
    for true in made.truth:
        parts = [m.avoided for m in made.truth_of_measures if (m.site, m.meter) == (true.site, true.meter)]
        assert sum(parts) == pytest.approx(true.avoided)


def test_the_pump_room_stands_behind_the_hotels_meter_and_nobody_bills_it() -> None:
    made = make_demonstration(TODAY)
    assert made.sub_meters == {("Blue Lagoon Resort", "POOL-PUMPS"): "JPS-7180"}
    pumps = [line.split(",") for line in made.readings.splitlines() if ",POOL-PUMPS," in line]
    assert {line[7] for line in pumps} == {""}
    assert [each.sub_meter for each in made.isolated if each.details.option is Option.ALL_PARAMETERS] == ["POOL-PUMPS"]
