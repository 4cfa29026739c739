from __future__ import annotations

from dataclasses import asdict, replace
from math import hypot
from typing import TYPE_CHECKING

import numpy as np
import pytest

from emstrack.analysis.balance_points import BOTH, COOLING, FLAT, HEATING
from emstrack.analysis.batching import temperature_forms
from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.portfolio import Fixed, MeterFacts, Per, SiteFacts, SiteSeries
from emstrack.analysis.readings import Readings
from emstrack.analysis.savings import compute_savings
from emstrack.analysis.student import two_sided_t
from emstrack.domain.findings import Severity
from emstrack.domain.periods import Period
from emstrack.domain.resources import Resource
from emstrack.domain.savings import Claim, Method
from emstrack.language.languages import Language
from tests.analysis import climate as c
from tests.analysis import worked_hotel as w

if TYPE_CHECKING:
    from emstrack.analysis.savings_types import MeterSaving

WITHHELD = (
    *("avoided_percent", "fsu_90", "claim", "cost_avoided", "co2e_avoided_kg", "per_room", "per_room_year"),
    *("cost_per_room", "per_occupied_room_night", "per_m2"),
)


def only(portfolio: object = None, asked: object = None) -> MeterSaving:
    result = compute_savings(portfolio or w.hotel(), asked or w.question())  # type: ignore[arg-type]
    assert len(result.items) == 1
    return result.items[0]


def codes(item: MeterSaving, severity: Severity | None = None) -> set[str]:
    return {each.code for each in item.findings if severity in {None, each.severity}}


def test_m_9_the_worked_hotel_to_the_digits_printed() -> None:
    item = only()
    assert item.model is not None
    assert item.model.coefficients == pytest.approx(
        {"base": 1674.6130, "cdd": 236.3257, "occupied_room_nights": 18.0624}, abs=5e-5
    )
    assert round(item.adjusted_baseline or 0, 1) == 1_725_380.0
    assert round(item.avoided or 0, 1) == 219_780.0
    assert round(item.band_90 or 0) == 15_024
    assert item.actual == pytest.approx(1_505_600)
    assert item.avoided_percent == pytest.approx(12.738, abs=5e-4)
    assert item.claim is Claim.DISTINGUISHABLE
    assert (item.model.n, item.model.p, item.model.form) == (12, 3, "flat")
    assert item.method == "regression"


def test_m_5_2_months_add_up_to_the_total() -> None:
    item = only()
    for name in ("actual", "adjusted_baseline", "avoided"):
        assert sum(getattr(month, name) for month in item.months) == pytest.approx(getattr(item, name))
    assert [month.month for month in item.months] == [f"2025-{month:02d}" for month in range(1, 13)]


def test_m_5_4_per_room_night_room_and_square_metre() -> None:
    item = only()
    assert item.per_room == pytest.approx(item.avoided / 120)  # type: ignore[operator]
    assert item.per_room_year == item.per_room
    assert item.per_m2 == pytest.approx(item.avoided / 6000)  # type: ignore[operator]
    assert item.per_occupied_room_night == pytest.approx(item.avoided / sum(w.ROOM_NIGHTS[12:]))  # type: ignore[operator]


def test_a_year_figure_needs_exactly_twelve_months() -> None:
    item = only(asked=w.question(reporting=Period.parse("2025-01:2025-11")))
    assert item.per_room is not None
    assert item.per_room_year is None


def test_m_5_5_money_is_at_the_reporting_periods_average_price() -> None:
    item = only()
    assert item.cost_avoided == pytest.approx(item.avoided * w.PRICE)  # type: ignore[operator]
    assert item.cost_per_room == pytest.approx(item.cost_avoided / 120)  # type: ignore[operator]
    assert item.currency == "USD"


def test_without_a_currency_there_is_no_money() -> None:
    facts = MeterFacts(0, "M1", Resource.ELECTRICITY, "kWh")
    item = only(w.hotel(meters=(facts,)))
    assert item.cost_avoided is None
    assert item.avoided_percent is not None


