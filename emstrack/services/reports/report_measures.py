"""A site's recommendations and measures, gathered for a report and written as one."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emstrack.analysis.finance import simple_payback
from emstrack.documents.measures_report import measures_report
from emstrack.documents.measures_values import (
    MeasuresReport,
    ReportedEffect,
    ReportedLine,
    ReportedMeasure,
    ReportedPlan,
    ReportedSum,
    ReportedTogether,
)
from emstrack.documents.measures_workbook import measures_workbook
from emstrack.domain.errors import RefusedError
from emstrack.services.audits.combine_measures import LEFT_OUT, combine_measures
from emstrack.services.audits.list_owners import names_of
from emstrack.services.audits.show_measure import meter_names, shown_effects, worth_of
from emstrack.services.reports.report_balances import gather_balances
from emstrack.services.reports.write_report import MEDIA_TYPES, WrittenReport, check_ending
from emstrack.storage.models import InvestmentLine, Measure, MeasureEffect, Organisation, Site, VerificationPlan
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.language.languages import Language

_OTHERS = {"risks": "Risks", "safety": "Safety", "quality": "Quality", "liability": "Liability"}


def write_measures_report(
    session: Session, site_id: int, ending: str, language: Language, *, now: datetime, audit_id: int | None = None
) -> WrittenReport:
    """Return the report of a site's recommendations, or of one audit's, as `pdf` or `xlsx`.

    Raises
    ------
    RefusedError
        ``report.unknown_ending``; ``report.no_measures`` where there is nothing to report.
    """
    check_ending(ending)
    report = gather_measures(session, site_id, today=now.date(), audit_id=audit_id)
    if not report.measures and not report.balances:
        raise RefusedError("report.no_measures", site=report.title)
    content = measures_workbook(report, language) if ending == "xlsx" else b""
    content = content or measures_report(report, language, made_at=now)
    kept = "".join(letter if letter.isalnum() or letter in " -_" else " " for letter in report.title)
    name = "-".join([*kept.split(), language.text("measures")])[:80]
    return WrittenReport(content, f"{name}-{report.made_on.isoformat()}.{ending}", MEDIA_TYPES[ending], ())


def gather_measures(session: Session, site_id: int, *, today: date, audit_id: int | None = None) -> MeasuresReport:
    """Return what a report of a site's measures says: those in use, as the list has them."""
    site = find(session, Site, site_id)
    organisation = find(session, Organisation, site.organisation_id)
    statement = scoped(session, Measure).where(Measure.site_id == site_id, Measure.archived_at.is_(None))
    if audit_id is not None:
        statement = statement.where(Measure.audit_id == audit_id)
    measures = list(session.scalars(statement.order_by(Measure.due.is_(None), Measure.due, Measure.id)))
    reported = reported_measures(session, [(each, site) for each in measures], today=today)
    return MeasuresReport(
        title=site.name,
        organisation=organisation.name,
        place=site.city,
        made_on=today,
        is_demonstration=bool(organisation.is_demonstration) or is_demonstration(session, organisation),
        measures=tuple(reported),
        together=tuple(_together(session, site_id)),
        sums=tuple(_sums(measures)),
        balances=gather_balances(session, site_id, audit_id),
    )


def reported_measures(
    session: Session, measures: Sequence[tuple[Measure, Site]], *, today: date
) -> list[ReportedMeasure]:
    """Return measures as a document tells them, numbered in their order."""
    ids = [each.id for each, _ in measures]
    effects = _by_measure(session, MeasureEffect, ids, MeasureEffect.position)
    lines = _by_measure(session, InvestmentLine, ids, InvestmentLine.position)
    plans = _by_measure(session, VerificationPlan, ids, VerificationPlan.id)
    meters = meter_names(session, [each for some in effects.values() for each in some])
    people = names_of(session, [each.owner_id for each, _ in measures])
    return [
        _reported(session, measure, number, site, (effects, lines, plans), (meters, people), today=today)
        for number, (measure, site) in enumerate(measures, start=1)
    ]


