"""Whether a measure pays: simple payback and yearly money first, then what a bank asks for.

Cash flows stand at year's end, year 0 is the investment. Real or nominal is the caller's choice, used throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import expm1, inf, isfinite, log1p
from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Flows = NDArray[np.float64]

_LOWEST, _HIGHEST = -0.99, 10.0
"""Between these rates an internal rate is looked for [1/a]."""
_GRID = np.concatenate([np.linspace(_LOWEST, 1.0, 400), np.linspace(1.0, _HIGHEST, 200)[1:]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a measure costs and yields.

    Parameters
    ----------
    investment : float
        Paid in year 0 [currency]; not negative.
    yearly : float
        Net saving in year 1: resources, less added operation and maintenance [currency/a].
    life_years : float
        [a]; a part of a year yields that part.
    rate : float
        Discount rate [1/a].
    residual_value : float
        At the end of the life [currency].
    escalation : float
        Growth of the yearly saving [1/a].
    """

    investment: float
    yearly: float
    life_years: float
    rate: float
    residual_value: float = 0.0
    escalation: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Finance:
    """What a measure is worth; None is "there is none", never zero.

    Parameters
    ----------
    payback_years : float or None
        Simple payback I/S [a]; 0 is immediate, None where nothing is saved.
    net_present_value : float
        [currency]
    internal_rate : float or None
        [1/a]; None where the flows never change sign or no rate between -99 % and 1,000 % balances them.
    sign_changes : int
        Of the cash flows; with more than one, an internal rate says little.
    discounted_payback_years : float or None
        [a]; None where it is not reached within the life.
    savings_to_investment : float or None
        Present value of the savings for each unit invested [1]; None without an investment.
    return_on_investment : float or None
        Yearly saving for each unit invested [1/a]; None without an investment.
    recovery_factor : float
        Capital recovery factor [1/a].
    """

    payback_years: float | None
    net_present_value: float
    internal_rate: float | None
    sign_changes: int
    discounted_payback_years: float | None
    savings_to_investment: float | None
    return_on_investment: float | None
    recovery_factor: float


def appraise(case: Case) -> Finance:
    """Return what a measure is worth (M-12.1 to M-12.6).

    Parameters
    ----------
    case : Case

    Returns
    -------
    Finance

    Raises
    ------
    RefusedError
        ``finance.investment_negative``, ``finance.life_not_positive``, ``finance.rate_too_low``.

    References
    ----------
    methods.md, M-12.
    """
    check_case(case)
    flows = cash_flows(case)
    gains = flows.copy()
    gains[0] += case.investment
    residual = case.residual_value * (1.0 + case.rate) ** -case.life_years
    times = times_of(case.life_years)
    present = float(_discounted(gains, case.rate, times).sum())
    savings = present - residual
    factor = annuity_factor(case.rate, case.life_years)
    return Finance(
        payback_years=simple_payback(case.investment, case.yearly),
        net_present_value=present - case.investment,
        internal_rate=internal_rate(flows, times),
        sign_changes=sign_changes(flows),
        discounted_payback_years=discounted_payback(case),
        savings_to_investment=savings / case.investment if case.investment else None,
        return_on_investment=case.yearly / case.investment if case.investment else None,
        recovery_factor=1.0 / factor,
    )


def check_case(case: Case) -> None:
    """Refuse what no appraisal can be made of.

    Parameters
    ----------
    case : Case

    Raises
    ------
    RefusedError
        ``finance.investment_negative``, ``finance.life_not_positive``, ``finance.rate_too_low``.
    """
    if case.investment < 0:
        raise RefusedError("finance.investment_negative", amount=case.investment, field="investment")
    if not (isfinite(case.life_years) and case.life_years > 0):
        raise RefusedError("finance.life_not_positive", years=case.life_years, field="life_years")
    if not (isfinite(case.rate) and case.rate > -1.0):
        raise RefusedError("finance.rate_too_low", field="discount_rate")


def times_of(life_years: float) -> Flows:
    """Return when the flows fall [a]: 0, 1, 2, … and the life's end where it is no whole number.

    Parameters
    ----------
    life_years : float
        [a], above 0.

    Returns
    -------
    ndarray, shape (flows,)
    """
    whole = np.arange(int(life_years) + 1, dtype=np.float64)
    return whole if life_years == int(life_years) else np.append(whole, life_years)


def cash_flows(case: Case) -> Flows:
    """Return the flows at `times_of` the life [currency] (M-12.1).

    Parameters
    ----------
    case : Case

    Returns
    -------
    ndarray, shape (flows,)
        The investment, negative; then each year's net saving, a last part of a year in proportion; the residual value
        with the last.
    """
    times = times_of(case.life_years)
    spans = np.diff(times)
    growth = np.power(1.0 + case.escalation, np.arange(len(spans)))
    flows = np.concatenate([[-case.investment], case.yearly * spans * growth])
    flows[-1] += case.residual_value
    return flows


