"""What the ledger of verified savings is drawn from: measures put in, their meters' results, what was signed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.measures import MeasureStatus
from emstrack.domain.savings import BaselineStatus
from emstrack.storage.models import (
    Baseline,
    IsolatedQuantity,
    IsolatedSaving,
    Measure,
    MeasureEffect,
    MeasureSaving,
    Meter,
    Organisation,
    SavingsResult,
    SignedSaving,
    Site,
    User,
    VerificationPlan,
)
from emstrack.storage.scope import scoped, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

PUT_IN = tuple(each.value for each in MeasureStatus if each.is_implemented)
_MEASURE = (
    *(Measure.id, Measure.title, Measure.status, Measure.site_id, Measure.implemented_on, Measure.currency),
    *(Measure.owner_id, Measure.verified_by),
)
_EFFECT = (
    *(MeasureEffect.resource, MeasureEffect.variety, MeasureEffect.meter_id, MeasureEffect.quantity),
    *(MeasureEffect.canonical_quantity, MeasureEffect.basis, MeasureEffect.unit_price),
    MeasureEffect.currency.label("effect_currency"),
)


def implemented(session: Session, site_id: int | None) -> Sequence[sa.Row[Any]]:
    """Return measures that were put in, a row for each effect, with the option their plan names."""
    option = VerificationPlan.option.label("option")
    statement = (
        scoped(session, *_MEASURE)
        .join(Site, Site.id == Measure.site_id)
        .outerjoin(MeasureEffect, sa.and_(MeasureEffect.measure_id == Measure.id, *within(session, MeasureEffect)))
        .outerjoin(
            VerificationPlan,
            sa.and_(VerificationPlan.measure_id == Measure.id, *within(session, VerificationPlan)),
        )
        .add_columns(*_EFFECT, option)
        .where(
            *within(session, Site),
            Site.archived_at.is_(None),
            Measure.archived_at.is_(None),
            Measure.implemented_on.is_not(None),
            Measure.status.in_(PUT_IN),
        )
        .order_by(Measure.id, MeasureEffect.position, MeasureEffect.id)
    )
    return session.execute(statement if site_id is None else statement.where(Measure.site_id == site_id)).all()


def sites_with_meters(session: Session, site_ids: Collection[int]) -> Sequence[sa.Row[Any]]:
    """Return some sites with their organisations, a row for each meter; without meters one in which `id` is None."""
    columns: tuple[Any, ...] = (
        *(Meter.id, Meter.parent_id, Meter.name, Meter.resource, Meter.variety, Meter.direction, Meter.basis),
        *(Meter.archived_at, Site.id.label("site_id"), Site.name.label("site"), Site.organisation_id),
        Organisation.name.label("organisation"),
    )
    statement = (
        sa.select(*columns)
        .select_from(Site)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .outerjoin(Meter, sa.and_(Meter.site_id == Site.id, *within(session, Meter)))
        .where(*within(session, Site), Organisation.tenant_id == tenant_of(session), Site.id.in_(site_ids))
        .order_by(Site.id, Meter.id)
    )
    return session.execute(statement).all()


def isolated(session: Session, site_id: int | None) -> Sequence[sa.Row[Any]]:
    """Return the savings verified apart that stand, a row for each quantity, with the measure each stands for."""
    submeter = Meter.__table__.alias("submeter")
    statement = (
        sa.select(IsolatedSaving, IsolatedQuantity, submeter.c.name.label("meter"), MeasureSaving.measure_id)
        .join(Site, Site.id == IsolatedSaving.site_id)
        .outerjoin(
            IsolatedQuantity,
            sa.and_(IsolatedQuantity.saving_id == IsolatedSaving.id, *within(session, IsolatedQuantity)),
        )
        .outerjoin(submeter, sa.and_(submeter.c.id == IsolatedSaving.meter_id, *within(session, submeter)))
        .outerjoin(
            MeasureSaving, sa.and_(MeasureSaving.saving_id == IsolatedSaving.id, *within(session, MeasureSaving))
        )
        .where(*within(session, IsolatedSaving), *within(session, Site), Site.archived_at.is_(None))
        .where(IsolatedSaving.withdrawn_at.is_(None))
        .order_by(IsolatedSaving.id, IsolatedQuantity.resource)
    )
    return session.execute(statement if site_id is None else statement.where(IsolatedSaving.site_id == site_id)).all()


def adopted_results(session: Session, meter_ids: Collection[int]) -> dict[int, sa.Row[Any]]:
    """Return the adopted baselines of some meters with their prepared results, by meter."""
    result = sa.and_(
        SavingsResult.baseline_id == Baseline.id,
        SavingsResult.stale.is_(False),
        *within(session, SavingsResult),
    )
    statement = (
        sa.select(Baseline.meter_id, Baseline.method, SavingsResult.item)
        .outerjoin(SavingsResult, result)
        .where(
            *within(session, Baseline),
            Baseline.meter_id.in_(meter_ids),
            Baseline.status == BaselineStatus.ADOPTED.value,
        )
    )
    return {row.meter_id: row for row in session.execute(statement)}


def signed(session: Session, site_id: int | None) -> Sequence[SignedSaving]:
    """Return what was signed and not withdrawn, the oldest first."""
    statement = scoped(session, SignedSaving).where(SignedSaving.withdrawn_at.is_(None)).order_by(SignedSaving.id)
    return list(session.scalars(statement if site_id is None else statement.where(SignedSaving.site_id == site_id)))


def names_of(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    """Return people's names, else their addresses."""
    if not user_ids:
        return {}
    rows = session.execute(sa.select(User.id, User.name, User.email).where(User.id.in_(user_ids)))
    return {row.id: row.name or row.email for row in rows}
