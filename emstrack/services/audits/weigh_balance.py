"""A balance weighed: every stream in kilograms or kilowatt-hours, closure, costs, loads and indicators."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from emstrack.analysis.material_balance import OUTSIDE, Closure, Flows, carry_costs, close, loads, rank
from emstrack.domain.balances import WATER_KG_PER_M3, LoadParameter, StreamKind
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.units import Dimension
from emstrack.reference.units import units

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from emstrack.storage.models import Balance, ProcessStream, UnitOperation

NAN = float("nan")
INDICATOR_UNITS = {Dimension.MASS: ("t", 1000.0), Dimension.VOLUME: ("hL", 0.1), Dimension.ENERGY: ("kWh", 1.0)}
"""What indicators are per, and how many base units (kg, m3, kWh) that is."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One stream: its amounts where they are known, and what it has cost by the time it leaves."""

    row: ProcessStream
    kg: float | None
    m3: float | None
    kwh: float | None
    purchase: float | None
    processing: float | None
    disposal: float | None
    loads: dict[LoadParameter, float]

    @property
    def cost(self) -> float:
        """Purchase, processing so far and disposal together; what is not known is named elsewhere."""
        return sum(part or 0.0 for part in (self.purchase, self.processing, self.disposal))


class Basis(NamedTuple):
    """What indicators are per: so many tonnes, hectolitres or heads of the streams named."""

    quantity: float
    unit: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WeighedBalance:
    """All that a page, a document or a test asks of a balance; losses are ranked by money."""

    operations: Sequence[UnitOperation]
    streams: tuple[Weighed, ...]
    mass: Closure
    energy: Closure | None
    losses: tuple[Weighed, ...]
    loads: dict[LoadParameter, float]
    basis: Basis | None
    findings: tuple[Finding, ...] = field(default=())

    @property
    def cost_of_losses(self) -> float:
        """All losses together [currency]."""
        return sum(loss.cost for loss in self.losses)


def weigh_balance(
    balance: Balance, operations: Sequence[UnitOperation], streams: Sequence[ProcessStream]
) -> WeighedBalance:
    """Weigh a balance; nothing is read or written."""
    index = {row.id: place for place, row in enumerate(operations)}
    source = np.array([index.get(row.from_id or 0, OUTSIDE) for row in streams], dtype=np.int64)
    target = np.array([index.get(row.to_id or 0, OUTSIDE) for row in streams], dtype=np.int64)
    kg, m3, kwh = (np.array(column) for column in (zip(*map(_amounts, streams), strict=True) if streams else ([],) * 3))
    is_energy = ~np.isnan(kwh)
    masses = Flows(len(operations), source, target, np.where(is_energy, 0.0, kg))
    energies = Flows(len(operations), source, target, np.where(is_energy, kwh, 0.0))
    weighed = _weighed(streams, operations, masses, (kg, m3, kwh))
    mass = close(masses, balance.tolerance)
    energy = close(energies, balance.tolerance) if is_energy.any() else None
    losses = [each for each in weighed if each.row.kind == StreamKind.LOSS]
    order = rank(np.array([loss.cost for loss in losses]))
    basis, trouble = _basis(weighed)
    return WeighedBalance(
        operations=operations,
        streams=weighed,
        mass=mass,
        energy=energy,
        losses=tuple(losses[place] for place in order),
        loads=_total_loads(weighed),
        basis=basis,
        findings=(*_unknown(weighed, operations), *_open(balance, operations, mass, weighed), *trouble),
    )


def _amounts(row: ProcessStream) -> tuple[float, float, float]:
    """Return a stream's kilograms, cubic metres and kilowatt-hours; NaN where it has none or it is not known."""
    known = units().get(row.unit)
    if known is None:
        return row.quantity * (row.kg_per_unit or NAN), NAN, NAN
    base = row.quantity * known.factor
    if known.dimension is Dimension.ENERGY:
        return NAN, NAN, base
    if known.dimension is Dimension.MASS:
        return base, base / WATER_KG_PER_M3 if row.is_water else NAN, NAN
    weight = base * WATER_KG_PER_M3 if row.is_water else row.quantity * (row.kg_per_unit or NAN)
    return weight, base, NAN


def _weighed(
    streams: Sequence[ProcessStream],
    operations: Sequence[UnitOperation],
    masses: Flows,
    amounts: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
) -> tuple[Weighed, ...]:
    kg, m3, kwh = amounts
    is_energy = ~np.isnan(kwh)
    price = np.array([_money(row.unit_cost) * row.quantity for row in streams])
    disposal = np.array([_money(row.disposal_unit_cost) * row.quantity for row in streams])
    water = np.array([row.is_water for row in streams], dtype=bool)
    inputs = masses.source == OUTSIDE
    bought = np.where(inputs & ~is_energy, np.nan_to_num(price), 0.0)
    typed = np.where(~inputs & ~is_energy, price, NAN)
    spent = np.array([float(row.processing_cost or 0) for row in operations])
    for ends, sign in ((masses.target, 1.0), (masses.source, -1.0)):  # energy is a cost of where it is used
        paid = is_energy & (ends != OUTSIDE) & ~np.isnan(price)
        np.add.at(spent, ends[paid], sign * price[paid])
    costs = carry_costs(masses, water, bought, typed, spent)
    measured = np.array([[row.concentrations.get(name, NAN) for row in streams] for name in LoadParameter])
    found = loads(m3, measured) if streams else measured
    return tuple(
        Weighed(
            row=row,
            kg=_known(kg[place]),
            m3=_known(m3[place]),
            kwh=_known(kwh[place]),
            purchase=_known(price[place]) if is_energy[place] else _known(costs.purchase[place]),
            processing=None if is_energy[place] else _known(costs.processing[place]),
            disposal=_known(disposal[place]),
            loads={n: float(found[i, place]) for i, n in enumerate(LoadParameter) if not np.isnan(found[i, place])},
        )
        for place, row in enumerate(streams)
    )