def is_demonstration(session: Session, organisation: Organisation) -> bool:
    """Tell whether an organisation stands in the demonstration."""
    root = session.scalars(scoped(session, Organisation).where(Organisation.id == organisation.tenant_id)).first()
    return bool(root and root.is_demonstration)


def _by_measure(session: Session, model: Any, ids: list[int], order: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in session.scalars(scoped(session, model).where(model.measure_id.in_(ids)).order_by(order)):
        found[row.measure_id].append(row)
    return found


def _reported(
    session: Session,
    measure: Measure,
    number: int,
    site: Site,
    rows: tuple[dict[int, list[Any]], dict[int, list[Any]], dict[int, list[Any]]],
    names: tuple[dict[int, str], dict[int, str]],
    *,
    today: date,
) -> ReportedMeasure:
    effects, lines, plans = (some.get(measure.id, []) for some in rows)
    shown = shown_effects(session, measure, site, effects, lines, meters=names[0], today=today)
    worth = worth_of(measure, shown)
    same = (
        *("title", "status", "category", "situation", "proposal", "due", "priority", "ease", "currency"),
        *("investment", "spent", "annual_saving", "life_years"),
    )
    return ReportedMeasure(
        **{name: getattr(measure, name) for name in same},
        number=number,
        site=site.name,
        owner=names[1].get(measure.owner_id or 0, ""),
        payback_years=worth.payback_years,
        rate=worth.rate,
        finance=worth.finance,
        cost_of_saved_kwh=worth.cost_of_saved_kwh,
        co2e_kg=worth.co2e_kg,
        others=tuple((word, getattr(measure, name)) for name, word in _OTHERS.items() if getattr(measure, name)),
        effects=tuple(_effect(each) for each in shown),
        lines=tuple(
            ReportedLine(**{n: getattr(e, n) for n in ("label", "kind", "amount", "spent", "currency", "day")})
            for e in lines
        ),
        plan=_plan(plans[0]) if plans else None,
    )


def _effect(each: Any) -> ReportedEffect:
    row = each.row
    same = ("resource", "variety", "quantity", "unit", "unit_price", "currency", "assumptions", "calculation")
    return ReportedEffect(
        **{name: getattr(row, name) for name in same},
        worth=each.worth,
        meter=each.meter,
        co2e_kg=each.co2e_kg,
        co2e_source=each.co2e_source,
    )


def _plan(row: VerificationPlan) -> ReportedPlan:
    same = (
        *("option", "boundary", "key_parameters", "verifier", "agreed_by", "agreed_on"),
        *("reporting_start", "reporting_end"),
    )
    return ReportedPlan(
        **{name: getattr(row, name) for name in same},
        expected=row.expected_fraction,
        detectable=row.detectable_fraction,
    )


def _together(session: Session, site_id: int) -> Iterable[ReportedTogether]:
    for each in combine_measures(session, site_id):
        if len(each.parts) > 1:
            yield ReportedTogether(
                meter=each.meter,
                unit=each.unit,
                use=each.use,
                alone=each.alone,
                together=each.together,
                measures=len(each.parts),
            )


def _sums(measures: Iterable[Measure]) -> Iterable[ReportedSum]:
    by_currency: dict[str, list[Measure]] = defaultdict(list)
    for each in measures:
        if each.status not in LEFT_OUT and each.annual_saving is not None:
            by_currency[each.currency].append(each)
    for currency, some in sorted(by_currency.items()):
        saving = sum((each.annual_saving or Decimal(0) for each in some), Decimal(0))
        known = [each for each in some if each.investment is not None]
        investment = sum((each.investment or Decimal(0) for each in known), Decimal(0)) if known else None
        both = sum((each.annual_saving or Decimal(0) for each in known), Decimal(0))
        yield ReportedSum(
            currency=currency,
            measures=len(some),
            investment=investment,
            annual_saving=saving,
            payback_years=None if investment is None else simple_payback(float(investment), float(both)),
        )
