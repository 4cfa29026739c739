"""Change-point forms against cunybpl/changepointmodel's published figures."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from emstrack.analysis.change_points import ChangePointFit, Form, fit_at, fit_form

if TYPE_CHECKING:
    from pathlib import Path

CASES = [Form.LINE, Form.COOLS, Form.HEATS, Form.ABOUT_ONE, Form.TWO_POINTS]


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def generated(shared: Path, form: Form) -> tuple[np.ndarray, np.ndarray, dict[str, float], dict[str, object]]:
    folder = shared / "mv_cases"
    rows = [row for row in rows_of(folder / "changepointmodel_generated.csv") if row["model"] == form]
    said = json.loads((folder / "changepointmodel_generated.json").read_text(encoding="utf-8"))
    x, y = (np.array([float(row[name]) for row in rows]) for name in ("temp", "usage"))
    return x, y, said["expected_4_decimals"][form], said["my_check"][form]


def turns(form: Form, low: float | None, high: float | None) -> tuple[float | None, float | None]:
    return (None if form is Form.COOLS else low), (None if form is Form.HEATS else high)


def slopes(fit: ChangePointFit) -> dict[str, float]:
    if fit.form is Form.LINE:
        return {"slope": fit.cooling}
    if fit.form is Form.COOLS:
        return {"slope": fit.cooling}
    return {"slope": -fit.heating, "left_slope": -fit.heating, "right_slope": fit.cooling}


@pytest.mark.shared
@pytest.mark.parametrize("form", CASES)
def test_m_10_1_the_published_coefficients_at_the_stated_change_point(shared: Path, form: Form) -> None:
    x, y, want, check = generated(shared, form)
    low, high = want.get("left_cp", want.get("cp")), want.get("right_cp", want.get("cp"))
    fit = fit_form(form, x, y) if form is Form.LINE else fit_at(form, x, y, *turns(form, low, high))
    assert fit is not None
    assert fit.base == pytest.approx(want["yint"], abs=5e-5)
    for name, value in slopes(fit).items():
        if name in want:
            assert value == pytest.approx(want[name], abs=1e-4)
    assert fit.error == pytest.approx(check["sse"], rel=1e-9)
    heat = 0.0 if fit.heating_point is None else fit.heating * np.maximum(fit.heating_point - x, 0).sum()
    assert heat == pytest.approx(want["load_heating"], rel=1e-6)


@pytest.mark.shared
@pytest.mark.parametrize("form", CASES[1:])
def test_m_10_2_the_free_fit_is_no_worse(shared: Path, form: Form) -> None:
    x, y, _, check = generated(shared, form)
    fit = fit_form(form, x, y)
    assert fit is not None
    continuous = check["best_cont"]
    best = continuous["sse"] if isinstance(continuous, dict) else check["sse"]
    assert fit.error <= best * (1 + 1e-9)  # type: ignore[operator]


@pytest.mark.shared
def test_savings_before_and_after(shared: Path) -> None:
    folder = shared / "mv_cases"
    rows = rows_of(folder / "changepointmodel_optionc.csv")
    want = json.loads((folder / "changepointmodel_optionc.json").read_text(encoding="utf-8"))
    x, y = (np.array([float(row[name]) for row in rows]) for name in ("oat_f", "usage"))
    before = np.array([row["period"] == "pre" for row in rows])
    pre, post = fit_form(Form.COOLS, x[before], y[before]), fit_form(Form.ABOUT_ONE, x[~before], y[~before])
    assert pre is not None
    assert post is not None
    adjusted = pre.predict(x[~before]).sum() - y[~before].sum()
    assert adjusted == pytest.approx(want["published"]["adjusted_savings_3PCpre"], rel=1e-3)
    assert pre.cooling_point == pytest.approx(want["run_here"]["pre_3PC"]["cp"], abs=0.02)


def test_a_line_without_a_slope_has_no_change_point() -> None:
    x = np.linspace(10, 30, 12)
    falling = 100 - x
    assert fit_form(Form.COOLS, x, falling) is None
    assert fit_form(Form.LINE, x, falling) is not None


def test_weights_are_days() -> None:
    x = np.array([10.0, 12, 14, 20, 24, 28])
    y = 50 + 3 * np.maximum(x - 15, 0)
    y[0] += 40
    light = np.array([1e-9, 30, 30, 30, 30, 30])
    fit = fit_form(Form.COOLS, x, y, light)
    assert fit is not None
    assert fit.cooling_point == pytest.approx(15, abs=0.01)
    assert fit.cooling == pytest.approx(3, rel=1e-3)
    assert (fit.p, fit.n) == (3, 6)


@pytest.mark.shared
def test_normalised_savings_of_both_models_a_degree_warmer(shared: Path) -> None:
    folder = shared / "mv_cases"
    rows = rows_of(folder / "changepointmodel_optionc.csv")
    want = json.loads((folder / "changepointmodel_optionc.json").read_text(encoding="utf-8"))
    x, y = (np.array([float(row[name]) for row in rows]) for name in ("oat_f", "usage"))
    before = np.array([row["period"] == "pre" for row in rows])
    stated = want["run_here"]["pre_3PC"]["cp"], want["run_here"]["post_4P"]["cp"]
    pre = fit_at(Form.COOLS, x[before], y[before], None, stated[0])
    post = fit_at(Form.ABOUT_ONE, x[~before], y[~before], stated[1], stated[1])
    assert pre.base == pytest.approx(want["run_here"]["pre_3PC"]["yint"], rel=1e-9)
    assert post.cooling == pytest.approx(want["run_here"]["post_4P"]["right"], rel=1e-7)
    published = want["published"]["normalized_savings_3PCpre_4Ppost_norms_oat_plus_1"]
    typical = x[before] + 1
    assert pre.predict(typical).sum() - post.predict(typical).sum() == pytest.approx(published, rel=1e-7)
    adjusted = pre.predict(x[~before]).sum() - y[~before].sum()
    assert adjusted == pytest.approx(want["run_here"]["adjusted_savings"], rel=1e-9)
    assert adjusted == pytest.approx(want["published"]["adjusted_savings_3PCpre"], rel=1e-7)
    free = fit_form(Form.ABOUT_ONE, x[~before], y[~before])
    assert free is not None
    assert free.error <= post.error * (1 + 1e-9), "the free fit is no worse than at the stated point"
