"""The scheduler brings every tenant's savings up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conftest import NOW, make_tenant
from factories_accounts import open_tenant
from factories_savings import give_months, year
from factories_sites import make_building, make_meter

from emstrack.domain.periods import Period
from emstrack.services.savings.adopt_baseline import Plan
from emstrack.services.savings.adopt_many import adopt_many
from emstrack.services.savings.refresh_tenants import refresh_tenants

if TYPE_CHECKING:
    from emstrack.storage.session import Database


def test_what_waits_in_any_tenant_is_computed_once(database: Database) -> None:
    for name in ("Uno", "Dos"):
        with database.transaction() as session:
            open_tenant(session, make_tenant(session, name))
            meter = make_meter(session, make_building(session, f"Palacio {name}").id)
            give_months(session, meter, "2024-01", year(100, 3) + year(90, 3))
            plan = Plan(period=Period.parse("2024-01:2024-12"))
            adopt_many(session, [meter.id], plan, reason="the year before", now=NOW)
    assert refresh_tenants(database.transaction, clock=lambda: NOW) == 2
    assert refresh_tenants(database.transaction, clock=lambda: NOW) == 0
