"""What each measure saved on a meter: lines and an unallocated rest that add up to the meter's own saving.

Rules M-40 of docs/methods.md. Nothing here knows of measures by name: a claimant is what says it saves on the meter,
an isolated saving is what was measured apart from it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.domain.findings import Finding, Severity
from emstrack.domain.ledger import LineKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from numpy.typing import NDArray

    Values = NDArray[np.float64]

DAYS_OF_A_YEAR = 365.25
"""An estimate per year is held against so many days [d/a]."""
CENT = 100
"""[ten-thousandths of the currency]"""
NOTHING = 1e-9
"""Below this part of what was added up, a rest is rounding [fraction]."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A meter's saving over the months that count.

    Parameters
    ----------
    months : tuple of str
        ``YYYY-MM``.
    start, end : ndarray of datetime64[D], shape (months,)
        The days of each month that are reported on, half-open.
    avoided : ndarray, shape (months,)
        NaN where the month does not count [unit].
    total : float
        The meter's saving [unit].
    band_90 : float or None
        Its half-width at 90 % [unit].
    cost : int or None
        Money it is worth [ten-thousandths of the currency].
    """

    months: tuple[str, ...]
    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    avoided: Values
    total: float
    band_90: float | None
    cost: int | None = None

    @property
    def days(self) -> Values:
        """Counted days of each month; 0 where it does not count, shape (months,) [d]."""
        length = (self.end - self.start).astype("timedelta64[D]").astype(np.float64)
        return np.where(np.isfinite(self.avoided), length, 0.0)

    def active(self, start: date, end: date | None) -> Values:
        """Return on how many counted days of each month something was in place.

        Parameters
        ----------
        start : date
        end : date or None
            The first day after it; None goes on.

        Returns
        -------
        ndarray, shape (months,)
            [d]
        """
        until = self.end if end is None else np.minimum(self.end, np.datetime64(end, "D"))
        length = (until - np.maximum(self.start, np.datetime64(start, "D"))).astype("timedelta64[D]").astype(np.float64)
        return np.where(np.isfinite(self.avoided), np.maximum(length, 0.0), 0.0)


@dataclass(frozen=True, slots=True)
class Claimant:
    """Something that says it saves.

    Parameters
    ----------
    estimate : float or None
        As estimated, in the meter's unit and on its heating-value basis [unit/a]; None where nobody said.
    start : date
        Its first day.
    end : date or None
        The first day after it; None goes on.
    """

    estimate: float | None
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Isolated:
    """What was measured apart from the meter, and is a part of the meter's saving.

    Parameters
    ----------
    claimant : Claimant
        Of its own days, with the estimate of the measure it belongs to.
    quantity, band : ndarray, shape (months,)
        By the meter's months; NaN where not known [unit].
    """

    claimant: Claimant
    quantity: Values
    band: Values


@dataclass(frozen=True, slots=True)
class Part:
    """One line's part of a meter's saving.

    Parameters
    ----------
    kind : LineKind
    quantity : float or None
        [unit]; None where there is none, and then a finding says why.
    band_90 : float or None
        [unit]
    days : int
        Counted days on which it was in place [d].
    estimated : float or None
        The estimate over these very days (M-40.1) [unit].
    months : tuple of (str, float)
        What falls into each month [unit].
    cost : int or None
        [ten-thousandths of the currency]
    """

    kind: LineKind
    quantity: float | None
    band_90: float | None
    days: int
    estimated: float | None
    months: tuple[tuple[str, float], ...] = ()
    cost: int | None = None

    @property
    def realisation(self) -> float | None:
        """Measured ÷ estimated over equal days (M-40.2) [fraction]; None where either is not known or nothing."""
        return realisation_of(self.quantity, self.estimated)


@dataclass(frozen=True, slots=True)
class Settled:
    """A meter's saving, shared.

    Parameters
    ----------
    isolated, shared : tuple of Part
        In the order given.
    unallocated : float
        What no line stands for [unit].
    unallocated_cost : int or None
        [ten-thousandths of the currency]
    findings : tuple of Finding
        Why something is left.
    """

    isolated: tuple[Part, ...]
    shared: tuple[Part, ...]
    unallocated: float
    unallocated_cost: int | None
    findings: tuple[Finding, ...]


def realisation_of(measured: float | None, estimated: float | None) -> float | None:
    """Return which part of an estimate came true (M-40.2).

    Parameters
    ----------
    measured, estimated : float or None
        Over the same days [unit].

    Returns
    -------
    float or None
        [fraction]; None without either, or where the estimate is nothing.
    """
    return None if measured is None or not estimated else measured / estimated


def estimated_over(estimate: float | None, days: float) -> float | None:
    """Return what an estimate per year comes to over some days (M-40.1).

    Parameters
    ----------
    estimate : float or None
        [unit/a]
    days : float
        [d]

    Returns
    -------
    float or None
        [unit]
    """
    return None if estimate is None else estimate * days / DAYS_OF_A_YEAR


def settle_meter(counted: Counted, isolated: Sequence[Isolated], claimants: Sequence[Claimant]) -> Settled:
    """Share a meter's saving: first what was measured apart, then the rest by estimate × active days.

    Implements M-40.3 to M-40.8.

    Parameters
    ----------
    counted : Counted
    isolated : sequence of Isolated
    claimants : sequence of Claimant

    Returns
    -------
    Settled
        Its parts and what is left add up to the meter's saving.
    """
    apart = [_isolated_part(counted, each) for each in isolated]
    known = [np.nan_to_num(each.quantity) * (counted.days > 0) for each in isolated]
    rest = np.nan_to_num(counted.avoided) - np.sum(known, axis=0) if known else np.nan_to_num(counted.avoided)
    shares, findings = _shares(counted, claimants)
    in_place = _days_with_any(counted, claimants)
    days = counted.days
    shareable = rest * np.divide(in_place, days, out=np.zeros_like(days), where=days > 0)
    beside = any(counted.active(each.claimant.start, each.claimant.end).any() for each in isolated)
    alone = len(claimants) == 1 and not beside
    band = _band_of_rest(counted, apart)
    shared = [
        _shared_part(counted, claimant, weight, shareable, band=band, alone=alone)
        for claimant, weight in zip(claimants, shares, strict=True)
    ]
    lines = sum(part.quantity for part in (*apart, *shared) if part.quantity is not None)
    left = counted.total - lines
    scale = float(np.abs(np.nan_to_num(counted.avoided)).sum()) + sum(float(np.abs(each).sum()) for each in known)
    left = 0.0 if abs(left) <= NOTHING * max(scale, abs(counted.total)) else left
    findings += _what_is_left(counted, claimants, in_place, left, shared=any(p.quantity is not None for p in shared))
    costs = _costs(counted, [*(p.quantity for p in apart), *(p.quantity for p in shared), left])
    priced = [_with_cost(part, cost) for part, cost in zip((*apart, *shared), costs, strict=False)]
    return Settled(tuple(priced[: len(apart)]), tuple(priced[len(apart) :]), left, costs[-1], tuple(findings))


def settle_apart(counted: Counted, isolated: Isolated) -> Part:
    """Return the line of a saving that stands in no meter's total (M-40.9): all of its own months count.

    Parameters
    ----------
    counted : Counted
        The months it is asked for; `avoided` need only be finite where they count.
    isolated : Isolated
    """
    return _isolated_part(counted, isolated)


def fingerprint_of(facts: Mapping[str, object], months: Sequence[tuple[str, float]]) -> str:
    """Return what a signed figure is recognised by (M-40.10).

    Parameters
    ----------
    facts : mapping
        Resource, unit, basis, option and kind.
    months : sequence of (str, float)
        [unit]

    Returns
    -------
    str
        SHA-256 over the facts and the months, to nine figures, so that another order of adding up is no change.
    """
    document = {**facts, "months": [[month, f"{value:.9g}"] for month, value in months]}
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _isolated_part(counted: Counted, isolated: Isolated) -> Part:
    known = np.isfinite(isolated.quantity) & (counted.days > 0)
    claimant = isolated.claimant
    days = float((counted.active(claimant.start, claimant.end) * known).sum())
    if not days:
        return Part(LineKind.ESTIMATED, None, None, 0, None)
    quantity = np.where(known, isolated.quantity, 0.0)
    band = isolated.band[known]
    return Part(
        LineKind.ISOLATED,
        float(quantity.sum()),
        float(band.sum()) if np.isfinite(band).all() else None,
        int(days),
        estimated_over(claimant.estimate, days),
        tuple(zip(np.array(counted.months)[known].tolist(), quantity[known].tolist(), strict=True)),
    )


def _shares(counted: Counted, claimants: Sequence[Claimant]) -> tuple[list[float | None], list[Finding]]:
    """Return each claimant's part of the rest (M-40.5): None for all where one of them cannot be weighed."""
    if not claimants:
        return [], []
    nobody: list[float | None] = [None] * len(claimants)
    days = [float(counted.active(each.start, each.end).sum()) for each in claimants]
    weighed = [each for each, active in zip(claimants, days, strict=True) if active]
    unknown = sum(not each.estimate for each in weighed)
    if unknown:
        return nobody, [Finding("ledger.no_estimate", Severity.WARNING, {"n": unknown})]
    weights = np.array([(each.estimate or 0.0) * active for each, active in zip(claimants, days, strict=True)])
    if not weights.any():
        return nobody, []
    if (weights > 0).any() and (weights < 0).any():
        return nobody, [Finding("ledger.mixed_signs", Severity.WARNING)]
    part = weights / weights.sum()
    return [float(share) if active else None for share, active in zip(part, days, strict=True)], []


