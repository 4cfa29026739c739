"""Candidates for a meter's baseline side by side: how well each fits and how sure it would be, never what it saves.

Nobody shops for a result: whatever a candidate would claim is taken out here, before any page, file or test sees it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from emstrack.analysis.candidates import Reason, compare_candidates
from emstrack.analysis.daily_series import mean_over
from emstrack.analysis.fit_lines import TEMPERATURE, fit_lines
from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.savings import Method
from emstrack.services.savings.adopt_baseline import Plan, baseline_lacks, draft_of
from emstrack.services.savings.compute_savings import for_meter, question_of
from emstrack.services.savings.freeze_inputs import closed_as_frozen, fingerprint_of, with_frozen
from emstrack.services.savings.load_portfolio import load_portfolio
from emstrack.storage.models import Baseline, Meter
from emstrack.storage.queries import savings as queries
from emstrack.storage.scope import find, require

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from sqlalchemy.orm import Session

    from emstrack.analysis.candidates import Candidate
    from emstrack.analysis.expert_figures import ExpertFigures, Residual
    from emstrack.analysis.fit_lines import FitLine
    from emstrack.analysis.portfolio import Portfolio, Question
    from emstrack.analysis.savings_types import MeterSaving
    from emstrack.domain.findings import Finding
    from emstrack.domain.periods import Period

EXPERT = (
    Method.CALTRACK2,
    Method.CHANGE_POINT_2P,
    Method.CHANGE_POINT_3PC,
    Method.CHANGE_POINT_3PH,
    Method.CHANGE_POINT_4P,
    Method.CHANGE_POINT_5P,
)
"""Methods that only the expert panel compares."""
_OTHERS = (Method.AVERAGE, Method.INTENSITY)


@dataclass(frozen=True, slots=True)
class ShownCandidate:
    """One way to a baseline: its plan, its fit, and what keeps it from being adopted; no saving is in it.

    `band` is the half-width at 90 % of a year's use as a part of it; `values` are the variables of each row of the fit
    by name, aligned with the expert's residuals.
    """

    plan: Plan
    item: MeterSaving
    expert: ExpertFigures | None
    band: float | None
    recommended: bool
    reason: Reason
    values: dict[str, NDArray[np.float64]]
    lines: tuple[FitLine, ...]
    lacking: tuple[Finding, ...]

    @property
    def key(self) -> str:
        """What a form calls it."""
        return self.plan.method.value

    @property
    def rows(self) -> tuple[Residual, ...]:
        """The bills it was fitted on."""
        return self.expert.residuals if self.expert is not None else ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Candidates for one meter over one period."""

    meter: Meter
    candidates: tuple[ShownCandidate, ...]
    closed: tuple[Period, ...]

    @property
    def recommended(self) -> ShownCandidate | None:
        """The one marked; None where none may be claimed on."""
        return next((each for each in self.candidates if each.recommended), None)

    def named(self, key: str) -> ShownCandidate | None:
        """Return the candidate a form names, else the recommended one, else the first."""
        found = next((each for each in self.candidates if each.key == key), None)
        return found or self.recommended or (self.candidates[0] if self.candidates else None)


def compare_baselines(session: Session, meter_id: int, plan: Plan, *, expert: Sequence[Method] = ()) -> Comparison:
    """Return the candidates of a plan's period and drivers, the recommended one marked with its reason.

    Raises
    ------
    RefusedError
        ``baseline.site_archived``, and what a plan is refused for.
    """
    require(session, Permission.VIEW)
    meter = find(session, Meter, meter_id)
    plain = replace(plan, method=Method.AUTO, drivers=(), fixed=None)
    draft = draft_of(plain, meter_id)
    loaded = load_portfolio(session, [Meter.id == meter_id])
    if not loaded.portfolio.meters:
        raise RefusedError("baseline.site_archived")
    last = queries.last_complete_months(session, queries.wanted_meters(session, [Meter.id == meter_id]))
    question = for_meter(loaded, 0, question_of(draft, last.get(meter_id)))
    asked = [
        Method.AUTO,
        *((Method.REGRESSION,) if plan.drivers else ()),
        *_OTHERS,
        *(e for e in EXPERT if e in expert),
    ]
    candidates = [each for method in asked for each in _candidate(loaded.portfolio, question, method, plan.drivers)]
    return Comparison(meter, _marked([_shown(each, plain, loaded.portfolio) for each in candidates]), question.closed)


def fit_of_baseline(session: Session, baseline_id: int) -> tuple[Meter, ShownCandidate | None]:
    """Return the fit of one revision on the rows it was frozen with; None where its site is archived."""
    require(session, Permission.VIEW)
    row = find(session, Baseline, baseline_id)
    meter = find(session, Meter, row.meter_id)
    asked = asked_of_baseline(session, row)
    if asked is None:
        return meter, None
    portfolio, question = asked
    (candidate,) = compare_candidates(portfolio, question, [question.method])
    plain = Plan(period=question.baseline, reporting_start=row.reporting_start, reporting_end=row.reporting_end)
    return meter, _shown(candidate, plain, portfolio)


