"""Several baselines of one meter side by side, the recommended one marked with its reason (docs/methods.md, M-6.9)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.baselines import adjust
from emstrack.analysis.detectable_saving import Detectable, detectable_saving
from emstrack.analysis.expert_figures import ExpertFigures, expert_figures
from emstrack.analysis.prediction import ReportingPeriods, gradients
from emstrack.analysis.preparation import prepare
from emstrack.analysis.savings import compute_savings
from emstrack.domain.findings import Severity
from emstrack.domain.savings import Method

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emstrack.analysis.baselines import Fitted
    from emstrack.analysis.portfolio import Portfolio, Question
    from emstrack.analysis.savings_types import MeterSaving


class Reason(StrEnum):
    """Why a candidate is, or is not, the recommended one."""

    NARROWEST = "candidate.narrowest"
    """Of those that may be claimed on, it has the lowest CV(RMSE) for what it takes."""
    ONLY_ONE = "candidate.only_one"
    """No other may be claimed on."""
    WIDER = "candidate.wider"
    """It may be claimed on, but misses the baseline's months by more."""
    REFERENCE = "candidate.reference"
    """It is there to be compared with other programs."""
    INDICATIVE = "candidate.indicative"
    """It has no band."""
    DISQUALIFIED = "candidate.disqualified"
    """A disqualifying finding stands."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One method on one meter.

    Parameters
    ----------
    question : Question
    item : MeterSaving
        Its result; who shows it before a baseline is adopted hides what was saved.
    expert : ExpertFigures or None
        None for methods without a model.
    detectable : Detectable or None
        What the model could show in twelve months.
    recommended : bool
    reason : Reason
    """

    question: Question
    item: MeterSaving
    expert: ExpertFigures | None
    detectable: Detectable | None
    recommended: bool
    reason: Reason


METHODS = (Method.AUTO, Method.AVERAGE, Method.INTENSITY, Method.CALTRACK2)


def compare_candidates(
    portfolio: Portfolio, question: Question, methods: Sequence[Method] = METHODS
) -> tuple[Candidate, ...]:
    """Return several methods on the same rows of one meter, with the recommended one marked.

    Implements M-6.9. What was saved has no part in the choice: the recommended one is the model whose errors in the
    baseline are smallest (CV(RMSE), parameters counted), of those that carry a band and no disqualifying finding.

    Parameters
    ----------
    portfolio : Portfolio
        Of one meter.
    question : Question
        Periods and drivers; its own method is not looked at.
    methods : sequence of Method
    """
    drawn = [_drawn(portfolio, replace(question, method=method)) for method in methods]
    fit_for = [place for place, each in enumerate(drawn) if _may_be_claimed_on(each)]
    best = min(fit_for, key=lambda place: (drawn[place].item.model.cv_rmse, place), default=None)  # type: ignore[union-attr]  # it has a model
    return tuple(
        replace(each, recommended=place == best, reason=_reason(each, place, best, len(fit_for)))
        for place, each in enumerate(drawn)
    )


def _may_be_claimed_on(candidate: Candidate) -> bool:
    item = candidate.item
    disqualified = any(each.severity is Severity.DISQUALIFYING for each in item.findings if _of_baseline(each.code))
    return (
        not disqualified
        and item.model is not None
        and item.model.cv_rmse is not None
        and candidate.question.method in {Method.AUTO, Method.REGRESSION}
    )


def _of_baseline(code: str) -> bool:
    """Tell whether a finding is about the baseline; what the report lacks has no part in choosing one."""
    return not code.startswith("reporting.")


def _reason(candidate: Candidate, place: int, best: int | None, possible: int) -> Reason:
    if place == best:
        return Reason.ONLY_ONE if possible == 1 else Reason.NARROWEST
    method = candidate.question.method
    if any(each.severity is Severity.DISQUALIFYING and _of_baseline(each.code) for each in candidate.item.findings):
        return Reason.DISQUALIFIED
    if method is Method.CALTRACK2 or method.change_point_form is not None:
        return Reason.REFERENCE
    return Reason.WIDER if _may_be_claimed_on(candidate) else Reason.INDICATIVE


def _drawn(portfolio: Portfolio, question: Question) -> Candidate:
    item = compute_savings(portfolio, question).items[0]
    context, _ = prepare(portfolio, [question])
    fitted = adjust(context).batch.get(0)
    if fitted is None or fitted[0].fits.n[0] == 0:
        return Candidate(question, item, None, None, recommended=False, reason=Reason.INDICATIVE)
    batch = fitted[0]
    expert = expert_figures(batch, 0)
    detectable = smallest_of(batch, portfolio)
    return Candidate(question, item, expert, detectable, recommended=False, reason=Reason.WIDER)


def smallest_of(batch: Fitted, portfolio: Portfolio, months: int = 12) -> Detectable | None:
    """Return what the meters of a fitted batch could show; None for the reference mode, whose band is another (M-11.6).

    Parameters
    ----------
    batch : Fitted
    portfolio : Portfolio
        Whose temperatures it was fitted on.
    months : int
        Of reporting.
    """
    if batch.reference is not None or batch.change_point is not None:
        return None
    given = batch.given
    there = ~np.isnan(batch.fits.residual)
    days = np.where(there, given.days, 0.0)
    own = ReportingPeriods(given.start, given.end, given.use, days, given.drivers, given.station)
    slopes = np.where(there[:, :, None], gradients(batch.fits, own, portfolio.temperatures), 0.0).sum(axis=1)
    return detectable_saving(batch.fits, slopes, days.sum(axis=1), months)
