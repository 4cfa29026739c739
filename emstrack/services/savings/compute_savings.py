"""Savings from the database: for two periods somebody asks about, or for the adopted baselines.

The computation is `analysis.savings`, the same as for a file; nothing here computes a saving.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from emstrack.analysis import savings as engine
from emstrack.analysis.portfolio import Fixed, Per, Question
from emstrack.analysis.savings_types import Earlier, Savings
from emstrack.analysis.totals import add_up
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.findings import Finding, Severity
from emstrack.domain.periods import Month, Period
from emstrack.domain.resources import Resource
from emstrack.domain.savings import BaselineStatus, Method
from emstrack.services.savings.freeze_inputs import closed_as_frozen, fingerprint_of, with_frozen
from emstrack.services.savings.load_portfolio import Loaded, load_portfolio
from emstrack.storage.models import Baseline, Meter, Site
from emstrack.storage.queries import savings as queries
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import sqlalchemy as sa
    from sqlalchemy.orm import Session

    from emstrack.analysis.savings_types import MeterSaving, Total


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked: whose savings, and of which periods; without periods, of the adopted baselines."""

    site: str | None = None
    resource: str | None = None
    baseline: Period | None = None
    reporting: Period | None = None
    method: Method = Method.AUTO
    drivers: tuple[str, ...] = ()
    fixed: Fixed | None = None


def compute_savings(session: Session, asked: Asked) -> Savings:
    """Return the savings of every meter the scope may see and the question names, computed now.

    Raises
    ------
    RefusedError
        ``savings.both_periods`` where only one of two was given.
    NotFoundError
        ``savings.no_such_site``.
    """
    criteria = _criteria(session, asked)
    if asked.baseline is None and asked.reporting is None:
        if asked.method is not Method.AUTO or asked.drivers or asked.fixed:
            raise RefusedError("savings.method_needs_periods")
        return adopted_savings(session, criteria).savings
    if asked.baseline is None or asked.reporting is None:
        raise RefusedError("savings.both_periods")
    if asked.method is Method.FIXED and asked.fixed is None:
        raise RefusedError("analyse.fixed_needs_a_figure")
    loaded = load_portfolio(session, criteria)
    question = Question(asked.baseline, asked.reporting, asked.method, asked.drivers, asked.fixed)
    places = range(len(loaded.portfolio.meters))
    return engine.compute_savings(loaded.portfolio, [for_meter(loaded, place, question) for place in places])


@dataclass(frozen=True, slots=True)
class Adopted:
    """The savings of adopted baselines, with the ids that each item stands for."""

    savings: Savings
    loaded: Loaded
    baseline_ids: tuple[int, ...]
    meter_ids: tuple[int, ...]


def adopted_savings(session: Session, criteria: queries.Criteria) -> Adopted:
    """Return the savings of the adopted baselines of the meters that meet the criteria, up to their last month."""
    wanted = queries.wanted_meters(session, criteria)
    baselines = {row.meter_id: row for row in queries.adopted(session, wanted)}
    criteria = [*criteria, Meter.id.in_(_with_adopted(session))]
    loaded = load_portfolio(session, criteria)
    last = queries.last_complete_months(session, queries.wanted_meters(session, criteria))
    chosen = [baselines[id_] for id_ in loaded.meter_ids]
    questions = [for_meter(loaded, place, question_of(row, last.get(row.meter_id))) for place, row in enumerate(chosen)]
    moved = [
        place
        for place, row in enumerate(chosen)
        if fingerprint_of(loaded, place, questions[place].baseline) != row.fingerprint
    ]
    items = list(engine.compute_savings(loaded.portfolio, questions).items)
    if moved:
        frozen = queries.frozen_inputs(session, [chosen[place].id for place in moved])
        kept = {place: frozen[chosen[place].id] for place in moved}
        for place, item in zip(moved, on_frozen(loaded, questions, kept), strict=True):
            items[place] = _in_place(loaded, place, item)
    items = _with_earlier(session, loaded, chosen, items, last)
    there = session.execute(queries.sites_with(session, criteria[:-1]))
    totals = _of_all_sites(add_up(items), {(row.resource, row.basis): row.sites for row in there})
    return Adopted(
        Savings(tuple(items), totals), loaded, tuple(row.id for row in chosen), tuple(row.meter_id for row in chosen)
    )


def _in_place(loaded: Loaded, place: int, item: MeterSaving) -> MeterSaving:
    return replace(item, site_index=loaded.portfolio.meters[place].site, meter_index=place)


def _with_earlier(
    session: Session, loaded: Loaded, chosen: Sequence[Any], items: list[MeterSaving], last: Mapping[int, date]
) -> list[MeterSaving]:
    """Put the result that held before beside those of baselines revised after reporting began: both are told."""
    ids = {row.supersedes_id: place for place, row in enumerate(chosen) if row.supersedes_id is not None}
    before = queries.baselines_by_id(session, list(ids)) if ids else {}
    revised = {ids[id_]: row for id_, row in before.items() if was_revised(chosen[ids[id_]], row)}
    if not revised:
        return items
    frozen = queries.frozen_inputs(session, [row.id for row in revised.values()])
    questions = {
        place: for_meter(loaded, place, question_of(row, last.get(row.meter_id))) for place, row in revised.items()
    }
    kept = {place: frozen[row.id] for place, row in revised.items()}
    out = list(items)
    for place, item in zip(revised, on_frozen(loaded, questions, kept, named=False), strict=True):
        out[place] = _told_with(out[place], item, chosen[place], revised[place])
    return out


