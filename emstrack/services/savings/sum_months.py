"""The months of every counted saving of one resource, added up for the charts of all sites together."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.periods import Month
from emstrack.domain.resources import Resource
from emstrack.services.savings.refresh_results import read_item
from emstrack.services.savings.show_site_savings import Sheet, SheetMonth
from emstrack.storage.models import SavingsResult, Site
from emstrack.storage.scope import require, within

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from emstrack.analysis.savings_types import MeterSaving, MonthSaving


def sum_months(session: Session, resource: str, basis: str) -> Sheet:
    """Return one resource's months over all sites: only savings that totals count, whatever their sign."""
    require(session, Permission.VIEW)
    rows = session.scalars(
        sa.select(SavingsResult.item)
        .join(Site, Site.id == SavingsResult.site_id)
        .where(
            *within(session, SavingsResult),
            *within(session, Site),
            Site.archived_at.is_(None),
            SavingsResult.stale.is_(False),
            SavingsResult.counted.is_(True),
            SavingsResult.resource == resource,
            SavingsResult.basis == basis,
        )
    )
    months = add_months(read_item(row) for row in rows)
    unit = Resource(resource).canonical_unit
    return Sheet(resource, unit, basis, (), (), None, None, tuple(months), waiting=False, without_baseline=())


def add_months(items: Iterable[MeterSaving]) -> list[SheetMonth]:
    """Return the sums of each month; different meters' bands add in quadrature, and a month some lack is incomplete."""
    by_meter = [{Month.parse(each.month): each for each in item.months if each.avoided is not None} for item in items]
    known = sorted({month for months in by_meter for month in months})
    carried: dict[int, float] = {}
    found, so_far = [], 0.0
    for month in known:
        there = {place: months[month] for place, months in enumerate(by_meter) if month in months}
        so_far += sum(each.avoided or 0.0 for each in there.values())
        carried |= {place: each.cumulative_band_90 for place, each in there.items() if each.cumulative_band_90}
        found.append(
            _summed(month, list(there.values()), so_far, hypot(*carried.values()), whole=len(there) == len(by_meter))
        )
    return found


def _summed(month: Month, there: list[MonthSaving], so_far: float, band: float, *, whole: bool) -> SheetMonth:
    bands = [each.band_90 for each in there]
    return SheetMonth(
        month=month,
        meters=(),
        quantity=sum(each.actual or 0.0 for each in there),
        complete=whole,
        coverage=1.0,
        estimated=0.0,
        cost=None,
        currency="",
        adjusted_baseline=sum(each.adjusted_baseline or 0.0 for each in there),
        avoided=sum(each.avoided or 0.0 for each in there),
        band_90=hypot(*(each for each in bands if each is not None)) if None not in bands else None,
        cumulative=so_far,
        cumulative_band_90=band or None,
    )
