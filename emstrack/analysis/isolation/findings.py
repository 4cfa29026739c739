"""What an auditor should know of a worksheet's figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.analysis.isolation.worksheets import sample_needed
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.resources import Resource
from emstrack.domain.worksheets import ParameterName

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from emstrack.analysis.isolation.propagation import Propagated
    from emstrack.domain.verification import Parameter, Quantity

UNLIKELY = 0.5
"""Part of a year's use from which on a saving is looked at twice [fraction]."""
MOST = 0.5
"""Part of a band's variance from which on one parameter is worth measuring better [fraction]."""


def quantity_findings(quantities: Iterable[Quantity]) -> list[Finding]:
    """Return what is to be said of savings that are none, or that their band swallows (M-13.4).

    Parameters
    ----------
    quantities : iterable of Quantity
    """
    found = []
    for each in quantities:
        evidence = {"resource": Resource(each.resource)}
        if each.per_year <= 0:
            found.append(Finding("isolation.nothing_saved", Severity.WARNING, evidence))
        elif each.band_90 is not None and each.band_90 >= each.per_year:
            found.append(Finding("isolation.within_band", Severity.WARNING, evidence))
    return found


def use_findings(quantities: Iterable[Quantity], used: Mapping[str, float]) -> list[Finding]:
    """Return which savings are a larger part of what the site used than is likely: mostly a typing error.

    Parameters
    ----------
    quantities : iterable of Quantity
    used : mapping of str to float
        By resource, what the supply meters measured in the year before [canonical unit/a].
    """
    found = []
    for each in quantities:
        use = used.get(each.resource, 0.0)
        if use > 0 and each.per_year > UNLIKELY * use:
            evidence = {"resource": Resource(each.resource), "percent": round(100 * each.per_year / use)}
            found.append(Finding("isolation.large_part_of_use", Severity.WARNING, evidence))
    return found


def worksheet_findings(computed: Propagated, parameters: Sequence[Parameter]) -> list[Finding]:
    """Return which sample is too small, and which parameter the doubt comes from.

    Parameters
    ----------
    computed : Propagated
    parameters : sequence of Parameter
    """
    found = []
    for each in parameters:
        needed = sample_needed(each)
        if needed is not None:
            evidence = {"parameter": each.name, "sample": each.sample, "needed": needed}
            found.append(Finding("isolation.sample_too_small", Severity.WARNING, evidence))
        if each.is_measured and each.spread == 0:
            found.append(Finding("isolation.no_spread_at_all", Severity.WARNING, {"parameter": each.name}))
    leading: dict[str, float] = {}
    for shares in computed.shares.values():
        name, share = max(shares.items(), key=lambda pair: pair[1])
        if share > MOST:
            leading[name] = max(leading.get(name, 0.0), share)
    for name, share in leading.items():
        evidence = {"parameter": ParameterName(name), "percent": round(100 * share)}
        found.append(Finding("isolation.doubt_from", Severity.INFO, evidence))
    return found
