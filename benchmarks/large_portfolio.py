"""A large tenant for benchmarks, written set-based: sites × 6 meters × 60 months, with adopted baselines."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from emstrack.domain.accounts import Permission, Role, Scope
from emstrack.domain.periods import Month, Period
from emstrack.services.accounts.sign_in import begin_session
from emstrack.services.readings.recompute_monthly_values import recompute_monthly_values
from emstrack.services.savings.adopt_baseline import Plan
from emstrack.services.savings.adopt_many import adopt_many
from emstrack.storage import bulk
from emstrack.storage.models import DriverValue, Membership, Meter, Organisation, Reading, Site, SiteAttribute, User
from emstrack.storage.scope import every_tenant, set_scope
from emstrack.storage.statistics import gather_statistics

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

RESOURCES = (
    ("electricity", "kWh", "", 12_000.0),
    ("water", "m3", "", 400.0),
    ("lpg", "kWh", "gross", 3_000.0),
    ("diesel", "kWh", "gross", 900.0),
    ("waste", "kg", "", 1_500.0),
    ("natural_gas", "kWh", "gross", 2_000.0),
)
SEED = 7


def seed(session: Session, *, sites: int = 1000, months: int = 60, say: Callable[[str], object] = print) -> str:
    """Write the tenant and return a signed-in cookie's value."""
    now = datetime.now(UTC)
    last = Month.of(now.date()).plus(-1)
    first = last.plus(1 - months)
    token, tenant = people(session, now)
    set_scope(session, Scope(tenant, permissions=frozenset(Permission)))
    generator = np.random.default_rng(SEED)
    began = time.perf_counter()
    _places(session, tenant, sites, now)
    _drivers(session, generator, sites, first, months, now)
    _readings(session, generator, sites, first, months, now)
    say(f"  rows written: {sites * len(RESOURCES) * months:,} readings in {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    meters = range(1, sites * len(RESOURCES) + 1)
    recompute_monthly_values(session, meters)
    say(f"  monthly values in {time.perf_counter() - began:.1f} s")
    began = time.perf_counter()
    plan = Plan(period=Period.of_months(first.plus(12), first.plus(23)))
    done = adopt_many(session, meters, plan, reason="benchmark", now=now)
    say(f"  {len(done.meter_ids):,} baselines adopted in {time.perf_counter() - began:.1f} s")
    gather_statistics(session, sites * len(RESOURCES) * months)
    return token


def people(session: Session, now: datetime) -> tuple[str, int]:
    """Make a tenant with one administrator; return their cookie's value and the tenant's id."""
    with every_tenant(session, "a benchmark makes a tenant"):
        root = Organisation(
            tenant_id=0, kind="municipality", name="Large", country="MX", currency="MXN", created_at=now
        )
        session.add(root)
        session.flush()
        root.tenant_id = root.id
        user = User(email="large@example.org", name="Large", created_at=now)
        session.add(user)
        session.flush()
        session.add(
            Membership(
                tenant_id=root.id,
                organisation_id=root.id,
                user_id=user.id,
                role=Role.ADMINISTRATOR,
                created_at=now,
            )
        )
        session.flush()
        return begin_session(session, user.id, root.id, now=now), root.id


def _places(session: Session, tenant: int, sites: int, now: datetime) -> None:
    ids = list(range(1, sites + 1))
    _insert(
        session,
        Site,
        {
            "id": ids,
            "name": [f"Site {place:04d}" for place in ids],
            "kind": ["hotel" if place % 2 else "building" for place in ids],
        },
        organisation_id=tenant,
        country="MX",
        city="",
        currency="MXN",
        time_zone="America/Mexico_City",
        services="[]",
        created_at=now,
        version=1,
    )
    attributes = [(place, "rooms" if place % 2 else "floor_area_m2", 40.0 + place % 200) for place in ids]
    site, attribute, value = zip(*attributes, strict=True)
    _insert(
        session,
        SiteAttribute,
        {"site_id": site, "attribute": attribute, "value": value},
        start="1950-01-01",
        note="",
        created_at=now,
        version=1,
    )
    meters = [(place, *resource[:3]) for place in ids for resource in RESOURCES]
    site, resource, unit, basis = zip(*meters, strict=True)
    _insert(
        session,
        Meter,
        {"id": list(range(1, len(meters) + 1)), "site_id": site, "resource": resource, "unit": unit, "basis": basis},
        name="M",
        variety="",
        destination="",
        direction="import",
        supply_point="",
        provider="",
        cadence="monthly",
        calendar_mode="pro_rata",
        reads_index=False,
        created_at=now,
        version=1,
    )


def _drivers(session: Session, generator: Any, sites: int, first: Month, months: int, now: datetime) -> None:
    spans = [first.plus(place) for place in range(months)]
    hotels = range(1, sites + 1, 2)
    nights = generator.uniform(600, 1500, (len(hotels), months)).round()
    _insert(
        session,
        DriverValue,
        {
            "site_id": [hotel for hotel in hotels for _ in spans],
            "start": [month.start.isoformat() for month in spans] * len(hotels),
            "end": [month.end.isoformat() for month in spans] * len(hotels),
            "value": nights.ravel().tolist(),
        },
        driver="occupied_room_nights",
        created_at=now,
        version=1,
    )


def _readings(session: Session, generator: Any, sites: int, first: Month, months: int, now: datetime) -> None:
    spans = [first.plus(place) for place in range(months)]
    level = np.array([resource[3] for resource in RESOURCES])
    for begin in range(0, sites, 100):
        some = min(100, sites - begin)
        use = level[None, :, None] * generator.uniform(0.9, 1.1, (some, len(RESOURCES), months))
        use[:, :, 24:] *= generator.uniform(0.8, 1.02, (some, len(RESOURCES), 1))
        quantity = use.ravel().round(1).tolist()
        meters = [
            meter for meter in range(begin * len(RESOURCES) + 1, (begin + some) * len(RESOURCES) + 1) for _ in spans
        ]
        _insert(
            session,
            Reading,
            {
                "meter_id": meters,
                "start": [month.start.isoformat() for month in spans] * (some * len(RESOURCES)),
                "end": [month.end.isoformat() for month in spans] * (some * len(RESOURCES)),
                "quantity": quantity,
                "quantity_text": [str(each) for each in quantity],
                "canonical_quantity": quantity,
                "cost": [round(each * 25_000) for each in quantity],
            },
            kind="actual",
            bill_number="",
            unit="kWh",
            heat_content="",
            currency="MXN",
            note="",
            created_at=now,
            version=1,
        )


def _insert(session: Session, model: Any, columns: dict[str, Any], **constants: Any) -> None:
    bulk.insert_columns(session, model.__table__, columns, **constants)
