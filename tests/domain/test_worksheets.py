"""What a worksheet has to say of itself before it is taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from worksheets_filled import FILLED, P, estimated, measured

from emstrack.domain.errors import RefusedError
from emstrack.domain.verification import Grounds, with_sample
from emstrack.domain.worksheets import (
    COLD,
    ParameterName,
    Worksheet,
    check_parameters,
    choices_of,
    definitions_of,
    worksheets_for,
)

TODAY = date(2026, 1, 1)


def refused(worksheet: Worksheet, given: Any, **choices: str) -> tuple[str, object]:
    with pytest.raises(RefusedError) as error:
        check_parameters(worksheet, choices_of(worksheet, choices), given, today=TODAY)
    return error.value.code, error.value.evidence.get("field")


def toilets(**changes: Any) -> list[Any]:
    """The toilets' worksheet, the litres before given otherwise."""
    flushes, before, after = FILLED[Worksheet.TOILETS]
    return [flushes, replace(before, **changes), after]


@pytest.mark.parametrize("worksheet", list(Worksheet))
def test_a_worksheet_filled_in_is_taken(worksheet: Worksheet) -> None:
    check_parameters(worksheet, choices_of(worksheet, {}), FILLED[worksheet], today=TODAY)
    assert any(each.may_be_key for each in definitions_of(worksheet, choices_of(worksheet, {})))


def test_every_parameter_belongs_to_a_worksheet_once() -> None:
    for worksheet in Worksheet:
        names = [each.name for each in definitions_of(worksheet, choices_of(worksheet, {}))]
        assert len(names) == len(set(names))
    used = {each.name for w in Worksheet for each in definitions_of(w, choices_of(w, {}))}
    assert used == set(ParameterName)


@pytest.mark.parametrize("worksheet", list(Worksheet))
def test_m_13_4_a_worksheet_on_which_nothing_was_measured_is_refused(worksheet: Worksheet) -> None:
    guessed = [
        each
        if not each.is_measured
        else replace(each, grounds=Grounds.ESTIMATED, low=each.value * 0.9, high=each.value * 1.1, source="a guess")
        for each in FILLED[worksheet]
    ]
    assert refused(worksheet, guessed) == ("isolation.none_measured", None)


def test_measuring_what_is_no_key_parameter_is_not_enough() -> None:
    given = [
        measured(P.HEATER_EFFICIENCY, 80)
        if each.name is P.HEATER_EFFICIENCY
        else replace(each, grounds=Grounds.ESTIMATED, low=each.value * 0.9, high=each.value, source="a guess")
        for each in FILLED[Worksheet.TAPS_SHOWERS]
    ]
    assert refused(Worksheet.TAPS_SHOWERS, given) == ("isolation.none_measured", None)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sample": 1}, "isolation.sample_of_one"),
        ({"sample": None}, "isolation.sample_of_one"),
        ({"spread": None}, "isolation.no_spread"),
        ({"spread": -0.1}, "isolation.no_spread"),
        ({"spread": float("nan")}, "isolation.no_spread"),
        ({"instrument": " "}, "isolation.no_instrument"),
        ({"measured_on": None}, "isolation.no_day"),
        ({"measured_on": date(2026, 1, 2)}, "isolation.measured_in_future"),
        ({"value": 31}, "isolation.out_of_range"),
        ({"value": float("nan")}, "isolation.out_of_range"),
        ({"grounds": Grounds.ESTIMATED}, "isolation.no_source"),
        ({"grounds": Grounds.ESTIMATED, "source": "maker"}, "isolation.no_range"),
        ({"grounds": Grounds.ESTIMATED, "source": "maker", "low": 13, "high": 13}, "isolation.no_range"),
        ({"grounds": Grounds.ESTIMATED, "source": "maker", "low": 14, "high": 15}, "isolation.value_outside_range"),
        ({"grounds": Grounds.ESTIMATED, "source": "maker", "low": 12, "high": 99}, "isolation.out_of_range"),
    ],
)
def test_a_parameter_that_does_not_say_what_it_rests_on_is_refused_by_name(changes: dict[str, Any], code: str) -> None:
    assert refused(Worksheet.TOILETS, toilets(**changes)) == (code, "litres_before")


def test_a_parameter_that_is_not_there_is_asked_for() -> None:
    assert refused(Worksheet.TOILETS, FILLED[Worksheet.TOILETS][:2]) == ("isolation.missing", "litres_after")


def test_what_was_counted_whole_needs_a_source_and_no_range() -> None:
    rest = FILLED[Worksheet.LIGHTING][1:]
    check_parameters(Worksheet.LIGHTING, {}, [estimated(P.FITTINGS_BEFORE, 240), *rest], today=TODAY)
    nameless = replace(estimated(P.FITTINGS_BEFORE, 240), source="")
    assert refused(Worksheet.LIGHTING, [nameless, *rest]) == ("isolation.no_source", "fittings_before")


def test_cold_water_needs_no_heater_and_a_heat_pump_may_bring_more_than_it_takes() -> None:
    cold = {each.name for each in definitions_of(Worksheet.TAPS_SHOWERS, {"fuel": COLD})}
    assert not cold & {P.HEATED_SHARE, P.TEMPERATURE_RISE_K, P.HEATER_EFFICIENCY}
    pump = [
        estimated(P.HEATER_EFFICIENCY, 320, 280, 360) if each.name is P.HEATER_EFFICIENCY else each
        for each in FILLED[Worksheet.TAPS_SHOWERS]
    ]
    check_parameters(Worksheet.TAPS_SHOWERS, {"fuel": "electricity"}, pump, today=TODAY)
    assert refused(Worksheet.TAPS_SHOWERS, pump, fuel="lpg") == ("isolation.out_of_range", "heater_efficiency")


def test_a_rating_has_the_range_of_how_it_is_written() -> None:
    units = {
        rating: next(
            d for d in definitions_of(Worksheet.AIR_CONDITIONING, {"rating": rating}) if d.name is P.RATING_AFTER
        )
        for rating in ("kw_per_ton", "cop", "seer")
    }
    assert {rating: each.unit for rating, each in units.items()} == {
        "kw_per_ton": "kW/ton",
        "cop": "",
        "seer": "Btu/Wh",
    }
    assert units["seer"].high > units["cop"].high > units["kw_per_ton"].high


def test_readings_written_down_one_by_one_make_the_mean_and_the_spread() -> None:
    taken = with_sample(replace(measured(P.LITRES_BEFORE, 0.0), sample=None, spread=None, readings=(12.0, 13.0, 14.0)))
    assert (taken.value, taken.sample, taken.spread) == (13, 3, 1)
    alone = with_sample(replace(measured(P.LITRES_BEFORE, 0.0), readings=(12.0,)))
    assert refused(Worksheet.TOILETS, [FILLED[Worksheet.TOILETS][0], alone]) == (
        "isolation.sample_of_one",
        "litres_before",
    )
    assert with_sample(estimated(P.UNITS, 3)) == estimated(P.UNITS, 3)


def test_a_choice_nobody_offers_is_the_usual_one() -> None:
    assert choices_of(Worksheet.LINEN, {"fuel": "plutonium", "basis": "lol"}) == {"fuel": "lpg", "basis": "net"}
    assert choices_of(Worksheet.TOILETS, {"fuel": "lpg"}) == {}


def test_the_worksheets_that_can_save_a_resource_are_offered() -> None:
    assert Worksheet.LINEN in worksheets_for("water")
    assert worksheets_for("waste") == ()
    assert Worksheet.LIGHTING not in worksheets_for("water")
