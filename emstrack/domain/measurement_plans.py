"""The measurement and verification plan: agreed before anything is put in, so that no ruler is chosen afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from emstrack.domain.errors import RefusedError
from emstrack.domain.measures import LONGEST_TEXT, Option

_TEXTS = ("boundary", "baseline_text", "static_factors", "key_parameters", "prices", "verifier", "agreed_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDetails:
    """What is agreed on how a saving will be measured and verified.

    Parameters
    ----------
    option : Option
    boundary : str
        What is measured: a circuit, a boiler, the whole meter.
    meter_id : int or None
        Meter it will be read on.
    baseline_id : int or None
        Adopted baseline it will be held against.
    baseline_text : str
        Baseline in words, where no meter has one.
    static_factors : str
        What is expected to stay as it is: area, hours, equipment.
    key_parameters : str
        What is measured, and with what.
    prices : str
        Prices the saving will be valued at.
    reporting_start, reporting_end : date or None
        Half-open period the saving is claimed for.
    verifier, agreed_by : str
    agreed_on : date or None
        Empty while it is a draft.
    """

    option: Option
    boundary: str = ""
    meter_id: int | None = None
    baseline_id: int | None = None
    baseline_text: str = ""
    static_factors: str = ""
    key_parameters: str = ""
    prices: str = ""
    reporting_start: date | None = None
    reporting_end: date | None = None
    verifier: str = ""
    agreed_by: str = ""
    agreed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Visibility:
    """Whether a meter can show a saving.

    Parameters
    ----------
    expected : float or None
        Saving expected, as a fraction of the meter's yearly use [1]; None where either is not known.
    detectable : float or None
        Smallest saving the meter can tell from its own ups and downs at 90 % [1]; None where it is not known.
    """

    expected: float | None = None
    detectable: float | None = None

    @property
    def is_hidden(self) -> bool:
        """Whether the saving would drown: both are known, and it is the smaller."""
        return self.expected is not None and self.detectable is not None and self.expected < self.detectable

    @property
    def is_known(self) -> bool:
        """Whether both are known."""
        return self.expected is not None and self.detectable is not None


def check_plan(details: PlanDetails, visibility: Visibility, *, today: date) -> None:
    """Refuse a plan that could not be held to.

    Parameters
    ----------
    details : PlanDetails
    visibility : Visibility
        Of the plan's meter.
    today : date

    Raises
    ------
    RefusedError
        ``plan.…`` with the field it belongs to as evidence ``field``; ``plan.saving_hidden`` where option C is wanted
        on a meter that cannot show the saving.
    """
    for name in _TEXTS:
        if len(getattr(details, name)) > LONGEST_TEXT:
            raise RefusedError("measure.text_too_long", limit=LONGEST_TEXT, field=name)
    if not details.boundary.strip():
        raise RefusedError("plan.boundary_missing", field="boundary")
    _check_days(details, today)
    if details.option is Option.C:
        if details.meter_id is None:
            raise RefusedError("plan.meter_missing", field="meter_id")
        if visibility.is_hidden:
            raise RefusedError(
                "plan.saving_hidden",
                expected=100 * (visibility.expected or 0.0),
                detectable=100 * (visibility.detectable or 0.0),
                field="option",
            )
    if details.option in {Option.A, Option.B} and not details.key_parameters.strip():
        raise RefusedError("plan.parameters_missing", field="key_parameters")
    if details.agreed_on is not None:
        _check_agreement(details)
    elif details.agreed_by.strip():
        raise RefusedError("plan.agreed_day_missing", field="agreed_on")


def _check_days(details: PlanDetails, today: date) -> None:
    start, end = details.reporting_start, details.reporting_end
    if (start is None) != (end is None):
        raise RefusedError("plan.period_half", field="reporting_end" if end is None else "reporting_start")
    if start is not None and end is not None and end <= start:
        raise RefusedError("period.backward", start=start, end=end, field="reporting_end")
    if details.agreed_on is not None and details.agreed_on > today:
        raise RefusedError("plan.agreed_in_future", day=details.agreed_on, field="agreed_on")


def _check_agreement(details: PlanDetails) -> None:
    if not details.agreed_by.strip():
        raise RefusedError("plan.agreed_by_missing", field="agreed_by")
    if not details.verifier.strip():
        raise RefusedError("plan.verifier_missing", field="verifier")
    if details.reporting_start is None:
        raise RefusedError("plan.period_missing", field="reporting_start")
