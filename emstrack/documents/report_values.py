"""What a savings report says, as values: the PDF and the workbook are written from the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from emstrack.analysis.savings_types import MeterSaving
    from emstrack.domain.periods import Month
    from emstrack.reference.emission_factors import EmissionFactor


@dataclass(frozen=True, slots=True)
class AdoptedBaseline:
    """Who stands for a baseline, since when and why; `fingerprint` is the digest of its frozen inputs."""

    revision: int
    adopted_on: date | None
    adopted_by: str
    reason: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class UsedMonth:
    """One month of a meter or a total; savings are None where it does not count, bands are at 90 %."""

    month: Month
    use: float | None
    complete: bool
    adjusted_baseline: float | None = None
    avoided: float | None = None
    to_date: float | None = None
    band: float | None = None
    band_to_date: float | None = None


@dataclass(frozen=True, slots=True)
class ReportedItem:
    """One meter's saving with everything it rests on; `months` include those of the baseline."""

    saving: MeterSaving
    meter_id: int
    site_id: int
    organisation: str
    baseline: AdoptedBaseline
    months: tuple[UsedMonth, ...]
    emission_factors: tuple[EmissionFactor, ...]
    heat_sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedTotal:
    """One resource over the meters that count; `percent` is a fraction, `claims` how many meters bear which claim."""

    resource: str
    unit: str
    heating_value_basis: str | None
    avoided: float | None
    band_90: float | None
    percent: float | None
    cost_avoided: float | None
    currency: str | None
    co2e_avoided_kg: float | None
    per_room: float | None
    cost_per_room: float | None
    per_m2: float | None
    sites: int
    sites_counted: int
    indicative: bool
    claims: Mapping[str, int]
    months: tuple[UsedMonth, ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationTotals:
    """What an organisation's own sites saved."""

    name: str
    totals: tuple[ReportedTotal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingsReport:
    """The report of one site, or of all sites that somebody may see (`site_id` None)."""

    title: str
    organisation: str
    place: str
    site_id: int | None
    made_on: date
    is_demonstration: bool
    items: tuple[ReportedItem, ...]
    totals: tuple[ReportedTotal, ...]
    organisations: tuple[OrganisationTotals, ...]
    without_baseline: tuple[tuple[str, str], ...]
    """Site and meter of everything measured that no baseline was adopted for."""
    first: Month
    last: Month
    preview: bool = False
    """It is only looked at: nothing is handed out, and no baseline is locked by it."""


@dataclass(frozen=True, slots=True)
class ReportedReading:
    """One reading behind a report, as it was given and in the unit that was computed with."""

    site: str
    meter: str
    resource: str
    start: date
    end: date
    quantity: float | None
    unit: str
    canonical_quantity: float | None
    canonical_unit: str
    kind: str
    cost: float | None
    currency: str
    bill_number: str
    in_baseline: bool
