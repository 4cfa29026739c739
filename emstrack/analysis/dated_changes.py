"""What was agreed about a meter beside its result: adjustments, closed days, and a change of its site's size (M-20.1).

A site that has grown uses more without wasting anything. Where rooms or floor area changed by more than 5 % and nothing
was agreed about it, the saving says so, and a person decides [1]_.

References
----------
.. [1] EVO, IPMVP Core Concepts, EVO 10000-1:2016: static factors and non-routine adjustments.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.portfolio import FLOOR_AREA, ROOMS
from emstrack.domain.findings import Finding, Severity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.baselines import Context
    from emstrack.analysis.portfolio import Adjustment, Question
    from emstrack.analysis.savings_types import MeterSaving

LARGEST_CHANGE = 0.05
"""A change of rooms or floor area beyond this part needs an agreed adjustment. [fraction]"""


def with_dated_changes(
    items: tuple[MeterSaving, ...], context: Context, counted: NDArray[np.bool_], added: NDArray[np.float64]
) -> tuple[MeterSaving, ...]:
    """Return results with the adjustments and closed days they rest on, and a finding where a site changed its size.

    Implements M-5.10, M-5.11 and M-20.1 of docs/methods.md.

    Parameters
    ----------
    items : tuple of MeterSaving
        One per meter.
    context : Context
    counted : ndarray of bool, shape (meters, segments)
    added : ndarray of float64, shape (meters,)
        What adjustments added to counted segments. [canonical unit]

    Returns
    -------
    tuple of MeterSaving
    """
    changed = {name: size_change(context, name, counted) for name in (ROOMS, FLOOR_AREA)}
    out = []
    for meter, item in enumerate(items):
        question = context.questions[meter]
        findings = item.findings
        if not question.adjustments and not {ROOMS, FLOOR_AREA} & set(question.drivers):
            findings += tuple(
                _size_finding(name, *values[meter]) for name, values in changed.items() if _is_large(*values[meter])
            )
        touching = _touching(question)
        out.append(
            replace(
                item,
                findings=findings,
                adjustments=touching,
                adjusted_by=float(added[meter]) if touching and counted[meter].any() else None,
                closed=tuple(str(period) for period in question.closed),
            )
        )
    return tuple(out)


def size_change(context: Context, name: str, counted: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return a dated attribute's day-weighted mean over each meter's baseline and over its counted segments (M-20.1).

    Parameters
    ----------
    context : Context
    name : str
        ``rooms`` or ``floor_area_m2``.
    counted : ndarray of bool, shape (meters, segments)

    Returns
    -------
    ndarray of float64, shape (meters, 2)
        NaN where it is unknown. [of the attribute]
    """
    out = np.full((len(context.site), 2), np.nan)
    row = context.series.series.row(context.site, name)
    if not (row >= 0).any():
        return out
    sums = context.series.sums
    total, known = sums.over(row[:, None], context.baseline.start[:, None], context.baseline.end[:, None])
    later, days = sums.over(row[:, None], context.segments.start, context.segments.end)
    later, days = np.where(counted, later, 0.0).sum(axis=1), np.where(counted, days, 0).sum(axis=1)
    out[:, 0] = np.where(known[:, 0] > 0, total[:, 0] / np.maximum(known[:, 0], 1), np.nan)
    out[:, 1] = np.where(days > 0, later / np.maximum(days, 1), np.nan)
    return out


def _is_large(before: float, after: float) -> bool:
    return bool(before > 0 and abs(after / before - 1) > LARGEST_CHANGE)


def _size_finding(name: str, before: float, after: float) -> Finding:
    percent = round(100 * (after / before - 1), 1)
    evidence = {"before": round(before, 1), "after": round(after, 1), "percent": percent}
    return Finding(f"site.{name}_changed", Severity.WARNING, evidence)


def _touching(question: Question) -> tuple[Adjustment, ...]:
    reporting = question.reporting
    return tuple(each for each in question.adjustments if each.start < reporting.end and each.end > reporting.start)
