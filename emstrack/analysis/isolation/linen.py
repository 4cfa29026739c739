"""Towels and linen that are not washed: water, the heat in it, drying, the machines' electricity, detergent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emstrack.analysis.isolation.steps import Step, heat_saved
from emstrack.domain.resources import Resource

if TYPE_CHECKING:
    from emstrack.analysis.isolation.steps import Values


def linen(given: Values, fuel: str) -> tuple[Step, ...]:
    """Return what laundry that is not washed saves.

    Implements M-13.9: room-nights × (kg before − kg after) is the laundry saved; times litres, kWh and grams per kg.

    Parameters
    ----------
    given : mapping of str to ndarray
        ``room_nights_per_year``; ``laundry_before_kg``, ``laundry_after_kg`` per occupied room-night [kg];
        ``water_l_per_kg`` [L/kg]; heated, what `heat_saved` takes; where given ``drying_kwh_per_kg`` of the same fuel
        and ``electricity_kwh_per_kg`` [kWh/kg], ``detergent_g_per_kg`` [g/kg].
    fuel : str
        What heats water and dryer; empty where neither is heated.

    Returns
    -------
    tuple of Step
        One saving per resource: water [m³/a], energy [kWh/a], detergent [kg/a].
    """
    kept = given["laundry_before_kg"] - given["laundry_after_kg"]
    laundry = given["room_nights_per_year"] * kept
    water = laundry * given["water_l_per_kg"] / 1000
    steps = [
        Step("laundry_saved", "{room_nights_per_year} × ({laundry_before_kg} − {laundry_after_kg})", laundry, "kg"),
        Step("water_saved", "{laundry_saved} × {water_l_per_kg} ÷ 1000", water, "m3", Resource.WATER),
    ]
    steps += _energy(given, steps, fuel)
    if "detergent_g_per_kg" in given:
        detergent = laundry * given["detergent_g_per_kg"] / 1000
        arithmetic = "{laundry_saved} × {detergent_g_per_kg} ÷ 1000"
        steps.append(Step("detergent_saved", arithmetic, detergent, "kg", Resource.MATERIAL))
    return tuple(steps)


def _energy(given: Values, before: list[Step], fuel: str) -> list[Step]:
    """Add up heat, drying and machines, so that each resource has one saving."""
    laundry, water = before[0].value, before[1].value
    parts: dict[str, list[Step]] = {}
    if fuel:
        heat, bought = heat_saved(given, water, "")
        parts[fuel] = [heat, bought]
        if "drying_kwh_per_kg" in given:
            drying = laundry * given["drying_kwh_per_kg"]
            parts[fuel].append(Step("drying_saved", "{laundry_saved} × {drying_kwh_per_kg}", drying, "kWh"))
    if "electricity_kwh_per_kg" in given:
        machines = laundry * given["electricity_kwh_per_kg"]
        step = Step("machines_saved", "{laundry_saved} × {electricity_kwh_per_kg}", machines, "kWh")
        parts.setdefault(Resource.ELECTRICITY, []).append(step)
    steps: list[Step] = []
    for resource, found in parts.items():
        counted = [each for each in found if each.name != "heat_saved"]
        if len(counted) == 1:
            steps += [replace(each, resource=resource) if each in counted else each for each in found]
            continue
        name = "electricity_saved" if resource == Resource.ELECTRICITY else "fuel_saved"
        total = sum(each.value for each in counted[1:]) + counted[0].value
        arithmetic = " + ".join(f"{{{each.name}}}" for each in counted)
        steps += [*found, Step(name, arithmetic, total, "kWh", resource)]
    return steps
