"""Air conditioners and chillers: by their rating and load, or by the kWh of a sample of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.analysis.isolation.steps import BTU_PER_TON_HOUR_IN_THOUSANDS, TON_KW, Step
from emstrack.domain.resources import Resource
from emstrack.domain.worksheets import Rating

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from emstrack.analysis.isolation.steps import Values

_WRITTEN = {Rating.KW_PER_TON: "{%s}", Rating.COP: "3.517 ÷ {%s}", Rating.SEER: "12 ÷ {%s}"}


def kw_per_ton(rating: NDArray[np.float64], written_as: Rating) -> NDArray[np.float64]:
    """Return a rating as electric power per cooling power.

    Parameters
    ----------
    rating : ndarray
        [kW/ton, 1, or Btu/Wh, as written]
    written_as : Rating

    Returns
    -------
    ndarray
        [kW/ton]: 3.517 ÷ COP, 12 ÷ SEER.
    """
    if written_as is Rating.COP:
        return TON_KW / rating
    return BTU_PER_TON_HOUR_IN_THOUSANDS / rating if written_as is Rating.SEER else rating


def air_conditioning(given: Values, rating: str) -> tuple[Step, ...]:
    """Return the electricity that a better rating saves at the same cooling.

    Implements M-13.12: tons × full-load hours × (kW/ton before − kW/ton after).

    Parameters
    ----------
    given : mapping of str to ndarray
        ``capacity_ton`` [ton], ``full_load_hours`` [h/a], ``rating_before``, ``rating_after`` as `rating` says.
    rating : str
        A `Rating`.

    Returns
    -------
    tuple of Step
        [kWh/a]
    """
    written_as = Rating(rating)
    load = given["capacity_ton"] * given["full_load_hours"]
    before, after = kw_per_ton(given["rating_before"], written_as), kw_per_ton(given["rating_after"], written_as)
    return (
        Step("cooling_load", "{capacity_ton} × {full_load_hours}", load, "ton_hour"),
        Step("per_ton_before", _WRITTEN[written_as] % "rating_before", before, "kW/ton"),
        Step("per_ton_after", _WRITTEN[written_as] % "rating_after", after, "kW/ton"),
        Step(
            "saved",
            "{cooling_load} × ({per_ton_before} − {per_ton_after})",
            load * (before - after),
            "kWh",
            Resource.ELECTRICITY,
        ),
    )


def air_conditioning_sample(given: Values) -> tuple[Step, ...]:
    """Return the electricity that units save, by the kWh a day of a sample of them before and after.

    Implements M-13.12: units × days × (kWh a day before − kWh a day after).

    Parameters
    ----------
    given : mapping of str to ndarray
        ``units``, ``kwh_per_day_before``, ``kwh_per_day_after`` [kWh/d], ``days_per_year`` [d].

    Returns
    -------
    tuple of Step
        [kWh/a]
    """
    saved = given["units"] * given["days_per_year"] * (given["kwh_per_day_before"] - given["kwh_per_day_after"])
    arithmetic = "{units} × {days_per_year} × ({kwh_per_day_before} − {kwh_per_day_after})"
    return (Step("saved", arithmetic, saved, "kWh", Resource.ELECTRICITY),)
