"""Environmental costs of a site or a programme, by its bills and by its balances.

What energy, water, materials and waste cost in a year, now and before the first measure; and what losses really cost:
purchase, processing so far, disposal.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from emstrack.analysis.environmental_costs import NEVER, yearly_costs
from emstrack.domain.programmes import CostKind, cost_kind
from emstrack.services.audits.weigh_balance import weigh_balance
from emstrack.storage.models import (
    Balance,
    Measure,
    Meter,
    MonthlyValue,
    ProcessStream,
    Programme,
    ProgrammeSite,
    Site,
    UnitOperation,
)
from emstrack.storage.queries.programmes import IMPLEMENTED, own_part
from emstrack.storage.queries.sites import counted_meters
from emstrack.storage.scope import find, scoped, within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

MOST_BALANCES = 100
COMPLETE = 0.999999


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyCost:
    """What one kind of thing costs a year in one currency; `before` and `since` are of the meters that have both."""

    kind: CostKind
    currency: str
    now: float | None
    before: float | None
    since: float | None
    meters: int
    meters_now: int
    meters_both: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LossCost:
    """What a balance's losses cost: purchase, processing so far, disposal; against the site's first balance."""

    balance: Balance
    site: str
    purchase: float
    processing: float
    disposal: float
    total: float
    per_unit: float | None
    unit: str
    against_first: float | None


@dataclass(frozen=True, slots=True)
class Costs:
    """Environmental costs: by the bills of a year, by the losses of balances."""

    yearly: tuple[YearlyCost, ...]
    losses: tuple[LossCost, ...]


def costs_of_site(session: Session, site_id: int) -> tuple[Site, Costs]:
    """Return a site and its environmental costs."""
    site = find(session, Site, site_id)
    return site, _costs(session, sa.select(Site.id).where(*within(session, Site), Site.id == site_id))


def costs_of_programme(session: Session, programme_id: int) -> tuple[Programme, Costs]:
    """Return a programme and the environmental costs of its sites that belong to the tenant and may be seen."""
    programme = find(session, Programme, programme_id)
    return programme, _costs(session, own_part(session, programme_id).with_only_columns(ProgrammeSite.site_id))


def _costs(session: Session, sites: sa.Select[Any]) -> Costs:
    return Costs(_yearly(session, sites), _losses(session, sites))


def _yearly(session: Session, sites: sa.Select[Any]) -> tuple[YearlyCost, ...]:
    first = (
        scoped(session, Measure.site_id, sa.func.min(Measure.implemented_on).label("day"))
        .where(Measure.site_id.in_(sites), Measure.status.in_(IMPLEMENTED), Measure.archived_at.is_(None))
        .group_by(Measure.site_id)
    )
    begun = {row.site_id: row.day for row in session.execute(first)}
    meters = session.execute(
        scoped(session, Meter.id, Meter.site_id, Meter.resource)
        .where(Meter.site_id.in_(sites), counted_meters(), Meter.direction == "import")
        .order_by(Meter.id)
    ).all()
    rows = session.execute(
        scoped(session, MonthlyValue.meter_id, MonthlyValue.month, MonthlyValue.cost, MonthlyValue.currency)
        .join(Meter, Meter.id == MonthlyValue.meter_id)
        .where(
            *within(session, Meter),
            *(Meter.site_id.in_(sites), counted_meters(), Meter.direction == "import"),
            *(MonthlyValue.coverage >= COMPLETE, MonthlyValue.cost.is_not(None)),
        )
    ).all()
    return _added_up(meters, rows, begun)


def _added_up(meters: Sequence[Any], rows: Sequence[Any], begun: dict[int, date | None]) -> tuple[YearlyCost, ...]:
    """Add up by kind and currency; a meter billed in two currencies is one line in each."""
    by_id = {meter.id: meter for meter in meters}
    lines = sorted({(row.meter_id, row.currency) for row in rows})
    place = {line: n for n, line in enumerate(lines)}
    days = [begun.get(by_id[meter_id].site_id) for meter_id, _ in lines]
    found = yearly_costs(
        np.array([place[row.meter_id, row.currency] for row in rows], dtype=np.int64),
        np.array([_month(row.month) for row in rows], dtype=np.int64),
        np.array([float(row.cost) for row in rows]),
        np.array([NEVER if day is None else _month(day) for day in days], dtype=np.int64),
    )
    groups: dict[tuple[CostKind, str], list[int]] = defaultdict(list)
    for n, (meter_id, currency) in enumerate(lines):
        groups[cost_kind(by_id[meter_id].resource), currency].append(n)
    known, both = ~np.isnan(found.now), found.comparable
    costs = []
    for (kind, currency), members in sorted(groups.items()):
        chosen = np.array(members)
        compared = chosen[both[chosen]]
        costs.append(
            YearlyCost(
                kind=kind,
                currency=currency,
                now=_sum(found.now, chosen[known[chosen]]),
                before=_sum(found.before, compared),
                since=_sum(found.now, compared),
                meters=len(chosen),
                meters_now=int(known[chosen].sum()),
                meters_both=len(compared),
            )
        )
    return tuple(costs)


def _sum(values: Any, chosen: Any) -> float | None:
    return float(values[chosen].sum()) if len(chosen) else None


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _losses(session: Session, sites: sa.Select[Any]) -> tuple[LossCost, ...]:
    found = session.execute(
        scoped(session, Balance, Site.name.label("site"))
        .where(Balance.site_id == Site.id, Balance.site_id.in_(sites))
        .order_by(Site.name, Balance.start, Balance.id)
        .limit(MOST_BALANCES)
    ).all()
    ids = [row.Balance.id for row in found]
    operations: dict[int, list[UnitOperation]] = defaultdict(list)
    streams: dict[int, list[ProcessStream]] = defaultdict(list)
    if ids:
        wanted = scoped(session, UnitOperation).where(UnitOperation.balance_id.in_(ids))
        for operation in session.scalars(wanted.order_by(UnitOperation.position)):
            operations[operation.balance_id].append(operation)
        for stream in session.scalars(
            scoped(session, ProcessStream).where(ProcessStream.balance_id.in_(ids)).order_by(ProcessStream.id)
        ):
            streams[stream.balance_id].append(stream)
    first: dict[tuple[int, str, str], float] = {}
    costs = []
    for row in found:
        cost = _loss_cost(row.Balance, row.site, operations[row.Balance.id], streams[row.Balance.id], first)
        if cost is not None:
            costs.append(cost)
    return tuple(costs)


def _loss_cost(
    balance: Balance,
    site: str,
    operations: list[UnitOperation],
    streams: list[ProcessStream],
    first: dict[tuple[int, str, str], float],
) -> LossCost | None:
    weighed = weigh_balance(balance, operations, streams)
    if not weighed.losses:
        return None
    per_unit, unit, against = None, "", None
    if weighed.basis is not None:
        per_unit, unit = weighed.cost_of_losses / weighed.basis.quantity, weighed.basis.unit
        key = (balance.site_id, unit, balance.currency)
        if first.setdefault(key, per_unit) and first[key] is not per_unit:
            against = per_unit / first[key] - 1
    parts = {name: sum(getattr(loss, name) or 0.0 for loss in weighed.losses) for name in _PARTS}
    return LossCost(
        balance=balance,
        site=site,
        **parts,
        total=weighed.cost_of_losses,
        per_unit=per_unit,
        unit=unit,
        against_first=against,
    )


_PARTS = ("purchase", "processing", "disposal")
