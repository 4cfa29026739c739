"""What has to hold whatever the numbers: order, company, units, splits and gaps."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.portfolio import Fixed, MeterFacts, Portfolio, Question, SiteFacts, SiteSeries
from emstrack.analysis.readings import Readings
from emstrack.analysis.savings import compute_savings
from emstrack.domain.periods import Period
from emstrack.domain.resources import Resource
from emstrack.domain.savings import Method
from tests.analysis import climate as c

if TYPE_CHECKING:
    from emstrack.analysis.savings_types import MeterSaving

FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
METHODS = [Method.AUTO, Method.CALTRACK2, Method.AVERAGE, Method.INTENSITY, Method.FIXED, Method.CHANGE_POINT_3PC]
DRIVERS = ("occupied_room_nights", "meals", "laundry_kg", "production", "visitors", "rooms")


def portfolio(seed: int, meters: int = 1, drivers: int = 2) -> Portfolio:
    """Meters of sites that differ in everything: station, drivers, form, noise."""
    rng = np.random.default_rng(seed)
    series = DailySeries(c.FIRST, np.concatenate([c.temperatures(m).values for m in rng.uniform(12, 27, 3)]))
    names = DRIVERS[:drivers]
    values = rng.uniform(20, 60, (meters, max(drivers, 1), 24)).repeat((c.END - c.START).astype(int), axis=2)
    quantity = []
    for meter in range(meters):
        t = series.values[meter % 3]
        daily = rng.uniform(50, 300) + rng.uniform(0, 15) * np.maximum(t - 21, 0) + rng.uniform(0, 9) * values[meter, 0]
        quantity.append(c.monthly_sums(daily) * rng.normal(1, 0.05, 24))
    readings = Readings.of(
        np.repeat(np.arange(meters), 24),
        np.tile(c.START, meters),
        np.tile(c.END, meters),
        np.concatenate(quantity),
        cost=np.round(np.concatenate(quantity) * 25_000).astype(int),
    )
    return Portfolio(
        tuple(SiteFacts(f"S{place}", "MX", place % 3) for place in range(meters)),
        tuple(MeterFacts(place, "E", Resource.ELECTRICITY, "kWh", currency="MXN") for place in range(meters)),
        readings,
        SiteSeries(names, DailySeries(c.FIRST, values[:, :drivers].reshape(meters * drivers, -1)))
        if drivers
        else SiteSeries(),
        series,
    )


def asked(method: Method) -> Question:
    return c.question(method, fixed=Fixed(9_000.0))


def same(one: MeterSaving, other: MeterSaving, rel: float = 1e-9, but: tuple[str, ...] = ()) -> None:
    a, b = asdict(one), asdict(other)
    for name in a.keys() - {"site_index", "meter_index", *but}:
        _same(a[name], b[name], rel, name)


def _same(a: object, b: object, rel: float, name: str) -> None:
    if isinstance(a, dict) and isinstance(b, dict):
        assert a.keys() == b.keys(), name
        for key in a:
            _same(a[key], b[key], rel, f"{name}.{key}")
    elif isinstance(a, list | tuple) and isinstance(b, list | tuple):
        assert len(a) == len(b), name
        for x, y in zip(a, b, strict=True):
            _same(x, y, rel, name)
    elif isinstance(a, float) and isinstance(b, float):
        assert a == pytest.approx(b, rel=rel, abs=1e-9), name
    else:
        assert a == b, name


@FEW
@given(st.integers(0, 10_000), st.sampled_from(METHODS), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(seed: int, method: Method, order: object) -> None:
    given_ = portfolio(seed)
    shuffled = list(range(24))
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    other = replace(given_, readings=given_.readings.take(np.array(shuffled)))
    same(*(compute_savings(each, asked(method)).items[0] for each in (given_, other)))


@settings(FEW, max_examples=6)
@given(st.integers(0, 10_000), st.sampled_from(METHODS), st.sampled_from([0, 2, 6]))
def test_a_batch_gives_what_its_members_give_alone(seed: int, method: Method, drivers: int) -> None:
    whole = portfolio(seed, meters=7, drivers=drivers)
    together = compute_savings(whole, asked(method)).items
    for meter in (0, 3, 6):
        series = whole.series
        rows = series.daily.values.reshape(7, -1, series.daily.values.shape[1])[meter] if drivers else None
        alone = replace(
            whole,
            sites=(whole.sites[meter],),
            meters=(replace(whole.meters[meter], site=0),),
            readings=replace(whole.readings.take(whole.readings.meter == meter), meter=np.zeros(24, dtype=np.int64)),
            series=series if rows is None else replace(series, daily=DailySeries(c.FIRST, rows)),
        )
        same(compute_savings(alone, asked(method)).items[0], together[meter])


@FEW
@given(st.integers(0, 10_000), st.sampled_from([1e-12, 1e-3, 277.78, 1e6, 1e12]), st.sampled_from(METHODS))
def test_m_5_6_units_scale_through_every_figure(seed: int, scale: float, method: Method) -> None:
    given_ = portfolio(seed)
    scaled = replace(given_, readings=replace(given_.readings, quantity=given_.readings.quantity * scale))
    question = replace(asked(method), fixed=Fixed(9_000.0 * scale))
    one, other = compute_savings(given_, asked(method)).items[0], compute_savings(scaled, question).items[0]
    for name in ("avoided", "actual", "adjusted_baseline", "band_90", "per_room", "per_occupied_room_night"):
        a, b = getattr(one, name), getattr(other, name)
        assert (a is None) == (b is None), name
        if a is not None and b is not None:
            assert b / scale == pytest.approx(a, rel=1e-7), name
    assert (one.avoided_percent or 0) == pytest.approx(other.avoided_percent or 0, rel=1e-7)
    assert one.claim == other.claim
    assert [each.code for each in one.findings] == [each.code for each in other.findings]
    if one.model and other.model:
        assert (one.model.form, one.model.balance_points_c) == (other.model.form, other.model.balance_points_c)
        assert other.model.r2 == pytest.approx(one.model.r2, rel=1e-7)


@FEW
@given(st.integers(0, 10_000), st.floats(0.01, 1000))
def test_a_currency_scales_only_money(seed: int, rate: float) -> None:
    given_ = portfolio(seed)
    other = replace(
        given_, readings=replace(given_.readings, cost=np.round(given_.readings.cost * rate).astype(np.int64))
    )
    one, two = (compute_savings(each, asked(Method.AUTO)).items[0] for each in (given_, other))
    same(one, two, but=("cost_avoided", "cost_per_room"))
    assert two.cost_avoided == pytest.approx((one.cost_avoided or 0) * rate, rel=1e-4)


@FEW
@given(st.integers(0, 10_000), st.sampled_from(METHODS), st.integers(12, 23), st.integers(1, 26))
def test_splitting_a_bill_of_the_report_at_its_daily_rate_changes_nothing(
    seed: int, method: Method, which: int, day: int
) -> None:
    given_ = portfolio(seed)
    same(*(compute_savings(each, asked(method)).items[0] for each in (given_, split(given_, which, day))), rel=1e-6)


@FEW
@given(
    st.integers(0, 10_000),
    st.sampled_from([Method.AVERAGE, Method.INTENSITY]),
    st.integers(0, 11),
    st.integers(1, 26),
)
def test_splitting_a_bill_of_the_baseline_changes_no_figure_of_whole_months(
    seed: int, method: Method, which: int, day: int
) -> None:
    given_ = portfolio(seed)
    one, other = (compute_savings(each, asked(method)).items[0] for each in (given_, split(given_, which, day)))
    same(one, other, rel=1e-6, but=("findings",))


def split(given_: Portfolio, which: int, day: int) -> Portfolio:
    r = given_.readings
    middle = r.start[which] + np.timedelta64(day, "D")
    part = day / int((r.end[which] - r.start[which]).astype(int))
    cost = round(int(r.cost[which]) * part)
    return replace(
        given_,
        readings=Readings.of(
            np.append(r.meter, 0),
            np.append(r.start, middle),
            np.append(np.where(np.arange(24) == which, middle, r.end), r.end[which]),
            np.append(np.where(np.arange(24) == which, r.quantity * part, r.quantity), r.quantity[which] * (1 - part)),
            cost=np.append(np.where(np.arange(24) == which, cost, r.cost), r.cost[which] - cost),
        ),
    )


@FEW
@given(st.integers(0, 10_000), st.sampled_from(METHODS), st.sets(st.integers(12, 23), min_size=1, max_size=4))
def test_m_5_3_a_gap_never_adds_a_saving(seed: int, method: Method, gone: set[int]) -> None:
    given_ = portfolio(seed)
    holed = replace(given_, readings=given_.readings.take(~np.isin(np.arange(24), list(gone))))
    plain, other = (compute_savings(each, asked(method)).items[0] for each in (given_, holed))
    assert other.avoided_percent is None or len(gone) == 1, "less than nine tenths of the report: no claim at all"
    for place, (before, after) in enumerate(zip(plain.months, other.months, strict=True)):
        if place + 12 in gone:
            assert after.avoided is None
        else:
            assert after.avoided == pytest.approx(before.avoided, rel=1e-9, abs=1e-6)
    counted = [each.avoided for each in other.months if each.avoided is not None]
    if counted:
        assert other.avoided == pytest.approx(sum(counted), rel=1e-9, abs=1e-6)
    assert Period.parse("2025-01:2025-12") == c.question().reporting