def _total_loads(weighed: Sequence[Weighed]) -> dict[LoadParameter, float]:
    """Loads that leave; between operations nothing is counted twice."""
    totals: dict[LoadParameter, float] = {}
    for each in weighed:
        if StreamKind(each.row.kind).leaves:
            for name, kilograms in each.loads.items():
                totals[name] = totals.get(name, 0.0) + kilograms
    return totals


def _basis(weighed: Sequence[Weighed]) -> tuple[Basis | None, list[Finding]]:
    """Return what indicators are per, or why there are none."""
    chosen = [each for each in weighed if each.row.is_basis] or [
        each for each in weighed if each.row.kind == StreamKind.PRODUCT
    ]
    if not chosen:
        return None, [Finding("balance.no_product", Severity.WARNING)]
    scaled = {_scale(each.row.unit): each.row.unit for each in chosen}
    if len({unit for unit, _ in scaled}) > 1:
        units_named = tuple(sorted(set(scaled.values())))
        return None, [Finding("balance.products_differ", Severity.WARNING, {"units": units_named})]
    quantity = sum(each.row.quantity * _scale(each.row.unit)[1] for each in chosen)
    if quantity == 0:
        return None, [Finding("balance.no_product", Severity.WARNING)]
    return Basis(quantity, _scale(chosen[0].row.unit)[0], tuple(each.row.name for each in chosen)), []


def _scale(unit: str) -> tuple[str, float]:
    """Return the unit indicators are per, and how many of it one of the typed unit is."""
    known = units().get(unit)
    if known is None:
        return unit, 1.0
    per, base = INDICATOR_UNITS[known.dimension]
    return per, known.factor / base


def _unknown(weighed: Sequence[Weighed], operations: Sequence[UnitOperation]) -> list[Finding]:
    """Name what is missing: never zero, and said where it makes a figure smaller than it is."""
    findings = [
        Finding("balance.no_weight", Severity.WARNING, {"stream": each.row.name, "unit": each.row.unit})
        for each in weighed
        if each.kg is None and each.kwh is None
    ]
    findings += [
        Finding("balance.no_volume", Severity.WARNING, {"stream": each.row.name})
        for each in weighed
        if each.row.concentrations and each.m3 is None
    ]
    missing = {
        "balance.no_price": [
            each.row.name for each in weighed if each.row.unit_cost is None and each.row.kind == StreamKind.INPUT
        ],
        "balance.no_disposal_cost": [
            each.row.name
            for each in weighed
            if each.row.disposal_unit_cost is None and each.row.kind == StreamKind.LOSS and each.kwh is None
        ],
        "balance.no_processing_cost": [row.name for row in operations if row.processing_cost is None],
    }
    findings += [
        Finding(code, Severity.INFO, {"count": len(names), "names": tuple(names)})
        for code, names in missing.items()
        if names
    ]
    return findings


def _open(
    balance: Balance, operations: Sequence[UnitOperation], mass: Closure, weighed: Sequence[Weighed]
) -> list[Finding]:
    """Name what does not close, and prices that say more than was bought."""
    findings = []
    for place, row in enumerate(operations):
        for code, amount in (("balance.nothing_in", mass.inward), ("balance.nothing_out", mass.outward)):
            if amount[place] == 0:
                findings.append(Finding(code, Severity.WARNING, {"operation": row.name}))
        if not mass.closes[place] and mass.inward[place] > 0 and not np.isnan(mass.difference[place]):
            evidence = {
                "operation": row.name,
                "kg": round(abs(float(mass.difference[place])), 1),
                "percent": round(abs(float(mass.fraction[place])) * 100, 1),
                "tolerance": balance.tolerance * 100,
            }
            code = "balance.not_found_again" if mass.difference[place] > 0 else "balance.more_out_than_in"
            findings.append(Finding(code, Severity.WARNING, evidence))
    too_dear = tuple(each.row.name for each in weighed if (each.purchase or 0) < 0)
    if too_dear:
        findings.append(Finding("balance.prices_exceed", Severity.WARNING, {"names": too_dear}))
    return findings


def _money(amount: object) -> float:
    return NAN if amount is None else float(amount)  # type: ignore[arg-type]  # a Decimal


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