def test_m_5_7_carbon_by_the_countrys_factor_and_none_without_one() -> None:
    assert only().co2e_avoided_kg == pytest.approx(219_780.02 * 0.5613, rel=1e-6)
    nowhere = only(w.hotel(sites=(SiteFacts("Hotel Sol"),)))
    assert nowhere.co2e_avoided_kg is None
    assert "carbon.no_factor" in codes(nowhere)


def test_m_3_5_intensity_claims_too_much_and_says_it_is_indicative() -> None:
    item = only(asked=w.question(Method.INTENSITY))
    assert item.avoided == pytest.approx(239_717, abs=1)
    assert item.band_90 is None
    assert item.fsu_90 is None
    assert item.claim is Claim.INDICATIVE
    assert "method.indicative" in codes(item)


def test_m_3_5_intensity_without_its_driver_is_refused() -> None:
    item = only(w.hotel(series=SiteSeries()), w.question(Method.INTENSITY))
    assert item.avoided is None
    assert "driver.not_there" in codes(item, Severity.DISQUALIFYING)


def test_m_3_4_average_takes_the_same_calendar_month_by_its_days() -> None:
    item = only(asked=w.question(Method.AVERAGE))
    february = item.months[1]
    assert february.adjusted_baseline == pytest.approx(127_300 / 29 * 28)
    assert item.months[0].adjusted_baseline == pytest.approx(131_200)
    assert item.claim is Claim.INDICATIVE


def test_m_3_4_a_calendar_month_that_the_baseline_lacks_has_no_average() -> None:
    item = only(w.hotel(readings=w.readings(np.arange(24) != 4)), w.question(Method.AVERAGE))
    assert item.months[4].adjusted_baseline is None
    assert item.months[4].actual is None
    assert item.months[5].adjusted_baseline is not None


@pytest.mark.parametrize(
    ("fixed", "january", "february"),
    [(Fixed(100_000), 100_000, 100_000), (Fixed(365_000, Per.YEAR), 31_000, 28_000)],
)
def test_m_3_3_a_fixed_figure_per_month_or_year(fixed: Fixed, january: float, february: float) -> None:
    item = only(asked=w.question(Method.FIXED, fixed=fixed))
    assert item.months[0].adjusted_baseline == pytest.approx(january)
    assert item.months[1].adjusted_baseline == pytest.approx(february)
    assert item.model is None
    assert item.band_90 is None
    assert f"baseline.fixed_per_{fixed.per}" in codes(item)


def test_a_fixed_baseline_without_its_figure_is_refused() -> None:
    item = only(asked=w.question(Method.FIXED))
    assert item.avoided is None
    assert "baseline.no_fixed_figure" in codes(item, Severity.DISQUALIFYING)


def test_m_2_3_a_month_that_is_not_covered_does_not_count() -> None:
    item = only(w.hotel(readings=w.readings(np.arange(24) != 14)))
    assert item.months[2].avoided is None
    assert item.avoided == pytest.approx(sum(month.avoided or 0 for month in item.months))
    assert item.avoided_percent is not None, "eleven of twelve months are more than nine tenths"
    assert "reporting.month_incomplete" in codes(item)
    assert item.per_room_year is None


def test_m_8_5_too_little_of_the_report_withholds_the_claim() -> None:
    item = only(w.hotel(readings=w.readings(np.arange(24) < 22)))
    assert item.avoided is not None
    assert "reporting.gap" in codes(item, Severity.DISQUALIFYING)
    assert all(getattr(item, name) is None for name in WITHHELD)


def test_m_8_5_without_a_complete_month_there_is_nothing() -> None:
    item = only(w.hotel(readings=w.readings(np.arange(24) < 12)))
    assert item.avoided is None
    assert item.actual is None
    assert "reporting.no_complete_month" in codes(item, Severity.DISQUALIFYING)


