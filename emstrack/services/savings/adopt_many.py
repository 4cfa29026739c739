"""One baseline for many meters at once: a programme's retrofit year, the same plan for each meter, in one go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.analysis import savings as engine
from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.periods import Period
from emstrack.domain.savings import BaselineStatus
from emstrack.services.savings.adopt_baseline import SHORTEST_REASON, Plan, baseline_lacks, draft_of
from emstrack.services.savings.compute_savings import for_meter, question_of
from emstrack.services.savings.freeze_inputs import fingerprint_of, freeze_inputs
from emstrack.services.savings.load_portfolio import load_portfolio
from emstrack.storage import bulk
from emstrack.storage.models import Baseline, Meter
from emstrack.storage.queries import savings as queries
from emstrack.storage.scope import require, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.findings import Finding

_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class AdoptedMany:
    """The meters whose baseline holds now, and what the others lack."""

    meter_ids: tuple[int, ...]
    lacking: dict[int, tuple[Finding, ...]]


def adopt_many(session: Session, meter_ids: Collection[int], plan: Plan, *, reason: str, now: datetime) -> AdoptedMany:
    """Adopt the same plan for each of these meters that has the data for it; drafts of theirs give way.

    Raises
    ------
    RefusedError
        ``baseline.reason_missing``, and what `propose_baseline` refuses of a plan.
    """
    require(session, Permission.SET_BASELINE)
    if len(reason.strip()) < SHORTEST_REASON:
        raise RefusedError("baseline.reason_missing")
    ids = sorted(set(meter_ids))
    adopted: list[int] = []
    lacking: dict[int, tuple[Finding, ...]] = {}
    for first in range(0, len(ids), _AT_ONCE):
        some = _adopt(session, ids[first : first + _AT_ONCE], plan, reason.strip(), now)
        adopted += some.meter_ids
        lacking |= some.lacking
    return AdoptedMany(tuple(adopted), lacking)


def _adopt(session: Session, meter_ids: list[int], plan: Plan, reason: str, now: datetime) -> AdoptedMany:
    scope = require(session, Permission.SET_BASELINE)
    draft = draft_of(plan, 0)
    criteria: queries.Criteria = [Meter.id.in_(meter_ids)]
    loaded = load_portfolio(session, criteria)
    last = queries.last_complete_months(session, queries.wanted_meters(session, criteria))
    questions = [
        for_meter(loaded, place, question_of(draft, last.get(meter))) for place, meter in enumerate(loaded.meter_ids)
    ]
    items = engine.compute_savings(loaded.portfolio, questions).items
    lacking = {
        meter: tuple(found)
        for meter, item in zip(loaded.meter_ids, items, strict=True)
        if (found := baseline_lacks(item))
    }
    chosen = [place for place, meter in enumerate(loaded.meter_ids) if meter not in lacking]
    held = _set_aside(session, [loaded.meter_ids[place] for place in chosen])
    rows: list[dict[str, Any]] = []
    for place in chosen:
        meter = loaded.meter_ids[place]
        revision, before = held.get(meter, (0, None))
        rows.append(
            {
                "meter_id": meter,
                "revision": revision + 1,
                "supersedes_id": before,
                "inputs": freeze_inputs(loaded, place, plan.period),
                "fingerprint": fingerprint_of(loaded, place, plan.period),
            }
        )
    _insert(session, rows, draft, reason=reason, now=now, user_id=scope.user_id)
    return AdoptedMany(tuple(loaded.meter_ids[place] for place in chosen), lacking)


def _set_aside(session: Session, meter_ids: list[int]) -> dict[int, tuple[int, int | None]]:
    """Delete drafts, supersede what held; return each meter's latest revision and the baseline superseded."""
    mine = [Baseline.tenant_id == tenant_of(session), Baseline.meter_id.in_(meter_ids)]
    session.execute(sa.delete(Baseline).where(*mine, Baseline.status == BaselineStatus.DRAFT.value))
    rows = session.execute(
        sa.select(Baseline.id, Baseline.meter_id, Baseline.revision, Baseline.status)
        .where(*within(session, Baseline), Baseline.meter_id.in_(meter_ids))
        .order_by(Baseline.revision)
    ).all()
    held: dict[int, tuple[int, int | None]] = {}
    for row in rows:
        before = row.id if row.status == BaselineStatus.ADOPTED else held.get(row.meter_id, (0, None))[1]
        held[row.meter_id] = (row.revision, before)
    session.execute(
        sa.update(Baseline)
        .where(*mine, Baseline.status == BaselineStatus.ADOPTED.value)
        .values(status=BaselineStatus.SUPERSEDED.value, version=Baseline.version + 1)
        .execution_options(synchronize_session=False)
    )
    return held


def _insert(
    session: Session, rows: list[dict[str, Any]], draft: Baseline, *, reason: str, now: datetime, user_id: int | None
) -> None:
    if not rows:
        return
    table: Any = Baseline.__table__
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    plain = ("method", "in_months", "drivers", "fixed_quantity", "fixed_per")
    period = Period(draft.start, draft.end, in_months=draft.in_months)
    bulk.insert_columns(
        session,
        table,
        bulk.bound(session, table, columns),
        **{name: getattr(draft, name) for name in plain},
        start=period.start.isoformat(),
        end=period.end.isoformat(),
        reporting_start=draft.reporting_start.isoformat(),
        reporting_end=draft.reporting_end.isoformat() if draft.reporting_end else None,
        status=BaselineStatus.ADOPTED.value,
        reason=reason,
        created_at=now,
        created_by=user_id,
        adopted_at=now,
        adopted_by=user_id,
        version=1,
    )
