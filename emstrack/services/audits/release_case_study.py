"""A case study is let out, as it stands that moment, or taken back at once; who did it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.case_studies import Audience
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.measures import CHEMICALS, MONEY, MeasureStatus, Option
from emstrack.services.audits.show_measure import ShownMeasure, show_measure
from emstrack.services.audits.write_case_study import subject_of
from emstrack.services.sites.record_change import record_change
from emstrack.storage.models import CaseStudy, Organisation, SavingsResult
from emstrack.storage.scope import find, require, scoped, tenant_of
from emstrack.storage.versions import update_if_unchanged

if TYPE_CHECKING:
    from datetime import date, datetime
    from decimal import Decimal

    from sqlalchemy.orm import Session


def release_case(
    session: Session, case_id: int, audience: Audience, *, version: int, today: date, now: datetime
) -> CaseStudy:
    """Let a case study out to the organisation or to everybody: a frozen copy, which later changes do not touch.

    Raises
    ------
    RefusedError
        ``case_study.not_finished``, ``case_study.text_missing``, ``case_study.audience``.
    ConflictError
        ``record.changed_meanwhile``: what is let out is what the person read.
    """
    scope = require(session, Permission.EDIT_SITES)
    case, shown = _case_and_measure(session, case_id, today)
    if not audience.is_released:
        raise RefusedError("case_study.audience", field="audience")
    if not shown.status.is_implemented:
        raise RefusedError("case_study.not_finished", title=shown.measure.title)
    for name in ("before", "after"):
        if not getattr(case, name):
            raise RefusedError("case_study.text_missing", field=name)
    values = {"released": compose(session, case, shown), "released_at": now, "released_by": scope.user_id}
    _set_audience(session, case, audience, values, version=version, now=now)
    return case


def withdraw_case(session: Session, case_id: int, *, now: datetime) -> CaseStudy:
    """Take a case study back; its public address answers nothing from this moment on."""
    require(session, Permission.EDIT_SITES)
    case, _ = _case_and_measure(session, case_id, now.date())
    _set_audience(session, case, Audience.DRAFT, {"released": {}}, version=case.version, now=now)
    return case


def _set_audience(
    session: Session, case: CaseStudy, audience: Audience, values: dict[str, Any], *, version: int, now: datetime
) -> None:
    """Write who may read it, and keep who decided that, also where it is let out to the same people anew."""
    before = case.audience
    if not update_if_unchanged(session, case, version, {"audience": audience.value, **values}):
        raise ConflictError("record.changed_meanwhile", mine=audience.value, theirs=case.title, version=case.version)
    record_change(
        session, subject_of(case.measure_id), old={"audience": before}, new={"audience": audience.value}, now=now
    )
    session.flush()


def compose(session: Session, case: CaseStudy, shown: ShownMeasure) -> dict[str, Any]:
    """Return what readers get to see of a case study, estimated and measured apart."""
    measure, worth = shown.measure, shown.worth
    chosen = [each for each in shown.photos if each.id in set(case.photo_ids)]
    return {
        **{name: getattr(case, name) for name in ("title", "place", "before", "after", "lesson", "language")},
        "is_demonstration": bool(session.scalar(_root(session))),
        "site_kind": shown.site.kind,
        "country": shown.site.country,
        "category": measure.category,
        "implemented_on": measure.implemented_on.isoformat() if measure.implemented_on else None,
        "is_verified": measure.status == MeasureStatus.VERIFIED,
        "estimated": {
            "effects": [
                {"resource": each.row.resource, "variety": each.row.variety, **_amount(each.row)}
                for each in shown.effects
                if each.row.resource not in {CHEMICALS, MONEY}
            ],
            "co2e_kg": worth.co2e_kg,
            **(_money(shown) if case.with_money else {}),
        },
        "measured": _measured(session, shown, with_money=case.with_money),
        "photos": [{"file_id": each.file_id, "moment": each.moment, "caption": each.caption} for each in chosen],
    }


def _case_and_measure(session: Session, case_id: int, today: date) -> tuple[CaseStudy, ShownMeasure]:
    """Only who sees the measure itself writes, lets out and takes back its case study."""
    case = find(session, CaseStudy, case_id)
    return case, show_measure(session, case.measure_id, today=today)


def _root(session: Session) -> Any:
    """Return a select of whether all of this is made up: readers outside have no banner that says so."""
    tenant = tenant_of(session)
    return sa.select(Organisation.is_demonstration).where(Organisation.tenant_id == tenant, Organisation.id == tenant)


def _amount(row: Any) -> dict[str, Any]:
    return {"quantity": row.quantity, "unit": row.unit}


def _money(shown: ShownMeasure) -> dict[str, Any]:
    return {
        "currency": shown.measure.currency,
        "annual_saving": _number(shown.worth.annual_saving),
        "investment": _number(shown.worth.investment),
        "payback_years": shown.worth.payback_years,
    }


def _measured(session: Session, shown: ShownMeasure, *, with_money: bool) -> dict[str, Any] | None:
    """Return what the meter of the plan says, where it is one that a whole-meter or sub-meter saving rests on."""
    plan = shown.plan
    if plan is None or plan.meter_id is None or Option(plan.option) not in {Option.B, Option.C}:
        return None
    statement = scoped(session, SavingsResult).where(
        SavingsResult.meter_id == plan.meter_id, SavingsResult.stale.is_(False), SavingsResult.counted.is_(True)
    )
    result = session.scalars(statement.order_by(SavingsResult.baseline_id.desc())).first()
    if result is None or result.avoided is None:
        return None
    money = {"cost": _number(result.cost_avoided), "currency": result.currency} if with_money else {}
    return {
        "option": plan.option,
        "resource": result.resource,
        "unit": result.unit,
        "avoided": result.avoided,
        "band_90": result.band_90,
        "fraction": result.avoided / result.adjusted_baseline if result.adjusted_baseline else None,
        "start": result.reporting_start.isoformat(),
        "end": result.reporting_end.isoformat(),
        **money,
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