def test_m_8_1_fewer_than_nine_points_withhold_the_claim_and_the_total() -> None:
    result = compute_savings(w.hotel(readings=w.readings(np.arange(24) >= 4)), w.question())
    item = result.items[0]
    assert item.avoided is not None
    assert "baseline.too_few_months" in codes(item, Severity.DISQUALIFYING)
    assert all(getattr(item, name) is None for name in WITHHELD)
    assert result.totals[0].sites_counted == 0
    assert result.totals[0].avoided is None


def test_m_8_2_nine_points_are_enough_and_the_gap_is_named() -> None:
    item = only(w.hotel(readings=w.readings(~np.isin(np.arange(24), [3, 4, 5]))))
    assert not item.disqualified
    assert {"baseline.gap"} <= codes(item)


def test_no_reading_in_the_baseline() -> None:
    item = only(w.hotel(readings=w.readings(np.arange(24) >= 12)))
    assert item.model is None
    assert "baseline.no_readings" in codes(item, Severity.DISQUALIFYING)
    assert item.adjusted_baseline is None


def test_m_5_3_adding_a_gap_never_adds_savings() -> None:
    whole = only()
    for month in range(12, 24):
        assert (only(w.hotel(readings=w.readings(np.arange(24) != month))).avoided or 0) < (whole.avoided or 0)


def test_m_8_4_baseline_and_report_may_not_share_a_day() -> None:
    item = only(asked=w.question(reporting=Period.parse("2024-12:2025-11")))
    assert "period.overlapping" in codes(item, Severity.DISQUALIFYING)


def test_a_backcast_is_called_one() -> None:
    swapped = w.question(baseline=Period.parse("2025-01:2025-12"), reporting=Period.parse("2024-01:2024-12"))
    item = only(asked=swapped)
    assert "baseline.after_reporting" in codes(item, Severity.WARNING)
    assert (item.avoided or 0) < 0


def test_m_2_1_a_baseline_in_months_snaps_to_its_readings() -> None:
    shifted = w.readings()
    shifted = replace(shifted, start=shifted.start + 9, end=shifted.end + 9)
    item = only(w.hotel(readings=shifted))
    assert item.baseline_period == "2024-01-10:2025-01-10"
    assert item.model is not None
    assert item.model.n == 12
    assert item.months[0].actual is not None


def test_m_2_2_a_period_in_days_takes_whole_readings_and_names_the_others() -> None:
    asked = w.question(baseline=Period.parse("2024-01-01:2025-01-01"), reporting=Period.parse("2025-01-10:2025-12-01"))
    item = only(asked=asked)
    assert [month.month for month in item.months] == [f"2025-{month:02d}" for month in range(2, 12)]
    finding = next(each for each in item.findings if each.code == "period.straddling_reading")
    assert finding.evidence["readings"] == ["2025-01-01:2025-02-01"]
    assert item.reporting_period == "2025-01-10:2025-12-01"


def test_a_report_in_days_splits_each_reading_by_days() -> None:
    shifted = w.readings()
    shifted = replace(shifted, start=shifted.start - 9, end=shifted.end - 9)
    item = only(
        w.hotel(readings=shifted),
        w.question(baseline=Period.parse("2024-01:2024-12"), reporting=Period.parse("2025-01-23:2025-03-23")),
    )
    assert [month.month for month in item.months] == ["2025-01", "2025-02", "2025-03"]
    assert item.actual == pytest.approx(108_600 + 128_900)
    assert item.months[0].actual == pytest.approx(108_600 * 9 / 28)


def test_m_8_8_a_driver_out_of_range_is_named() -> None:
    far = w.series()
    values = far.daily.values.copy()
    values[1, 400:] *= 3
    item = only(w.hotel(series=replace(far, daily=replace(far.daily, values=values))))
    assert "driver.out_of_range" in codes(item)


