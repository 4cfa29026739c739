"""Working days and degree-days need not be entered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emstrack.analysis.derived_drivers import is_derived, with_derived, working_days
from emstrack.analysis.portfolio import SiteFacts, SiteSeries
from emstrack.analysis.savings import compute_savings
from emstrack.domain.savings import Method
from tests.analysis import climate as c
from tests.analysis import worked_hotel as w


def test_m_4_13_working_days_are_mondays_to_fridays_without_the_countrys_holidays() -> None:
    december = working_days("MX", np.datetime64("2024-12-23"), 14)
    assert december.tolist() == [1, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 0, 0], "Christmas and New Year are off"
    peru = working_days("PE", np.datetime64("2025-07-28"), 2)
    assert peru.tolist() == [0, 0], "Fiestas Patrias"


def test_m_4_13_a_country_without_a_known_calendar_has_no_working_days() -> None:
    assert np.isnan(working_days("", np.datetime64("2025-01-01"), 3)).all()
    assert np.isnan(working_days("ZZ", np.datetime64("2025-01-01"), 3)).all()
    assert len(working_days("MX", np.datetime64("2025-01-01"), 0)) == 0


@pytest.mark.parametrize(
    ("name", "derived"),
    [("working_days", True), ("cdd_18", True), ("hdd_15.5", True), ("cdd", False), ("hdd_-3", False), ("meals", False)],
)
def test_which_names_are_derived(name: str, derived: bool) -> None:
    assert is_derived(name) is derived


def test_m_4_13_degree_days_at_a_given_point_as_a_driver() -> None:
    item = compute_savings(c.site(c.use(c.temperatures())), c.question(Method.REGRESSION, drivers=("cdd_20",))).items[0]
    assert item.model is not None
    assert item.model.coefficients["cdd_20"] == pytest.approx(12, rel=0.02)


def test_m_4_13_an_office_that_works_by_its_countrys_calendar() -> None:
    working = c.monthly_sums(working_days("MX", c.FIRST, c.DAYS))
    quantity = 50.0 * (c.END - c.START).astype(int) + 400 * working
    portfolio = c.site(quantity, sites=(SiteFacts("Palacio", "MX", -1),))
    item = compute_savings(portfolio, c.question(Method.REGRESSION, drivers=("working_days",))).items[0]
    assert item.model is not None
    assert item.model.coefficients == pytest.approx({"base": 50.0, "working_days": 400.0})
    assert item.avoided == pytest.approx(0, abs=1e-6)
    nowhere = replace(portfolio, sites=(SiteFacts("Palacio", "", -1),))
    item = compute_savings(nowhere, c.question(Method.REGRESSION, drivers=("working_days",))).items[0]
    assert "driver.not_there" in {each.code for each in item.findings}


def test_a_series_somebody_entered_under_such_a_name_stands() -> None:
    entered = replace(w.series(("cdd",)), names=("cdd_18",))
    assert with_derived(w.hotel(series=entered), ["cdd_18"]).series.names == ("cdd_18",)
    plain = w.hotel(series=SiteSeries())
    assert with_derived(plain, ["meals"]) is plain
    both = with_derived(w.hotel(), ["working_days", "cdd_18", "working_days"]).series
    assert both.names == (*w.series().names, "working_days", "cdd_18")
    assert np.isnan(both.daily.values[-1]).all(), "the hotel has no station"
    assert both.daily.values[:4, : w.series().daily.values.shape[1]] == pytest.approx(w.series().daily.values)
