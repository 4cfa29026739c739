"""A baseline's life: proposed with its inputs frozen, looked at, adopted with a reason; a change is a new revision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.analysis import savings as engine
from emstrack.domain.accounts import Permission
from emstrack.domain.errors import ConflictError, RefusedError
from emstrack.domain.findings import Severity
from emstrack.domain.periods import Period
from emstrack.domain.savings import BaselineStatus, Method
from emstrack.services.savings.compute_savings import for_meter, question_of
from emstrack.services.savings.freeze_inputs import fingerprint_of, freeze_inputs
from emstrack.services.savings.load_portfolio import load_portfolio
from emstrack.storage.models import Baseline, Meter
from emstrack.storage.queries import savings as queries
from emstrack.storage.scope import find, require, scoped, tenant_of
from emstrack.storage.versions import update_if_unchanged

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.analysis.portfolio import Fixed, Question
    from emstrack.analysis.savings_types import MeterSaving
    from emstrack.domain.findings import Finding

_REPORTING_SIDE = frozenset({"baseline.cannot_predict", "baseline.after_reporting"})
SHORTEST_REASON = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a person proposes: a period and a method, and the first day whose saving counts.

    `reporting_start` None is the day after the baseline; `reporting_end` None goes on for good.
    """

    period: Period
    method: Method = Method.AUTO
    drivers: tuple[str, ...] = ()
    fixed: Fixed | None = None
    reporting_start: date | None = None
    reporting_end: date | None = None


def preview_baseline(session: Session, meter_id: int, plan: Plan) -> MeterSaving:
    """Return what a plan comes to, fit and saving so far, without keeping anything."""
    find(session, Meter, meter_id)
    loaded = load_portfolio(session, [Meter.id == meter_id])
    question = _question(session, meter_id, plan)
    if not loaded.portfolio.meters:
        raise RefusedError("baseline.site_archived")
    return engine.compute_savings(loaded.portfolio, for_meter(loaded, 0, question)).items[0]


def propose_baseline(session: Session, meter_id: int, plan: Plan, *, now: datetime) -> Baseline:
    """Keep a plan as a draft with its inputs as they are now; an earlier draft of the meter gives way to it.

    Raises
    ------
    RefusedError
        ``baseline.no_fixed_figure``, ``baseline.reporting_inside``, ``period.backward`` for a plan that cannot be.
    """
    scope = require(session, Permission.SET_BASELINE)
    find(session, Meter, meter_id)
    draft_of(plan, meter_id)
    loaded = load_portfolio(session, [Meter.id == meter_id])
    if not loaded.portfolio.meters:
        raise RefusedError("baseline.site_archived")
    session.execute(
        sa.delete(Baseline).where(
            Baseline.tenant_id == scope.tenant_id,
            Baseline.meter_id == meter_id,
            Baseline.status == BaselineStatus.DRAFT.value,
        )
    )
    revision = session.scalar(
        sa.select(sa.func.max(Baseline.revision)).where(
            Baseline.tenant_id == scope.tenant_id, Baseline.meter_id == meter_id
        )
    )
    row = draft_of(plan, meter_id)
    row.tenant_id = scope.tenant_id
    row.revision = (revision or 0) + 1
    row.inputs = freeze_inputs(loaded, 0, plan.period)
    row.fingerprint = fingerprint_of(loaded, 0, plan.period)
    row.created_at, row.created_by = now, scope.user_id
    session.add(row)
    session.flush()
    return row


def adopt_baseline(session: Session, baseline_id: int, *, reason: str, version: int, now: datetime) -> Baseline:
    """Let savings count against a draft from now on; the one that held before is superseded and kept.

    Raises
    ------
    RefusedError
        ``baseline.reason_missing``, ``baseline.not_a_draft``, or ``baseline.not_sufficient`` with the findings.
    ConflictError
        ``baseline.moved_since_proposed`` where its readings, drivers or weather changed since somebody looked.
    """
    scope = require(session, Permission.SET_BASELINE)
    row = find(session, Baseline, baseline_id)
    if len(reason.strip()) < SHORTEST_REASON:
        raise RefusedError("baseline.reason_missing")
    if row.status != BaselineStatus.DRAFT:
        raise RefusedError("baseline.not_a_draft", revision=row.revision)
    _check_sufficient(session, row)
    before = session.scalars(
        scoped(session, Baseline).where(
            Baseline.meter_id == row.meter_id, Baseline.status == BaselineStatus.ADOPTED.value
        )
    ).one_or_none()
    if before is not None:
        update_if_unchanged(session, before, before.version, {"status": BaselineStatus.SUPERSEDED.value})
    values = {
        "status": BaselineStatus.ADOPTED.value,
        "supersedes_id": before.id if before else None,
        "reason": reason.strip(),
        "adopted_at": now,
        "adopted_by": scope.user_id,
    }
    if not update_if_unchanged(session, row, version, values):
        raise ConflictError("baseline.changed_meanwhile", revision=row.revision)
    return row