def _days_with_any(counted: Counted, claimants: Sequence[Claimant]) -> Values:
    """Return on how many counted days of each month at least one claimant was in place, shape (months,) [d]."""
    if not claimants:
        return np.zeros(len(counted.months))
    first = int(counted.start.astype("datetime64[D]").astype(np.int64).min())
    last = int(counted.end.astype("datetime64[D]").astype(np.int64).max())
    covered = np.zeros(last - first + 1, dtype=np.bool_)
    for each in claimants:
        start = max(int(np.datetime64(each.start, "D").astype(np.int64)) - first, 0)
        end = last - first if each.end is None else int(np.datetime64(each.end, "D").astype(np.int64)) - first
        covered[start : max(end, start)] = True
    before = np.r_[0, np.cumsum(covered[:-1])]
    starts, ends = (edge.astype("datetime64[D]").astype(np.int64) - first for edge in (counted.start, counted.end))
    found: Values = np.where(np.isfinite(counted.avoided), before[ends] - before[starts], 0).astype(np.float64)
    return found


def _band_of_rest(counted: Counted, apart: Sequence[Part]) -> float | None:
    """Return the band of what is left when the isolated savings are taken off, in quadrature (M-40.6) [unit]."""
    taken = [part.band_90 for part in apart if part.quantity is not None]
    if counted.band_90 is None or any(each is None for each in taken):
        return None
    return float(np.sqrt(counted.band_90**2 + sum(each**2 for each in taken if each is not None)))


