"""Sites whose baselines are adopted, for tests of what is handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conftest import NOW
from factories_savings import give_months, year
from factories_sites import make_building, make_meter

from emstrack.domain.periods import Period
from emstrack.services.savings.adopt_baseline import Plan, adopt_baseline, propose_baseline

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.domain.savings import Method
    from emstrack.storage.models import Baseline, Meter, Site

REASON = "the year before the lamps"


def adopt(session: Session, meter: Meter, *, method: Method | None = None, reason: str = REASON) -> Baseline:
    """Adopt 2024 as the baseline of a meter."""
    plan = Plan(period=Period.parse("2024-01:2024-12"))
    if method is not None:
        plan = Plan(period=plan.period, method=method)
    draft = propose_baseline(session, meter.id, plan, now=NOW)
    return adopt_baseline(session, draft.id, reason=reason, version=draft.version, now=NOW)


def make_saving_site(session: Session, name: str = "Palacio", *, factor: float = 0.8) -> tuple[Site, Meter]:
    """Make a building with one meter that used `factor` of the year before, its baseline adopted."""
    site = make_building(session, name)
    meter = make_meter(session, site.id)
    give_months(session, meter, "2024-01", year(1000, 20) + year(1000 * factor, 20 * factor))
    adopt(session, meter)
    return site, meter