def was_revised(row: Any, before: Any) -> bool:
    """Tell whether a baseline took another's place after a whole month of its reporting had passed (M-20.2)."""
    if row.adopted_at is None:
        return False
    return bool(Month.of(before.reporting_start).plus(1).start <= row.adopted_at.date())


def _told_with(item: MeterSaving, before: MeterSaving, row: Any, earlier: Any) -> MeterSaving:
    evidence = {
        "revision": row.revision,
        "before": earlier.revision,
        "unit": item.unit,
        "avoided": _round(item.avoided),
        "band": _round(item.band_90),
        "avoided_before": _round(before.avoided),
        "band_before": _round(before.band_90),
        "day": row.adopted_at.date().isoformat(),
    }
    told = Earlier(
        revision=earlier.revision,
        baseline_period=before.baseline_period,
        reporting_period=before.reporting_period,
        method=before.method,
        avoided=before.avoided,
        band_90=before.band_90,
        avoided_percent=before.avoided_percent,
        cost_avoided=before.cost_avoided,
        disqualified=before.disqualified,
    )
    revised = Finding("baseline.revised", Severity.WARNING, evidence)
    return replace(item, earlier=told, findings=(*item.findings, revised))


def _round(value: float | None) -> float | None:
    """Round to what a sentence says: three digits and more where the figure is small."""
    return None if value is None else float(f"{value:.4g}") if abs(value) < 1000 else float(round(value))


def for_meter(loaded: Loaded, place: int, question: Question) -> Question:
    """Return a question with what was agreed about its meter: days left out, and adjustments it does not hold already.

    An adjustment that touches the baseline is part of it, so it changes nothing (M-5.10).
    """
    adjustments, closed = loaded.adjustments.get(place, ()), loaded.closed.get(place, ())
    if not adjustments and not closed:
        return question
    baseline = question.baseline
    kept = tuple(each for each in adjustments if each.start >= baseline.end or each.end <= baseline.start)
    return replace(question, adjustments=kept, closed=closed)


def question_of(baseline: Any, last_complete: date | None) -> Question:
    """Return what an adopted baseline asks: from its first reporting month to the last complete one, or to its end."""
    start = Month.of(baseline.reporting_start)
    start = start if baseline.reporting_start.day == 1 else start.plus(1)
    end = Month.of(last_complete) if last_complete is not None else start
    if baseline.reporting_end is not None:
        end = min(end, Month.of(baseline.reporting_end).plus(-1 if baseline.reporting_end.day == 1 else 0))
    fixed = None if baseline.fixed_quantity is None else Fixed(baseline.fixed_quantity, Per(baseline.fixed_per))
    return Question(
        Period(baseline.start, baseline.end, in_months=baseline.in_months),
        Period.of_months(start, max(start, end)),
        Method(baseline.method),
        tuple(baseline.drivers),
        fixed,
    )


def on_frozen(
    loaded: Loaded,
    questions: Sequence[Question] | Mapping[int, Question],
    kept: Mapping[int, dict[str, Any]],
    *,
    named: bool = True,
) -> list[MeterSaving]:
    """Return the savings of meters on the rows their baselines were frozen with; `named` says that these have moved."""
    places = list(kept)
    periods = {place: questions[place].baseline for place in places}
    portfolio = with_frozen(loaded, places, kept, periods)
    asked = [
        replace(questions[place], closed=closed_as_frozen(questions[place].closed, kept[place], periods[place]))
        for place in places
    ]
    computed = engine.compute_savings(portfolio, asked)
    if not named:
        return list(computed.items)
    return [
        replace(item, findings=(*item.findings, _moved(questions[place].baseline)))
        for place, item in zip(places, computed.items, strict=True)
    ]


def _moved(period: Period) -> Finding:
    return Finding("baseline.inputs_moved", Severity.WARNING, {"period": str(period)})


def _of_all_sites(totals: Sequence[Total], sites: Mapping[tuple[str, str], int]) -> tuple[Total, ...]:
    """Say “n of N sites” of all sites that have the resource, also of those without a baseline."""
    return tuple(
        replace(total, sites=max(total.sites, sites.get((total.resource, total.heating_value_basis or ""), 0)))
        for total in totals
    )


def _with_adopted(session: Session) -> sa.Select[Any]:
    return scoped(session, Baseline.meter_id).where(Baseline.status == BaselineStatus.ADOPTED.value)


def _criteria(session: Session, asked: Asked) -> queries.Criteria:
    criteria: queries.Criteria = []
    if asked.site is not None:
        criteria.append(Meter.site_id == site_named(session, asked.site))
    if asked.resource is not None:
        if asked.resource not in set(Resource):
            raise RefusedError("savings.no_such_resource", resource=asked.resource, known=[str(r) for r in Resource])
        criteria.append(Meter.resource == asked.resource)
    return criteria


def site_named(session: Session, named: str) -> int:
    """Return the id of the site a person names, by name, external id or id."""
    wanted = named.strip()
    rows = session.execute(scoped(session, Site.id, Site.name, Site.external_id)).all()
    for matches in (
        [row.id for row in rows if wanted in {row.name, row.external_id}],
        [row.id for row in rows if row.name.casefold() == wanted.casefold()],
        [row.id for row in rows if str(row.id) == wanted],
    ):
        if len(matches) == 1:
            return int(matches[0])
    counted = Counter(row.name.casefold() for row in rows)
    if counted[wanted.casefold()] > 1:
        raise RefusedError("savings.several_sites", site=wanted)
    raise NotFoundError("savings.no_such_site", site=wanted)
