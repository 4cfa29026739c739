"""Why a bill changed: quantity, price, fixed and demand charges, exchange rate (docs/methods.md, M-11.1 to M-11.4)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.least_squares import fit_line
from emstrack.analysis.student import two_sided_t

if TYPE_CHECKING:
    from collections.abc import Sequence

CENT = Decimal("0.01")

LEAST_BILLS = 6
"""Bills that a marginal price needs."""

SURE = 0.05
"""A slope of cost on quantity counts as a price where chance gives one as steep in fewer than this share of cases."""


@dataclass(frozen=True, slots=True)
class Paid:
    """What a period was billed.

    Parameters
    ----------
    quantity : Decimal
        [canonical unit]
    variable : Decimal
        What the quantity cost, recoverable tax left out. [currency]
    fixed : Decimal
        Standing charges. [currency]
    demand : Decimal
        Charges for demand and reactive energy. [currency]
    """

    quantity: Decimal
    variable: Decimal
    fixed: Decimal = Decimal(0)
    demand: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """All of it [currency]."""
        return self.variable + self.fixed + self.demand

    @property
    def price(self) -> Decimal | None:
        """Average price of the quantity; None where nothing was used [currency per canonical unit]."""
        return self.variable / self.quantity if self.quantity else None


@dataclass(frozen=True, slots=True)
class BillChange:
    """The change of a bill by its causes, which add up to it to the cent; positive where more was paid.

    Parameters
    ----------
    quantity : Decimal
        (Q₁ − Q₀)·P₀. [currency of the report]
    price : Decimal
        (P₁ − P₀)·Q₁. [currency of the report]
    fixed, demand : Decimal
        [currency of the report]
    exchange : Decimal
        The later bill at the later rate less the same at the earlier one. [currency of the report]
    total : Decimal
        [currency of the report]
    """

    quantity: Decimal
    price: Decimal
    fixed: Decimal
    demand: Decimal
    exchange: Decimal
    total: Decimal


def change_of_bill(
    before: Paid, after: Paid, rate_before: Decimal = Decimal(1), rate_after: Decimal = Decimal(1)
) -> BillChange:
    """Split the change of a bill into its causes.

    Implements M-11.1 and M-11.2: the quantity at the earlier price, the price at the later quantity, fixed and demand
    charges, all at the earlier exchange rate, and the exchange rate last.

    Parameters
    ----------
    before, after : Paid
        The same months of both years, in the currency of the bills.
    rate_before, rate_after : Decimal
        What a unit of that currency is worth in the currency of the report; 1 where they are one.

    Returns
    -------
    BillChange
        Parts in whole cents. What rounding leaves goes to the parts with the largest remainders. Where nothing was used
        before, there is no earlier price and all of the change of the variable part is quantity.

    Raises
    ------
    ValueError
        Where a rate is not positive: a defect of the caller.
    """
    if rate_before <= 0 or rate_after <= 0:
        raise ValueError("an exchange rate is positive")
    earlier, later = before.price, after.price
    price = (later - earlier) * after.quantity if earlier is not None and later is not None else Decimal(0)
    quantity = after.variable - before.variable - price
    parts = [
        quantity * rate_before,
        price * rate_before,
        (after.fixed - before.fixed) * rate_before,
        (after.demand - before.demand) * rate_before,
        after.total * (rate_after - rate_before),
    ]
    total = _cents(after.total * rate_after) - _cents(before.total * rate_before)
    names = ("quantity", "price", "fixed", "demand", "exchange")
    return BillChange(total=total, **dict(zip(names, _to_the_cent(parts, total), strict=True)))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _to_the_cent(parts: list[Decimal], total: Decimal) -> list[Decimal]:
    """Round parts down to cents, and give what is left of the total, a cent each, to the largest remainders."""
    whole = [part.quantize(CENT, ROUND_FLOOR) for part in parts]
    left = int((total - sum(whole)) / CENT)
    order = sorted(range(len(parts)), key=lambda place: (whole[place] - parts[place], place))
    share, extra = divmod(left, len(parts)) if left >= len(parts) or left < 0 else (0, left)
    for rank, place in enumerate(order):
        whole[place] += CENT * (share + (1 if rank < extra else 0))
    return whole


@dataclass(frozen=True, slots=True)
class MarginalPrice:
    """What one unit more or less costs.

    Parameters
    ----------
    price : float
        [currency per canonical unit]
    half_width_90 : float or None
        None where the price was typed. [currency per canonical unit]
    bills : int
        Behind it; 0 where it was typed.
    """

    price: float
    half_width_90: float | None = None
    bills: int = 0


def marginal_price(quantity: Sequence[float], cost: Sequence[float], days: Sequence[float]) -> MarginalPrice | None:
    """Return the slope of cost on quantity over bills, what each day costs on its own (fixed charges) taken out.

    Implements M-11.3. A tariff that somebody typed is better: then build `MarginalPrice` from it.

    Parameters
    ----------
    quantity : sequence of float
        Of each bill of the reporting period. [canonical unit]
    cost : sequence of float
        Without recoverable tax. [currency]
    days : sequence of float
        [d]

    Returns
    -------
    MarginalPrice or None
        None where fewer than six bills have a cost, the quantity hardly changed, or the slope is not told from zero.
    """
    use, paid, length = (np.asarray(each, dtype=np.float64) for each in (quantity, cost, days))
    if len(use) < LEAST_BILLS or not np.isfinite(np.concatenate([use, paid, length])).all() or (length <= 0).any():
        return None
    line = fit_line(paid / length, (use / length)[:, None], length)
    slope, error = float(line.coefficients[1]), float(line.errors[1])
    if not slope > 0 or not (error == 0 or line.p[1] < SURE):
        return None
    return MarginalPrice(slope, two_sided_t(0.9, len(use) - 2) * error, len(use))


@dataclass(frozen=True, slots=True)
class AvoidedCost:
    """An avoided quantity in money, at both prices; recoverable tax left out.

    Parameters
    ----------
    at_average, at_marginal : float or None
        None where the price is not known. [currency]
    """

    at_average: float | None
    at_marginal: float | None


def avoided_cost(avoided: float | None, average: float | None, marginal: MarginalPrice | None) -> AvoidedCost:
    """Return what was not paid (M-11.4): fixed charges fall with no saving, so the marginal price is what it was worth.

    Parameters
    ----------
    avoided : float or None
        [canonical unit]
    average : float or None
        What the reporting period paid ÷ the quantity it paid for. [currency per canonical unit]
    marginal : MarginalPrice or None
    """
    if avoided is None:
        return AvoidedCost(None, None)
    return AvoidedCost(
        None if average is None else avoided * average, None if marginal is None else avoided * marginal.price
    )
