"""Measures, follow-ups, audits and a committee's meeting at 5,000 measures with 20,000 follow-ups.

Each page's p95 at 8 connections is held against a signed-in empty page of the same server (at most 5 ×, the aim is 3 ×)
and each page's queries against 12; exits 1 where a limit is missed.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import served
import sqlalchemy as sa
from large_portfolio import people

from emstrack import app
from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.audits import AuditKind, AuditStatus
from emstrack.domain.committees import CommitteeRole, next_meeting
from emstrack.domain.measures import Category, MeasureStatus
from emstrack.services.ems.hold_meeting import plan_meeting
from emstrack.services.ems.write_committee import SECOND_THURSDAY, CommitteeDetails, Term, add_committee, add_member
from emstrack.settings import Settings
from emstrack.storage import migrate
from emstrack.storage.models import Audit, FollowUp, Measure, MeasureEffect, Meter, Site, User
from emstrack.storage.scope import set_scope
from emstrack.storage.statistics import gather_statistics

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

SITES, AUDITS, FOLLOW_UPS_OF_ONE = 200, 500, 4
MOST_RATIO, MOST_QUERIES = 5.0, 12
PAGES = (
    *("/", "/measures", "/measures?sort=payback&q=medida", "/measures?site=7", "/measures/board", "/measures/77"),
    *("/follow-ups", "/follow-ups?show=overdue", "/follow-ups?q=medida+9", "/follow-ups/77"),
    *("/audits", "/committees/1", "/meetings/1", "/case-studies"),
)


def main() -> None:
    """Seed, serve, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measures", type=int, default=5000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read(
            {}, database_url=f"sqlite:///{Path(folder, 'm.db')}", files_dir=folder, secret_key="benchmark" * 8
        )
        application = app.build(settings)
        migrate.make_ready(application.database)
        with application.transaction() as session:
            token = _seed(session, given.measures)
        print(f"{given.measures:,} measures, {given.measures * FOLLOW_UPS_OF_ONE:,} follow-ups, {AUDITS} audits")
        measured, most = served.measure(application, token, PAGES)
    found = served.report(measured)
    missed = [path for path, (_, ratio) in found.items() if ratio > MOST_RATIO]
    if missed or most > MOST_QUERIES:
        raise SystemExit(f"over {MOST_RATIO} × empty: {', '.join(missed) or 'none'}; most queries {most}")


def _seed(session: Session, measures: int) -> str:
    now = datetime.now(UTC)
    today, generator = now.date(), np.random.default_rng(7)
    token, tenant = people(session, now)
    user = int(session.scalars(sa.select(User.id)).one())
    set_scope(session, Scope(tenant, user_id=user, permissions=frozenset(Permission)))
    own = {"tenant_id": tenant}
    kind = {"organisation_id": tenant, "kind": "building", "country": "MX", "created_at": now}
    _insert(session, Site, [{**own, **kind, "id": n, "name": f"Edificio {n}"} for n in range(1, SITES + 1)])
    meter = {**own, "resource": "electricity", "unit": "kWh", "created_at": now}
    _insert(session, Meter, [{**meter, "id": n, "site_id": n, "name": f"CFE {n}"} for n in range(1, SITES + 1)])
    _audits(session, own, today, now)
    _measures(session, own, measures, user, generator, now)
    _follow_ups(session, own, measures, user, generator, now)
    committee = add_committee(session, CommitteeDetails(organisation_id=tenant, name="Comité"), now=now)
    add_member(session, committee.id, Term(role=CommitteeRole.CHAIR, start=date(2024, 1, 1), user_id=user), now=now)
    plan_meeting(session, committee.id, next_meeting(SECOND_THURSDAY, today), hour="", place="", now=now)
    gather_statistics(session, measures * FOLLOW_UPS_OF_ONE)
    return token


def _audits(session: Session, own: dict[str, Any], today: date, now: datetime) -> None:
    statuses = tuple(AuditStatus)
    rows = [
        {
            **own,
            "id": n,
            "site_id": 1 + n % SITES,
            "kind": AuditKind.ENERGY.value,
            "title": f"Auditoría {n}",
            "start": today + timedelta(days=n - AUDITS // 2),
            "last_day": today + timedelta(days=n - AUDITS // 2),
            "status": statuses[n % len(statuses)].value,
            "created_at": now,
        }
        for n in range(1, AUDITS + 1)
    ]
    _insert(session, Audit, rows)


def _measures(
    session: Session, own: dict[str, Any], count: int, user: int, generator: np.random.Generator, now: datetime
) -> None:
    statuses, categories = tuple(MeasureStatus), tuple(Category)
    days = generator.integers(-200, 400, count)
    rows = [
        {
            **own,
            "id": n,
            "site_id": 1 + n % SITES,
            "audit_id": 1 + n % AUDITS,
            "title": f"Medida {n}: luminarias y sensores",
            "category": categories[n % len(categories)].value,
            "status": statuses[n % len(statuses)].value,
            "status_at": now,
            "implemented_on": now.date() - timedelta(days=int(days[n - 1]) + 200),
            "owner_id": user,
            "due": now.date() + timedelta(days=int(days[n - 1])),
            "currency": "MXN",
            "investment": Decimal(10_000 + n),
            "annual_saving": Decimal(4_000 + n % 977),
            "situation": "Lámparas viejas. " * 20,
            "proposal": "Cambiarlas. " * 20,
            "created_at": now,
        }
        for n in range(1, count + 1)
    ]
    _insert(session, Measure, rows)
    effect = {**own, "position": 0, "resource": "electricity", "quantity": 1000.0, "canonical_quantity": 1000.0}
    effects = [{**effect, "unit": "kWh", "measure_id": n, "meter_id": 1 + n % SITES} for n in range(1, count + 1)]
    _insert(session, MeasureEffect, effects)


def _follow_ups(
    session: Session, own: dict[str, Any], measures: int, user: int, generator: np.random.Generator, now: datetime
) -> None:
    days = generator.integers(-120, 365, measures * FOLLOW_UPS_OF_ONE)
    rows = [
        {
            **own,
            "site_id": 1 + (1 + place % measures) % SITES,
            "measure_id": 1 + place % measures,
            "kind": "measure_check",
            "title": "",
            "span": 30,
            "span_unit": "days",
            "due": now.date() + timedelta(days=int(day)),
            "first_due": now.date() + timedelta(days=int(day)),
            "owner_id": user if place % 3 else None,
            "status": "done" if place % 5 == 0 else "open",
            "made_key": f"measure:{1 + place % measures}:{place}d",
            "created_at": now,
        }
        for place, day in enumerate(days)
    ]
    _insert(session, FollowUp, rows)


def _insert(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    session.execute(sa.insert(model), rows)


if __name__ == "__main__":
    main()
