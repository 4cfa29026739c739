"""A programme's results by sector: what was implemented, invested, saved; published rows beside, never added to it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emstrack.analysis.programme_results import (
    Part,
    ResultRow,
    computed_rows,
    payback_months,
    published_total,
)
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.programmes import Basis
from emstrack.services.audits.exchange_rates import load_rates
from emstrack.storage.kept import kept
from emstrack.storage.models import PublishedResult
from emstrack.storage.queries import programmes as queries
from emstrack.storage.scope import every_tenant, scoped

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.services.audits.exchange_rates import Rates
    from emstrack.storage.models import Programme

_MONEY = ("investment", "estimated", "measured", "both_investment", "both_estimated")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """Rows that were computed and their total; rows as published with theirs; single cases; what to know about them."""

    programme: str
    currency: str
    year: int
    rows: tuple[ResultRow, ...]
    total: ResultRow
    published: tuple[ResultRow, ...]
    published_total: ResultRow | None
    cases: tuple[ResultRow, ...]
    findings: tuple[Finding, ...] = field(default=())


def add_up_results(session: Session, programme_id: int, *, today: date) -> Results:
    """Return a programme's results as far as the scope may see its sites."""
    programme, linked = queries.open_programme(session, programme_id)
    return results_of(session, programme, linked=linked, today=today)


def results_of(session: Session, programme: Programme, *, linked: bool, today: date) -> Results:
    """Return the same of a programme that was found already."""
    if linked:
        return _add_up(session, programme, today, linked=True)  # another tenant's writing does not stamp this one
    name = ("programme_results", programme.id, programme.rate_day or today)
    return kept(session, name, lambda: _add_up(session, programme, today, linked=False))


def _add_up(session: Session, programme: Programme, today: date, *, linked: bool) -> Results:
    day = programme.rate_day or today
    sites: dict[str, int] = defaultdict(int)
    parts: list[Part] = []
    own = queries.own_part(session, programme.id)
    _gather(session, own, sites, parts, own=True)
    if linked:
        with every_tenant(session, "sites that other tenants gave to a programme, in sums"):
            _gather(session, queries.linked_part(session, programme.id, today), sites, parts, own=False)
    findings: list[Finding] = []
    if programme.currency:
        rates = load_rates(session, {programme.currency, *(part.currency for part in parts)})
        parts, findings = _converted(parts, programme.currency, rates, day)
    rows, total = computed_rows(parts, sites)
    if len({row.currency for row in rows if row.currency}) > 1:
        findings.append(Finding("programme.currencies_apart", Severity.INFO))
    if total.implemented and total.priced != total.implemented:
        evidence = {"count": total.implemented - (total.priced or 0), "all": total.implemented}
        findings.append(Finding("programme.without_both", Severity.WARNING, evidence))
    published, cases = _published(session, programme.id)
    return Results(
        programme=programme.name,
        currency=programme.currency,
        year=day.year,
        rows=rows,
        total=total,
        published=published,
        published_total=published_total(published),
        cases=cases,
        findings=tuple(findings),
    )


def _gather(session: Session, part: Any, sites: dict[str, int], parts: list[Part], *, own: bool) -> None:
    for row in session.execute(queries.count_sites(part)):
        sites[row.sector] += row.sites
    parts += [Part(**row) for row in session.execute(queries.sum_measures(session, part, own=own)).mappings()]
    measured: dict[tuple[str, str], Decimal] = {}
    for row in session.execute(queries.measured_savings(session, part, own=own)):
        days = (row.reporting_end - row.reporting_start).days
        if days >= queries.YEAR_DAYS and row.saved is not None:
            key = (row.sector, row.currency)
            a_year = (row.saved * queries.YEAR_DAYS / days).quantize(CENT)
            measured[key] = measured.get(key, Decimal(0)) + a_year
    parts += [Part(sector=sector, currency=code, measured=saved) for (sector, code), saved in measured.items()]


def _converted(parts: Iterable[Part], currency: str, rates: Rates, day: date) -> tuple[list[Part], list[Finding]]:
    """Tell money in the programme's currency; what has no rate on the day stays in its own, and is named."""
    told, missing = [], set()
    for part in parts:
        amounts = {name: getattr(part, name) for name in _MONEY}
        changed: dict[str, Any] = {
            name: None if amount is None else rates.convert(amount, part.currency, currency, day)
            for name, amount in amounts.items()
        }
        lost = any(amount is not None and changed[name] is None for name, amount in amounts.items())
        if lost and part.currency:
            missing.add(part.currency)
        moneyless = all(amount is None for amount in amounts.values())
        kept_currency = part.currency if moneyless and part.currency else currency
        told.append(part if lost else replace(part, **changed, currency=kept_currency))
    return told, [
        Finding("programme.no_rate", Severity.WARNING, {"currency": code, "base": currency, "day": day})
        for code in sorted(missing)
    ]


def _published(session: Session, programme_id: int) -> tuple[tuple[ResultRow, ...], tuple[ResultRow, ...]]:
    statement = scoped(session, PublishedResult).where(PublishedResult.programme_id == programme_id)
    rows = [(row.in_total, _as_published(row)) for row in session.scalars(statement.order_by(PublishedResult.id))]
    return tuple(row for in_total, row in rows if in_total), tuple(row for in_total, row in rows if not in_total)


def _as_published(row: PublishedResult) -> ResultRow:
    return ResultRow(
        sector=row.sector,
        label=row.label,
        sites=row.sites,
        implemented_percent=row.implemented_percent,
        investment=row.investment,
        estimated=row.annual_savings,
        currency=row.currency,
        payback_months=payback_months(row.investment, row.annual_savings),
        basis=Basis.PUBLISHED,
        year=row.year,
        period_uncertain=row.period_uncertain,
        per_room=row.per_room,
        source=row.source,
    )


def results_document(results: Results) -> dict[str, Any]:
    """Return results as JSON has them: rows that were computed, then those as published, each with its basis.

    The total is that of the computed rows, of the published ones where nothing is computed.
    """
    rows = (*results.rows, *results.published)
    total = results.total if results.rows else results.published_total or results.total
    document: dict[str, Any] = {
        "programme": results.programme,
        "currency": results.currency or None,
        "year": results.year,
        "rows": [row_document(row) for row in rows],
        "total": row_document(total),
    }
    if results.rows and results.published_total is not None:
        document["published_total"] = row_document(results.published_total)
    document["cases"] = [row_document(row) for row in results.cases]
    return document


def row_document(row: ResultRow) -> dict[str, Any]:
    """Return a row as JSON has it; a payback to the tenth of a month, as it is printed."""
    months = row.payback_months
    document: dict[str, Any] = {
        "sector": row.label or row.sector or None,
        "sites": row.sites,
        "implemented_percent": None if row.implemented_percent is None else round(row.implemented_percent, 1),
        "investment": _number(row.investment),
        "annual_savings_estimated": _number(row.estimated),
        "annual_savings_measured": _number(row.measured),
        "currency": row.currency or None,
        "payback_months": None if months is None else round(months, 1),
        "basis": row.basis.value,
    }
    if row.basis is Basis.PUBLISHED:
        document |= {"year": row.year, "period_uncertain": row.period_uncertain, "per_room": _number(row.per_room)}
    return document


def _number(amount: Decimal | None) -> float | int | None:
    if amount is None:
        return None
    return int(amount) if amount == amount.to_integral_value() else float(amount)
