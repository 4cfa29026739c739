"""The worksheets of option A: their parameters, each with unit and range, and which of them may be the key one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from emstrack.domain.errors import RefusedError
from emstrack.domain.resources import Resource
from emstrack.domain.verification import LARGEST_SAMPLE, SMALLEST_SAMPLE, Grounds, Parameter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

LONGEST_YEAR_H = 8784.0
"""Hours of a leap year [h]."""
COLD = "none"
"""The choice of a fuel where the water is not heated."""


class Worksheet(StrEnum):
    """What was done, as its calculation is laid out."""

    LIGHTING = "lighting"
    TAPS_SHOWERS = "taps_showers"
    TOILETS = "toilets"
    LINEN = "linen"
    LEAKS = "leaks"
    BOILER = "boiler"
    AIR_CONDITIONING = "air_conditioning"
    AIR_CONDITIONING_SAMPLE = "air_conditioning_sample"


class Rating(StrEnum):
    """How the efficiency of an air conditioner or chiller is written."""

    KW_PER_TON = "kw_per_ton"
    COP = "cop"
    SEER = "seer"


class ParameterName(StrEnum):
    """A parameter of a worksheet, in the order they are read; its unit is the definition's."""

    FITTINGS_BEFORE = "fittings_before"
    POWER_BEFORE_W = "power_before_w"
    FITTINGS_AFTER = "fittings_after"
    POWER_AFTER_W = "power_after_w"
    HOURS_PER_YEAR = "hours_per_year"
    HOURS_AFTER_PER_YEAR = "hours_after_per_year"
    COOLING_FACTOR = "cooling_factor"
    USES_PER_YEAR = "uses_per_year"
    MINUTES_PER_USE = "minutes_per_use"
    FLOW_BEFORE_L_MIN = "flow_before_l_min"
    FLOW_AFTER_L_MIN = "flow_after_l_min"
    FLUSHES_PER_YEAR = "flushes_per_year"
    LITRES_BEFORE = "litres_before"
    LITRES_AFTER = "litres_after"
    ROOM_NIGHTS_PER_YEAR = "room_nights_per_year"
    LAUNDRY_BEFORE_KG = "laundry_before_kg"
    LAUNDRY_AFTER_KG = "laundry_after_kg"
    WATER_L_PER_KG = "water_l_per_kg"
    HEATED_SHARE = "heated_share"
    TEMPERATURE_RISE_K = "temperature_rise_k"
    HEATER_EFFICIENCY = "heater_efficiency"
    DRYING_KWH_PER_KG = "drying_kwh_per_kg"
    ELECTRICITY_KWH_PER_KG = "electricity_kwh_per_kg"
    DETERGENT_G_PER_KG = "detergent_g_per_kg"
    LEAK_BEFORE_L_MIN = "leak_before_l_min"
    LEAK_AFTER_L_MIN = "leak_after_l_min"
    LEAK_HOURS_PER_YEAR = "leak_hours_per_year"
    FUEL_KWH_PER_YEAR = "fuel_kwh_per_year"
    EFFICIENCY_BEFORE = "efficiency_before"
    EFFICIENCY_AFTER = "efficiency_after"
    CAPACITY_TON = "capacity_ton"
    FULL_LOAD_HOURS = "full_load_hours"
    RATING_BEFORE = "rating_before"
    RATING_AFTER = "rating_after"
    UNITS = "units"
    KWH_PER_DAY_BEFORE = "kwh_per_day_before"
    KWH_PER_DAY_AFTER = "kwh_per_day_after"
    DAYS_PER_YEAR = "days_per_year"


@dataclass(frozen=True, slots=True)
class Definition:
    """A parameter as a worksheet asks for it.

    Parameters
    ----------
    name : ParameterName
    unit : str
        Empty for a plain number; ``%`` is 82 for 82 %.
    low, high : float
        Beyond these a value is a typing error [unit].
    may_be_key : bool
        Whether measuring it makes the worksheet one of option A.
    is_counted : bool
        Whether it is taken whole from an inventory or record, so that its range may be nothing.
    optional : bool
    """

    name: ParameterName
    unit: str
    low: float
    high: float
    may_be_key: bool = False
    is_counted: bool = False
    optional: bool = False


