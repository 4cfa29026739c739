"""A boiler that turns more of its fuel into heat, by a combustion test before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.analysis.isolation.steps import Step

if TYPE_CHECKING:
    from emstrack.analysis.isolation.steps import Values


def boiler(given: Values, fuel: str) -> tuple[Step, ...]:
    """Return the fuel that a better efficiency saves at the same heat.

    Implements M-13.11: fuel before × (1 − efficiency before ÷ efficiency after).

    Parameters
    ----------
    given : mapping of str to ndarray
        ``fuel_kwh_per_year`` [kWh/a], ``efficiency_before``, ``efficiency_after`` [%].
    fuel : str

    Returns
    -------
    tuple of Step
        [kWh/a]
    """
    after = given["fuel_kwh_per_year"] * given["efficiency_before"] / given["efficiency_after"]
    return (
        Step("fuel_after", "{fuel_kwh_per_year} × {efficiency_before} ÷ {efficiency_after}", after, "kWh"),
        Step("fuel_saved", "{fuel_kwh_per_year} − {fuel_after}", given["fuel_kwh_per_year"] - after, "kWh", fuel),
    )
