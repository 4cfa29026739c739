"""Savings verified apart from the whole meter: their rows, what they come to, and the meters' savings around them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.periods import Month
from emstrack.domain.readings import Direction
from emstrack.domain.savings import BaselineStatus
from emstrack.storage.models import (
    Baseline,
    IsolatedParameter,
    IsolatedQuantity,
    IsolatedSaving,
    Meter,
    MonthlyValue,
    SavingsResult,
    Site,
    StoredFile,
    User,
)
from emstrack.storage.scope import scoped, within

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy.orm import Session


def savings(session: Session, *criteria: sa.ColumnElement[bool]) -> Sequence[sa.Row[Any]]:
    """Return savings of sites in use, with the names of their site, sub-meter and signatory, the newest first."""
    signatory = User.__table__.alias("signatory")
    meter = Meter.__table__.alias("submeter")
    statement = (
        sa.select(
            IsolatedSaving,
            Site.name.label("site"),
            meter.c.name.label("meter"),
            sa.func.coalesce(sa.func.nullif(signatory.c.name, ""), signatory.c.email).label("signatory"),
        )
        .join(Site, Site.id == IsolatedSaving.site_id)
        .outerjoin(meter, sa.and_(meter.c.id == IsolatedSaving.meter_id, *within(session, meter)))
        .outerjoin(signatory, signatory.c.id == IsolatedSaving.signed_by)
        .where(*within(session, IsolatedSaving), *within(session, Site), Site.archived_at.is_(None), *criteria)
        .order_by(Site.name, IsolatedSaving.start.desc(), IsolatedSaving.id.desc())
    )
    return session.execute(statement).all()


def quantities(session: Session, ids: Collection[int]) -> Sequence[IsolatedQuantity]:
    """Return what some savings come to."""
    return list(session.scalars(scoped(session, IsolatedQuantity).where(IsolatedQuantity.saving_id.in_(ids))))


def parameters(session: Session, saving_id: int) -> Sequence[sa.Row[Any]]:
    """Return a worksheet's parameters with the names of their files."""
    columns: tuple[Any, ...] = (IsolatedParameter, StoredFile.name.label("file"))
    statement = (
        sa.select(*columns)
        .outerjoin(StoredFile, sa.and_(StoredFile.id == IsolatedParameter.file_id, *within(session, StoredFile)))
        .where(*within(session, IsolatedParameter), IsolatedParameter.saving_id == saving_id)
    )
    return session.execute(statement).all()


def prepared(session: Session, meter_ids: Collection[int]) -> Sequence[sa.Row[Any]]:
    """Return the prepared results of some sub-meters."""
    columns: tuple[Any, ...] = (SavingsResult.meter_id, SavingsResult.item, SavingsResult.stale)
    return session.execute(scoped(session, *columns).where(SavingsResult.meter_id.in_(meter_ids))).all()


def whole_meters(session: Session, site_ids: Collection[int]) -> dict[tuple[int, str], date]:
    """Return from which day the supply meters' own savings count, by site and resource."""
    rows = session.execute(
        sa.select(Meter.site_id, Meter.resource, sa.func.min(Baseline.reporting_start).label("start"))
        .join(Baseline, Baseline.meter_id == Meter.id)
        .where(
            *within(session, Meter),
            *within(session, Baseline),
            Meter.parent_id.is_(None),
            Meter.site_id.in_(site_ids),
            Baseline.status == BaselineStatus.ADOPTED.value,
        )
        .group_by(Meter.site_id, Meter.resource)
    )
    return {(row.site_id, row.resource): row.start for row in rows}


def use_before(session: Session, site_id: int, start: date) -> dict[str, float]:
    """Return what a site's supply meters measured in the twelve months before a day, where all twelve are there."""
    first = Month.of(start).plus(-12).start
    rows = session.execute(
        sa.select(
            Meter.resource,
            sa.func.sum(MonthlyValue.quantity).label("use"),
            sa.func.count(sa.distinct(MonthlyValue.month)).label("months"),
        )
        .join(MonthlyValue, MonthlyValue.meter_id == Meter.id)
        .where(
            *within(session, Meter),
            *within(session, MonthlyValue),
            Meter.site_id == site_id,
            Meter.parent_id.is_(None),
            Meter.direction == Direction.IMPORT.value,
            MonthlyValue.month >= first,
            MonthlyValue.month < Month.of(start).start,
        )
        .group_by(Meter.resource)
    )
    return {row.resource: row.use for row in rows if row.months == 12 and row.use is not None}


def has_adopted_baseline(session: Session, meter_id: int) -> bool:
    """Tell whether savings count on a meter."""
    statement = scoped(session, Baseline.id).where(
        Baseline.meter_id == meter_id, Baseline.status == BaselineStatus.ADOPTED.value
    )
    return session.execute(statement.limit(1)).first() is not None