_P = ParameterName
_HEATED = (
    Definition(_P.HEATED_SHARE, "%", 0, 100, may_be_key=True),
    Definition(_P.TEMPERATURE_RISE_K, "K", 0, 90, may_be_key=True),
    Definition(_P.HEATER_EFFICIENCY, "%", 10, 110),
)

_DEFINITIONS: dict[Worksheet, tuple[Definition, ...]] = {
    Worksheet.LIGHTING: (
        Definition(_P.FITTINGS_BEFORE, "", 1, 1e6, is_counted=True),
        Definition(_P.POWER_BEFORE_W, "W", 0.5, 5000, may_be_key=True),
        Definition(_P.FITTINGS_AFTER, "", 0, 1e6, is_counted=True),
        Definition(_P.POWER_AFTER_W, "W", 0, 5000, may_be_key=True),
        Definition(_P.HOURS_PER_YEAR, "h", 1, LONGEST_YEAR_H, may_be_key=True),
        Definition(_P.HOURS_AFTER_PER_YEAR, "h", 0, LONGEST_YEAR_H, may_be_key=True, optional=True),
        Definition(_P.COOLING_FACTOR, "%", 0, 60, optional=True),
    ),
    Worksheet.TAPS_SHOWERS: (
        Definition(_P.USES_PER_YEAR, "", 1, 1e9),
        Definition(_P.MINUTES_PER_USE, "min", 0.05, 60, may_be_key=True),
        Definition(_P.FLOW_BEFORE_L_MIN, "L/min", 0.5, 60, may_be_key=True),
        Definition(_P.FLOW_AFTER_L_MIN, "L/min", 0.1, 60, may_be_key=True),
        *_HEATED,
    ),
    Worksheet.TOILETS: (
        Definition(_P.FLUSHES_PER_YEAR, "", 1, 1e9, may_be_key=True),
        Definition(_P.LITRES_BEFORE, "L", 0.5, 30, may_be_key=True),
        Definition(_P.LITRES_AFTER, "L", 0, 30, may_be_key=True),
    ),
    Worksheet.LINEN: (
        Definition(_P.ROOM_NIGHTS_PER_YEAR, "", 1, 1e7, is_counted=True),
        Definition(_P.LAUNDRY_BEFORE_KG, "kg", 0.05, 40, may_be_key=True),
        Definition(_P.LAUNDRY_AFTER_KG, "kg", 0, 40, may_be_key=True),
        Definition(_P.WATER_L_PER_KG, "L/kg", 1, 80, may_be_key=True),
        *_HEATED,
        Definition(_P.DRYING_KWH_PER_KG, "kWh/kg", 0, 5, optional=True),
        Definition(_P.ELECTRICITY_KWH_PER_KG, "kWh/kg", 0, 5, optional=True),
        Definition(_P.DETERGENT_G_PER_KG, "g/kg", 0, 200, optional=True),
    ),
    Worksheet.LEAKS: (
        Definition(_P.LEAK_BEFORE_L_MIN, "L/min", 0.0005, 10_000, may_be_key=True),
        Definition(_P.LEAK_AFTER_L_MIN, "L/min", 0, 10_000, may_be_key=True, optional=True),
        Definition(_P.LEAK_HOURS_PER_YEAR, "h", 1, LONGEST_YEAR_H),
    ),
    Worksheet.BOILER: (
        Definition(_P.FUEL_KWH_PER_YEAR, "kWh", 1, 1e10, is_counted=True),
        Definition(_P.EFFICIENCY_BEFORE, "%", 10, 110, may_be_key=True),
        Definition(_P.EFFICIENCY_AFTER, "%", 10, 110, may_be_key=True),
    ),
    Worksheet.AIR_CONDITIONING: (
        Definition(_P.CAPACITY_TON, "ton", 0.2, 100_000, is_counted=True),
        Definition(_P.FULL_LOAD_HOURS, "h", 1, LONGEST_YEAR_H, may_be_key=True),
        Definition(_P.RATING_BEFORE, "kW/ton", 0.2, 5, may_be_key=True),
        Definition(_P.RATING_AFTER, "kW/ton", 0.2, 5, may_be_key=True),
    ),
    Worksheet.AIR_CONDITIONING_SAMPLE: (
        Definition(_P.UNITS, "", 1, 1e6, is_counted=True),
        Definition(_P.KWH_PER_DAY_BEFORE, "kWh", 0.01, 100_000, may_be_key=True),
        Definition(_P.KWH_PER_DAY_AFTER, "kWh", 0, 100_000, may_be_key=True),
        Definition(_P.DAYS_PER_YEAR, "d", 1, 366),
    ),
}

