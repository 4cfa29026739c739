"""Measures of the demonstration: what its generator really did, with plans and signatures, and what is left to do."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from math import isnan
from typing import TYPE_CHECKING, Any

from emstrack.analysis.demonstration.places import BUILDINGS, HOTELS
from emstrack.analysis.demonstration.recommendations import ESTIMATES, PAYBACKS, RECOMMENDED
from emstrack.domain.measurement_plans import PlanDetails
from emstrack.domain.measures import (
    Category,
    Effect,
    InvestmentKind,
    InvestmentLine,
    MeasureDetails,
    MeasureStatus,
    Option,
    Step,
)
from emstrack.domain.periods import Month
from emstrack.services.audits.add_measure import add_measure
from emstrack.services.audits.change_status import change_status
from emstrack.services.audits.plan_verification import set_plan, visibility_of
from emstrack.storage.models import Meter, Site
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.analysis.demonstration import Demonstration
    from emstrack.analysis.demonstration.places import Cut
    from emstrack.analysis.demonstration.recommendations import Recommended
    from emstrack.storage.models import Measure

_S = MeasureStatus
_WAY = (_S.ACCEPTED, _S.FINANCED, _S.IN_PROGRESS, _S.IMPLEMENTED)
_BEFORE = {"MXN": "Antes de cualquier medida, según recibos.", "JMD": "Before any measure, from the bills."}


@dataclass(frozen=True, slots=True)
class Place:
    """A meter of the demonstration with what a year of it uses and costs."""

    site_id: int
    meter_id: int
    resource: str
    unit: str
    use: float
    price: Decimal
    currency: str
    is_sub_meter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """Who owns the measures of the city and of the hotels, and who signs."""

    city: int
    hotels: int
    signer: int


def add_demonstration_measures(session: Session, made: Demonstration, cast: Cast, *, now: datetime) -> None:
    """Add the measures, each with its owner, its way and, where work began, its plan."""
    places = _places(session, made)
    done: dict[tuple[str, str, int], list[Cut]] = {}
    for site in (*BUILDINGS, *HOTELS):
        for cut in site.cuts:
            done.setdefault((site.name, cut.title, cut.month), []).append(cut)
    for number, ((name, title, month), cuts) in enumerate(done.items()):
        missed, since = ESTIMATES[number % len(ESTIMATES)], Month.of(made.period.start).plus(month).start
        saves = []
        for cut in cuts:
            place = places[name, cut.meter or cut.resource]
            saves.append((place, _rounded(_saved(place, cut) * missed - _apart(places, name, cut, done))))
        details = _details(
            saves, title, PAYBACKS[number % len(PAYBACKS)], cast, due=since, category=Category.TECHNOLOGY
        )
        measure = add_measure(session, saves[0][0].site_id, details, today=now.date(), now=now)
        _walk(session, measure, _S.IMPLEMENTED, place=saves[0][0], since=since, now=now)
    for each in RECOMMENDED:
        _add_recommended(session, places[each.site, each.resource], each, cast, now=now)


def _saved(place: Place, cut: Cut) -> float:
    return place.use / (1.0 - cut.fraction) * cut.fraction


def _apart(
    places: dict[tuple[str, str], Place], name: str, cut: Cut, done: dict[tuple[str, str, int], list[Cut]]
) -> float:
    """Return what a measure of its own saves behind the same meter: it is not estimated twice."""
    if cut.meter:
        return 0.0
    others = [each for (site, _, _), cuts in done.items() if site == name for each in cuts]
    behind = [each for each in others if each.meter and each.resource == cut.resource and each.month == cut.month]
    return sum(_saved(places[name, each.meter], each) for each in behind)


def _add_recommended(session: Session, place: Place, each: Recommended, cast: Cast, *, now: datetime) -> None:
    today = now.date()
    due = None if each.due_in_days is None else today + timedelta(days=each.due_in_days)
    details = replace(
        _details(
            [(place, _rounded(place.use * each.fraction))],
            each.title,
            each.payback_years,
            cast,
            due=due,
            category=each.category,
        ),
        situation=each.situation,
        proposal=each.proposal,
        life_years=each.life_years,
        priority=each.priority,
        owner_id=None if each.status in {_S.PROPOSED, _S.REJECTED} else _owner(place, cast),
    )
    measure = add_measure(session, place.site_id, details, today=today, now=now)
    if each.status in _WAY:
        since = None if each.reason else today
        _walk(session, measure, each.status, place=place, since=since, reason=each.reason, now=now)
    elif each.status is not _S.PROPOSED:
        _step(session, measure, Step(status=each.status, reason=each.reason), now=now)


def _walk(
    session: Session,
    measure: Measure,
    last: MeasureStatus,
    *,
    place: Place,
    since: date | None,
    now: datetime,
    reason: str = "",
) -> None:
    for status in _WAY[: _WAY.index(last) + 1]:
        if status is _S.FINANCED and last is _S.IN_PROGRESS:
            continue
        if status is _S.IN_PROGRESS and since is not None:
            _plan(session, measure, place, since, now=now)
        day = since if status is _S.IMPLEMENTED else None
        _step(session, measure, Step(status=status, reason=reason if status is last else "", day=day), now=now)


def _step(session: Session, measure: Measure, step: Step, *, now: datetime) -> None:
    change_status(session, measure.id, step, version=measure.version, today=now.date(), now=now)


def _plan(session: Session, measure: Measure, place: Place, since: date, *, now: datetime) -> None:
    hidden = not place.is_sub_meter and visibility_of(session, measure, place.meter_id).is_hidden
    spanish = place.currency == "MXN"
    counted = "Conteo semanal, 20 muestras" if spanish else "Weekly count, 20 samples"
    read = "Su propio medidor, cada mes" if spanish else "Its own meter, every month"
    details = PlanDetails(
        option=Option.B if place.is_sub_meter else Option.A if hidden else Option.C,
        boundary="El medidor completo" if spanish else "The whole meter",
        meter_id=place.meter_id,
        key_parameters=read if place.is_sub_meter else counted if hidden else "",
        static_factors="Superficie, horario y equipos" if spanish else "Floor area, hours and equipment",
        baseline_text=_BEFORE[place.currency],
        prices="Los del período de reporte" if spanish else "Those of the reporting period",
        reporting_start=since,
        reporting_end=Month.of(since).plus(12).start,
        verifier="Ana Admin",
        agreed_by="Comité de gestión ambiental" if spanish else "Green team",
        agreed_on=min(since - timedelta(days=30), now.date()),
    )
    set_plan(session, measure.id, details, version=0, today=now.date(), now=now)


def _effect(place: Place, saving: float) -> Effect:
    spanish = place.currency == "MXN"
    return Effect(
        resource=place.resource,
        quantity=saving,
        unit=place.unit,
        unit_price=place.price,
        meter_id=place.meter_id,
        assumptions="Precio medio de los últimos doce meses."
        if spanish
        else "Average price of the last twelve months.",
        calculation=f"{place.use:,.0f} {place.unit} × {saving / place.use:.1%}",
    )


def _details(
    saves: list[tuple[Place, float]],
    title: str,
    payback: float,
    cast: Cast,
    *,
    due: date | None,
    category: Category,
) -> MeasureDetails:
    spanish = saves[0][0].currency == "MXN"
    worth = sum(float(place.price) * saving for place, saving in saves)
    amount = Decimal(round(worth * payback / 500) * 500)
    equipment = (amount * Decimal("0.7")).quantize(Decimal(1))
    words = ("Equipo", "Instalación") if spanish else ("Equipment", "Installation")
    lines = (
        InvestmentLine(label=words[0], amount=equipment),
        InvestmentLine(label=words[1], kind=InvestmentKind.INSTALLATION, amount=amount - equipment),
    )
    return MeasureDetails(
        title=title,
        category=category,
        effects=tuple(_effect(place, saving) for place, saving in saves),
        investment=lines if amount else lines[:1],
        life_years=10.0,
        owner_id=_owner(saves[0][0], cast),
        due=due,
    )


def _owner(place: Place, cast: Cast) -> int:
    return cast.city if place.currency == "MXN" else cast.hotels


def _rounded(quantity: float) -> float:
    """Nobody estimates to the last kWh."""
    return float(f"{quantity:.2g}")


def _places(session: Session, made: Demonstration) -> dict[tuple[str, str], Place]:
    """Return the meters by site and resource, each with its last year's use and price as billed; sub-meters by name."""
    use: dict[tuple[str, str], list[Any]] = {}
    first = made.reporting.start.isoformat()
    for row in csv.DictReader(io.StringIO(made.readings)):
        if row["start"] >= first:
            known = use.setdefault((row["site"], row["meter"]), [0.0, 0.0, row["unit"], row["currency"]])
            known[0] += float(row["quantity"])
            known[1] += float(row["cost"] or "nan")
    meters = session.execute(
        scoped(session, Meter.id, Meter.name, Meter.resource, Meter.site_id, Site.name.label("site")).where(
            Meter.site_id == Site.id
        )
    )
    found: dict[tuple[str, str], Place] = {}
    behind = []
    for meter in meters:
        if (meter.site, meter.name) not in use:
            continue
        quantity, cost, unit, currency = use[meter.site, meter.name]
        if isnan(cost):
            behind.append((meter, quantity, unit))  # a sub-meter has no bill, and so no price of its own
            continue
        price = Decimal(f"{cost / quantity:.4f}")
        found[meter.site, meter.resource] = Place(
            meter.site_id, meter.id, meter.resource, unit, quantity, price, currency
        )
    for meter, quantity, unit in behind:
        whole = found[meter.site, meter.resource]
        sub = replace(whole, meter_id=meter.id, unit=unit, use=quantity, is_sub_meter=True)
        found[meter.site, meter.name] = sub
    return found
