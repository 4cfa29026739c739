"""A recommendation begun from an entry of the library: everything but the quantity, which only the place can tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.measurement_plans import PlanDetails
from emstrack.domain.measures import CHEMICALS, EFFECTS, MONEY, Category, Ease, MeasureDetails, Option
from emstrack.domain.resources import Resource
from emstrack.domain.sectors import FUEL
from emstrack.reference.measures import library_measure
from emstrack.services.audits.plan_verification import meters_of_site
from emstrack.storage.models import AuditFinding
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.reference.measures import LibraryMeasure


@dataclass(frozen=True, slots=True)
class Started:
    """A recommendation as it begins: its fields, and the first effect, still without a quantity."""

    details: MeasureDetails
    resource: str = ""
    meter_id: int | None = None
    unit: str = ""
    assumptions: str = ""


def start_recommendation(session: Session, site_id: int, code: str, language: str) -> Started:
    """Return what the form begins with; an unknown code begins empty."""
    entry = library_measure(code)
    if entry is None:
        return Started(MeasureDetails(title=""))
    details = MeasureDetails(
        title=entry.title.said_in(language),
        category=Category(entry.category),
        proposal=entry.mechanism.said_in(language),
        life_years=float(entry.life_years),
        ease=Ease(entry.ease),
        library_code=entry.code,
    )
    resource, meter_id, unit = _place(session, site_id, entry)
    low, high = (f"{each:g}" for each in (entry.low_percent, entry.high_percent))
    of = f"{low}–{high} % {entry.saving_of.said_in(language)}"
    assumptions = f"{of}. {entry.source or entry.cost_drivers.said_in(language)}".strip()
    return Started(details, resource, meter_id, unit, assumptions)


def situation_of_finding(session: Session, finding_id: int | None) -> str:
    """Return what a finding says, as the situation a recommendation begins with; empty without one."""
    if finding_id is None:
        return ""
    finding = session.scalars(scoped(session, AuditFinding).where(AuditFinding.id == finding_id)).one_or_none()
    return "" if finding is None else "\n".join(part for part in (finding.title, finding.evidence) if part)


def plan_from_library(code: str, language: str) -> PlanDetails | None:
    """Return the plan that the library suggests for a measure begun from it; None without an entry."""
    entry = library_measure(code)
    if entry is None:
        return None
    return PlanDetails(option=Option(entry.option), key_parameters=entry.verification.said_in(language))


def _place(session: Session, site_id: int, entry: LibraryMeasure) -> tuple[str, int | None, str]:
    """Return resource, meter and unit: the site's own where there is only one that fits."""
    if entry.resource in {CHEMICALS, MONEY}:
        return entry.resource, None, "" if entry.resource == MONEY else "kg"
    meters = meters_of_site(session, site_id)
    if entry.resource == FUEL:
        fitting = [each for each in meters if Resource(each.resource).is_fuel]
    else:
        fitting = [each for each in meters if each.resource == entry.resource]
    if len(fitting) == 1:
        return fitting[0].resource, fitting[0].id, fitting[0].unit
    known = entry.resource in EFFECTS
    return (entry.resource, None, Resource(entry.resource).canonical_unit) if known else ("", None, "")