FUELS = (
    Resource.LPG,
    Resource.NATURAL_GAS,
    Resource.DIESEL,
    Resource.FUEL_OIL,
    Resource.KEROSENE,
    Resource.WOOD,
    Resource.BAGASSE,
)
CHOICES: dict[Worksheet, dict[str, tuple[str, ...]]] = {
    Worksheet.TAPS_SHOWERS: {"fuel": (*FUELS, Resource.ELECTRICITY, COLD), "basis": ("net", "gross")},
    Worksheet.LINEN: {"fuel": (*FUELS, Resource.ELECTRICITY, COLD), "basis": ("net", "gross")},
    Worksheet.BOILER: {"fuel": FUELS, "basis": ("net", "gross")},
    Worksheet.AIR_CONDITIONING: {"rating": tuple(Rating)},
}
"""What a worksheet asks before its parameters: the first of each is what stands there at first."""

_RATING_UNITS = {
    Rating.KW_PER_TON: ("kW/ton", 0.2, 5.0),
    Rating.COP: ("", 0.7, 18.0),
    Rating.SEER: ("Btu/Wh", 2.4, 60.0),
}
_HEAT_PUMP_PERCENT = 600.0
"""Electricity may bring more heat than it is [%]."""
_NEEDS_HEAT = frozenset({_P.HEATED_SHARE, _P.TEMPERATURE_RISE_K, _P.HEATER_EFFICIENCY, _P.DRYING_KWH_PER_KG})


def choices_of(worksheet: Worksheet, given: Mapping[str, str] | None) -> dict[str, str]:
    """Return each choice of a worksheet as given, or the usual one; electricity and cold water have no heating value.

    Parameters
    ----------
    worksheet : Worksheet
    given : mapping of str to str
    """
    asked = CHOICES.get(worksheet, {})
    made = {name: _chosen(allowed, (given or {}).get(name)) for name, allowed in asked.items()}
    if made.get("fuel") in {Resource.ELECTRICITY, COLD}:
        made["basis"] = ""
    return made


def _chosen(allowed: tuple[str, ...], given: str | None) -> str:
    return str(given if given in allowed else allowed[0])


def definitions_of(worksheet: Worksheet, choices: Mapping[str, str]) -> tuple[Definition, ...]:
    """Return the parameters of a worksheet under its choices: cold water needs no heater, a COP has its own range.

    Parameters
    ----------
    worksheet : Worksheet
    choices : mapping of str to str
        As `choices_of` returns them.
    """
    found = _DEFINITIONS[worksheet]
    if choices.get("fuel") == COLD:
        return tuple(each for each in found if each.name not in _NEEDS_HEAT)
    if choices.get("fuel") == Resource.ELECTRICITY:
        return tuple(
            replace(each, high=_HEAT_PUMP_PERCENT) if each.name is _P.HEATER_EFFICIENCY else each for each in found
        )
    if "rating" in choices:
        unit, low, high = _RATING_UNITS[Rating(choices["rating"])]
        rated = {_P.RATING_BEFORE, _P.RATING_AFTER}
        return tuple(replace(e, unit=unit, low=low, high=high) if e.name in rated else e for e in found)
    return found