def annuity_factor(rate: float, years: float) -> float:
    """Return the present value of 1 a year (M-12.2): (1 − (1 + r)^−N) / r, N where r is zero.

    Parameters
    ----------
    rate : float
        [1/a], above -1.
    years : float
        [a]

    Returns
    -------
    float
        [a]
    """
    return years if rate == 0 else -expm1(-years * log1p(rate)) / rate


def simple_payback(investment: float, yearly: float) -> float | None:
    """Return I / S [a] (M-12.3).

    Parameters
    ----------
    investment : float
        [currency]
    yearly : float
        [currency/a]

    Returns
    -------
    float or None
        0 where nothing is invested and something saved; None where nothing is saved.
    """
    return investment / yearly if yearly > 0 else None


def together_payback(investments: Sequence[float], yearly: Sequence[float]) -> float | None:
    """Return the payback of several measures, ΣI / ΣS [a]: never the mean of their paybacks (M-12.3).

    Parameters
    ----------
    investments : sequence of float, shape (measures,)
        [currency]
    yearly : sequence of float, shape (measures,)
        [currency/a]

    Returns
    -------
    float or None
        None where nothing is saved.
    """
    return simple_payback(float(sum(investments)), float(sum(yearly)))


def net_present_value(rate: float, flows: Flows, times: Flows | None = None) -> float:
    """Return the sum of the discounted flows [currency] (M-12.2).

    Parameters
    ----------
    rate : float
        [1/a]
    flows : ndarray, shape (flows,)
        [currency]
    times : ndarray, shape (flows,), optional
        [a]; 0, 1, 2 … unless given.
    """
    when = np.arange(len(flows), dtype=np.float64) if times is None else times
    return float(_discounted(flows, rate, when).sum())


def sign_changes(flows: Flows) -> int:
    """Return how often the flows change sign; zeros are passed over (M-12.4).

    Parameters
    ----------
    flows : ndarray, shape (flows,)
        [currency]
    """
    signs = np.sign(flows[flows != 0])
    return int(np.count_nonzero(np.diff(signs)))


def internal_rate(flows: Flows, times: Flows | None = None) -> float | None:
    """Return the rate at which the flows balance [1/a] (M-12.4), by bisection between -99 % and 1,000 %.

    Parameters
    ----------
    flows : ndarray, shape (flows,)
        [currency]
    times : ndarray, shape (flows,), optional
        [a]; 0, 1, 2 … unless given.

    Returns
    -------
    float or None
        The root nearest to zero where there are several; None where there is none.
    """
    when = np.arange(len(flows), dtype=np.float64) if times is None else times
    if sign_changes(flows) == 0:
        return None
    values = (flows[:, None] * np.power(1.0 + _GRID[None, :], -when[:, None])).sum(axis=0)
    crossings = np.flatnonzero((values[:-1] <= 0) != (values[1:] <= 0))
    if not len(crossings):
        return None
    roots = [_bisected(flows, when, float(_GRID[at]), float(_GRID[at + 1])) for at in crossings]
    return min(roots, key=abs)


def _bisected(flows: Flows, times: Flows, low: float, high: float) -> float:
    below = net_present_value(low, flows, times) <= 0
    for _ in range(80):
        middle = 0.5 * (low + high)
        if (net_present_value(middle, flows, times) <= 0) == below:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def discounted_payback(case: Case) -> float | None:
    """Return when the discounted savings have paid the investment [a] (M-12.5): −ln(1 − I·r/S) / ln(1 + r).

    Parameters
    ----------
    case : Case
        A saving that grows is followed year by year, linear within a year.

    Returns
    -------
    float or None
        None where that is not within the life.
    """
    if case.yearly <= 0:
        return None
    if case.escalation:
        reached = _followed_payback(case)
    elif case.rate == 0:
        reached = case.investment / case.yearly
    else:
        left = 1.0 - case.investment * case.rate / case.yearly
        reached = -log1p(left - 1.0) / log1p(case.rate) if left > 0 else inf
    return reached if reached <= case.life_years else None


def _followed_payback(case: Case) -> float:
    times = times_of(case.life_years)
    gains = cash_flows(case)[1:]
    gains[-1] -= case.residual_value
    present = np.concatenate([[0.0], np.cumsum(_discounted(gains, case.rate, times[1:]))])
    at = int(np.searchsorted(present, case.investment))
    if at >= len(present):
        return inf
    if at == 0:
        return 0.0
    part = (case.investment - present[at - 1]) / (present[at] - present[at - 1])
    return float(times[at - 1] + part * (times[at] - times[at - 1]))


def cost_of_saved_unit(case: Case, quantity: float) -> float | None:
    """Return the cost of a saved kWh (or m³, kg): I·CRF / quantity (M-12.6) [currency/unit].

    Parameters
    ----------
    case : Case
    quantity : float
        Saved a year [unit/a].

    Returns
    -------
    float or None
        None where nothing is saved.
    """
    if quantity <= 0:
        return None
    return case.investment / annuity_factor(case.rate, case.life_years) / quantity


def _discounted(flows: Flows, rate: float, times: Flows) -> Flows:
    return flows * np.power(1.0 + rate, -times)
