"""What a file holds per meter: the figures a person compares with the spreadsheet in front of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.services.readings.plan_readings import REFUSED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.services.readings.plan_readings import Plan

MONEY_SCALE = 10_000


def sum_meters(plan: Plan) -> list[dict[str, Any]]:
    """Return one entry per meter, unit and currency: readings taken, quantity as typed, cost as printed."""
    gathered = plan.gathered
    rows = np.flatnonzero(plan.status != REFUSED)
    if not len(rows):
        return []
    priced = gathered.has_cost[rows] & (plan.currency[rows] >= 0)
    slot, unit = plan.slot[rows], gathered.unit[rows].astype(np.int64)
    meter = slot * len(gathered.units) + unit
    money = _currency_of_group(meter, plan.currency[rows].astype(np.int64), priced)
    order = np.lexsort((rows, money, meter))
    changes = np.r_[True, (np.diff(meter[order]) != 0) | (np.diff(money[order]) != 0)]
    heads = np.flatnonzero(changes)
    entries = []
    for first, last in zip(heads.tolist(), [*heads[1:].tolist(), len(order)], strict=True):
        entries.append(_entry(plan, rows[order[first:last]], priced[order[first:last]], int(money[order[first]])))
    return entries


def _currency_of_group(
    meter: NDArray[np.int64], currency: NDArray[np.int64], priced: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Give a row without a cost the currency of the meter's first cost, so that it makes no entry of its own."""
    with_cost = np.flatnonzero(priced)
    of, first = np.unique(meter[with_cost], return_index=True)
    place = np.minimum(np.searchsorted(of, meter), max(len(of) - 1, 0))
    if not len(of):
        return np.full(len(meter), -1)
    inherited = np.where(of[place] == meter, currency[with_cost[first]][place], -1)
    return np.where(priced, currency, inherited)


def _entry(plan: Plan, rows: NDArray[np.int64], priced: NDArray[np.bool_], currency: int) -> dict[str, Any]:
    gathered, slot = plan.gathered, plan.resolution.slots[plan.slot[rows[0]]]
    cost = sum(gathered.cost[rows[priced]].tolist())
    return {
        "site": plan.resolution.sites[slot.site].name,
        "meter": slot.name,
        "resource": slot.resource,
        "unit": gathered.units[gathered.unit[rows[0]]],
        "readings": len(rows),
        "quantity": math.fsum(gathered.quantity[rows].tolist()),
        "cost": cost / MONEY_SCALE if priced.any() else None,
        "currency": plan.currencies[currency] if priced.any() else None,
        "first": str(np.datetime64(int(gathered.start[rows].min()), "D")),
        "last": str(np.datetime64(int(gathered.end[rows].max()), "D")),
    }
