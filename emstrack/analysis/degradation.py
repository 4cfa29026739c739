"""Savings that fade: a change in the slope of the cumulative sum (docs/methods.md, M-11.7) [1]_.

References
----------
.. [1] Brown, Durbin and Evans, JRSS B 37 (1975), tests for the constancy of regression relationships over time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.uncertainty import fitted_batches
from emstrack.domain.findings import Finding, Severity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emstrack.analysis.baselines import Adjusted, Context

FALSE_ALARM = 0.05
"""Of steady savings looked at every month for three years, the part that raises an alert at all."""

HORIZON = 36
SIDE = 3
"""Months on either side of a change that it needs to be seen by."""

_DRAWS = 8_000
_SEED = 20260701


@dataclass(frozen=True, slots=True)
class Fading:
    """Whether savings fade, per meter.

    Parameters
    ----------
    alert : ndarray of bool, shape (meters,)
    since : ndarray of int64
        Place of the first month after the change; -1 without an alert.
    before, after : ndarray of float64
        Saving as a part of the adjusted baseline before and after the likeliest change. NaN where there are too few
        months. [fraction]
    statistic : ndarray of float64
        How many standard errors the saving fell by. NaN where there are too few months.
    threshold : ndarray of float64
        Beyond which there is an alert.
    """

    alert: NDArray[np.bool_]
    since: NDArray[np.int64]
    before: NDArray[np.float64]
    after: NDArray[np.float64]
    statistic: NDArray[np.float64]
    threshold: NDArray[np.float64]


def find_fading(
    avoided: NDArray[np.float64],
    adjusted: NDArray[np.float64],
    days: NDArray[np.float64],
    variance: NDArray[np.float64],
    freedom: NDArray[np.int64],
    along: NDArray[np.float64] | None = None,
) -> Fading:
    """Tell whether the saving became a smaller part of the adjusted baseline at some month.

    Implements M-11.7: for every month that may be the turn, the fall of the saving in standard errors, the model's own
    covariance included; an alert where the largest is beyond what one in twenty steady savings reaches in three years
    of looking every month.

    Parameters
    ----------
    avoided, adjusted : ndarray, shape (meters, months)
        In order of time; NaN where a month does not count. [canonical unit]
    days : ndarray, shape (meters, months)
        [d]
    variance : ndarray, shape (meters,)
        Of a day's use about the baseline's model, widened for autocorrelation. [canonical unit² / d]
    freedom : ndarray of int64, shape (meters,)
        Degrees of freedom of the baseline.
    along : ndarray, shape (meters, months, parameters), optional
        `Factors.forward_substitute` of the months' gradients: what the months share of the model's error.

    Returns
    -------
    Fading
    """
    counted = ~np.isnan(avoided) & ~np.isnan(adjusted) & (days > 0)
    use = np.where(counted, np.maximum(adjusted, 0.0), 0.0)
    weight = use / np.where(counted, days, 1.0)
    pull = np.cumsum(weight * np.where(counted, avoided, 0.0), axis=1)
    mass = np.cumsum(weight * use, axis=1)
    count: NDArray[np.int64] = np.cumsum(counted, axis=1)
    rest, heavy, later = pull[:, -1:] - pull, mass[:, -1:] - mass, count[:, -1:] - count
    possible = (count >= SIDE) & (later >= SIDE) & counted & (mass > 0) & (heavy > 0)
    before = np.where(possible, pull / np.where(possible, mass, 1.0), np.nan)
    after = np.where(possible, rest / np.where(possible, heavy, 1.0), np.nan)
    noise = np.where(possible, 1 / np.where(possible, mass, 1.0) + 1 / np.where(possible, heavy, 1.0), np.nan)
    if along is not None:
        moved = np.cumsum(np.where(counted[:, :, None], weight[:, :, None] * np.nan_to_num(along), 0.0), axis=1)
        safe, safe_later = np.where(possible, mass, 1.0)[:, :, None], np.where(possible, heavy, 1.0)[:, :, None]
        shared = moved / safe - (moved[:, -1:] - moved) / safe_later
        noise += np.where(possible, (shared**2).sum(axis=2), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        fall = (before - after) / np.sqrt(variance[:, None] * noise)
    fall = np.where(possible & np.isfinite(fall) & (freedom > 0)[:, None], fall, -np.inf)
    best = fall.argmax(axis=1)
    each = np.arange(len(fall))
    statistic = np.where(np.isfinite(fall[each, best]), fall[each, best], np.nan)
    threshold = np.array([alarm_threshold(int(each)) if each > 0 else np.inf for each in freedom])
    alert = np.nan_to_num(statistic, nan=-np.inf) > threshold
    return Fading(
        alert=alert,
        since=np.where(alert, _next_counted(counted, best), -1),
        before=before[each, best],
        after=after[each, best],
        statistic=statistic,
        threshold=threshold,
    )


def fading_findings(context: Context, adjusted: Adjusted, counted: NDArray[np.bool_]) -> dict[int, list[Finding]]:
    """Return a finding for each meter whose saving fades, of reports given in months (M-11.7)."""
    found: dict[int, list[Finding]] = {}
    segments = context.segments
    for batch, meters in fitted_batches(adjusted):
        if batch.reference is not None:
            continue
        inside = counted[meters] & context.reporting.in_months[meters][:, None]
        enough = np.flatnonzero(inside.sum(axis=1) >= 2 * SIDE)
        if not len(enough):
            continue
        some, fits = np.array(meters)[enough], batch.fits
        fading = find_fading(
            np.where(inside, adjusted.use[meters] - segments.actual[meters], np.nan)[enough],
            adjusted.use[some],
            segments.days[some],
            (fits.variance * fits.widening**2)[enough],
            fits.freedom[enough],
            fits.factor.forward_substitute(batch.slopes)[enough],
        )
        for place in np.flatnonzero(fading.alert & (fading.before > 0)).tolist():
            meter = int(some[place])
            evidence: dict[str, object] = {
                "before": round(100 * float(fading.before[place])),
                "after": round(100 * float(fading.after[place])),
                "since": str(segments.start[meter, fading.since[place]].astype("datetime64[M]")),
            }
            found[meter] = [Finding("savings.fading", Severity.WARNING, evidence)]
    return found


def _next_counted(counted: NDArray[np.bool_], place: NDArray[np.int64]) -> NDArray[np.int64]:
    later = counted & (np.arange(counted.shape[1]) > place[:, None])
    found: NDArray[np.int64] = later.argmax(axis=1)
    return found


@lru_cache(maxsize=256)
def alarm_threshold(freedom: int) -> float:
    """Return the fall, in standard errors, that steady savings exceed in `FALSE_ALARM` of three years of monthly looks.

    By simulation with a fixed seed: 36 independent months, every look from the sixth on, every month that may be the
    turn, the noise known as well as a baseline with so many degrees of freedom knows it.

    Parameters
    ----------
    freedom : int
        Degrees of freedom of the baseline.
    """
    rng = np.random.default_rng(_SEED)
    noise = rng.normal(size=(_DRAWS, HORIZON))
    deviation = np.sqrt(rng.chisquare(freedom, _DRAWS) / freedom)
    total = np.cumsum(noise, axis=1)
    largest = np.full(_DRAWS, -np.inf)
    for look in range(2 * SIDE, HORIZON + 1):
        turn = np.arange(SIDE, look - SIDE + 1)
        first = total[:, turn - 1]
        fall = first / turn - (total[:, look - 1 : look] - first) / (look - turn)
        largest = np.maximum(largest, (fall / np.sqrt(1 / turn + 1 / (look - turn))).max(axis=1))
    return float(np.quantile(largest / deviation, 1 - FALSE_ALARM))
