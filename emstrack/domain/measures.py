"""Recommendations and measures: one record from proposal to verified saving, and the rules of its status.

It is called a recommendation while it is proposed, deferred or rejected, and a measure once it is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from emstrack.domain.errors import RefusedError
from emstrack.domain.resources import Resource


class Category(StrEnum):
    """The eight techniques of cleaner production."""

    HOUSEKEEPING = "housekeeping"
    INPUT_CHANGE = "input_change"
    PROCESS_CONTROL = "process_control"
    EQUIPMENT = "equipment_change"
    TECHNOLOGY = "technology_change"
    REUSE = "on_site_reuse"
    BY_PRODUCT = "by_product"
    PRODUCT = "product_change"


class MeasureStatus(StrEnum):
    """Where a recommendation or measure stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    FINANCED = "financed"
    IN_PROGRESS = "in_progress"
    IMPLEMENTED = "implemented"
    VERIFIED = "verified"
    FADED = "faded"
    DEFERRED = "deferred"
    REJECTED = "rejected"

    @property
    def is_recommendation(self) -> bool:
        """Whether it is still (or again) only a recommendation."""
        return self in {MeasureStatus.PROPOSED, MeasureStatus.DEFERRED, MeasureStatus.REJECTED}

    @property
    def is_open(self) -> bool:
        """Whether a due date still counts: something is left to be done before it is implemented."""
        return self in OPEN

    @property
    def is_implemented(self) -> bool:
        """Whether it has been put in, whatever came of it."""
        return self in {MeasureStatus.IMPLEMENTED, MeasureStatus.VERIFIED, MeasureStatus.FADED}


OPEN = (MeasureStatus.PROPOSED, MeasureStatus.ACCEPTED, MeasureStatus.FINANCED, MeasureStatus.IN_PROGRESS)

_S = MeasureStatus
NEXT: dict[MeasureStatus, tuple[MeasureStatus, ...]] = {
    _S.PROPOSED: (_S.ACCEPTED, _S.DEFERRED, _S.REJECTED),
    _S.DEFERRED: (_S.ACCEPTED, _S.PROPOSED, _S.REJECTED),
    _S.REJECTED: (_S.PROPOSED,),
    _S.ACCEPTED: (_S.FINANCED, _S.IN_PROGRESS, _S.DEFERRED, _S.REJECTED),
    _S.FINANCED: (_S.IN_PROGRESS, _S.ACCEPTED, _S.DEFERRED, _S.REJECTED),
    _S.IN_PROGRESS: (_S.IMPLEMENTED, _S.ACCEPTED, _S.DEFERRED, _S.REJECTED),
    _S.IMPLEMENTED: (_S.VERIFIED, _S.FADED, _S.IN_PROGRESS),
    _S.VERIFIED: (_S.FADED, _S.IMPLEMENTED),
    _S.FADED: (_S.IN_PROGRESS, _S.VERIFIED),
}
"""What may follow each status; the first is the natural next step."""

NEEDS_REASON = frozenset(
    {
        *((_S.PROPOSED, _S.DEFERRED), (_S.PROPOSED, _S.REJECTED), (_S.DEFERRED, _S.REJECTED)),
        *((_S.REJECTED, _S.PROPOSED), (_S.ACCEPTED, _S.DEFERRED), (_S.ACCEPTED, _S.REJECTED)),
        *((_S.FINANCED, _S.ACCEPTED), (_S.FINANCED, _S.DEFERRED), (_S.FINANCED, _S.REJECTED)),
        *((_S.IN_PROGRESS, _S.ACCEPTED), (_S.IN_PROGRESS, _S.DEFERRED), (_S.IN_PROGRESS, _S.REJECTED)),
        *((_S.IMPLEMENTED, _S.FADED), (_S.IMPLEMENTED, _S.IN_PROGRESS)),
        *((_S.VERIFIED, _S.FADED), (_S.VERIFIED, _S.IMPLEMENTED)),
    }
)
"""Steps back, aside and out, which somebody will ask about a year from now."""


class InvestmentKind(StrEnum):
    """What an investment line pays for."""

    EQUIPMENT = "equipment"
    INSTALLATION = "installation"
    ENGINEERING = "engineering"
    OTHER = "other_cost"


class Priority(StrEnum):
    """How urgent a measure is."""

    HIGH = "high_priority"
    MEDIUM = "medium_priority"
    LOW = "low_priority"


class Ease(StrEnum):
    """How easily a measure is put in."""

    EASY = "easy"
    MODERATE = "moderate"
    HARD = "hard"


class Moment(StrEnum):
    """When a photo was taken."""

    BEFORE = "before"
    AFTER = "after"


