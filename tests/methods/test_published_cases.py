"""Published figures of other engines and of NIST, held against ours."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from emstrack.analysis.fit_statistics import adjusted_r_squared, cv_rmse, fractional_savings_uncertainty, nmbe
from emstrack.analysis.least_squares import fit_line

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.shared

VERIFI = (
    "verifi_hq_naturalgas_2023",
    "verifi_peanuts_naturalgas_2022",
    "verifi_roasting_electricity_2023",
    "verifi_roasting_naturalgas_2022",
)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", VERIFI)
def test_verifis_stored_regressions(shared: Path, case: str) -> None:
    rows = rows_of(shared / "mv_cases" / f"{case}.csv")
    expected = json.loads((shared / "mv_cases" / f"{case}.json").read_text(encoding="utf-8"))
    names = expected["predictors"]
    line = fit_line(
        [float(row[expected["dependent"]]) for row in rows], [[float(row[name]) for name in names] for row in rows]
    )
    order = ["intercept", *names]
    assert line.coefficients == pytest.approx([expected["coef"][name] for name in order], rel=1e-9)
    assert line.errors == pytest.approx([expected["se"][name] for name in order], rel=1e-9)
    assert line.p == pytest.approx([expected["p"][name] for name in order], rel=1e-6)
    assert line.r2 == pytest.approx(expected["r2"], rel=1e-9)
    assert line.adjusted_r2 == pytest.approx(expected["r2_adj"], rel=1e-9)
    assert line.deviation == pytest.approx(expected["rmse_dof"], rel=1e-9)
    assert line.f == pytest.approx(expected["F"], rel=1e-9)
    assert line.f_p == pytest.approx(expected["F_p"], rel=1e-6)


def test_nists_longley(shared: Path) -> None:
    rows = rows_of(shared / "mv_cases" / "nist_longley.csv")
    expected = json.loads((shared / "mv_cases" / "closed_form.json").read_text(encoding="utf-8"))["nist_longley"]
    names = list(rows[0])
    line = fit_line([float(row[names[0]]) for row in rows], [[float(row[name]) for name in names[1:]] for row in rows])
    assert line.coefficients == pytest.approx(expected["b"], rel=1e-7)
    assert line.errors == pytest.approx(expected["se"], rel=1e-7)
    assert line.deviation == pytest.approx(expected["resid_sd"], rel=1e-9)
    assert line.r2 == pytest.approx(expected["r2"], rel=1e-9)


@pytest.mark.parametrize("weighted", [True, False])
def test_nmecrs_occupancy_case(shared: Path, *, weighted: bool) -> None:
    expected = json.loads((shared / "mv_cases" / "nmecr_monthly_occupancy.json").read_text(encoding="utf-8"))
    rows = [
        row
        for row in rows_of(shared / "mv_cases" / "nmecr_monthly_occupancy.csv")
        if row["month_end"] in expected["rows_used"]
    ]
    columns = [[float(row[name]) for name in expected["predictors"][1:]] for row in rows]
    days = [float(row["days"]) for row in rows]
    line = fit_line([float(row["eload_perday"]) for row in rows], columns, days if weighted else None)
    figures = expected["wls_days" if weighted else "ols"]
    assert line.coefficients == pytest.approx(figures["b"], rel=1e-9)
    assert line.errors == pytest.approx(figures["se"], rel=1e-9)
    assert line.p == pytest.approx(figures["p"], rel=1e-6)
    assert line.r2 == pytest.approx(figures["r2"], rel=1e-9)
    assert line.n == 21


def test_closed_forms_of_ashraes_uncertainty(shared: Path) -> None:
    cases = json.loads((shared / "mv_cases" / "closed_form.json").read_text(encoding="utf-8"))["changepointmodel"][
        "cases"
    ]
    relative, adjusted, normalised, period = cases
    assert fractional_savings_uncertainty(0.8, 0.5, 1.0, 12, 2, 12) == pytest.approx(relative["rel_unc"], abs=6e-4), (
        "printed cut, not rounded"
    )
    fraction = adjusted["total"] / adjusted["gross_adjusted"]
    assert fractional_savings_uncertainty(0.8, 0.5, fraction, 12, 2, 12) == pytest.approx(adjusted["unc"], rel=1e-6)
    half = fractional_savings_uncertainty(0.8, 0.5, 1.0, 12, 2, 12) * 100
    assert half == pytest.approx(period["unc"], rel=1e-4)
    before = fractional_savings_uncertainty(0.8, normalised["cv_pre"], 1.0, 12, 2, 12) * normalised["pre"]
    after = fractional_savings_uncertainty(0.8, normalised["cv_post"], 1.0, 12, 2, 12) * normalised["post"]
    assert np.hypot(before, after) == pytest.approx(normalised["unc"], rel=1e-4)


def test_m_6_eemeters_published_metrics(shared: Path) -> None:
    said = json.loads((shared / "mv_cases" / "closed_form.json").read_text(encoding="utf-8"))["eemeter_metrics"]
    observed, predicted = np.array(said["observed"], dtype=float), np.array(said["predicted"], dtype=float)
    left, mean, n = observed - predicted, observed.mean(keepdims=True), np.array([5])
    error, weight = np.array([(left**2).sum()]), np.array([5.0])
    assert cv_rmse(error, weight, mean, n, n - n)[0] == pytest.approx(said["cvrmse"], abs=5e-4)
    assert cv_rmse(error, weight, mean, n, n - 3)[0] == pytest.approx(said["cvrmse_adj"], abs=5e-4)
    bias = nmbe(left[None], np.ones((1, 5)), mean, n, n - n)[0]
    assert -bias == pytest.approx(said["nmbe"], abs=5e-4), "eemeter takes predicted − observed, over n"
    r2 = np.array([np.corrcoef(observed, predicted)[0, 1] ** 2])
    assert r2[0] == pytest.approx(said["r_squared_corr2"], abs=5e-4)
    assert adjusted_r_squared(r2, n, n - 2)[0] == pytest.approx(said["r_squared_adj"], abs=5e-4)
