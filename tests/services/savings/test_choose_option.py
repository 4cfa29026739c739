"""The smallest saving a meter can show, and which option fits a saving that is still a plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from factories_reports import adopt
from factories_savings import give_months, year
from factories_sites import make_building, make_hotel, make_meter

from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.periods import Period
from emstrack.domain.resources import Resource
from emstrack.domain.savings import Method
from emstrack.domain.worksheets import Worksheet
from emstrack.services.savings.choose_option import choose_option
from emstrack.services.savings.state_detectable_saving import state_detectable_saving

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.models import Meter

WAVE = year(1000, 40)


def water_of(session: Session, months: list[float], first: str = "2024-01") -> Meter:
    meter = make_meter(session, make_hotel(session).id, "SAPA", resource=Resource.WATER, unit="m3")
    if months:
        give_months(session, meter, first, months, price=None)
    return meter


def test_m_13_16_it_is_the_band_of_a_year_like_the_baselines(session: Session) -> None:
    meter = water_of(session, WAVE)
    stated = state_detectable_saving(session, meter.id)
    assert stated.period == Period.parse("2024-01:2024-12")
    assert (stated.unit, stated.adopted) == ("m3", False)
    assert stated.use == pytest.approx(sum(WAVE), rel=1e-6)
    assert stated.least is not None
    assert stated.fraction == pytest.approx(stated.least / sum(WAVE))
    # a flat model of 12 months: t(11) × s × √(12 + 12²/12) months' worth; by days of months all but the same
    daily = [each / days for each, days in zip(WAVE, (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True)]
    mean = sum(WAVE) / 366
    variance = (
        sum(d * (q - mean) ** 2 for q, d in zip(daily, (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True))
        / 11
    )
    assert stated.least == pytest.approx(1.7959 * (variance * 2 * 366) ** 0.5, rel=1e-3)


def test_it_rests_on_the_adopted_baseline_where_there_is_one(session: Session) -> None:
    meter = water_of(session, WAVE + year(800, 300))
    candidate = state_detectable_saving(session, meter.id)
    adopt(session, meter)
    stated = state_detectable_saving(session, meter.id)
    assert candidate.period == Period.parse("2025-01:2025-12")
    assert (stated.period, stated.adopted) == (Period.parse("2024-01:2024-12"), True)
    assert stated.least is not None
    assert candidate.least is not None
    assert stated.least < candidate.least


def test_a_baseline_that_has_no_band_gives_way_to_the_best_model(session: Session) -> None:
    meter = water_of(session, WAVE + WAVE)
    adopt(session, meter, method=Method.AVERAGE)
    stated = state_detectable_saving(session, meter.id)
    assert (stated.least is not None, stated.adopted) == (True, False)


@pytest.mark.parametrize("months", [[], [100.0], [0.0] * 12], ids=["none", "one", "all-zero"])
def test_a_meter_without_a_year_can_show_nothing_yet(session: Session, months: list[float]) -> None:
    meter = water_of(session, months)
    stated = state_detectable_saving(session, meter.id)
    assert (stated.least, stated.fraction) == (None, None)
    chosen = choose_option(session, meter.site_id, meter.id, quantity=100)
    assert (chosen.whole_meter_fits, chosen.finding.code) == (False, "option.no_band")


def test_m_13_17_a_towel_programme_is_too_small_for_the_hotels_water_meter(session: Session) -> None:
    meter = water_of(session, WAVE)
    least = state_detectable_saving(session, meter.id).least
    assert least is not None
    small = choose_option(session, meter.site_id, meter.id, percent=1)
    assert (small.whole_meter_fits, small.finding.code) == (False, "option.below_the_band")
    assert small.expected == pytest.approx(sum(WAVE) / 100)
    assert Worksheet.LINEN in small.worksheets
    large = choose_option(session, meter.site_id, meter.id, quantity=least * 1.01)
    assert (large.whole_meter_fits, large.finding.code) == (True, "option.meter_shows_it")


def test_sub_meters_behind_it_are_offered(session: Session) -> None:
    site = make_building(session)
    main = make_meter(session, site.id, "Main")
    make_meter(session, site.id, "Pump", parent_id=main.id)
    assert [each.name for each in choose_option(session, site.id, main.id, quantity=1).sub_meters] == ["Pump"]


def test_what_cannot_be_answered_is_refused(session: Session) -> None:
    meter = water_of(session, [])
    for given, code in (({}, "no_expectation"), ({"quantity": 0.0}, "no_expectation"), ({"percent": 3.0}, "no_use")):
        with pytest.raises(RefusedError) as error:
            choose_option(session, meter.site_id, meter.id, **given)
        assert error.value.code == f"option.{code}"
    with pytest.raises(NotFoundError):
        choose_option(session, make_building(session).id, meter.id, quantity=1)
