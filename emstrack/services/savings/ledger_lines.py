"""What the ledger of verified savings holds: its lines, what was signed of them, and the meters they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.analysis.ledger import fingerprint_of, realisation_of

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from emstrack.domain.findings import Finding
    from emstrack.domain.ledger import LineKind
    from emstrack.domain.measures import MeasureStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A line as it was signed; `now` is what the same months come to today, None where they no longer stand."""

    signed_by: int | None
    signed_at: datetime
    quantity: float
    band_90: float | None
    first: str
    last: str
    fingerprint: str
    changed: bool
    now: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One measure in one resource: estimated beside measured, never added; quantities in the canonical unit.

    `estimated` and `measured` are over the same `days`; what is not there is None, and a finding says why.
    """

    measure_id: int | None
    saving_id: int | None
    title: str
    status: MeasureStatus | None
    owner_id: int | None
    site_id: int
    site: str
    organisation_id: int
    organisation: str
    resource: str
    unit: str
    basis: str
    meter_id: int | None
    meter: str
    option: str
    kind: LineKind
    start: date
    days: int = 0
    estimate_per_year: float | None = None
    estimated: float | None = None
    measured: float | None = None
    band_90: float | None = None
    money_per_year: Decimal | None = None
    estimated_money: Decimal | None = None
    estimated_currency: str = ""
    measured_money: Decimal | None = None
    currency: str = ""
    months: tuple[tuple[str, float], ...] = ()
    in_meter: bool = False
    findings: tuple[Finding, ...] = ()
    signature: Signature | None = None

    @property
    def realisation(self) -> float | None:
        """Measured ÷ estimated over equal days (M-40.2)."""
        return realisation_of(self.measured, self.estimated)

    @property
    def fingerprint(self) -> str:
        """What the figure is recognised by, were it signed today."""
        return fingerprint_of(facts_of(self), self.months)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSum:
    """A supply meter's saving, and what of it no line stands for."""

    meter_id: int
    meter: str
    site_id: int
    site: str
    organisation_id: int
    resource: str
    unit: str
    basis: str
    period: str
    isolated: float
    measured: float
    allocated: float
    unallocated: float
    total: float
    band_90: float | None
    unallocated_money: Decimal | None
    money: Decimal | None
    currency: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Ledger:
    """All lines of a site, or of everything in sight, in the order they are read in; and the meters they add up to."""

    lines: tuple[LedgerLine, ...] = ()
    meters: tuple[MeterSum, ...] = ()


def facts_of(line: LedgerLine) -> dict[str, object]:
    """Return what a figure is about: signed beside its months, so that a change of either shows."""
    names = ("resource", "unit", "basis", "option")
    return {**{name: getattr(line, name) for name in names}, "kind": line.kind.value}
