"""Baselines that follow each other, each period compared with the one before (docs/methods.md, M-5.14) [1]_.

References
----------
.. [1] EVO, IPMVP Core Concepts, EVO 10000-1:2016: chaining, where neither end can be put under the other's conditions.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import hypot, prod
from typing import TYPE_CHECKING

from emstrack.domain.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.analysis.savings_types import MeterSaving
    from emstrack.domain.periods import Period


@dataclass(frozen=True, slots=True)
class ChainedSaving:
    """The saving of the last period against the first baseline, by way of those between.

    Parameters
    ----------
    adjusted_baseline, actual, avoided : float
        Of the last period. [canonical unit]
    band_90 : float or None
        None where a link has none. [canonical unit]
    avoided_percent : float
        12.7 is 12.7 %.
    findings : tuple of Finding
        Names it as chained, with its links.
    """

    adjusted_baseline: float
    actual: float
    avoided: float
    band_90: float | None
    avoided_percent: float
    findings: tuple[Finding, ...]


def chain(links: Sequence[tuple[Period, Period, MeterSaving]]) -> ChainedSaving | None:
    """Return the saving over several links, each a baseline, its report and what came out.

    Implements M-5.14: the parts used multiply, and the relative bands of the links add in quadrature. Neighbours share
    a year whose noise enters them with opposite signs, so the band is rather too wide than too narrow.

    Parameters
    ----------
    links : sequence of (Period, Period, MeterSaving)
        In order of time.

    Returns
    -------
    ChainedSaving or None
        None for fewer than two links, a link without a claim, or links that do not meet: each report has to be the
        next one's baseline.
    """
    items = [item for _, _, item in links]
    meets = all(report == following for (_, report, _), (following, _, _) in pairwise(links))
    pairs = [(item.actual, item.adjusted_baseline) for item in items if not item.disqualified]
    used = [actual / would for actual, would in pairs if actual is not None and would and actual > 0]
    if (
        len(links) < 2
        or not meets
        or len(used) != len(links)
        or len({(each.resource, each.unit) for each in items}) > 1
    ):
        return None
    actual = items[-1].actual or 0.0
    part = prod(used)
    would = actual / part
    bands = [item.band_90 / item.adjusted_baseline for item in items if item.band_90 and item.adjusted_baseline]
    evidence: dict[str, object] = {
        "count": len(links),
        "periods": [f"{baseline} → {report}" for baseline, report, _ in links],
    }
    return ChainedSaving(
        adjusted_baseline=would,
        actual=actual,
        avoided=would - actual,
        band_90=would * hypot(*bands) if len(bands) == len(links) else None,
        avoided_percent=100 * (1 - part),
        findings=(Finding("baseline.chained", Severity.INFO, evidence),),
    )
