"""All there is to know of one measure: its rows, its money, what it is worth, what others on its meters leave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from emstrack.analysis.finance import Case, Finance, appraise, cost_of_saved_unit, simple_payback
from emstrack.domain.errors import NotFoundError
from emstrack.domain.measures import CHEMICALS, MONEY, NEXT, USUAL_DISCOUNT_RATE, MeasureStatus
from emstrack.domain.resources import Resource
from emstrack.reference.emission_factors import find_emission_factor
from emstrack.services.audits.change_measure import lines_of
from emstrack.services.audits.combine_measures import Together, combine_measures
from emstrack.services.audits.exchange_rates import load_rates
from emstrack.services.audits.price_measure import currencies_of, price_of
from emstrack.services.sites.list_changes import Change, changes_of
from emstrack.storage.models import (
    CaseStudy,
    InvestmentLine,
    Measure,
    MeasureEffect,
    MeasurePhoto,
    Meter,
    Site,
    User,
    VerificationPlan,
)
from emstrack.storage.scope import scoped, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEffect:
    """An effect with what it is worth, the meter it shows on, and its emissions."""

    row: MeasureEffect
    meter: str
    worth: Decimal | None
    co2e_kg: float | None
    co2e_source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """What a measure is worth: simple payback and yearly money first; the rest where its life is known."""

    investment: Decimal | None
    annual_saving: Decimal | None
    payback_years: float | None
    finance: Finance | None
    rate: float
    rate_is_usual: bool
    cost_of_saved_kwh: float | None
    co2e_kg: float | None
    unpriced: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownMeasure:
    """A measure as its page and the report show it."""

    measure: Measure
    site: Site
    status: MeasureStatus
    effects: list[ShownEffect]
    lines: list[InvestmentLine]
    photos: list[MeasurePhoto]
    plan: VerificationPlan | None
    worth: Worth
    together: list[Together]
    people: dict[int, str]
    changes: list[Change]
    next: tuple[MeasureStatus, ...]
    case_id: int | None


def show_measure(session: Session, measure_id: int, *, today: date) -> ShownMeasure:
    """Return a measure the scope may see."""
    measure, site, plan, case_id, people = _found(session, measure_id)
    effects, meters = _effects(session, measure_id)
    lines = lines_of(session, measure_id)
    shown = shown_effects(session, measure, site, effects, lines, meters=meters, today=today)
    photos = scoped(session, MeasurePhoto).where(MeasurePhoto.measure_id == measure_id)
    own_meters = {each.meter_id for each in effects}
    together = combine_measures(session, site.id) if own_meters - {None} else []
    status = MeasureStatus(measure.status)
    return ShownMeasure(
        measure=measure,
        site=site,
        status=status,
        effects=shown,
        lines=lines,
        photos=list(session.scalars(photos.order_by(MeasurePhoto.moment.desc(), MeasurePhoto.id))),
        plan=plan,
        worth=worth_of(measure, shown),
        together=[each for each in together if each.meter_id in own_meters and len(each.parts) > 1],
        people=people,
        changes=changes_of(session, "measure", measure_id),
        next=NEXT[status] if measure.archived_at is None else (),
        case_id=case_id,
    )


def measure_and_site(session: Session, measure_id: int) -> tuple[Measure, Site]:
    """Return a measure the scope may see, with its site.

    Raises
    ------
    NotFoundError
        Where it is not there or not visible: both look alike.
    """
    statement = scoped(session, Measure, Site).where(Measure.site_id == Site.id, Measure.id == measure_id)
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError("record.not_found", thing="measure")
    return row.Measure, row.Site


def _found(
    session: Session, measure_id: int
) -> tuple[Measure, Site, VerificationPlan | None, int | None, dict[int, str]]:
    """Return a measure with its site, plan and case study, and the names of its owner and of who verified it."""
    owner, verifier = aliased(User), aliased(User)
    statement = (
        scoped(session, Measure, Site)
        .where(Measure.site_id == Site.id, Measure.id == measure_id)
        .outerjoin(
            VerificationPlan,
            sa.and_(VerificationPlan.measure_id == Measure.id, VerificationPlan.tenant_id == tenant_of(session)),
        )
        .outerjoin(CaseStudy, sa.and_(CaseStudy.measure_id == Measure.id, CaseStudy.tenant_id == tenant_of(session)))
        .outerjoin(owner, owner.id == Measure.owner_id)
        .outerjoin(verifier, verifier.id == Measure.verified_by)
        .add_columns(VerificationPlan, CaseStudy.id.label("case_id"), owner, verifier)
    )
    row = session.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError("record.not_found", thing="measure")
    people = {each.id: each.name or each.email for each in row[4:] if each is not None}
    return row[0], row[1], row[2], row[3], people


def _effects(session: Session, measure_id: int) -> tuple[list[MeasureEffect], dict[int, str]]:
    """Return a measure's effects in their order, and the names of their meters."""
    rows = session.execute(
        scoped(session, MeasureEffect)
        .outerjoin(Meter, sa.and_(Meter.id == MeasureEffect.meter_id, *within(session, Meter)))
        .add_columns(Meter.id, Meter.name)
        .where(MeasureEffect.measure_id == measure_id)
        .order_by(MeasureEffect.position, MeasureEffect.id)
    ).all()
    return [row[0] for row in rows], {row[1]: row[2] for row in rows if row[1] is not None}


