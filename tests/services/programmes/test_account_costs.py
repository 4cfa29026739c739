"""Environmental costs: bills by kind and currency, losses of balances against the first (M-41.3)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from factories_balances import make_beamhouse
from factories_programmes import done, make_cohort, make_programme, put
from factories_savings import give_months
from factories_sites import make_building, make_meter

from emstrack.domain.programmes import CostKind
from emstrack.domain.resources import Resource
from emstrack.services.programmes.account_costs import costs_of_programme, costs_of_site
from emstrack.storage.models import Site
from emstrack.storage.scope import find

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def test_bills_are_told_by_kind_before_the_first_measure_and_now(session: Session) -> None:
    site = make_building(session)
    power = make_meter(session, site.id)
    waste = make_meter(session, site.id, "Basura", resource=Resource.WASTE, unit="kg")
    give_months(session, power, "2024-01", [100.0] * 12 + [80.0] * 14, price=2.0)
    give_months(session, waste, "2026-01", [5.0] * 5, price=1.0)
    done(session, site).implemented_on = date(2025, 1, 15)
    session.flush()
    energy, disposal = costs_of_site(session, site.id)[1].yearly[::-1]
    if energy.kind is not CostKind.ENERGY:
        energy, disposal = disposal, energy
    assert (energy.before, energy.since, energy.now) == pytest.approx((2400, 1920, 1920))
    assert (disposal.now, disposal.before, disposal.meters, disposal.meters_now) == (None, None, 1, 0)


def test_m_41_3_losses_are_told_in_their_parts_and_against_the_first_balance(session: Session) -> None:
    first = make_beamhouse(session)
    site = find(session, Site, first.site_id)
    programme = make_programme(session)
    put(session, make_cohort(session, programme), [site])
    (loss,) = costs_of_programme(session, programme.id)[1].losses
    assert loss.total == pytest.approx(5_405)
    assert loss.purchase + loss.processing + loss.disposal == pytest.approx(loss.total)
    assert loss.against_first is None


def test_a_site_without_bills_or_balances_costs_nothing_that_is_known(session: Session) -> None:
    assert costs_of_site(session, make_building(session).id)[1].yearly == ()
