"""The reference mode against eemeter 3.2.0's own results."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from emstrack.analysis import caltrack2
from emstrack.analysis.balance_points import BOTH, COOLING, FLAT, HEATING
from emstrack.analysis.daily_series import DailySeries
from emstrack.analysis.models import BaselinePoints
from emstrack.analysis.prediction import ReportingPeriods, gradients, predict

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.shared

METERS = (
    "il-electricity-cdd-hdd-calendar_month",
    "il-electricity-cdd-only-monthly",
    "il-gas-hdd-only-calendar_month",
    "il-gas-intercept-only-calendar_month",
)
FORMS = {"cdd_hdd": BOTH, "cdd_only": COOLING, "hdd_only": HEATING, "intercept_only": FLAT}


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def periods(rows: list[dict[str, str]], start: str, end: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    inside = [row for row in rows if row["start"] >= start and row["end"] <= end]
    edges = [np.array([[row[name] for row in inside]], dtype="datetime64[D]") for name in ("start", "end")]
    return edges[0], edges[1], np.array([[float(row["consumption"]) for row in inside]])


@pytest.mark.parametrize("meter", METERS)
def test_m_7_1_eemeters_own_results_to_1e_9(shared: Path, meter: str) -> None:
    folder = shared / "mv_cases" / "caltrack2"
    want = next(row for row in rows_of(folder / "reference.csv") if row["id"] == meter)
    weather = [row for row in rows_of(folder / want["temp_file"]) if row["temp_f"]]
    celsius = [(float(row["temp_f"]) - 32) / 1.8 for row in weather]
    temperatures = DailySeries.of_days(np.zeros(len(weather)), [row["date"] for row in weather], celsius, 1)
    rows = rows_of(folder / f"{meter}.csv")
    start, end, use = periods(rows, want["base_start"], want["base_end"])
    station, days = np.zeros(1, dtype=np.int64), (end - start).astype(np.float64)
    given = BaselinePoints(start, end, use, days, np.zeros((*days.shape, 0)), station)
    forms = (FLAT, HEATING) if want["fuel"] == "gas" else (FLAT, HEATING, COOLING, BOTH)
    fits = caltrack2.fit(given, temperatures, forms)
    assert fits.form[0] == FORMS[want["ct_model"]]
    near = {"rel": 1e-9, "abs": 1e-12}
    assert fits.coefficients[0, 0] == pytest.approx(float(want["ct_intercept_per_day"]), **near)
    for place, slope, point in ((-2, "ct_beta_hdd", "ct_hbp_f"), (-1, "ct_beta_cdd", "ct_cbp_f")):
        found = fits.heating_point[0] if place == -2 else fits.cooling_point[0]
        if want[slope]:
            assert fits.coefficients[0, place] / 1.8 == pytest.approx(float(want[slope]), **near)
            assert found * 1.8 + 32 == pytest.approx(float(want[point]), **near)
        else:
            assert np.isnan(found)
    statistics = caltrack2.statistics(fits, days, use)
    for name, column in (("r2", "ct_r2"), ("adjusted_r2", "ct_r2_adj"), ("cv_rmse", "ct_cvrmse_adj")):
        assert getattr(statistics, name)[0] == pytest.approx(float(want[column]), **near)
    assert statistics.autocorrelation[0] == pytest.approx(float(want["ct_autocorr"]), rel=1e-9)
    start, end, actual = periods(rows, want["rep_start"], want["rep_end"])
    days = (end - start).astype(np.float64)
    wanted = ReportingPeriods(start, end, actual, days, np.zeros((*days.shape, 0)), station)
    counterfactual = predict(fits, gradients(fits, wanted, temperatures))
    assert counterfactual.sum() == pytest.approx(float(want["ct_counterfactual"]), rel=1e-9)
    assert counterfactual.sum() - actual.sum() == pytest.approx(float(want["ct_savings"]), rel=1e-9)
    band = caltrack2.error_band(statistics, np.array([actual.shape[1]]))
    assert band[0] == pytest.approx(float(want["ct_fsu90"]), rel=1e-9)


def test_eemeters_published_savings_of_given_parameters(shared: Path) -> None:
    """Thirteen months of 1, temperatures 30 to 89 °F on sixty days: months without temperatures do not count."""
    published = json.loads((shared / "mv_cases" / "closed_form.json").read_text(encoding="utf-8"))
    said = published["eemeter_billing_published"]
    months = np.arange("2011-01", "2012-01", dtype="datetime64[M]")
    start, end = months.astype("datetime64[D]")[None], (months + 1).astype("datetime64[D]")[None]
    temperatures = DailySeries(np.datetime64("2011-01-01"), ((np.arange(30.0, 90.0) - 32) / 1.8)[None])
    days, station = (end - start).astype(np.float64), np.zeros(1, dtype=np.int64)
    nothing = np.zeros((*days.shape, 0))
    dummy = caltrack2.fit(BaselinePoints(start, end, np.ones_like(days), days, nothing, station), temperatures)
    slopes = said["params_h54_c67"]
    fits = replace(
        dummy,
        coefficients=np.array([[slopes["intercept"], slopes["beta_hdd"] * 1.8, slopes["beta_cdd"] * 1.8]]),
        used=np.ones((1, 3), dtype=bool),
        heating_point=np.array([(54 - 32) / 1.8]),
        cooling_point=np.array([(67 - 32) / 1.8]),
    )
    wanted = ReportingPeriods(start, end, np.ones_like(days), days, nothing, station)
    use = predict(fits, gradients(fits, wanted, temperatures))[0]
    assert np.isnan(use[2:]).all()
    assert use[:2].sum() - 2 == pytest.approx(said["metered_savings_synthetic"], abs=5e-3)