def check_parameters(
    worksheet: Worksheet, choices: Mapping[str, str], given: Sequence[Parameter], *, today: date
) -> None:
    """Refuse a worksheet that does not say what it rests on (docs/methods.md, M-13.4).

    Parameters
    ----------
    worksheet : Worksheet
    choices : mapping of str to str
    given : sequence of Parameter
    today : date
        A measurement lies before its end.

    Raises
    ------
    RefusedError
        ``isolation.missing``, ``isolation.none_measured``, or what is wrong with one parameter; ``field`` names it.
    """
    by_name = {each.name: each for each in given}
    definitions = definitions_of(worksheet, choices)
    for asked in definitions:
        if asked.name in by_name:
            _check(asked, by_name[asked.name], today)
        elif not asked.optional:
            raise RefusedError("isolation.missing", parameter=asked.name, field=asked.name.value)
    keys = [asked.name for asked in definitions if asked.may_be_key]
    if not any(by_name[name].is_measured for name in keys if name in by_name):
        raise RefusedError("isolation.none_measured", parameters=keys)


def _check(asked: Definition, given: Parameter, today: date) -> None:
    where: dict[str, Any] = {"parameter": asked.name, "field": asked.name.value}
    for value in (given.value, given.low, given.high, *given.readings):
        if value is not None and not asked.low <= value <= asked.high:
            bounds: dict[str, Any] = {"low": asked.low, "high": asked.high, "unit": asked.unit}
            raise RefusedError("isolation.out_of_range", value=value, **bounds, **where)
    if given.grounds is Grounds.MEASURED:
        _check_measured(given, where, today)
    else:
        _check_estimated(asked, given, where)


def _check_measured(given: Parameter, where: Mapping[str, Any], today: date) -> None:
    if given.sample is None or not SMALLEST_SAMPLE <= given.sample <= LARGEST_SAMPLE:
        raise RefusedError("isolation.sample_of_one", **where)
    if given.spread is None or not 0 <= given.spread < math.inf:
        raise RefusedError("isolation.no_spread", **where)
    if not given.instrument.strip():
        raise RefusedError("isolation.no_instrument", **where)
    if given.measured_on is None:
        raise RefusedError("isolation.no_day", **where)
    if given.measured_on > today:
        raise RefusedError("isolation.measured_in_future", day=given.measured_on, **where)


def _check_estimated(asked: Definition, given: Parameter, where: Mapping[str, Any]) -> None:
    if not given.source.strip():
        raise RefusedError("isolation.no_source", **where)
    if given.low is None and given.high is None and asked.is_counted:
        return
    if given.low is None or given.high is None or (given.low == given.high and not asked.is_counted):
        raise RefusedError("isolation.no_range", **where)
    if not given.low <= given.value <= given.high:
        raise RefusedError("isolation.value_outside_range", value=given.value, low=given.low, high=given.high, **where)


_SAVES: dict[Worksheet, frozenset[str]] = {
    Worksheet.LIGHTING: frozenset({Resource.ELECTRICITY}),
    Worksheet.TAPS_SHOWERS: frozenset({Resource.WATER, Resource.ELECTRICITY, *FUELS}),
    Worksheet.TOILETS: frozenset({Resource.WATER}),
    Worksheet.LINEN: frozenset({Resource.WATER, Resource.ELECTRICITY, *FUELS}),
    Worksheet.LEAKS: frozenset({Resource.WATER}),
    Worksheet.BOILER: frozenset(FUELS),
    Worksheet.AIR_CONDITIONING: frozenset({Resource.ELECTRICITY}),
    Worksheet.AIR_CONDITIONING_SAMPLE: frozenset({Resource.ELECTRICITY}),
}


def worksheets_for(resource: str) -> tuple[Worksheet, ...]:
    """Return the worksheets that can save a resource.

    Parameters
    ----------
    resource : str
    """
    return tuple(each for each in Worksheet if resource in _SAVES[each])
