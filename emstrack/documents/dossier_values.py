"""What a dossier for a lender and a workbook of exposure are told with: plain values, nothing of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from emstrack.analysis.amortization import Instalment
    from emstrack.analysis.bundle_finance import BundleFinance
    from emstrack.documents.measures_values import ReportedMeasure
    from emstrack.domain.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A measure or a bundle as a lender reads it; money in the facility's currency, None where it is not known."""

    title: str
    borrower: str
    facility: str
    lender: str
    instrument: str
    stage: str
    sector: str
    place: str
    currency: str
    amount: Decimal
    own_funds: Decimal | None
    cover: float
    exposure: Decimal
    eligibility: str
    applied_on: date
    made_on: date
    is_demonstration: bool
    amortization: str
    annual_rate: float
    grace: int
    instalments: tuple[Instalment, ...]
    service: Decimal | None
    investment: Decimal | None
    estimated: Decimal | None
    measured: Decimal | None
    haircut: float
    estimated_coverage: float | None
    measured_coverage: float | None
    dscr: float | None
    finance: BundleFinance | None
    findings: tuple[Finding, ...]
    measures: tuple[ReportedMeasure, ...]
    owners: tuple[str, ...]
    note: str