def test_a_month_without_its_driver_does_not_count() -> None:
    holed = w.series()
    values = holed.daily.values.copy()
    values[0, 400:410] = np.nan
    item = only(w.hotel(series=replace(holed, daily=replace(holed.daily, values=values))))
    assert item.months[1].avoided is None
    assert "driver.missing" in codes(item)


def test_a_driver_that_is_asked_for_and_not_there() -> None:
    item = only(asked=w.question(drivers=("meals",)))
    assert item.avoided is None
    assert "driver.not_there" in codes(item, Severity.DISQUALIFYING)


def test_a_constant_driver_explains_nothing() -> None:
    item = only(asked=w.question(Method.REGRESSION, drivers=("rooms",)))
    assert "driver.constant" in codes(item)
    assert item.avoided is not None


def test_m_4_10_auto_says_in_one_sentence_what_it_chose() -> None:
    finding = next(each for each in only().findings if each.code.startswith("baseline.chosen"))
    assert finding.code == "baseline.chosen_flat_with_drivers"
    assert finding.evidence["explained"] == 96
    assert finding.evidence["base"] == 36


@pytest.mark.parametrize("value", [0.0, 7.5])
def test_zeros_and_constants_are_data(value: float) -> None:
    flat = replace(w.readings(), quantity=value * w.DAYS)
    item = only(w.hotel(readings=flat))
    assert item.avoided == pytest.approx(0, abs=1e-9)
    assert item.band_90 == pytest.approx(0, abs=1e-6)
    assert item.claim in {None, Claim.NOISE}


@pytest.mark.parametrize("scale", [1e-12, 1e12])
def test_m_5_6_units_scale_through(scale: float) -> None:
    one, other = only(), only(w.hotel(readings=w.readings(scale=scale)))
    assert other.avoided == pytest.approx(one.avoided * scale)  # type: ignore[operator]
    assert other.band_90 == pytest.approx(one.band_90 * scale)  # type: ignore[operator]
    assert other.avoided_percent == pytest.approx(one.avoided_percent)


def test_the_order_of_readings_does_not_matter() -> None:
    order = np.random.default_rng(1).permutation(24)
    assert only(w.hotel(readings=w.readings(order))).avoided == pytest.approx(only().avoided)


def test_m_8_3_much_estimation_is_named() -> None:
    kinds = ["estimated" if month % 6 < 4 else "actual" for month in range(24)]
    assert "baseline.estimated" in codes(only(w.hotel(readings=w.readings(kind=kinds))))


def two_hotels(**second: object) -> object:
    one = w.readings()
    facts = {"site": 1, "name": "M2", "resource": Resource.ELECTRICITY, "unit": "kWh", "currency": "USD", **second}
    both = Readings(*(np.concatenate([getattr(one, name), getattr(one, name)]) for name in Readings.__slots__))
    both.meter[24:] = 1
    daily = w.series().daily
    return w.hotel(
        sites=(SiteFacts("Hotel Sol", "JM"), SiteFacts("Hotel Mar", "JM")),
        meters=(MeterFacts(0, "M1", Resource.ELECTRICITY, "kWh", currency="USD"), MeterFacts(**facts)),  # type: ignore[arg-type]
        readings=both,
        series=replace(w.series(), daily=replace(daily, values=np.tile(daily.values, (2, 1)))),
    )


def test_m_5_8_bands_of_different_meters_add_in_quadrature_and_rooms_once_per_site() -> None:
    result = compute_savings(two_hotels(), w.question())  # type: ignore[arg-type]
    (total,) = result.totals
    one = result.items[0]
    assert total.avoided == pytest.approx(2 * one.avoided)  # type: ignore[operator]
    assert total.band_90 == pytest.approx(hypot(one.band_90, one.band_90))  # type: ignore[arg-type]
    assert total.per_room == pytest.approx(total.avoided / 240)  # type: ignore[operator]
    assert (total.sites, total.sites_counted) == (2, 2)
    same_site = compute_savings(two_hotels(site=0), w.question())  # type: ignore[arg-type]
    assert same_site.totals[0].per_room == pytest.approx(total.avoided / 120)  # type: ignore[operator]


