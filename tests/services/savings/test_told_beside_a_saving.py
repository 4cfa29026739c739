"""What a saving has to say beside its figure: that its baseline was revised, that its site changed its size."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from factories_savings import give_months, year
from factories_sites import make_building, make_hotel, make_meter

from emstrack.domain.periods import Period
from emstrack.domain.sites import Attribute
from emstrack.language.languages import Language
from emstrack.services.savings.adopt_baseline import Plan, adopt_baseline, propose_baseline
from emstrack.services.savings.compute_savings import Asked, compute_savings
from emstrack.services.savings.present_savings import savings_json
from emstrack.services.savings.refresh_results import read_item, refresh_results
from emstrack.services.savings.set_adjustment import Agreed, add_adjustment
from emstrack.services.sites.set_site_attribute import set_site_attribute
from emstrack.storage.models import SavingsResult
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.analysis.savings_types import MeterSaving
    from emstrack.storage.models import Meter


@pytest.fixture
def meter(session: Session) -> Meter:
    """Electricity: a year at 1,100 kWh, one at 1,000, one at 900."""
    found = make_meter(session, make_building(session).id)
    give_months(session, found, "2023-01", year(1100, 20) + year(1000, 20) + year(900, 20))
    return found


def adopt(session: Session, meter: Meter, period: str, *, now: datetime = NOW) -> None:
    plan = Plan(period=Period.parse(period), reporting_start=date(2025, 1, 1))
    draft = propose_baseline(session, meter.id, plan, now=now)
    adopt_baseline(session, draft.id, reason="the year before", version=draft.version, now=now)


def saving(session: Session) -> MeterSaving:
    return compute_savings(session, Asked()).items[0]


def test_m_20_2_a_baseline_changed_after_reporting_began_tells_both_results(session: Session, meter: Meter) -> None:
    adopt(session, meter, "2024-01:2024-12")
    first = saving(session)
    assert first.earlier is None
    adopt(session, meter, "2023-01:2023-12")
    now = saving(session)
    assert now.earlier is not None
    assert (now.earlier.revision, now.earlier.avoided) == (1, pytest.approx(first.avoided))
    assert now.avoided == pytest.approx(first.avoided + 1200, rel=0.02)
    (told,) = [each for each in now.findings if each.code == "baseline.revised"]
    sentence = Language("en").sentence(told)
    assert f"{round(first.avoided):,}" in sentence
    assert f"{round(now.avoided):,}" in sentence
    assert savings_json(compute_savings(session, Asked()), Language("en"))["items"][0]["earlier"]["revision"] == 1


def test_both_results_are_prepared_for_pages(session: Session, meter: Meter) -> None:
    adopt(session, meter, "2024-01:2024-12")
    adopt(session, meter, "2023-01:2023-12")
    refresh_results(session, now=NOW)
    assert read_item(session.scalars(scoped(session, SavingsResult.item)).one()) == saving(session)


def test_a_baseline_chosen_again_before_its_reporting_began_is_no_revision(session: Session, meter: Meter) -> None:
    early = datetime(2025, 1, 10, tzinfo=UTC)
    adopt(session, meter, "2024-01:2024-12", now=early)
    adopt(session, meter, "2023-01:2023-12", now=early)
    assert saving(session).earlier is None


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("rooms", "told"), [(66, ["site.rooms_changed"]), (62, [])])
def test_m_20_1_rooms_that_changed_by_more_than_a_twentieth_are_named(
    session: Session, rooms: int, told: list[str]
) -> None:
    hotel = make_hotel(session, rooms=60)
    meter = make_meter(session, hotel.id)
    give_months(session, meter, "2024-01", year(1000, 20) + year(900, 20))
    set_site_attribute(session, hotel.id, Attribute.ROOMS, rooms, start=date(2025, 1, 1), now=NOW)
    adopt(session, meter, "2024-01:2024-12")
    assert [each.code for each in saving(session).findings if each.code.startswith("site.")] == told
    agreed = Agreed(start=date(2025, 1, 1), fraction=0.1, agreed_by="Ana", reason="six more rooms")
    add_adjustment(session, meter.id, agreed, now=NOW)
    assert [each.code for each in saving(session).findings if each.code.startswith("site.")] == []