def asked_of_baseline(session: Session, row: Baseline) -> tuple[Portfolio, Question] | None:
    """Return what one revision asks and the rows it stands on, frozen where they moved; None of an archived site."""
    loaded = load_portfolio(session, [Meter.id == row.meter_id])
    if not loaded.portfolio.meters:
        return None
    last = queries.last_complete_months(session, queries.wanted_meters(session, [Meter.id == row.meter_id]))
    question = for_meter(loaded, 0, question_of(row, last.get(row.meter_id)))
    if fingerprint_of(loaded, 0, question.baseline) == row.fingerprint:
        return loaded.portfolio, question
    portfolio = with_frozen(loaded, [0], {0: row.inputs}, {0: question.baseline})
    return portfolio, replace(question, closed=closed_as_frozen(question.closed, row.inputs, question.baseline))


def _candidate(
    portfolio: Portfolio, question: Question, method: Method, drivers: tuple[str, ...]
) -> tuple[Candidate, ...]:
    """Return one method on the period; the drivers a person chose are for the methods that take them as they are."""
    chosen = drivers if method in {Method.REGRESSION, Method.INTENSITY} else ()
    return compare_candidates(
        portfolio, replace(question, drivers=chosen[:1] if method is Method.INTENSITY else chosen), [method]
    )


def _shown(candidate: Candidate, plain: Plan, portfolio: Portfolio) -> ShownCandidate:
    expert = candidate.expert
    values = _values(portfolio, expert.residuals) if expert is not None else {}
    fitted = np.array([each.fitted for each in expert.residuals]) if expert is not None else np.zeros(0)
    band = None
    if candidate.detectable is not None and np.isfinite(candidate.detectable.least_fraction[0]):
        band = float(candidate.detectable.least_fraction[0])
    return ShownCandidate(
        plan=replace(plain, method=candidate.question.method, drivers=candidate.question.drivers),
        item=without_saving(candidate.item),
        expert=expert,
        band=band,
        recommended=candidate.recommended,
        reason=candidate.reason,
        values=values,
        lines=tuple(fit_lines(expert.model, fitted, values)) if expert is not None else (),
        lacking=tuple(baseline_lacks(candidate.item)),
    )


def without_saving(item: MeterSaving) -> MeterSaving:
    """Return a result without anything that says what was saved; its fit and what the baseline lacks stay."""
    return replace(
        item,
        months=(),
        adjusted_baseline=None,
        actual=None,
        avoided=None,
        avoided_percent=None,
        band_90=None,
        fsu_90=None,
        claim=None,
        cost_avoided=None,
        co2e_avoided_kg=None,
        per_room=None,
        per_room_year=None,
        cost_per_room=None,
        per_occupied_room_night=None,
        per_m2=None,
        per_guest_night=None,
        per_occupant=None,
        adjusted_by=None,
        earlier=None,
        findings=tuple(each for each in item.findings if each.code.startswith(_TOLD_BEFORE)),
    )


_TOLD_BEFORE = ("baseline.", "driver.", "weather.", "period.", "method.")
"""Findings about the baseline's own side."""


def _marked(candidates: list[ShownCandidate]) -> tuple[ShownCandidate, ...]:
    """Recommend one of those marked alone: the one whose errors in the baseline are smallest (M-6.9)."""
    claimed = [each for each in candidates if each.recommended]
    best = min(claimed, key=_missed, default=None)
    out = []
    for each in candidates:
        reason = each.reason
        if each in claimed and len(claimed) > 1:
            reason = Reason.NARROWEST if each is best else Reason.WIDER
        out.append(replace(each, recommended=each is best, reason=reason))
    return tuple(out)


def _missed(candidate: ShownCandidate) -> float:
    model = candidate.item.model
    return model.cv_rmse if model is not None and model.cv_rmse is not None else float("inf")


def _values(portfolio: Portfolio, rows: Sequence[Residual]) -> dict[str, NDArray[np.float64]]:
    """Return the mean temperature and each driver per day over the rows of a fit."""
    start = np.array([[each.start for each in rows]], dtype="datetime64[D]")
    end = np.array([[each.end for each in rows]], dtype="datetime64[D]")
    if not rows:
        return {}
    site = portfolio.meter_sites()
    names = portfolio.series.names
    per_day = portfolio.series.sums().per_day(site, names, start, end)[0]
    found = {name: per_day[:, place] for place, name in enumerate(names)}
    station = portfolio.sites[int(site[0])].station
    if station >= 0:
        found[TEMPERATURE] = mean_over(portfolio.temperatures.sums(), np.array([[station]]), start, end)[0]
    return found