def discard_draft(session: Session, baseline_id: int) -> None:
    """Throw a draft away; what was adopted once is never deleted."""
    require(session, Permission.SET_BASELINE)
    row = find(session, Baseline, baseline_id)
    if row.status != BaselineStatus.DRAFT:
        raise RefusedError("baseline.not_a_draft", revision=row.revision)
    session.delete(row)
    session.flush()


def lock_baselines(session: Session, baseline_ids: list[int], *, now: datetime) -> int:
    """Lock the baselines that a handed-out report rests on; return how many were not locked before.

    A locked one may still be followed by a new revision, and says on every page that a report rests on it.
    """
    changed = 0
    for first in range(0, len(baseline_ids), 500):
        result = session.execute(
            sa.update(Baseline)
            .where(
                Baseline.tenant_id == tenant_of(session),
                Baseline.id.in_(baseline_ids[first : first + 500]),
                Baseline.locked_at.is_(None),
            )
            .values(locked_at=now)
            .execution_options(synchronize_session=False)
        )
        changed += result.rowcount  # type: ignore[attr-defined]  # an update has a count
    return changed


def list_revisions(session: Session, meter_id: int) -> list[Baseline]:
    """Return the baselines of a meter, the newest first."""
    find(session, Meter, meter_id)
    return list(
        session.scalars(
            scoped(session, Baseline).where(Baseline.meter_id == meter_id).order_by(Baseline.revision.desc()),
            execution_options={"populate_existing": True},
        )
    )


def _check(plan: Plan) -> None:
    if not plan.method.can_be_kept:
        raise RefusedError("baseline.method_not_kept", method=plan.method)
    if plan.method is Method.FIXED and (plan.fixed is None or plan.fixed.quantity < 0):
        raise RefusedError("baseline.no_fixed_figure")
    start, end = plan.reporting_start or plan.period.end, plan.reporting_end
    if start < plan.period.end and (end is None or end > plan.period.start):
        raise RefusedError("baseline.reporting_inside", period=str(plan.period))
    if end is not None and end <= start:
        raise RefusedError("period.backward", start=start.isoformat(), end=end.isoformat())


def _question(session: Session, meter_id: int, plan: Plan) -> Question:
    """Return what the plan asks, by the same rule as once it is adopted."""
    wanted = queries.wanted_meters(session, [Meter.id == meter_id])
    last = queries.last_complete_months(session, wanted).get(meter_id)
    return question_of(draft_of(plan, meter_id), last)


def draft_of(plan: Plan, meter_id: int) -> Baseline:
    """Return a plan as the row it would be kept as, refused where it cannot be."""
    _check(plan)
    return Baseline(
        meter_id=meter_id,
        status=BaselineStatus.DRAFT.value,
        method=plan.method.value,
        start=plan.period.start,
        end=plan.period.end,
        in_months=plan.period.in_months,
        reporting_start=plan.reporting_start or plan.period.end,
        reporting_end=plan.reporting_end,
        drivers=list(plan.drivers),
        fixed_quantity=plan.fixed.quantity if plan.fixed else None,
        fixed_per=str(plan.fixed.per) if plan.fixed else "month",
        reason="",
    )


def _check_sufficient(session: Session, row: Baseline) -> None:
    """Refuse a baseline that could never bear a claim; what only the reporting side lacks may still come."""
    loaded = load_portfolio(session, [Meter.id == row.meter_id])
    period = Period(row.start, row.end, in_months=row.in_months)
    if not loaded.portfolio.meters or fingerprint_of(loaded, 0, period) != row.fingerprint:
        raise ConflictError("baseline.moved_since_proposed", revision=row.revision)
    wanted = queries.wanted_meters(session, [Meter.id == row.meter_id])
    last = queries.last_complete_months(session, wanted).get(row.meter_id)
    item = engine.compute_savings(loaded.portfolio, for_meter(loaded, 0, question_of(row, last))).items[0]
    lacking = baseline_lacks(item)
    if lacking:
        raise RefusedError("baseline.not_sufficient", findings=tuple(lacking), revision=row.revision)


def baseline_lacks(item: MeterSaving) -> list[Finding]:
    """Return the disqualifying findings that are the baseline's own."""
    return [
        each
        for each in item.findings
        if each.severity is Severity.DISQUALIFYING
        and each.code.startswith(("baseline.", "period.", "driver."))
        and each.code not in _REPORTING_SIDE
    ]