def test_m_5_8_sub_meters_never_enter_totals() -> None:
    result = compute_savings(two_hotels(in_totals=False), w.question())  # type: ignore[arg-type]
    assert result.totals[0].avoided == pytest.approx(result.items[0].avoided)
    assert result.items[1].avoided is not None


def test_m_5_8_net_and_gross_never_share_a_total() -> None:
    lpg = {"resource": Resource.LPG, "heating_value_basis": "net"}
    portfolio = two_hotels(**lpg)
    first = MeterFacts(0, "M1", Resource.LPG, "kWh", heating_value_basis="gross", currency="USD")
    result = compute_savings(replace(portfolio, meters=(first, portfolio.meters[1])), w.question())  # type: ignore[type-var,attr-defined]
    assert {total.heating_value_basis for total in result.totals} == {"net", "gross"}


def test_m_5_8_two_currencies_have_no_sum_of_money() -> None:
    (total,) = compute_savings(two_hotels(currency="JMD"), w.question()).totals  # type: ignore[arg-type]
    assert total.cost_avoided is None
    assert total.currency is None
    assert total.avoided is not None


def test_each_meter_may_have_its_own_question() -> None:
    asked = [w.question(), w.question(Method.FIXED, fixed=Fixed(140_000))]
    result = compute_savings(two_hotels(), asked)  # type: ignore[arg-type]
    assert [item.method for item in result.items] == ["regression", "fixed"]
    assert result.totals[0].band_90 is None, "a fixed figure has no band, so the sum has none"


def test_no_nan_ever_leaves_the_engine() -> None:
    def numbers(value: object) -> list[float]:
        if isinstance(value, dict):
            return [each for part in value.values() for each in numbers(part)]
        if isinstance(value, list | tuple):
            return [each for part in value for each in numbers(part)]
        return [value] if isinstance(value, float) else []

    for method in Method:
        for which in (
            np.arange(24) >= 12,
            np.arange(24) < 12,
            np.arange(24) % 2 == 0,
            np.isin(np.arange(24), [0, 1, 20]),
        ):
            result = compute_savings(w.hotel(readings=w.readings(which)), w.question(method, fixed=Fixed(1.0)))
            assert np.isfinite(numbers([asdict(item) for item in result.items])).all()


def test_an_empty_portfolio_has_no_savings() -> None:
    empty = compute_savings(w.hotel(meters=(), readings=Readings.of([], [], [], [])), w.question())
    assert empty.items == ()
    assert empty.totals == ()


def test_a_meter_without_any_reading_is_named_and_not_lost() -> None:
    item = only(w.hotel(readings=Readings.of([], [], [], [])))
    assert "baseline.no_readings" in codes(item, Severity.DISQUALIFYING)


def test_m_5_1_avoided_is_adjusted_baseline_minus_actual() -> None:
    item = only()
    assert item.avoided == pytest.approx((item.adjusted_baseline or 0) - (item.actual or 0))
    assert (item.avoided or 0) > 0, "positive when less is used"


@pytest.mark.parametrize("method", [Method.FIXED, Method.AVERAGE, Method.INTENSITY])
def test_m_3_1_without_a_model_there_is_no_band(method: Method) -> None:
    item = only(asked=w.question(method, fixed=Fixed(140_000)))
    assert (item.model, item.band_90, item.fsu_90) == (None, None, None)
    assert ("method.indicative" in codes(item)) == (method is not Method.FIXED)


