"""A fitted model in public terms, and what a reader should know about how its method came out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis import fit_statistics as stats
from emstrack.analysis.change_points import Form
from emstrack.analysis.driver_words import GUESTS, named
from emstrack.analysis.savings_types import Model
from emstrack.analysis.sufficiency import choice_finding, model_findings
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.savings import Method

if TYPE_CHECKING:
    from emstrack.analysis.baselines import Adjusted, Context, Fitted

FORMS = ("flat", "heating", "cooling", "heating_cooling")
"""Public names of the temperature forms, by code."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of the baseline's use; None where nothing was used.

    Parameters
    ----------
    base : float or None
        That depends on nothing in the model. [fraction]
    without_guests : float or None
        That depends on no driver which counts guests. [fraction]
    """

    base: float | None
    without_guests: float | None


_EMPTY = Model("flat", {}, {}, None, None, None, None, 0, 0)


def explain(context: Context, adjusted: Adjusted, meter: int) -> tuple[Model | None, list[Finding]]:
    """Return the model of a meter in public terms, and the findings about how its method came out."""
    question, method = context.questions[meter], adjusted.method[meter]
    findings: list[Finding] = []
    if method.is_indicative:
        findings.append(Finding("method.indicative", Severity.INFO, {"method": method}))
    if method is Method.INTENSITY and np.isnan(adjusted.intensity[meter]):
        driver = (adjusted.drivers.get(meter) or ("",))[0]
        findings.append(Finding("driver.not_there", Severity.DISQUALIFYING, {"driver": named(driver)}))
    if method is Method.FIXED and question.fixed is None:
        findings.append(Finding("baseline.no_fixed_figure", Severity.DISQUALIFYING, {}))
    if method is Method.FIXED and question.fixed is not None:
        evidence: dict[str, object] = {
            "quantity": question.fixed.quantity,
            "unit": context.portfolio.meters[meter].unit,
        }
        findings.append(Finding(f"baseline.fixed_per_{question.fixed.per}", Severity.INFO, evidence))
    if meter not in adjusted.batch:
        return None, findings
    batch, place = adjusted.batch[meter]
    if batch.fits.n[place] == 0:
        return None, findings + [
            each for each in model_findings(batch, place, _EMPTY) if each.code.startswith("driver")
        ]
    model = model_of(batch, place)
    findings += choice_finding(question.method, model, shares_of(batch, place))
    if batch.change_point is not None and model.form == FORMS[0]:
        findings.append(Finding("baseline.form_not_found", Severity.WARNING, {"form": batch.change_point}))
    return model, findings + model_findings(batch, place, model)


def shares_of(batch: Fitted, place: int) -> Shares:
    """Return which parts of the baseline's use its model puts down to what (M-4.10)."""
    fits, given = batch.fits, batch.given
    use = float(fits.mean[place] * fits.days[place])
    if not use:
        return Shares(None, None)
    there = ~np.isnan(fits.residual[place])
    guests = 0.0
    for column, name in enumerate(batch.names):
        if name in GUESTS and fits.used[place, 1 + column]:
            total = float((given.drivers[place, there, column] * given.days[place, there]).sum())
            guests += float(fits.coefficients[place, 1 + column]) * total
    return Shares(float(fits.coefficients[place, 0] * fits.days[place]) / use, 1 - guests / use)


def model_of(batch: Fitted, place: int) -> Model:
    """Return one fitted model with the figures that go with it (M-6)."""
    fits, one = batch.fits, slice(place, place + 1)
    names = ("base", *map(term, batch.names), "heating", "cooling")
    r2 = stats.r_squared(fits.error[one], fits.spread[one])
    n, p = fits.n[one], fits.p[one]
    used = fits.used[place].copy()
    used[0] = True
    model = Model(
        form=_public_form(batch, place),
        coefficients={
            name: float(value) for name, value, kept in zip(names, fits.coefficients[place], used, strict=True) if kept
        },
        balance_points_c={
            name: round(float(point), 10)
            for name, point in (("heating", fits.heating_point[place]), ("cooling", fits.cooling_point[place]))
            if not np.isnan(point)
        },
        r2=number(_clean(r2[0])),
        adjusted_r2=number(_clean(stats.adjusted_r_squared(r2, n, p)[0])),
        cv_rmse=number(stats.cv_rmse(fits.error[one], fits.days[one], fits.mean[one], n, p)[0]),
        nmbe=number(stats.nmbe(fits.residual[one], batch.given.days[one], fits.mean[one], n, p)[0]),
        n=int(n[0]),
        p=int(p[0]),
        autocorrelation=number(stats.lag_one(fits.residual[one])[0]),
    )
    if batch.reference is None:
        return model
    return replace(
        model,
        r2=number(batch.reference.r2[place]),
        adjusted_r2=number(batch.reference.adjusted_r2[place]),
        cv_rmse=number(batch.reference.cv_rmse[place]),
        autocorrelation=number(batch.reference.autocorrelation[place]),
    )


def _public_form(batch: Fitted, place: int) -> str:
    """Return the change-point form asked for where it was found, else the temperature form."""
    form = FORMS[int(batch.fits.form[place])]
    if batch.change_point is None:
        return form
    return batch.change_point if form != FORMS[0] or batch.change_point == Form.LINE else form


def term(driver: str) -> str:
    """Keep a custom driver apart from the model's own terms, should it bear one's name."""
    return f"{driver} (driver)" if driver in {"base", "heating", "cooling"} else driver


def _clean(value: float) -> float:
    """Return zero for what is only rounding about it."""
    return 0.0 if abs(value) < 1e-12 else value


def number(value: float) -> float | None:
    """Return a float, or None where there is no number: NaN never leaves the engine."""
    return float(value) if np.isfinite(value) else None
