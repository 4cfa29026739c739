"""From a worksheet's parameters to its savings: per year with their band, and in each month they hold in."""

from __future__ import annotations

from functools import partial
from math import ceil, sqrt
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.isolation.air_conditioning import air_conditioning, air_conditioning_sample
from emstrack.analysis.isolation.boiler import boiler
from emstrack.analysis.isolation.lighting import lighting
from emstrack.analysis.isolation.linen import linen
from emstrack.analysis.isolation.propagation import CONFIDENCE, propagate
from emstrack.analysis.isolation.water import leaks, taps_showers, toilets
from emstrack.analysis.student import two_sided_t
from emstrack.domain.resources import Resource
from emstrack.domain.verification import Quantity
from emstrack.domain.worksheets import COLD, Worksheet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    from emstrack.analysis.isolation.propagation import Propagated
    from emstrack.analysis.isolation.steps import Step, Values
    from emstrack.domain.periods import Month
    from emstrack.domain.verification import Parameter

DAYS_PER_YEAR = 365.0
PRECISION = 0.1
"""What a sample should tell its mean to, at 90 % [fraction]."""


def formula_of(worksheet: Worksheet, choices: Mapping[str, str]) -> Callable[[Values], tuple[Step, ...]]:
    """Return a worksheet's formula under its choices.

    Parameters
    ----------
    worksheet : Worksheet
    choices : mapping of str to str
    """
    fuel = "" if choices.get("fuel") == COLD else choices.get("fuel", "")
    formulas: dict[Worksheet, Callable[[Values], tuple[Step, ...]]] = {
        Worksheet.LIGHTING: lighting,
        Worksheet.TAPS_SHOWERS: partial(taps_showers, fuel=fuel),
        Worksheet.TOILETS: toilets,
        Worksheet.LINEN: partial(linen, fuel=fuel),
        Worksheet.LEAKS: leaks,
        Worksheet.BOILER: partial(boiler, fuel=fuel),
        Worksheet.AIR_CONDITIONING: partial(air_conditioning, rating=choices.get("rating", "")),
        Worksheet.AIR_CONDITIONING_SAMPLE: air_conditioning_sample,
    }
    return formulas[worksheet]


def compute_worksheet(worksheet: Worksheet, choices: Mapping[str, str], parameters: Sequence[Parameter]) -> Propagated:
    """Return a worksheet's steps, bands and what each parameter brings to them.

    Parameters
    ----------
    worksheet : Worksheet
    choices : mapping of str to str
    parameters : sequence of Parameter
        Checked by `domain.worksheets.check_parameters`.
    """
    return propagate(formula_of(worksheet, choices), parameters)


def quantities_of(computed: Propagated, choices: Mapping[str, str]) -> tuple[Quantity, ...]:
    """Return a worksheet's savings, one per resource.

    Parameters
    ----------
    computed : Propagated
    choices : mapping of str to str

    Returns
    -------
    tuple of Quantity
        [canonical unit/a]
    """
    return tuple(
        Quantity(
            str(step.resource),
            Resource(step.resource).canonical_unit,
            choices.get("basis", "") if Resource(step.resource).is_fuel else "",
            float(step.value),
            computed.band_90[step.resource],
        )
        for step in computed.steps
        if step.resource
    )


def parts_of_year(start: date, end: date | None, months: Sequence[Month]) -> NDArray[np.float64]:
    """Return which part of a year's saving falls into each month.

    Implements M-13.13: the days of the month on which it holds ÷ 365. The band has the same part: the months of one
    saving share its parameters, so their bands add as they are and never in quadrature.

    Parameters
    ----------
    start : date
        First day of the saving.
    end : date or None
        First day after it; None goes on.
    months : sequence of Month

    Returns
    -------
    ndarray, shape (months,)
        [a]
    """
    days = [max(0, ((min(month.end, end) if end else month.end) - max(month.start, start)).days) for month in months]
    return np.array(days, dtype=np.float64) / DAYS_PER_YEAR


def sample_needed(parameter: Parameter) -> int | None:
    """Return how many would have to be measured to tell a mean to a tenth at 90 %, where it was told less well.

    Parameters
    ----------
    parameter : Parameter

    Returns
    -------
    int or None
        None where it was not measured, or well enough.
    """
    if not (parameter.is_measured and parameter.sample and parameter.spread) or not parameter.value:
        return None
    half = two_sided_t(CONFIDENCE, parameter.sample - 1) * parameter.spread / sqrt(parameter.sample)
    if half <= PRECISION * abs(parameter.value):
        return None
    return max(ceil((1.645 * parameter.spread / (PRECISION * abs(parameter.value))) ** 2), parameter.sample + 1)