@pytest.mark.parametrize(
    ("lowered", "claim"),
    [(0.2, Claim.DISTINGUISHABLE), (0.13, Claim.INDICATIVE), (0.0145, Claim.NOISE), (-0.05, Claim.NOISE)],
)
def test_m_6_6_the_word_for_a_claim(lowered: float, claim: Claim) -> None:
    quantity = np.array(w.KWH, dtype=float)
    quantity[12:] = quantity[:12] * (1 - lowered)
    item = only(w.hotel(readings=replace(w.readings(), quantity=quantity), series=SiteSeries()))
    assert item.claim is claim


def test_m_8_10_what_is_withheld_is_null_and_never_zero() -> None:
    item = only(w.hotel(readings=w.readings(np.arange(24) >= 4)))
    assert {getattr(item, name) for name in WITHHELD} == {None}
    assert item.avoided is not None
    assert item.adjusted_baseline is not None


def test_m_8_6_a_poor_fit_is_named() -> None:
    wild = replace(w.readings(), quantity=np.where(np.arange(24) % 2, 100.0, 900.0))
    assert "baseline.poor_fit" in codes(only(w.hotel(readings=wild)), Severity.WARNING)


def test_m_8_7_a_widened_band_is_named() -> None:
    slow = replace(w.readings(), quantity=1000 + 100 * np.sin(np.arange(24) / 12 * 2 * np.pi))
    finding = next(
        each
        for each in only(w.hotel(readings=slow, series=SiteSeries())).findings
        if each.code == "baseline.autocorrelated"
    )
    assert finding.evidence["factor"] == 3.0


def test_m_8_9_months_without_weather_are_named_and_do_not_count() -> None:
    days = int((w.END[-1] - w.START[0]).astype(int))
    values = (22 + 6 * np.sin(np.arange(days) / 58))[None]
    edges = [((a - w.START[0]).astype(int), (b - w.START[0]).astype(int)) for a, b in zip(w.START, w.END, strict=True)]
    use = np.array([np.maximum(values[0, low:high] - 20, 0).sum() for low, high in edges])
    holed = values.copy()
    holed[0, 400:410] = np.nan
    portfolio = w.hotel(
        sites=(SiteFacts("Hotel Sol", "JM", 0),),
        readings=replace(w.readings(), quantity=50 * w.DAYS + 9 * use),
        series=SiteSeries(),
    )
    whole = only(replace(portfolio, temperatures=DailySeries(w.START[0], values)))
    item = only(replace(portfolio, temperatures=DailySeries(w.START[0], holed)))
    assert whole.avoided == pytest.approx(0, abs=1e-6)
    assert item.model is not None
    assert item.model.balance_points_c == {"cooling": 20.0}
    assert item.months[1].avoided is None
    assert "weather.gap" in codes(item, Severity.WARNING)


def test_m_4_9_fuels_heat_chilled_water_cools_and_waste_knows_no_weather() -> None:
    assert temperature_forms(Resource.LPG) == (FLAT, HEATING)
    assert temperature_forms(Resource.CHILLED_WATER) == (FLAT, COOLING)
    assert temperature_forms(Resource.WASTE) == (FLAT,)
    assert temperature_forms(Resource.ELECTRICITY) == (FLAT, HEATING, COOLING, BOTH)


def test_a_custom_driver_may_bear_the_name_of_a_term() -> None:
    series = replace(w.series(("cdd", "occupied_room_nights")), names=("cooling", "base"))
    item = only(w.hotel(series=series))
    assert item.model is not None
    assert set(item.model.coefficients) == {"base", "cooling (driver)", "base (driver)"}
    assert item.avoided == pytest.approx(219_780.0, abs=0.1)


