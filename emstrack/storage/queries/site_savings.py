"""What one site's page reads: its meters, months, prepared results and baselines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.storage.models import (
    Baseline,
    ClosedPeriod,
    DriverValue,
    Meter,
    MonthlyValue,
    NonRoutineAdjustment,
    Organisation,
    Reading,
    SavingsResult,
    Site,
    StoredFile,
    User,
)
from emstrack.storage.scope import scoped, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session


def site(session: Session, site_id: int) -> sa.Row[Any] | None:
    """Return a site in sight with its organisation's name; None where it is not there, or not to be seen."""
    columns: tuple[Any, ...] = (Site, Organisation.name.label("organisation"))
    statement = (
        sa.select(*columns)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .where(*within(session, Site), Organisation.tenant_id == tenant_of(session), Site.id == site_id)
    )
    return session.execute(statement).one_or_none()


def _meters_of(session: Session, site_id: int) -> sa.Select[Any]:
    return sa.select(Meter.id).where(*within(session, Meter), Meter.site_id == site_id)


def months(session: Session, meter_ids: Collection[int]) -> Sequence[sa.Row[Any]]:
    """Return all monthly values of some meters, oldest first."""
    columns: tuple[Any, ...] = (
        MonthlyValue.meter_id,
        MonthlyValue.month,
        MonthlyValue.quantity,
        MonthlyValue.cost,
        MonthlyValue.currency,
        MonthlyValue.coverage,
        MonthlyValue.estimated,
    )
    return session.execute(
        scoped(session, *columns).where(MonthlyValue.meter_id.in_(meter_ids)).order_by(MonthlyValue.month)
    ).all()


def results(session: Session, meter_ids: Collection[int]) -> Sequence[sa.Row[Any]]:
    """Return the prepared results of some meters: meter, baseline, item, whether it is stale."""
    columns: tuple[Any, ...] = (
        SavingsResult.meter_id,
        SavingsResult.baseline_id,
        SavingsResult.item,
        SavingsResult.stale,
        SavingsResult.computed_at,
    )
    return session.execute(
        scoped(session, *columns).where(SavingsResult.meter_id.in_(meter_ids)).order_by(SavingsResult.meter_id)
    ).all()


def meter_with_site(session: Session, meter_id: int) -> sa.Row[Any] | None:
    """Return a meter in sight with its site; None where it is not there, or not to be seen."""
    return session.execute(
        scoped(session, Meter, Site).where(Meter.id == meter_id, Site.id == Meter.site_id)
    ).one_or_none()


def adjustments(session: Session, meter_id: int) -> Sequence[sa.Row[Any]]:
    """Return every adjustment of a meter with who entered it and its file, the newest first; withdrawn ones too."""
    row = NonRoutineAdjustment
    columns: tuple[Any, ...] = (row, StoredFile.name.label("file_name"), *_names_of_user())
    return session.execute(
        sa.select(*columns)
        .outerjoin(StoredFile, sa.and_(StoredFile.id == row.file_id, StoredFile.tenant_id == tenant_of(session)))
        .outerjoin(User, User.id == sa.func.coalesce(row.withdrawn_by, row.created_by))
        .where(*within(session, row), row.meter_id == meter_id)
        .order_by(row.start.desc(), row.id.desc())
    ).all()


def closed_periods(session: Session, site_id: int) -> Sequence[sa.Row[Any]]:
    """Return every closed period of a site with who entered it, the newest first; withdrawn ones too."""
    row = ClosedPeriod
    columns: tuple[Any, ...] = (row, *_names_of_user())
    return session.execute(
        sa.select(*columns)
        .outerjoin(User, User.id == sa.func.coalesce(row.withdrawn_by, row.created_by))
        .where(*within(session, row), row.site_id == site_id)
        .order_by(row.start.desc(), row.id.desc())
    ).all()


def bills(session: Session, meter_id: int) -> Sequence[sa.Row[Any]]:
    """Return what a meter was billed, the oldest first: days, canonical quantity, kind, cost, currency, tax."""
    columns: tuple[Any, ...] = (
        Reading.id,
        Reading.start,
        Reading.end,
        Reading.canonical_quantity,
        Reading.kind,
        Reading.cost,
        Reading.currency,
        Reading.tax,
    )
    return session.execute(
        scoped(session, *columns).where(Reading.meter_id == meter_id).order_by(Reading.start, Reading.id)
    ).all()


def _names_of_user() -> tuple[Any, ...]:
    return User.name.label("user_name"), User.email.label("user_email")


def baselines(session: Session, site_id: int) -> Sequence[sa.Row[Any]]:
    """Return every revision of the baselines of a site's meters with who made it, the newest first; no inputs."""
    columns: tuple[Any, ...] = (
        Baseline.id,
        Baseline.meter_id,
        Baseline.revision,
        Baseline.status,
        Baseline.method,
        Baseline.start,
        Baseline.end,
        Baseline.in_months,
        Baseline.reason,
        Baseline.created_at,
        Baseline.adopted_at,
        Baseline.locked_at,
        *_names_of_user(),
    )
    return session.execute(
        sa.select(*columns)
        .outerjoin(User, User.id == sa.func.coalesce(Baseline.adopted_by, Baseline.created_by))
        .where(*within(session, Baseline), Baseline.meter_id.in_(_meters_of(session, site_id)))
        .order_by(sa.func.coalesce(Baseline.adopted_at, Baseline.created_at).desc(), Baseline.id.desc())
    ).all()


def drivers(session: Session, site_id: int) -> Sequence[sa.Row[Any]]:
    """Return the drivers of a site, oldest first."""
    columns: tuple[Any, ...] = (DriverValue.driver, DriverValue.start, DriverValue.end, DriverValue.value)
    return session.execute(
        scoped(session, *columns).where(DriverValue.site_id == site_id).order_by(DriverValue.driver, DriverValue.start)
    ).all()
