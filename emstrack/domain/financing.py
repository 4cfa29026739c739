"""How measures are paid for: instruments, facilities and their terms, applications, and the rules of an approval."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from emstrack.domain.errors import RefusedError

if TYPE_CHECKING:
    from datetime import date


class Instrument(StrEnum):
    """What money it is."""

    OWN_FUNDS = "own_funds"
    LOAN = "loan"
    GUARANTEED_LOAN = "guaranteed_loan"
    REVOLVING_FUND = "revolving_fund"
    CREDIT_LINE = "credit_line"
    MATCHING_GRANT = "matching_grant"
    DONOR_FUNDS = "donor_funds"
    ESCO = "esco"

    @property
    def is_repaid(self) -> bool:
        """Whether what is disbursed is owed."""
        return self not in {Instrument.OWN_FUNDS, Instrument.MATCHING_GRANT, Instrument.DONOR_FUNDS}


class Amortization(StrEnum):
    """How a loan is paid back."""

    ANNUITY = "annuity"
    LINEAR = "linear"
    BULLET = "bullet"


class EntryKind(StrEnum):
    """What happened, on a day, to a facility or to a financing of it."""

    CAPITAL = "capital"
    APPROVAL = "approval"
    DECLINE = "decline"
    DISBURSEMENT = "disbursement"
    REPAYMENT = "repayment"
    CLAIM = "claim"
    RECOVERY = "recovery"
    REVENUE = "revenue"
    REVERSAL = "reversal"


class Stage(StrEnum):
    """Where a financing stands."""

    APPLIED = "applied"
    APPROVED = "approved"
    DISBURSED = "disbursed"
    REPAYING = "repaying"
    REPAID = "repaid"
    CLAIMED = "claimed"
    DECLINED = "declined"


PIPELINE = (Stage.APPLIED, Stage.APPROVED, Stage.DISBURSED, Stage.REPAYING, Stage.CLAIMED, Stage.REPAID, Stage.DECLINED)
"""Columns of the pipeline, from the first step to the last."""

CENT = Decimal("0.01")
LARGEST_MONEY = Decimal("1e12")
"""Beyond this an amount is a typing error [currency]."""
LARGEST_RATE = 2.0
"""Beyond 200 % a year an interest rate is a typing error [1/a]."""
MOST_INSTALMENTS = 600
USUAL_HAIRCUT = 0.2
"""Taken off an estimated saving before it is set against a debt, unless something else is agreed [-]."""
LONGEST_NAME = 200
LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FacilityDetails:
    """What a person says of a facility.

    Parameters
    ----------
    name : str
    instrument : Instrument
    organisation_id : int
        Whose facility it is.
    lender : str
        Who lends or gives.
    country : str
        ISO 3166 code, or empty.
    currency : str
        ISO 4217; everything of the facility is in it.
    ceiling : Decimal or None
        Most that may be approved together [currency]; None is no ceiling.
    cover : float or None
        Share of the principal that is guaranteed [-]; for guaranteed loans.
    cap : Decimal or None
        Largest loan, or largest grant [currency].
    start, end : date or None
        First day of new loans, and the first day there are none any more.
    eligibility, note : str
    """

    name: str
    instrument: Instrument
    organisation_id: int
    currency: str
    lender: str = ""
    country: str = ""
    ceiling: Decimal | None = None
    cover: float | None = None
    cap: Decimal | None = None
    start: date | None = None
    end: date | None = None
    eligibility: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How a loan is paid back.

    Parameters
    ----------
    amortization : Amortization
    annual_rate : float
        Nominal interest [1/a].
    instalments : int
        All of them, those of the grace included.
    per_year : int
        1, 2, 4 or 12 [1/a].
    grace : int
        First instalments that pay interest alone.
    first_due : date or None
        Day of the first instalment; None is one period after the money came.
    """

    amortization: Amortization = Amortization.ANNUITY
    annual_rate: float = 0.0
    instalments: int = 12
    per_year: int = 12
    grace: int = 0
    first_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationDetails:
    """What somebody asks for.

    Parameters
    ----------
    title : str
    facility_id, organisation_id : int
        Of which facility, and for whom.
    measure_ids : tuple of int
        What is paid for: one measure, or a bundle.
    amount : Decimal
        Asked for [currency of the facility].
    own_funds : Decimal or None
        What the borrower puts in [currency].
    sector : str
        A code of `domain.sectors`.
    terms : Terms
    over_cap_agreed : bool
        Whether a guaranteed loan above the cap is taken by agreement, with less cover.
    haircut : float
        Taken off an estimated saving [-].
    cash_flow : Decimal or None
        The firm's whole yearly cash flow before debt service [currency/a]; None where it was not given.
    applied_on : date or None
        None is today.
    note : str
    """

    title: str
    facility_id: int
    organisation_id: int
    measure_ids: tuple[int, ...]
    amount: Decimal
    own_funds: Decimal | None = None
    sector: str = ""
    terms: Terms = Terms()
    over_cap_agreed: bool = False
    haircut: float = USUAL_HAIRCUT
    cash_flow: Decimal | None = None
    applied_on: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What an approval is held against.

    Parameters
    ----------
    instrument : Instrument
    currency : str
    left : Decimal or None
        What may still be approved under the ceiling, or of the fund's own money [currency]; None is no ceiling.
    cap : Decimal or None
    start, end : date or None
    over_cap_agreed : bool
    """

    instrument: Instrument
    currency: str
    left: Decimal | None = None
    cap: Decimal | None = None
    start: date | None = None
    end: date | None = None
    over_cap_agreed: bool = False


def effective_cover(cover: float | None, cap: Decimal | None, loan: Decimal) -> Fraction:
    """Return the share of a loan's principal that is guaranteed (M-60.3): c, or c·cap ÷ loan above the cap [-].

    Parameters
    ----------
    cover : float or None
        None is not guaranteed.
    cap, loan : Decimal
        [currency]
    """
    if not cover or loan <= 0:
        return Fraction(0)
    share = Fraction(repr(cover))
    return share * Fraction(cap) / Fraction(loan) if cap is not None and loan > cap else share


def to_cent(amount: Fraction) -> Decimal:
    """Return an amount rounded down to the cent [currency]: a guarantee never pays a fraction too much.

    Parameters
    ----------
    amount : Fraction
        [currency]
    """
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(CENT, ROUND_FLOOR)


def check_open(standing: Standing, day: date) -> None:
    """Refuse a new financing of a facility that is not open yet, or no more.

    Parameters
    ----------
    standing : Standing
    day : date

    Raises
    ------
    RefusedError
        ``finance.facility_not_open``; ``finance.facility_closed``.
    """
    if standing.start is not None and day < standing.start:
        raise RefusedError("finance.facility_not_open", start=standing.start, day=day, field="day")
    if standing.end is not None and day >= standing.end:
        raise RefusedError("finance.facility_closed", end=standing.end, day=day, field="day")


def check_cap(standing: Standing, amount: Decimal) -> None:
    """Refuse a loan or grant above the cap, unless it was agreed that the cover becomes less.

    Parameters
    ----------
    standing : Standing
    amount : Decimal
        [currency]

    Raises
    ------
    RefusedError
        ``finance.grant_over_cap``; ``finance.loan_over_cap``.
    """
    if standing.cap is None or amount <= standing.cap:
        return
    evidence: dict[str, Any] = {"amount": amount, "cap": standing.cap, "currency": standing.currency, "field": "amount"}
    if standing.instrument is Instrument.GUARANTEED_LOAN:
        if not standing.over_cap_agreed:
            raise RefusedError("finance.loan_over_cap", **evidence)
    elif standing.instrument is Instrument.MATCHING_GRANT:
        raise RefusedError("finance.grant_over_cap", **evidence)
    else:
        raise RefusedError("finance.over_cap", **evidence)


def check_approval(standing: Standing, amount: Decimal, day: date) -> None:
    """Refuse an approval that the facility does not allow.

    Parameters
    ----------
    standing : Standing
    amount : Decimal
        [currency]
    day : date

    Raises
    ------
    RefusedError
        Those of `check_open` and `check_cap`; ``finance.over_ceiling``; ``finance.fund_is_empty``.
    """
    check_open(standing, day)
    check_cap(standing, amount)
    if standing.left is not None and amount > standing.left:
        evidence: dict[str, Any] = {
            "amount": amount,
            "left": standing.left,
            "currency": standing.currency,
            "field": "amount",
        }
        if standing.instrument is Instrument.REVOLVING_FUND:
            raise RefusedError("finance.fund_is_empty", **evidence)
        raise RefusedError("finance.over_ceiling", **evidence)


def check_terms(terms: Terms) -> None:
    """Refuse terms that no bank writes.

    Parameters
    ----------
    terms : Terms

    Raises
    ------
    RefusedError
        ``finance.rate_negative``, ``finance.rate_too_high``, ``finance.instalments``, ``finance.per_year``,
        ``finance.grace``.
    """
    if not terms.annual_rate >= 0:
        raise RefusedError("finance.rate_negative", percent=100 * terms.annual_rate, field="annual_rate")
    if terms.annual_rate > LARGEST_RATE:
        raise RefusedError("finance.rate_too_high", percent=100 * terms.annual_rate, field="annual_rate")
    if not 1 <= terms.instalments <= MOST_INSTALMENTS:
        raise RefusedError("finance.instalments", most=MOST_INSTALMENTS, field="instalments")
    if terms.per_year not in {1, 2, 4, 12}:
        raise RefusedError("finance.per_year", field="per_year")
    if not 0 <= terms.grace < terms.instalments:
        raise RefusedError("finance.grace", instalments=terms.instalments, field="grace")
