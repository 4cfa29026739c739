"""Why a bill changed, to the cent; what a typical year would save; what the meter can show at all."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from conftest import NOW
from factories_savings import give_driver, give_months
from factories_sites import make_building, make_hotel, make_meter

from emstrack.domain.periods import Period
from emstrack.services.savings.adopt_baseline import Plan, adopt_baseline, propose_baseline
from emstrack.services.savings.explain_savings import explain_savings
from emstrack.services.sites.compute_typical_year import compute_typical_year
from emstrack.storage import bulk
from emstrack.storage.models import WeatherDay, WeatherStation
from emstrack.storage.scope import tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Meter

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


def meter(session: Session, *, years: int = 2, price: float | None = 3.0) -> Meter:
    """A hotel's electricity that follows room-nights; a tenth less from the last year on."""
    hotel = make_hotel(session, "Hotel Bahía", rooms=60)
    months = 12 * years
    nights = [1200.0 + 40 * (n % 5) for n in range(months)]
    give_driver(session, hotel.id, "occupied_room_nights", "2023-01", nights)
    found = make_meter(session, hotel.id, "JPS-1")
    use = [(8000 + 3 * each + 25 * (n % 3)) * (0.9 if n >= months - 12 else 1) for n, each in enumerate(nights)]
    give_months(session, found, "2023-01", use, price=price)
    draft = propose_baseline(session, found.id, Plan(period=Period.parse("2023-01:2023-12")), now=NOW)
    adopt_baseline(session, draft.id, reason="the year before", version=draft.version, now=NOW)
    return found


def test_the_parts_of_the_bills_change_add_up_to_the_cent(session: Session) -> None:
    told = explain_savings(session, meter(session).id)
    assert told is not None
    assert told.story is not None
    change = told.story.change
    assert change.total == told.story.after.total - told.story.before.total
    assert change.quantity + change.price + change.fixed + change.demand + change.exchange == change.total
    assert (told.story.months, str(told.story.first), str(told.story.first_before)) == (12, "2024-01", "2023-01")
    assert abs(change.price) < Decimal(1)
    assert not told.story.fixed_estimated


def test_without_costs_there_is_no_story_and_the_rest_stands(session: Session) -> None:
    told = explain_savings(session, meter(session, price=None).id)
    assert told is not None
    assert (told.story, told.marginal) == (None, None)
    assert told.least is not None
    assert told.least > 0


def test_two_whole_years_after_the_baseline_are_chained(session: Session) -> None:
    told = explain_savings(session, meter(session, years=3).id)
    assert told is not None
    assert told.chained is not None
    assert told.chained.avoided_percent == pytest.approx(10, abs=1)
    assert [each.code for each in told.chained.findings] == ["baseline.chained"]


def test_a_typical_year_saves_about_what_the_report_saved(session: Session) -> None:
    told = explain_savings(session, meter(session).id)
    assert told is not None
    assert told.typical is not None
    assert told.typical.avoided_percent == pytest.approx(10, abs=1)


def test_nothing_is_told_of_a_meter_without_a_baseline(session: Session) -> None:
    assert explain_savings(session, make_meter(session, make_hotel(session).id).id) is None


def test_the_sites_own_typical_year_is_taken_and_named(session: Session) -> None:
    site = make_building(session, "Archivo")
    station = WeatherStation(tenant_id=tenant_of(session), code="GDL", name="Guadalajara", created_at=NOW)
    session.add(station)
    session.flush()
    days = np.arange("2021-01-01", "2024-01-01", dtype="datetime64[D]")
    warmth = 24.0 + 5.0 * np.sin((days - days[0]).astype(int) / 365.25 * 2 * np.pi)
    table: Any = WeatherDay.__table__
    columns = {"station_id": [station.id] * len(days), "day": days.astype(str).tolist(), "mean_c": warmth.tolist()}
    bulk.insert_columns(session, table, columns)
    site.weather_station_id = station.id
    compute_typical_year(session, station.id, now=NOW)
    found = make_meter(session, site.id)
    months = days.astype("datetime64[M]")
    cooled = 40.0 + 6.0 * np.maximum(warmth - 22.0, 0.0)
    use = [float(cooled[months == month].sum()) for month in np.unique(months)]
    give_months(session, found, "2021-01", use[:24] + [0.9 * each for each in use[24:]])
    draft = propose_baseline(session, found.id, Plan(period=Period.parse("2022-01:2022-12")), now=NOW)
    adopt_baseline(session, draft.id, reason="the year before", version=draft.version, now=NOW)
    told = explain_savings(session, found.id)
    assert told is not None
    assert told.typical_station.startswith("Guadalajara")
    assert told.typical is not None
    assert told.typical.avoided_percent == pytest.approx(10, abs=1)