class Option(StrEnum):
    """How a saving is measured and verified, as the IPMVP names it."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


CHEMICALS, MONEY = "chemicals", "money"
EFFECTS: tuple[str, ...] = (*Resource, CHEMICALS, MONEY)
"""What a measure may act on: a metered resource, chemicals by mass or volume, or money alone (labour, fees)."""
CHEMICAL_UNITS = ("kg", "t", "lb", "L", "m3")

LONGEST_TITLE = 200
LONGEST_TEXT = 10_000
LONGEST_LIFE = 100
"""Years; beyond this a life is a typing error [a]."""
USUAL_DISCOUNT_RATE = 0.12
"""Where a measure says none: the rate of the region's public-investment guides and of the worked example [1/a]."""
LARGEST_MONEY = Decimal("1e12")
"""Beyond this an amount is a typing error [currency]."""
MOST_ROWS = 40
"""Effects or investment lines of one measure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a measure does to one resource in a year.

    Parameters
    ----------
    resource : str
        One of `EFFECTS`.
    quantity : float
        Saved a year [unit/a]; negative where more is used (a fuel replaced by another).
    unit : str
        Unit code; empty for money.
    unit_price : Decimal or None
        Price of a unit [currency/unit]; None where it is not known, and then the money is not either.
    currency : str
        ISO 4217; empty takes the measure's.
    price_date : date or None
        Day of the price.
    variety : str
        Source of water, stream of waste, name of a chemical.
    meter_id : int or None
        Meter it shows on.
    assumptions, calculation : str
        As they shall be read by whoever checks it.
    """

    resource: str
    quantity: float
    unit: str = ""
    unit_price: Decimal | None = None
    currency: str = ""
    price_date: date | None = None
    variety: str = ""
    meter_id: int | None = None
    assumptions: str = ""
    calculation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InvestmentLine:
    """One thing to be paid for once.

    Parameters
    ----------
    label : str
    kind : InvestmentKind
    amount : Decimal
        Budget [currency]; not negative.
    spent : Decimal or None
        Paid so far [currency]; None where nothing was entered.
    currency : str
        ISO 4217; empty takes the measure's.
    day : date or None
        Day of the offer or payment: its exchange rate is used.
    """

    label: str
    kind: InvestmentKind = InvestmentKind.EQUIPMENT
    amount: Decimal
    spent: Decimal | None = None
    currency: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureDetails:
    """What a person says of a recommendation or measure.

    Parameters
    ----------
    title : str
    category : Category
    situation, proposal : str
        What is and why; what should be.
    effects : tuple of Effect
    investment : tuple of InvestmentLine
    currency : str
        ISO 4217; empty takes the site's. Totals are in it.
    om_change : Decimal or None
        Change of operation and maintenance cost [currency/a]; positive costs more.
    avoided_treatment : Decimal or None
        Treatment and disposal no longer paid [currency/a].
    life_years : float or None
        [a]
    discount_rate : float or None
        [1/a]; None is the usual one.
    residual_value : Decimal or None
        Worth at the end of its life [currency]; negative where taking it away costs.
    risks, safety, quality, liability : str
    ease : Ease or None
    priority : Priority or None
    owner_id : int or None
        Person who sees to it.
    due : date or None
        Day by which it shall be implemented.
    audit_id, finding_id : int or None
    library_code : str
        Entry of the library it was started from.
    """

    title: str
    category: Category = Category.HOUSEKEEPING
    situation: str = ""
    proposal: str = ""
    effects: tuple[Effect, ...] = ()
    investment: tuple[InvestmentLine, ...] = ()
    currency: str = ""
    om_change: Decimal | None = None
    avoided_treatment: Decimal | None = None
    life_years: float | None = None
    discount_rate: float | None = None
    residual_value: Decimal | None = None
    risks: str = ""
    safety: str = ""
    quality: str = ""
    liability: str = ""
    ease: Ease | None = None
    priority: Priority | None = None
    owner_id: int | None = None
    due: date | None = None
    audit_id: int | None = None
    finding_id: int | None = None
    library_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A change of status that somebody wants.

    Parameters
    ----------
    status : MeasureStatus
        What it shall become.
    reason : str
    day : date or None
        Day it was implemented, where that is the step; None is today.
    """

    status: MeasureStatus
    reason: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a measure stands when its status shall change.

    Parameters
    ----------
    status : MeasureStatus
    owner_id : int or None
    has_plan : bool
        Whether how to measure and verify was agreed before.
    implemented_on : date or None
    """

    status: MeasureStatus
    owner_id: int | None = None
    has_plan: bool = False
    implemented_on: date | None = None


def check_step(standing: Standing, step: Step, *, signer_id: int | None, today: date) -> None:
    """Refuse a change of status that the rules do not allow.

    Parameters
    ----------
    standing : Standing
    step : Step
    signer_id : int or None
        Who wants it; None is nobody by name.
    today : date

    Raises
    ------
    RefusedError
        ``measure.step_unknown``; ``measure.reason_missing``; ``measure.plan_missing`` before work begins without an
        agreed plan or a typed reason; ``measure.implemented_in_future``; ``measure.owner_missing`` and
        ``measure.signed_by_owner`` for a verification; ``measure.signer_missing`` where nobody signs it by name.
    """
    now, wanted, reason = standing.status, step.status, step.reason.strip()
    if wanted not in NEXT[now]:
        raise RefusedError("measure.step_unknown", now=now, wanted=wanted, allowed=list(NEXT[now]), field="status")
    if (now, wanted) in NEEDS_REASON and not reason:
        raise RefusedError("measure.reason_missing", wanted=wanted, field="reason")
    if wanted is _S.IN_PROGRESS and not standing.has_plan and not reason:
        raise RefusedError("measure.plan_missing", field="reason")
    if wanted is _S.IMPLEMENTED and step.day is not None and step.day > today:
        raise RefusedError("measure.implemented_in_future", day=step.day, field="day")
    if wanted is _S.VERIFIED:
        _check_signature(standing, signer_id)


def _check_signature(standing: Standing, signer_id: int | None) -> None:
    if standing.owner_id is None:
        raise RefusedError("measure.owner_missing", field="status")
    if signer_id is None:
        raise RefusedError("measure.signer_missing", field="status")
    if signer_id == standing.owner_id:
        raise RefusedError("measure.signed_by_owner", field="status")