def _shared_part(
    counted: Counted, claimant: Claimant, weight: float | None, shareable: Values, *, band: float | None, alone: bool
) -> Part:
    days = float(counted.active(claimant.start, claimant.end).sum())
    if weight is None or not days:
        return Part(LineKind.ESTIMATED, None, None, int(days), estimated_over(claimant.estimate, days))
    values = shareable * weight
    counts = counted.days > 0
    return Part(
        LineKind.MEASURED if alone else LineKind.ALLOCATED,
        float(values.sum()),
        None if band is None else band * abs(weight),
        int(days),
        estimated_over(claimant.estimate, days),
        tuple(zip(np.array(counted.months)[counts].tolist(), values[counts].tolist(), strict=True)),
    )


def _what_is_left(
    counted: Counted, claimants: Sequence[Claimant], in_place: Values, left: float, *, shared: bool
) -> list[Finding]:
    """Say why something is left that is no rounding (M-40.7)."""
    if not left:
        return []
    if not claimants or not in_place.any():
        return [Finding("ledger.no_measure_left", Severity.INFO)]
    before = int(counted.days.sum() - in_place.sum())
    return [Finding("ledger.before_measures", Severity.INFO, {"n": before})] if shared and before else []


def _costs(counted: Counted, quantities: Sequence[float | None]) -> list[int | None]:
    """Return the money of each part at the meter's price, adding up to the meter's money exactly (M-40.8)."""
    if counted.cost is None or not counted.total:
        return [None] * len(quantities)
    price = counted.cost / counted.total
    parts = [None if each is None else round(each * price / CENT) * CENT for each in quantities]
    largest = max(range(len(parts)), key=lambda place: abs(quantities[place] or 0.0))
    parts[largest] = (parts[largest] or 0) + counted.cost - sum(each for each in parts if each is not None)
    return list(parts)


def _with_cost(part: Part, cost: int | None) -> Part:
    months, kind = part.months, part.kind
    return Part(kind, part.quantity, part.band_90, part.days, part.estimated, months, cost)
