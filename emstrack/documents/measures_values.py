"""What a report of recommendations and measures is told with: plain values, nothing of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from emstrack.analysis.finance import Finance
    from emstrack.domain.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedEffect:
    """What a measure saves of one resource in a year."""

    resource: str
    variety: str
    quantity: float
    unit: str
    unit_price: Decimal | None
    currency: str
    worth: Decimal | None
    meter: str
    assumptions: str
    calculation: str
    co2e_kg: float | None
    co2e_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedLine:
    """Something paid for once."""

    label: str
    kind: str
    amount: Decimal
    spent: Decimal | None
    currency: str
    day: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPlan:
    """How a saving will be measured and verified."""

    option: str
    boundary: str
    key_parameters: str
    verifier: str
    agreed_by: str
    agreed_on: date | None
    reporting_start: date | None
    reporting_end: date | None
    expected: float | None
    detectable: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedMeasure:
    """One recommendation or measure."""

    number: int
    title: str
    site: str
    status: str
    category: str
    situation: str
    proposal: str
    owner: str
    due: date | None
    priority: str
    ease: str
    currency: str
    investment: Decimal | None
    spent: Decimal | None
    annual_saving: Decimal | None
    payback_years: float | None
    life_years: float | None
    rate: float
    finance: Finance | None
    cost_of_saved_kwh: float | None
    co2e_kg: float | None
    others: tuple[tuple[str, str], ...]
    effects: tuple[ReportedEffect, ...]
    lines: tuple[ReportedLine, ...]
    plan: ReportedPlan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedTogether:
    """A meter that several measures act on."""

    meter: str
    unit: str
    use: float | None
    alone: float
    together: float | None
    measures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedSum:
    """What the measures of one currency come to."""

    currency: str
    measures: int
    investment: Decimal | None
    annual_saving: Decimal | None
    payback_years: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedClosure:
    """In and out of one operation, or of the whole where it has no name; None is not known, or nothing to close."""

    name: str
    inward: float | None
    outward: float | None
    difference: float | None
    fraction: float | None
    closes: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedLoss:
    """A stream that is lost, and what it has cost by the time it leaves."""

    name: str
    operation: str
    quantity: float
    unit: str
    purchase: float | None
    processing: float | None
    disposal: float | None
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedBalance:
    """A mass and energy balance; losses are ranked by money, loads are of what leaves [kg]."""

    title: str
    first: date
    last: date
    tolerance: float
    currency: str
    mass: tuple[ReportedClosure, ...]
    energy: tuple[ReportedClosure, ...]
    losses: tuple[ReportedLoss, ...]
    cost_of_losses: float
    loads: tuple[tuple[str, float], ...]
    basis_quantity: float
    basis_unit: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuresReport:
    """A report of recommendations and measures of a site."""

    title: str
    organisation: str
    place: str
    made_on: date
    is_demonstration: bool
    measures: tuple[ReportedMeasure, ...]
    together: tuple[ReportedTogether, ...]
    sums: tuple[ReportedSum, ...]
    balances: tuple[ReportedBalance, ...] = ()
