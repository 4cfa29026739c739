"""How far the saving of a bundle of measures carries its debt: estimated with a haircut, and measured where it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from emstrack.analysis.amortization import debt_service_coverage, heaviest_year, savings_coverage, schedule
from emstrack.domain.financing import Amortization, Instrument, Terms
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.measures import MeasureStatus
from emstrack.services.audits.exchange_rates import load_rates
from emstrack.storage.models import MeasureEffect, SavingsResult
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.analysis.amortization import Instalment
    from emstrack.services.audits.exchange_rates import Rates
    from emstrack.storage.models import Facility, Financing, Measure

DAYS_OF_A_YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """A bundle's money in the facility's currency: None is not known."""

    currency: str
    investment: Decimal | None
    estimated: Decimal | None
    measured: Decimal | None
    haircut: float
    instalments: list[Instalment] = field(default_factory=list)
    service: Decimal | None = None
    estimated_coverage: float | None = None
    measured_coverage: float | None = None
    dscr: float | None = None
    findings: list[Finding] = field(default_factory=list)


def terms_of(row: Financing) -> Terms:
    """Return the terms of a financing."""
    return Terms(
        amortization=Amortization(row.amortization),
        annual_rate=row.annual_rate,
        instalments=row.instalments,
        per_year=row.per_year,
        grace=row.grace,
        first_due=row.first_due,
    )


def cover_debt(
    session: Session, row: Financing, facility: Facility, measures: Sequence[Measure], *, today: date
) -> Coverage:
    """Return the schedule of a financing and what carries it."""
    done = [each for each in measures if MeasureStatus(each.status).is_implemented]
    results = _results(session, [each.id for each in done])
    wanted = {facility.currency, *(each.currency for each in measures), *(each.currency for each in results)}
    rates = load_rates(session, wanted)
    findings: list[Finding] = []
    investment = _together(measures, "investment", facility.currency, rates, today, findings)
    estimated = _together(measures, "annual_saving", facility.currency, rates, today, findings)
    measured = _measured(results, facility.currency, rates, findings, (len(done), len(measures)))
    instalments: list[Instalment] = []
    if Instrument(facility.instrument).is_repaid:
        start = row.disbursed_on or row.applied_on
        instalments = schedule(row.approved or row.amount, terms_of(row), start=start)
    service = heaviest_year(instalments, row.per_year)
    return Coverage(
        currency=facility.currency,
        investment=investment,
        estimated=estimated,
        measured=measured,
        haircut=row.haircut,
        instalments=instalments,
        service=service,
        estimated_coverage=savings_coverage(estimated, service, haircut=row.haircut),
        measured_coverage=savings_coverage(measured, service),
        dscr=debt_service_coverage(row.cash_flow, service),
        findings=findings,
    )


def _together(
    measures: Sequence[Measure], name: str, currency: str, rates: Rates, today: date, findings: list[Finding]
) -> Decimal | None:
    """Add up what every measure says; one that says nothing, or that no rate tells, leaves the sum unknown."""
    parts: list[Decimal] = []
    for each in measures:
        amount = getattr(each, name)
        told = None if amount is None else rates.convert(amount, each.currency, currency, today)
        if amount is None:
            _note(findings, Finding(f"finance.no_{name}", Severity.WARNING, {"measure": each.title}))
        elif told is None:
            _note(findings, _no_rate(each.currency, currency, today))
        else:
            parts.append(told)
    return sum(parts, Decimal(0)) if parts and len(parts) == len(measures) else None


def _results(session: Session, ids: Sequence[int]) -> list[SavingsResult]:
    """Return the prepared savings of the meters that measures which were put in act on; each meter once."""
    if not ids:
        return []
    meters = scoped(session, MeasureEffect.meter_id).where(
        MeasureEffect.measure_id.in_(ids), MeasureEffect.meter_id.is_not(None)
    )
    statement = scoped(session, SavingsResult).where(SavingsResult.meter_id.in_(meters), SavingsResult.counted)
    return list(session.scalars(statement.order_by(SavingsResult.meter_id)))


def _measured(
    results: Sequence[SavingsResult], currency: str, rates: Rates, findings: list[Finding], counted: tuple[int, int]
) -> Decimal | None:
    """Bring what meters show to a year; it is the whole meter's saving, whatever else was done there."""
    parts: list[Decimal] = []
    for each in results:
        days = (each.reporting_end - each.reporting_start).days
        if each.cost_avoided is None or days <= 0 or each.disqualified:
            continue
        yearly = (each.cost_avoided * DAYS_OF_A_YEAR / days).quantize(Decimal("0.0001"))
        told = rates.convert(yearly, each.currency, currency, each.reporting_end)
        if told is None:
            _note(findings, _no_rate(each.currency, currency, each.reporting_end))
            return None
        parts.append(told)
    if not parts:
        return None
    evidence = {"count": len(parts), "done": counted[0], "all": counted[1]}
    _note(findings, Finding("finance.measured_on_whole_meters", Severity.INFO, evidence))
    return sum(parts, Decimal(0))


def _no_rate(currency: str, base: str, day: date) -> Finding:
    return Finding(
        "finance.no_exchange_rate",
        Severity.WARNING,
        {"currency": currency, "base": base, "day": day.isoformat()},
    )


def _note(findings: list[Finding], finding: Finding) -> None:
    if finding not in findings:
        findings.append(finding)
