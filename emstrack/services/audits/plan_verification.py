"""How a measure's saving will be measured and verified: written down, judged against the meter, agreed on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.measurement_plans import PlanDetails, Visibility, check_plan
from emstrack.domain.measures import Option
from emstrack.domain.savings import BaselineStatus
from emstrack.services.audits.change_measure import effects_of
from emstrack.services.audits.combine_measures import yearly_uses
from emstrack.services.audits.show_measure import measure_and_site
from emstrack.services.savings.state_detectable_saving import state_detectable_saving
from emstrack.services.sites.record_change import Subject, change_row, record_change
from emstrack.storage.models import Baseline, Measure, Meter, SavingsResult, VerificationPlan
from emstrack.storage.scope import find, require, scoped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.storage.models import MeasureEffect, Site

_TEXTS = ("boundary", "baseline_text", "static_factors", "key_parameters", "prices", "verifier", "agreed_by")
_SAME = ("meter_id", "baseline_id", "reporting_start", "reporting_end", "agreed_on")


def set_plan(
    session: Session, measure_id: int, details: PlanDetails, *, version: int, today: date, now: datetime
) -> VerificationPlan:
    """Write a measure's plan; version 0 is a new one."""
    scope = require(session, Permission.EDIT_SITES)
    measure = find(session, Measure, measure_id)
    baseline_id = _check_places(session, measure, details)
    visibility = visibility_of(session, measure, details.meter_id)
    check_plan(details, visibility, today=today)
    values: dict[str, Any] = {
        "option": details.option.value,
        **{name: getattr(details, name).strip() for name in _TEXTS},
        **{name: getattr(details, name) for name in _SAME},
        "baseline_id": baseline_id,
        "expected_fraction": visibility.expected,
        "detectable_fraction": visibility.detectable,
    }
    subject = Subject("measure", measure_id, "plan")
    plan = plan_of(session, measure_id)
    if plan is not None:
        change_row(session, plan, values, subject, version=version, now=now)
        return plan
    made = VerificationPlan(
        **values, tenant_id=scope.tenant_id, measure_id=measure_id, created_at=now, created_by=scope.user_id
    )
    session.add(made)
    session.flush()
    record_change(session, subject, old=None, new={"option": made.option, "agreed_on": made.agreed_on}, now=now)
    return made


def plan_of(session: Session, measure_id: int) -> VerificationPlan | None:
    """Return a measure's plan; None where it has none yet."""
    return session.scalars(scoped(session, VerificationPlan).where(VerificationPlan.measure_id == measure_id)).first()


def details_of_plan(plan: VerificationPlan) -> PlanDetails:
    """Return what a plan says, as a form shows it and takes it back."""
    return PlanDetails(option=Option(plan.option), **{name: getattr(plan, name) for name in (*_TEXTS, *_SAME)})


def visibility_of(session: Session, measure: Measure, meter_id: int | None) -> Visibility:
    """Return the saving expected on a meter and the smallest it can show, both as fractions of its yearly use."""
    if meter_id is None:
        return Visibility()
    effects = effects_of(session, measure.id)
    found = visibilities_of(session, measure, effects, [meter_id])[meter_id]
    if found.detectable is None and found.expected is not None:
        return replace(found, detectable=state_detectable_saving(session, meter_id).fraction)
    return found


def visibilities_of(
    session: Session, measure: Measure, effects: Sequence[MeasureEffect], meter_ids: Sequence[int]
) -> dict[int, Visibility]:
    """Return for each meter the saving expected on it and the smallest it can show."""
    uses = yearly_uses(session, dict.fromkeys(meter_ids, measure.implemented_on))
    detectable = detectable_fractions(session, meter_ids)
    found = {}
    for meter_id in meter_ids:
        saved = [each.canonical_quantity or 0.0 for each in effects if each.meter_id == meter_id]
        use = uses.get(meter_id)
        found[meter_id] = Visibility(
            expected=sum(saved) / use if saved and use else None, detectable=detectable.get(meter_id)
        )
    return found


def detectable_fractions(session: Session, meter_ids: Sequence[int]) -> dict[int, float]:
    """Return the smallest saving each meter can show, as its adopted baseline's 90 % band has it."""
    columns = (SavingsResult.meter_id, SavingsResult.band_90, SavingsResult.adjusted_baseline)
    rows = session.execute(scoped(session, *columns).where(SavingsResult.meter_id.in_(meter_ids)))
    return {
        row.meter_id: abs(float(row.band_90) / float(row.adjusted_baseline))
        for row in rows
        if row.band_90 is not None and row.adjusted_baseline
    }


def meters_of_site(session: Session, site_id: int) -> list[Meter]:
    """Return the meters in use of a site, by name."""
    statement = scoped(session, Meter).where(Meter.site_id == site_id, Meter.archived_at.is_(None))
    return list(session.scalars(statement.order_by(Meter.name, Meter.id)))


@dataclass(frozen=True, slots=True)
class PlanDesk:
    """What a plan is written with: the measure, its plan, the site's meters (its own first), what these can show."""

    measure: Measure
    site: Site
    plan: VerificationPlan | None
    meters: list[Meter]
    own: list[int]
    visibilities: dict[int, Visibility]


def open_plan(session: Session, measure_id: int) -> PlanDesk:
    """Return what a plan is written with."""
    measure, site = measure_and_site(session, measure_id)
    effects = effects_of(session, measure_id)
    own = {each.meter_id for each in effects if each.meter_id is not None}
    meters = sorted(meters_of_site(session, site.id), key=lambda each: each.id not in own)
    shown = [each.id for each in meters if each.id in own]
    return PlanDesk(
        measure, site, plan_of(session, measure_id), meters, shown, visibilities_of(session, measure, effects, shown)
    )


def _check_places(session: Session, measure: Measure, details: PlanDetails) -> int | None:
    """Make sure that the meter is the site's; return the baseline it will be held against."""
    if details.meter_id is None:
        return None
    meter = session.scalars(scoped(session, Meter).where(Meter.id == details.meter_id)).one_or_none()
    if meter is None or meter.site_id != measure.site_id:
        raise RefusedError("effect.meter_elsewhere", field="meter_id")
    statement = scoped(session, Baseline.id).where(
        Baseline.meter_id == meter.id, Baseline.status == BaselineStatus.ADOPTED.value
    )
    found: int | None = session.scalar(statement.limit(1))
    return found