def test_m_8_8_weather_beyond_the_baselines_is_named() -> None:
    days = int((w.END[-1] - w.START[0]).astype(int))
    values = (22 + 6 * np.sin(np.arange(days) / 58))[None]
    values[0, 580:611] += 25
    edges = [((a - w.START[0]).astype(int), (b - w.START[0]).astype(int)) for a, b in zip(w.START, w.END, strict=True)]
    use = np.array([np.maximum(values[0, low:high] - 20, 0).sum() for low, high in edges])
    item = only(
        w.hotel(
            sites=(SiteFacts("Hotel Sol", "JM", 0),),
            readings=replace(w.readings(), quantity=50 * w.DAYS + 9 * use),
            series=SiteSeries(),
            temperatures=DailySeries(w.START[0], values),
        )
    )
    finding = next(each for each in item.findings if each.code == "weather.out_of_range")
    assert finding.evidence["count"] in {1, 2}
    assert item.avoided is not None


def test_m_8_12_a_meter_that_runs_backwards_gets_no_claim_and_an_unused_one_no_percentage() -> None:
    backwards = only(w.hotel(readings=w.readings(scale=-1.0)))
    assert "baseline.negative_use" in codes(backwards, Severity.DISQUALIFYING)
    assert {getattr(backwards, name) for name in WITHHELD} == {None}
    assert backwards.avoided is not None
    unused = only(w.hotel(readings=w.readings(scale=0.0)))
    assert "baseline.all_zero" in codes(unused, Severity.WARNING)
    assert (unused.avoided, unused.avoided_percent, unused.claim) == (0.0, None, None)


def test_m_8_9_a_station_without_temperatures_of_the_baseline_counts_as_none() -> None:
    blind = w.hotel(
        sites=(SiteFacts("Hotel Sol", "JM", 0),), temperatures=DailySeries(w.START[0], np.full((1, 731), np.nan))
    )
    item = only(blind)
    assert item.avoided == pytest.approx(219_780.0, abs=0.1), "its drivers still explain it"
    assert "weather.none_in_baseline" in codes(item, Severity.WARNING)


def test_m_5_4_per_guest_night_and_per_occupant_where_they_are_known_on_all_days() -> None:
    series = replace(w.series(("cdd", "occupied_room_nights", "rooms")), names=("cdd", "guest_nights", "occupants"))
    item = only(w.hotel(series=series))
    assert item.per_guest_night == pytest.approx(item.avoided / sum(w.ROOM_NIGHTS[12:]))  # type: ignore[operator]
    assert item.per_occupant == pytest.approx(item.avoided / 120)  # type: ignore[operator]
    assert only().per_guest_night is None


def test_m_4_10_the_sentence_says_what_does_not_depend_on_guests() -> None:
    nights = np.random.default_rng(1).uniform(20, 90, 24).repeat(w.DAYS)
    series = SiteSeries(("occupied_room_nights",), DailySeries(c.FIRST, nights[None]))
    quantity = c.use(c.temperatures()) + 6 * c.monthly_sums(nights)
    item = only(c.site(quantity, series=series), c.question())
    finding = next(each for each in item.findings if each.code.startswith("baseline.chosen"))
    assert finding.code == "baseline.chosen_cooling_with_guests"
    share = 6 * c.monthly_sums(nights)[:12].sum() / quantity[:12].sum()
    assert finding.evidence["without_guests"] == round(100 * (1 - share))
    assert finding.evidence["cooling_c"] == 20.0
    assert "no depende de los huéspedes" in Language("es").sentence(finding)
    assert "Habitaciones-noche ocupadas" in Language("es").sentence(finding)


def test_m_6_6_no_word_says_more_than_the_band_beside_it() -> None:
    quantity = np.array(w.KWH, dtype=float)
    for lowered in np.linspace(0.0, 0.4, 21):
        quantity[12:] = quantity[:12] * (1 - lowered)
        item = only(w.hotel(readings=replace(w.readings(), quantity=quantity.copy()), series=SiteSeries()))
        relative = (item.band_90 or 0) * two_sided_t(0.68, 11) / two_sided_t(0.9, 11) / abs(item.avoided or 1)
        if item.claim is Claim.DISTINGUISHABLE:
            assert relative < 0.5
        if item.claim is Claim.INDICATIVE:
            assert relative <= 1
