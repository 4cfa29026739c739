"""Monthly values as a table: site, meter, month, quantity, cost, and how much of the month they cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError
from emstrack.domain.resources import Resource
from emstrack.storage.models import Meter, MonthlyValue, Site
from emstrack.storage.scope import require, scoped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from emstrack.domain.periods import Month


@dataclass(frozen=True, slots=True)
class MonthlyRow:
    """One meter's month, in the unit its resource is added up in."""

    site: str
    meter: str
    resource: str
    month: str
    quantity: float
    unit: str
    cost: Decimal | None
    currency: str
    coverage: float
    estimated: float
    basis: str


def list_monthly_values(
    session: Session,
    *,
    site: str | None = None,
    resource: str | None = None,
    first: Month | None = None,
    last: Month | None = None,
) -> Iterator[MonthlyRow]:
    """Yield monthly values by site, meter and month; a site is a name, an external id or a number."""
    require(session, Permission.VIEW)
    columns = (
        Site.name.label("site"),
        Meter.name.label("meter"),
        Meter.resource,
        Meter.basis,
        MonthlyValue.month,
        MonthlyValue.quantity,
        MonthlyValue.cost,
        MonthlyValue.currency,
        MonthlyValue.coverage,
        MonthlyValue.estimated,
    )
    statement = scoped(session, *columns).where(MonthlyValue.meter_id == Meter.id, Meter.site_id == Site.id)
    if site is not None:
        statement = statement.where(Site.id == find_site(session, site))
    if resource is not None:
        statement = statement.where(Meter.resource == resource)
    if first is not None:
        statement = statement.where(MonthlyValue.month >= first.start)
    if last is not None:
        statement = statement.where(MonthlyValue.month < last.end)
    order = (Site.name, Site.id, Meter.resource, Meter.name, Meter.id, MonthlyValue.month)
    for row in session.execute(statement.order_by(*order)):
        yield MonthlyRow(
            row.site,
            row.meter,
            row.resource,
            row.month.strftime("%Y-%m"),
            row.quantity,
            Resource(row.resource).canonical_unit,
            row.cost,
            row.currency,
            row.coverage,
            row.estimated,
            row.basis,
        )


def find_site(session: Session, named: str) -> int:
    """Return the id of the site with this name, external id or number.

    Raises
    ------
    NotFoundError
        ``site.not_found``.
    """
    by_text = scoped(session, Site.id, Site.name).where((Site.name == named) | (Site.external_id == named))
    rows = session.execute(by_text.order_by(sa.case((Site.name == named, 0), else_=1))).all()
    if not rows and named.isascii() and named.isdigit() and len(named) < 19:
        rows = session.execute(scoped(session, Site.id, Site.name).where(Site.id == int(named))).all()
    if not rows:
        raise NotFoundError("import.site_not_found", named=named)
    return int(rows[0].id)
