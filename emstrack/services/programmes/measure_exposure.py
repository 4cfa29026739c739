"""What a guarantor or lender stands to lose: by lender, country and sector, each in its currency and told in one."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.financing import Stage
from emstrack.domain.findings import Finding, Severity
from emstrack.services.audits.exchange_rates import load_rates
from emstrack.storage.models import Facility, Financing, Organisation
from emstrack.storage.scope import scoped, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from emstrack.services.audits.exchange_rates import Rates

_NONE = Decimal(0)
_SUMMED = ("approved", "disbursed", "outstanding", "exposure", "claimed", "recovered")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureRow:
    """What one lender, country or sector comes to in one currency; `told` is its exposure in the base currency."""

    name: str
    currency: str
    loans: int
    approved: Decimal
    disbursed: Decimal
    outstanding: Decimal
    exposure: Decimal
    claimed: Decimal
    recovered: Decimal
    told: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """The three tables, their total in one currency over what a rate is known for, and what is in no total."""

    day: date
    base: str
    by_lender: list[ExposureRow] = field(default_factory=list)
    by_country: list[ExposureRow] = field(default_factory=list)
    by_sector: list[ExposureRow] = field(default_factory=list)
    total: Decimal = _NONE
    findings: list[Finding] = field(default_factory=list)


def measure_exposure(session: Session, *, today: date) -> Exposure:
    """Return the exposure of all the scope sees, told in the tenant's own currency (M-60.8)."""
    base = session.scalar(scoped(session, Organisation.currency).where(Organisation.id == tenant_of(session))) or ""
    rows = _rows(session)
    base = base or (rows[0].currency if rows else "")
    rates = load_rates(session, {base, *(row.currency for row in rows)})
    tables = [
        _grouped(rows, name, base, rates, today)
        for name in (lambda row: row.lender, lambda row: row.country, lambda row: row.sector)
    ]
    untold = sorted({each.currency for each in tables[0] if each.told is None and each.exposure})
    return Exposure(
        day=today,
        base=base,
        by_lender=tables[0],
        by_country=tables[1],
        by_sector=tables[2],
        total=sum((each.told for each in tables[0] if each.told is not None), _NONE),
        findings=[
            Finding(
                "finance.exposure_without_rate",
                Severity.WARNING,
                {"currency": currency, "base": base, "day": today.isoformat()},
            )
            for currency in untold
        ],
    )


def _rows(session: Session) -> Sequence[Any]:
    """Return the sums by lender, country, sector and currency: a row for each that there is, not for each loan."""
    country = sa.func.coalesce(sa.func.nullif(Organisation.country, ""), Facility.country).label("country")
    keys = (Facility.lender, country, Financing.sector, Facility.currency)
    sums = [sa.func.sum(getattr(Financing, name)).label(name) for name in _SUMMED]
    statement = (
        scoped(session, Financing.sector, Facility.lender, Facility.currency)
        .where(Financing.facility_id == Facility.id, Financing.stage.not_in((Stage.APPLIED, Stage.DECLINED)))
        .outerjoin(Organisation, sa.and_(Organisation.id == Financing.organisation_id, *within(session, Organisation)))
        .add_columns(country, sa.func.count().label("loans"), *sums)
        .group_by(*keys)
    )
    return session.execute(statement).all()


def _grouped(
    rows: Sequence[Any], name: Callable[[Any], str], base: str, rates: Rates, today: date
) -> list[ExposureRow]:
    groups: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        groups.setdefault((name(row) or "", row.currency), []).append(row)
    made = []
    for (label, currency), some in groups.items():
        sums = {each: sum((Decimal(str(getattr(row, each))) for row in some), _NONE) for each in _SUMMED}
        told = rates.convert(sums["exposure"], currency, base, today)
        made.append(ExposureRow(name=label, currency=currency, loans=sum(row.loans for row in some), told=told, **sums))
    return sorted(made, key=lambda each: (-(each.told or _NONE), each.name, each.currency))