def meter_names(session: Session, effects: Sequence[MeasureEffect]) -> dict[int, str]:
    """Return the names of the meters that effects act on."""
    ids = {each.meter_id for each in effects if each.meter_id is not None}
    if not ids:
        return {}
    return {row.id: row.name for row in session.execute(scoped(session, Meter.id, Meter.name).where(Meter.id.in_(ids)))}


def shown_effects(
    session: Session,
    measure: Measure,
    site: Site,
    effects: Sequence[MeasureEffect],
    lines: Sequence[InvestmentLine],
    *,
    meters: dict[int, str],
    today: date,
) -> list[ShownEffect]:
    """Return the effects with money and emissions."""
    rates = load_rates(session, currencies_of(measure.currency, effects, lines))
    shown = []
    for row in effects:
        carbon, source = _carbon(row, site, today)
        worth = price_of(row, measure.currency, rates, today)
        meter = meters.get(row.meter_id, "") if row.meter_id else ""
        shown.append(ShownEffect(row=row, meter=meter, worth=worth, co2e_kg=carbon, co2e_source=source))
    return shown


def worth_of(measure: Measure, effects: Sequence[ShownEffect]) -> Worth:
    """Return what a measure is worth; what is not known makes nothing up."""
    investment, saving = measure.investment, measure.annual_saving
    rate = USUAL_DISCOUNT_RATE if measure.discount_rate is None else measure.discount_rate
    payback = finance = cost = None
    if investment is not None and saving is not None:
        payback = simple_payback(float(investment), float(saving))
        if measure.life_years is not None:
            case = Case(
                investment=float(investment),
                yearly=float(saving),
                life_years=measure.life_years,
                rate=rate,
                residual_value=float(measure.residual_value or 0),
            )
            finance = appraise(case)
            energy = [each.row for each in effects if each.row.canonical_quantity is not None and _is_energy(each.row)]
            cost = cost_of_saved_unit(case, sum(row.canonical_quantity or 0.0 for row in energy))
    carbon = [each.co2e_kg for each in effects if each.row.resource not in {CHEMICALS, MONEY}]
    known = [each for each in carbon if each is not None]
    return Worth(
        investment=investment,
        annual_saving=saving,
        payback_years=payback,
        finance=finance,
        rate=rate,
        rate_is_usual=measure.discount_rate is None,
        cost_of_saved_kwh=cost,
        co2e_kg=sum(known) if known and len(known) == len(carbon) else None,
        unpriced=sum(each.row.unit_price is None for each in effects),
    )


def _is_energy(row: MeasureEffect) -> bool:
    return Resource(row.resource).is_energy


def _carbon(row: MeasureEffect, site: Site, today: date) -> tuple[float | None, str]:
    if row.canonical_quantity is None:
        return None, ""
    factor = find_emission_factor(row.resource, on=today, country=site.country, basis=row.basis, variety=row.variety)
    return (None, "") if factor is None else (row.canonical_quantity * factor.kg_co2e, factor.source)
