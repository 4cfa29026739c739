"""The savings of adopted baselines, prepared for pages: computed only where what they rest on was written."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, fields
from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.analysis.driver_words import named
from emstrack.analysis.portfolio import Adjustment
from emstrack.analysis.savings_types import Earlier, MeterSaving, Model, MonthSaving
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.periods import Period
from emstrack.domain.resources import Resource
from emstrack.domain.savings import BaselineStatus, Claim, Method
from emstrack.services.savings.compute_savings import Adopted, adopted_savings
from emstrack.storage import bulk
from emstrack.storage.models import Baseline, Meter, SavingsResult
from emstrack.storage.queries import savings as queries
from emstrack.storage.scope import tenant_of, within
from emstrack.storage.types import MONEY_SCALE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

METERS_AT_ONCE = 1_000
"""So many meters at once keep memory flat, and whoever waits sees how far it is."""


def refresh_results(
    session: Session,
    meter_ids: Collection[int] | None = None,
    *,
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
    most: int | None = None,
) -> int:
    """Compute the results that are missing or marked stale, of these meters or of all; return how many.

    Who waits is told how many of how many are done; `most` leaves the rest for the next call, so that a page sees it
    move.
    """
    session.flush()
    _drop_superseded(session)
    wanted = queries.wanted_meters(session, queries.unprepared_meters(session, meter_ids))
    waiting = session.scalars(wanted.order_by(Meter.site_id, Meter.id).limit(most)).all()
    done = 0
    for first in range(0, len(waiting), METERS_AT_ONCE):
        done += _refresh(session, waiting[first : first + METERS_AT_ONCE], now)
        if progress is not None:
            progress(done, len(waiting))
    return done


def count_unprepared(session: Session) -> int:
    """Return how many results have to be computed before a page may show them."""
    wanted = queries.wanted_meters(session, queries.unprepared_meters(session, None))
    return session.scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0


def _drop_superseded(session: Session) -> None:
    """A baseline that no longer holds has no result, so that no page finds its figures."""
    holding = sa.select(Baseline.id).where(*within(session, Baseline), Baseline.status == BaselineStatus.ADOPTED.value)
    session.execute(
        sa.delete(SavingsResult)
        .where(*within(session, SavingsResult), SavingsResult.baseline_id.not_in(holding))
        .execution_options(synchronize_session=False)
    )


def _refresh(session: Session, meter_ids: Sequence[int], now: datetime) -> int:
    adopted = adopted_savings(session, [Meter.id.in_(list(meter_ids))])
    rows = [_row(adopted, place, now) for place in range(len(adopted.savings.items))]
    session.execute(
        sa.delete(SavingsResult)
        .where(SavingsResult.tenant_id == tenant_of(session), SavingsResult.baseline_id.in_(list(adopted.baseline_ids)))
        .execution_options(synchronize_session=False)
    )
    if rows:
        table: Any = SavingsResult.__table__
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        bulk.insert_columns(session, table, bulk.bound(session, table, columns))
    return len(rows)


def _row(adopted: Adopted, place: int, now: datetime) -> dict[str, Any]:
    item, portfolio = adopted.savings.items[place], adopted.loaded.portfolio
    stored = store_item(item)
    reporting = Period.parse(item.reporting_period)
    counted = item.in_totals and not item.disqualified and item.avoided is not None
    return {
        "baseline_id": adopted.baseline_ids[place],
        "meter_id": adopted.meter_ids[place],
        "site_id": adopted.loaded.site_ids[portfolio.meters[place].site],
        "resource": item.resource,
        "unit": item.unit,
        "basis": item.heating_value_basis or "",
        "counted": counted,
        "avoided": item.avoided,
        "adjusted_baseline": item.adjusted_baseline,
        "band_90": item.band_90,
        "cost_avoided": None if item.cost_avoided is None else round(item.cost_avoided * MONEY_SCALE),
        "currency": item.currency or "",
        "per_room": item.per_room,
        "cost_per_room": item.cost_per_room,
        "per_m2": item.per_m2,
        "rooms": item.rooms,
        "floor_area_m2": _area(item),
        "claim": str(item.claim) if item.claim else "",
        "disqualified": item.disqualified,
        "fading": any(finding.code == "savings.fading" for finding in item.findings),
        "reporting_start": reporting.start.isoformat(),
        "reporting_end": reporting.end.isoformat(),
        "item": stored,
        "fingerprint": hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest(),
        "stale": False,
        "computed_at": now,
    }


def _area(item: MeterSaving) -> float | None:
    """Return the floor area that the engine divided by [m2]."""
    return item.avoided / item.per_m2 if item.avoided and item.per_m2 else None


def store_item(item: MeterSaving) -> dict[str, Any]:
    """Return an item as a document that holds no language: findings stay codes with evidence."""
    stored: dict[str, Any] = {each.name: getattr(item, each.name) for each in fields(item)}
    stored["model"] = None if item.model is None else asdict(item.model)
    stored["months"] = [[getattr(month, name) for name in _MONTH] for month in item.months]
    stored["claim"] = str(item.claim) if item.claim else None
    stored["adjustments"] = [_plain(asdict(each)) for each in item.adjustments]
    stored["closed"] = list(item.closed)
    stored["earlier"] = None if item.earlier is None else asdict(item.earlier)
    stored["findings"] = [
        {"code": each.code, "severity": str(each.severity), "evidence": _plain(dict(each.evidence))}
        for each in item.findings
    ]
    return stored


def read_item(stored: dict[str, Any]) -> MeterSaving:
    """Return the item that `store_item` kept."""
    values = dict(stored)
    values["model"] = Model(**values["model"]) if values["model"] else None
    values["months"] = tuple(MonthSaving(*month) for month in values["months"])
    values["claim"] = Claim(values["claim"]) if values["claim"] else None
    values["findings"] = tuple(
        Finding(each["code"], Severity(each["severity"]), _as_codes(each["evidence"])) for each in values["findings"]
    )
    values["adjustments"] = tuple(_adjustment(each) for each in values.get("adjustments", ()))
    values["closed"] = tuple(values.get("closed", ()))
    values["earlier"] = Earlier(**values["earlier"]) if values.get("earlier") else None
    return MeterSaving(**values)


def _adjustment(stored: dict[str, Any]) -> Adjustment:
    days = {name: date.fromisoformat(stored[name]) for name in ("start", "end")}
    return Adjustment(**{**stored, **days})


_MONTH = tuple(each.name for each in fields(MonthSaving))
_CODES: dict[str, type[Method | Resource]] = {"method": Method, "resource": Resource}


def _as_codes(evidence: dict[str, Any]) -> dict[str, Any]:
    """Return evidence whose codes are codes again, so that a sentence has their words."""
    codes = {name: _CODES[name](value) for name, value in evidence.items() if name in _CODES}
    drivers: dict[str, Any] = {name: named(evidence[name]) for name in ("driver", "other") if name in evidence}
    if "drivers" in evidence:
        drivers["drivers"] = [named(each) for each in evidence["drivers"]]
    return {**evidence, **codes, **drivers}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value if isinstance(value, bool | int | float | None) else str(value)
