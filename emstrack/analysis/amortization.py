"""Schedules of loans to the cent, what a year of them costs, and how far a saving carries that (M-60)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from emstrack.domain.financing import CENT, Amortization

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.domain.financing import Terms

_NONE = Decimal(0)
_NOTHING = Decimal("1e-12")
"""Interest of a period below which a level payment is the principal in equal parts [-]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """One instalment.

    Parameters
    ----------
    number : int
        From 1.
    due : date
    principal, interest : Decimal
        [currency]
    outstanding : Decimal
        Principal owed after it [currency].
    """

    number: int
    due: date
    principal: Decimal
    interest: Decimal
    outstanding: Decimal

    @property
    def payment(self) -> Decimal:
        """What is paid [currency]."""
        return self.principal + self.interest


def schedule(principal: Decimal, terms: Terms, *, start: date) -> list[Instalment]:
    """Return the instalments of a loan (M-60.1), each rounded to the cent; the last one settles.

    Parameters
    ----------
    principal : Decimal
        [currency]
    terms : Terms
    start : date
        Day the money comes.

    Returns
    -------
    list of Instalment
        Their principals add up to the principal, to the cent.
    """
    months = 12 // terms.per_year
    first = terms.first_due or months_on(start, months)
    rate = Decimal(repr(terms.annual_rate)) / terms.per_year
    paying = terms.instalments - terms.grace
    payment = level_payment(principal, rate, paying)
    left, instalments = principal, []
    for number in range(1, terms.instalments + 1):
        interest = _cents(left * rate)
        if number == terms.instalments:
            part = left
        elif number <= terms.grace or terms.amortization is Amortization.BULLET:
            part = _NONE
        elif terms.amortization is Amortization.LINEAR:
            part = min(_cents(principal / paying), left)
        else:
            part = min(max(payment - interest, _NONE), left)
        left -= part
        due = months_on(first, months * (number - 1))
        instalments.append(Instalment(number=number, due=due, principal=part, interest=interest, outstanding=left))
    return instalments


def level_payment(principal: Decimal, rate: Decimal, instalments: int) -> Decimal:
    """Return the payment of an annuity, L·i ÷ (1 − (1 + i)^−n) (M-60.1), rounded to the cent [currency].

    Parameters
    ----------
    principal : Decimal
        [currency]
    rate : Decimal
        Of one period [-].
    instalments : int
    """
    if rate < _NOTHING:
        return _cents(principal / instalments)
    return _cents(principal * rate / (1 - (1 + rate) ** -instalments))


def months_on(day: date, months: int) -> date:
    """Return the same day so many months later; the last of a month where that month is shorter.

    Parameters
    ----------
    day : date
    months : int
    """
    at = day.year * 12 + day.month - 1 + months
    year, month = at // 12, at % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def heaviest_year(instalments: Sequence[Instalment], per_year: int) -> Decimal | None:
    """Return the debt service of the dearest twelve months in a row (M-60.5) [currency/a]; None without instalments.

    Parameters
    ----------
    instalments : sequence of Instalment
    per_year : int
        [1/a]
    """
    payments = [each.payment for each in instalments]
    if not payments:
        return None
    return max(sum(payments[at : at + per_year], _NONE) for at in range(max(len(payments) - per_year, 0) + 1))


def savings_coverage(saving: Decimal | None, service: Decimal | None, *, haircut: float = 0.0) -> float | None:
    """Return how often a year's saving pays the debt service of the dearest year (M-60.5) [-].

    Parameters
    ----------
    saving : Decimal or None
        [currency/a]
    service : Decimal or None
        [currency/a]
    haircut : float
        Taken off an estimated saving; none off a measured one [-].

    Returns
    -------
    float or None
        None where the saving is not known, or nothing is to be paid.
    """
    if saving is None or not service:
        return None
    return float(saving) * (1.0 - haircut) / float(service)


def debt_service_coverage(cash_flow: Decimal | None, service: Decimal | None) -> float | None:
    """Return the firm's whole cash flow ÷ debt service (M-60.6) [-].

    Parameters
    ----------
    cash_flow : Decimal or None
        Yearly, before debt service [currency/a].
    service : Decimal or None
        [currency/a]

    Returns
    -------
    float or None
        None where the cash flow was not given: a saving alone is no cash flow.
    """
    return savings_coverage(cash_flow, service)


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_EVEN)
