"""How a saving is verified (IPMVP), and what it has to say of itself before it is taken.

On the whole meter, on a sub-meter, on a worksheet with measured key parameters, or by somebody else's calibrated model.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from statistics import fmean, stdev
from typing import TYPE_CHECKING

from emstrack.domain.errors import RefusedError

if TYPE_CHECKING:
    from emstrack.domain.worksheets import ParameterName, Worksheet

LONGEST_TITLE = 200
SMALLEST_SAMPLE = 2
LARGEST_SAMPLE = 1_000_000


class Option(StrEnum):
    """The option of the International Performance Measurement and Verification Protocol."""

    KEY_PARAMETER = "A"
    """Retrofit isolation, key parameters measured and the rest estimated: a worksheet."""
    ALL_PARAMETERS = "B"
    """Retrofit isolation, everything measured: a sub-meter."""
    WHOLE_METER = "C"
    """The supply meter and its baseline."""
    CALIBRATED_MODEL = "D"
    """A simulation calibrated on the meters, made elsewhere."""


class Grounds(StrEnum):
    """What a parameter's value rests on."""

    MEASURED = "measured"
    ESTIMATED = "estimated"


class CalibrationSteps(StrEnum):
    """The steps in which a model was compared with the meters."""

    MONTHLY = "monthly"
    HOURLY = "hourly"


CALIBRATION_LIMITS = {CalibrationSteps.MONTHLY: (0.15, 0.05), CalibrationSteps.HOURLY: (0.30, 0.10)}
"""CV(RMSE) and NMBE that ASHRAE Guideline 14-2014 allows a calibrated model [fraction]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter of a worksheet with what it rests on.

    Parameters
    ----------
    name : ParameterName
    value : float
        [the parameter's unit]; the sample's mean where it was measured.
    grounds : Grounds
    sample : int or None
        Measured: how many were measured.
    spread : float or None
        Measured: the sample's standard deviation [the parameter's unit].
    instrument : str
        Measured: with what.
    measured_on : date or None
        Measured: when, the last day of it.
    low, high : float or None
        Estimated: between what the true value surely lies [the parameter's unit]; both None where it was counted whole.
    source : str
        Estimated: where it comes from.
    file_id : int or None
        A picture or document behind it.
    readings : tuple of float
        Measured: the values one by one, where they were written down [the parameter's unit].
    """

    name: ParameterName
    value: float
    grounds: Grounds
    sample: int | None = None
    spread: float | None = None
    instrument: str = ""
    measured_on: date | None = None
    low: float | None = None
    high: float | None = None
    source: str = ""
    file_id: int | None = None
    readings: tuple[float, ...] = ()

    @property
    def is_measured(self) -> bool:
        """Whether it was measured."""
        return self.grounds is Grounds.MEASURED


def with_sample(given: Parameter) -> Parameter:
    """Return a parameter with mean, number and spread taken from its readings, where these were written down (M-13.1).

    Parameters
    ----------
    given : Parameter
    """
    if not given.is_measured or not given.readings:
        return given
    spread = stdev(given.readings) if len(given.readings) >= SMALLEST_SAMPLE else None
    return replace(given, value=fmean(given.readings), sample=len(given.readings), spread=spread)


@dataclass(frozen=True, slots=True)
class Quantity:
    """What a saving comes to in one resource.

    Parameters
    ----------
    resource, unit : str
        The resource and its canonical unit.
    basis : str
        ``net`` or ``gross`` for a fuel, else empty.
    per_year : float
        [unit/a]; positive when less is used.
    band_90 : float or None
        Half-width at 90 % [unit/a]; None where nobody knows it.
    """

    resource: str
    unit: str
    basis: str
    per_year: float
    band_90: float | None

    @property
    def per_month(self) -> float:
        """The twelfth of it [unit per average month]."""
        return self.per_year / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalResult:
    """A saving that somebody else's calibrated model came to (option D).

    Parameters
    ----------
    model : str
        The program and its version.
    author : str
    made_on : date
    steps : CalibrationSteps
    cv_rmse, nmbe : float
        How well the model follows the meters [fraction].
    quantities : tuple of Quantity
    """

    model: str
    author: str
    made_on: date
    steps: CalibrationSteps
    cv_rmse: float
    nmbe: float
    quantities: tuple[Quantity, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingDetails:
    """What a person says of a saving that is verified apart from the whole meter.

    Parameters
    ----------
    title : str
    option : Option
    start : date
        First day on which it saves.
    end : date or None
        First day on which it no longer does; None while it goes on.
    note : str
    worksheet : Worksheet or None
        Option A.
    choices : dict of str to str
        Option A: the fuel, its heating-value basis, the rating, where the worksheet asks.
    parameters : tuple of Parameter
        Option A.
    meter_id : int or None
        Option B: the sub-meter.
    external : ExternalResult or None
        Option D.
    """

    title: str
    option: Option
    start: date
    end: date | None = None
    note: str = ""
    worksheet: Worksheet | None = None
    choices: dict[str, str] | None = None
    parameters: tuple[Parameter, ...] = ()
    meter_id: int | None = None
    external: ExternalResult | None = None


def check_details(details: SavingDetails) -> None:
    """Refuse what lacks a name or ends before it starts.

    Parameters
    ----------
    details : SavingDetails

    Raises
    ------
    RefusedError
        ``isolation.no_title``, ``period.backward``; for option D what `check_external` refuses.
    """
    if not details.title.strip():
        raise RefusedError("isolation.no_title", field="title")
    if details.end is not None and details.end <= details.start:
        start, end = details.start.isoformat(), details.end.isoformat()
        raise RefusedError("period.backward", start=start, end=end, field="end")
    if details.external is not None:
        check_external(details.external)


def check_external(result: ExternalResult) -> None:
    """Refuse an external result that does not say who calculated it, with what, or what it comes to.

    Parameters
    ----------
    result : ExternalResult

    Raises
    ------
    RefusedError
        ``isolation.no_model``, ``isolation.no_author``, ``isolation.calibration_not_said``, ``isolation.no_quantity``.
    """
    if not result.model.strip():
        raise RefusedError("isolation.no_model", field="model")
    if not result.author.strip():
        raise RefusedError("isolation.no_author", field="author")
    if not (0 <= result.cv_rmse <= 1 and -1 <= result.nmbe <= 1):
        raise RefusedError("isolation.calibration_not_said", field="cv_rmse")
    if not result.quantities:
        raise RefusedError("isolation.no_quantity", field="quantity_1")
    for place, each in enumerate(result.quantities, 1):
        if not math.isfinite(each.per_year) or (each.band_90 is not None and not 0 <= each.band_90 < math.inf):
            raise RefusedError("isolation.band_negative", field=f"quantity_{place}")


def is_calibrated(result: ExternalResult) -> bool:
    """Tell whether a model follows the meters as closely as ASHRAE Guideline 14 asks.

    Parameters
    ----------
    result : ExternalResult
    """
    cv_rmse, nmbe = CALIBRATION_LIMITS[result.steps]
    return result.cv_rmse <= cv_rmse and abs(result.nmbe) <= nmbe


def can_show(expected: float, least: float) -> bool:
    """Tell whether a meter can show a saving (docs/methods.md, M-13.17): only what its band does not swallow.

    Parameters
    ----------
    expected : float
        What somebody hopes to save [unit/a].
    least : float
        The smallest saving the meter can show [unit/a].
    """
    return expected >= least
