"""Taps and showers, toilets, leaks: water saved, and the heat in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.analysis.isolation.steps import Step, heat_saved
from emstrack.domain.resources import Resource

if TYPE_CHECKING:
    from emstrack.analysis.isolation.steps import Values


def taps_showers(given: Values, fuel: str) -> tuple[Step, ...]:
    """Return the water, and the energy that heats it, that a smaller flow saves.

    Implements M-13.7: uses × minutes × (flow before − flow after) ÷ 1000, and M-13.6 for the heat.

    Parameters
    ----------
    given : mapping of str to ndarray
        ``uses_per_year``, ``minutes_per_use`` [min], ``flow_before_l_min``, ``flow_after_l_min`` [L/min]; heated, also
        what `heat_saved` takes.
    fuel : str
        What heats the water; empty where it is cold.

    Returns
    -------
    tuple of Step
        [m³/a], [kWh/a]
    """
    flow = given["flow_before_l_min"] - given["flow_after_l_min"]
    water = given["uses_per_year"] * given["minutes_per_use"] * flow / 1000
    arithmetic = "{uses_per_year} × {minutes_per_use} × ({flow_before_l_min} − {flow_after_l_min}) ÷ 1000"
    saved = Step("water_saved", arithmetic, water, "m3", Resource.WATER)
    return (saved, *heat_saved(given, water, fuel)) if fuel else (saved,)


def toilets(given: Values) -> tuple[Step, ...]:
    """Return the water that smaller flushes save.

    Implements M-13.8: flushes × (litres before − litres after) ÷ 1000.

    Parameters
    ----------
    given : mapping of str to ndarray
        ``flushes_per_year``, ``litres_before``, ``litres_after`` [L].

    Returns
    -------
    tuple of Step
        [m³/a]
    """
    water = given["flushes_per_year"] * (given["litres_before"] - given["litres_after"]) / 1000
    arithmetic = "{flushes_per_year} × ({litres_before} − {litres_after}) ÷ 1000"
    return (Step("water_saved", arithmetic, water, "m3", Resource.WATER),)


def leaks(given: Values) -> tuple[Step, ...]:
    """Return the water that a repaired leak no longer loses.

    Implements M-13.10: (flow before − flow left) × 60 × hours ÷ 1000, from a bucket or from the night's flow.

    Parameters
    ----------
    given : mapping of str to ndarray
        ``leak_before_l_min`` and, where something is left, ``leak_after_l_min`` [L/min]; ``leak_hours_per_year`` [h].

    Returns
    -------
    tuple of Step
        [m³/a]
    """
    flow, written = given["leak_before_l_min"], "{leak_before_l_min}"
    if "leak_after_l_min" in given:
        flow, written = flow - given["leak_after_l_min"], "({leak_before_l_min} − {leak_after_l_min})"
    water = flow * 60 * given["leak_hours_per_year"] / 1000
    arithmetic = written + " × 60 × {leak_hours_per_year} ÷ 1000"
    return (Step("water_saved", arithmetic, water, "m3", Resource.WATER),)
