"""Lamps, their hours, and the air conditioning that no longer carries their heat away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.analysis.isolation.steps import Step
from emstrack.domain.resources import Resource

if TYPE_CHECKING:
    from emstrack.analysis.isolation.steps import Values


def lighting(given: Values) -> tuple[Step, ...]:
    """Return the electricity that other lamps or hours save.

    Implements M-13.5: fittings × W × h ÷ 1000 before, less the same after; plus a part of it where cooling carries the
    lamps' heat away.

    Parameters
    ----------
    given : mapping of str to ndarray
        ``fittings_before``, ``fittings_after``; ``power_before_w``, ``power_after_w`` [W]; ``hours_per_year`` and,
        where they changed, ``hours_after_per_year`` [h]; where given, ``cooling_factor`` [%].

    Returns
    -------
    tuple of Step
        The last is the saving [kWh/a].
    """
    later = "hours_after_per_year" if "hours_after_per_year" in given else "hours_per_year"
    before = given["fittings_before"] * given["power_before_w"] * given["hours_per_year"] / 1000
    after = given["fittings_after"] * given["power_after_w"] * given[later] / 1000
    steps = (
        Step("use_before", "{fittings_before} × {power_before_w} × {hours_per_year} ÷ 1000", before, "kWh"),
        Step("use_after", f"{{fittings_after}} × {{power_after_w}} × {{{later}}} ÷ 1000", after, "kWh"),
    )
    if "cooling_factor" not in given:
        return (*steps, Step("saved", "{use_before} − {use_after}", before - after, "kWh", Resource.ELECTRICITY))
    cooling = (before - after) * given["cooling_factor"] / 100
    return (
        *steps,
        Step("cooling_saved", "({use_before} − {use_after}) × {cooling_factor} ÷ 100", cooling, "kWh"),
        Step(
            "saved",
            "{use_before} − {use_after} + {cooling_saved}",
            before - after + cooling,
            "kWh",
            Resource.ELECTRICITY,
        ),
    )
