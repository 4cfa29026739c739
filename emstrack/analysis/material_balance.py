"""Mass, energy and money through unit operations: closure, the cost of each loss, loads and indicators (M-30)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]

OUTSIDE = -1
"""Index of where a stream comes from or goes to when that is outside the balance."""


@dataclass(frozen=True, slots=True)
class Flows:
    """The streams of a balance between its unit operations.

    Parameters
    ----------
    operations : int
        Number of unit operations, n.
    source, target : array of int, shape (streams,)
        Index of the operation a stream leaves and enters; `OUTSIDE` for the world.
    amount : array, shape (streams,)
        Mass [kg] or energy [kWh]; NaN where it is not known.
    """

    operations: int
    source: Whole
    target: Whole
    amount: Floats


@dataclass(frozen=True, slots=True)
class Closure:
    """How in and out compare, per operation and, last, for the whole; shape (n + 1,) each.

    Parameters
    ----------
    inward, outward : array
        [kg or kWh]; NaN where a stream's amount is not known.
    difference : array
        In less out [kg or kWh]: positive is what went in and was not found again.
    fraction : array
        Difference over in; NaN where nothing goes in or something is not known.
    closes : array of bool
        Whether the fraction lies within the tolerance; False where it is NaN.
    """

    inward: Floats
    outward: Floats
    difference: Floats
    fraction: Floats
    closes: Flags


def close(flows: Flows, tolerance: float) -> Closure:
    """Return how a balance closes (M-30.1, M-30.2).

    Parameters
    ----------
    flows : Flows
    tolerance : float
        [fraction of what goes in], between 0 and 1.

    Returns
    -------
    Closure
        Per operation in order, then the whole: only what crosses the boundary counts there.
    """
    entering = flows.source == OUTSIDE
    leaving = flows.target == OUTSIDE
    inward = np.append(_sums(flows.target, flows.amount, flows.operations), flows.amount[entering].sum())
    outward = np.append(_sums(flows.source, flows.amount, flows.operations), flows.amount[leaving].sum())
    difference = inward - outward
    with np.errstate(divide="ignore", invalid="ignore"):
        fraction = np.where(inward > 0, difference / inward, np.nan)
    closes = np.abs(fraction) <= tolerance * (1 + 1e-12)
    return Closure(inward, outward, difference, fraction, closes)


@dataclass(frozen=True, slots=True)
class Costs:
    """What each stream has cost by the time it is there; shape (streams,) each [currency].

    Parameters
    ----------
    purchase : array
        What its matter cost to buy.
    processing : array
        What was spent on it so far.
    """

    purchase: Floats
    processing: Floats


def carry_costs(flows: Flows, water: Flags, bought: Floats, typed: Floats, processing: Floats) -> Costs:
    """Return the purchase and processing cost that every stream carries (M-30.3, M-30.4).

    Costs follow matter: an operation hands on what its incoming streams carried and what it cost itself, shared among
    what comes out by mass. Water's purchase goes with water, everything else's with everything else; processing goes
    with what is not water. Where an operation lets out nothing of a kind, its costs go with all that comes out.

    Parameters
    ----------
    flows : Flows
        Masses [kg]; NaN counts as no mass here, and closure says so.
    water : array of bool, shape (streams,)
        Water, steam and wastewater.
    bought : array, shape (streams,)
        What inputs cost [currency]; zero for the others.
    typed : array, shape (streams,)
        What the matter of a stream cost where a person said so [currency], NaN elsewhere; it is taken out before the
        rest is shared.
    processing : array, shape (n,)
        Cost of each operation [currency].

    Returns
    -------
    Costs
        What leaves carries together what was bought and spent, to the rounding of floating point.

    References
    ----------
    ISO 14051:2011, material flow cost accounting, allocates by mass; keeping water apart is ours.
    """
    nothing = np.zeros(len(flows.amount))
    goods = _carried(flows, ~water, np.where(water, 0.0, bought), np.where(water, np.nan, typed))
    waters = _carried(flows, water, np.where(water, bought, 0.0), np.where(water, typed, np.nan))
    spent = _carried(flows, ~water, nothing, np.full(len(nothing), np.nan), processing)
    return Costs(goods + waters, spent)


def loads(volume: Floats, concentration: Floats) -> Floats:
    """Return loads: flow times concentration (M-30.6).

    Parameters
    ----------
    volume : array, shape (streams,)
        [m3].
    concentration : array, shape (parameters, streams)
        [mg/L]; NaN where it was not measured.

    Returns
    -------
    array, shape (parameters, streams)
        [kg]; NaN where either is not known. 1 mg/L in 1 m3 is a thousandth of a kilogram.
    """
    return np.asarray(volume * concentration / 1000.0, dtype=np.float64)


def rank(cost: Floats) -> Whole:
    """Return the order of losses by money, the dearest first; equal ones as they stand (M-30.5)."""
    return np.asarray(np.argsort(-np.nan_to_num(cost, nan=-np.inf), kind="stable"), dtype=np.int64)


def _sums(at: Whole, amount: Floats, operations: int) -> Floats:
    inside = at != OUTSIDE
    return np.bincount(at[inside], weights=amount[inside], minlength=operations).astype(np.float64)


def _shares(flows: Flows, kind: Flags, free: Flags) -> Floats:
    """Each free stream's part of what its operation lets out: by the mass of a kind, else by all mass, else evenly."""
    mass = np.nan_to_num(flows.amount, nan=0.0)
    at = np.where(free, flows.source, 0)
    share = np.zeros(len(mass))
    for weights in (np.ones_like(mass), mass, mass * kind):  # the later one holds wherever there is any of it
        total = _sums(np.where(free, flows.source, OUTSIDE), weights, flows.operations)
        usable = free & (total[at] > 0)
        share[usable] = weights[usable] / total[at][usable]
    return share


def _carried(flows: Flows, kind: Flags, entering: Floats, typed: Floats, added: Floats | None = None) -> Floats:
    """Solve what each stream carries: recycles make it a system of equations and not a walk.

    An operation that lets out nothing but streams whose value somebody typed shares all the same: nothing is lost.
    """
    count, n = len(entering), flows.operations
    if not n:
        return entering
    inside = flows.source != OUTSIDE
    at = np.where(inside, flows.source, 0)
    untold = _sums(np.where(np.isnan(typed), flows.source, OUTSIDE), np.ones(count), n)
    fixed = inside & ~np.isnan(typed) & (untold[at] > 0)
    free = inside & ~fixed
    share = np.where(free, _shares(flows, kind, free), 0.0)
    told = np.where(fixed, np.nan_to_num(typed), 0.0)
    spent = (np.zeros(n) if added is None else added) - _sums(flows.source, told, n)
    known = np.where(inside, share * spent[at] + told, entering)
    takes = free[:, None] & (flows.source[:, None] == flows.target[None, :])
    matrix = np.eye(count) - np.where(takes, share[:, None], 0.0)
    try:
        carried = np.linalg.solve(matrix, known)
    except np.linalg.LinAlgError:  # a loop that nothing leaves: its costs go round for ever
        carried = np.linalg.lstsq(matrix, known, rcond=None)[0]
    return np.asarray(carried, dtype=np.float64)
