"""What several measures are worth together: their flows added up, never the mean of their figures (M-60.9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.finance import (
    cash_flows,
    internal_rate,
    net_present_value,
    sign_changes,
    times_of,
    together_payback,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.analysis.finance import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleFinance:
    """A bundle's figures.

    Parameters
    ----------
    payback_years : float or None
        ΣI ÷ ΣS [a].
    net_present_value : float
        Each measure's at its own rate, added [currency].
    internal_rate : float or None
        Of all flows together [1/a].
    sign_changes : int
        Of all flows together.
    """

    payback_years: float | None
    net_present_value: float
    internal_rate: float | None
    sign_changes: int


def appraise_bundle(cases: Sequence[Case]) -> BundleFinance | None:
    """Return what measures are worth together (M-60.9).

    Parameters
    ----------
    cases : sequence of Case
        One of each measure, all in one currency.

    Returns
    -------
    BundleFinance or None
        None where there is none.
    """
    if not cases:
        return None
    times = np.concatenate([times_of(case.life_years) for case in cases])
    flows = np.concatenate([cash_flows(case) for case in cases])
    when, place = np.unique(times, return_inverse=True)
    together = np.zeros(len(when), dtype=np.float64)
    np.add.at(together, place, flows)
    present = sum(net_present_value(case.rate, cash_flows(case), times_of(case.life_years)) for case in cases)
    return BundleFinance(
        payback_years=together_payback([case.investment for case in cases], [case.yearly for case in cases]),
        net_present_value=float(present),
        internal_rate=internal_rate(together, when),
        sign_changes=sign_changes(together),
    )
