"""A calculation as the steps an auditor can follow, each with its arithmetic and its value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    Values = Mapping[str, NDArray[np.float64]]

HEAT_OF_WATER = 1.163
"""Heat that warms a cubic metre of water by a kelvin [kWh/(m³·K)]: 4.1868 kJ/(kg·K) × 1000 kg/m³ ÷ 3600."""
TON_KW = 3.517
"""Cooling power of a ton of refrigeration [kW]: 12,000 Btu/h."""
BTU_PER_TON_HOUR_IN_THOUSANDS = 12.0
"""Thousands of Btu in a ton of refrigeration over an hour: kW/ton is 12 ÷ SEER."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a calculation.

    Parameters
    ----------
    name : str
        What it comes to.
    arithmetic : str
        How, with parameters and earlier steps between braces: ``{units} × {days_per_year}``.
    value : ndarray of float64
        [unit]
    unit : str
    resource : str
        The resource it is the saving of; empty for a step on the way.
    """

    name: str
    arithmetic: str
    value: NDArray[np.float64]
    unit: str
    resource: str = ""


def heat_saved(given: Values, water_m3: NDArray[np.float64], fuel: str) -> tuple[Step, ...]:
    """Return the heat that less warm water saves.

    Implements M-13.6: water × heated share × 1.163 × temperature rise ÷ efficiency of the heater.

    Parameters
    ----------
    given : mapping of str to ndarray
        ``heated_share`` [%], ``temperature_rise_k`` [K], ``heater_efficiency`` [%].
    water_m3 : ndarray
        Water saved; a step of this name stands before. [m³]
    fuel : str
        What heats it.

    Returns
    -------
    tuple of Step
        Useful heat and energy bought, both [kWh].
    """
    heat = water_m3 * given["heated_share"] / 100 * HEAT_OF_WATER * given["temperature_rise_k"]
    return (
        Step("heat_saved", "{water_saved} × {heated_share} ÷ 100 × 1.163 × {temperature_rise_k}", heat, "kWh"),
        Step(
            "heating_energy_saved",
            "{heat_saved} ÷ ({heater_efficiency} ÷ 100)",
            heat / (given["heater_efficiency"] / 100),
            "kWh",
            fuel,
        ),
    )
