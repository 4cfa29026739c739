"""What an expert wants to see of a fitted model: errors, t, p, residuals with their dates (docs/methods.md, M-6.8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.model_figures import model_of, number, term
from emstrack.analysis.student import two_sided_p

if TYPE_CHECKING:
    from datetime import date

    from emstrack.analysis.baselines import Fitted
    from emstrack.analysis.savings_types import Model


@dataclass(frozen=True, slots=True)
class Coefficient:
    """One coefficient of a model.

    Parameters
    ----------
    name : str
        ``base``, a driver, ``heating``, ``cooling``; or ``heating_point``, ``cooling_point``.
    value : float
        [canonical unit / d per unit of the driver; °C for a point]
    error : float or None
        Standard error, of the Gauss–Newton covariance (M-4.7), so that a searched point makes its slope less sure.
    t, p : float or None
        Against zero, two-sided; None for points, which zero says nothing of.
    """

    name: str
    value: float
    error: float | None
    t: float | None
    p: float | None


@dataclass(frozen=True, slots=True)
class Residual:
    """One row of the baseline.

    Parameters
    ----------
    start, end : date
        Half-open.
    actual, fitted, residual : float
        Per day. [canonical unit / d]
    """

    start: date
    end: date
    actual: float
    fitted: float
    residual: float


@dataclass(frozen=True, slots=True)
class ExpertFigures:
    """One model with all that goes with it.

    Parameters
    ----------
    model : Model
        Form, R², adjusted R², CV(RMSE), NMBE, n, p and lag-one autocorrelation.
    coefficients : tuple of Coefficient
    residuals : tuple of Residual
        In order of time; rows that the fit left out are not there.
    deviation : float or None
        Residual standard deviation of a day. [canonical unit / √d]
    widening : float
        What the band was multiplied by for residuals that follow each other (M-4.11).
    bic : float or None
        By which forms and drivers were compared (M-4.5); lower is better.
    """

    model: Model
    coefficients: tuple[Coefficient, ...]
    residuals: tuple[Residual, ...]
    deviation: float | None
    widening: float
    bic: float | None


def expert_figures(batch: Fitted, place: int) -> ExpertFigures:
    """Return everything about one fitted model.

    Implements M-6.8.

    Parameters
    ----------
    batch : Fitted
    place : int
        Of the meter in it.
    """
    fits = batch.fits
    return ExpertFigures(
        model=model_of(batch, place),
        coefficients=_coefficients(batch, place),
        residuals=_residuals(batch, place),
        deviation=number(float(np.sqrt(fits.variance[place]))) if fits.freedom[place] > 0 else None,
        widening=float(fits.widening[place]),
        bic=number(float(fits.bic[place])) if fits.error[place] > 0 else None,
    )


def _coefficients(batch: Fitted, place: int) -> tuple[Coefficient, ...]:
    fits = batch.fits
    columns = fits.factor.r.shape[-1]
    inverse = fits.factor.forward_substitute(np.broadcast_to(np.eye(columns), (len(fits), columns, columns)))[place]
    errors = np.sqrt((inverse**2).sum(axis=1) * fits.variance[place])
    freedom = int(fits.freedom[place])
    used = fits.used[place].copy()
    used[0] = True
    out = []
    names = ("base", *map(term, batch.names), "heating", "cooling")
    for column, (name, value) in enumerate(zip(names, fits.coefficients[place].tolist(), strict=True)):
        if not used[column]:
            continue
        error = number(float(errors[column])) if fits.factor.kept[place, column] else None
        t = value / error if error else None
        out.append(Coefficient(name, value, error, t, None if t is None else number(two_sided_p(t, freedom))))
    for name, column, point in (
        ("heating_point", columns - 2, fits.heating_point[place]),
        ("cooling_point", columns - 1, fits.cooling_point[place]),
    ):
        if not np.isnan(point):
            error = number(float(errors[column])) if fits.factor.kept[place, column] else None
            out.append(Coefficient(name, float(point), error, None, None))
    return tuple(out)


def _residuals(batch: Fitted, place: int) -> tuple[Residual, ...]:
    given, left = batch.given, batch.fits.residual[place]
    there = np.flatnonzero(~np.isnan(left))
    per_day = given.use[place, there] / given.days[place, there]
    columns = (given.start[place, there], given.end[place, there], per_day, per_day - left[there], left[there])
    return tuple(Residual(*row) for row in zip(*(each.tolist() for each in columns), strict=True))
