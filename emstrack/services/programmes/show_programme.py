"""Programmes a person may see, and one of them with its cohorts' progress, sites, activities, indicators and money."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.sectors import Sector
from emstrack.services.programmes.add_up_results import Results, results_of
from emstrack.services.programmes.keep_programme import may_keep
from emstrack.storage.kept import kept
from emstrack.storage.models import (
    Cohort,
    IndicatorValue,
    LeveragedMoney,
    Programme,
    ProgrammeActivity,
    ProgrammeIndicator,
    ProgrammeSite,
    Site,
)
from emstrack.storage.queries import programmes as queries
from emstrack.storage.scope import every_tenant, find, scope_of, scoped, tenant_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sqlalchemy.orm import Session

PAGE = 50


@dataclass(frozen=True, slots=True)
class ListedProgramme:
    """One programme of the list."""

    id: int
    name: str
    summary: str
    cohorts: int
    sites: int
    is_archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortProgress:
    """How far a cohort is: sites that reached each stage, and recommendations put in."""

    id: int
    name: str
    start: date | None
    end: date | None
    sites: int = 0
    audited: int = 0
    planned: int = 0
    implemented: int = 0
    verified: int = 0
    measures: int = 0
    measures_done: int = 0


@dataclass(frozen=True, slots=True)
class ShownIndicator:
    """An indicator with its quarters, the newest first."""

    row: ProgrammeIndicator
    values: tuple[IndicatorValue, ...]


@dataclass(frozen=True, slots=True)
class ShownProgramme:
    """All that a programme's page shows."""

    row: Programme
    results: Results
    cohorts: tuple[CohortProgress, ...]
    activities: tuple[ProgrammeActivity, ...]
    indicators: tuple[ShownIndicator, ...]
    money: tuple[LeveragedMoney, ...]
    is_whole: bool
    """Whether all of it is seen, and not a part."""
    may_keep: bool
    linked: bool
    """Whether sites of other tenants stand in it."""


@dataclass(frozen=True, slots=True)
class CohortSite:
    """A site of a cohort; one of another tenant has no page here, and no name once it is no longer shared."""

    link_id: int
    site_id: int
    name: str
    sector: Sector
    destination: str
    is_linked: bool


@dataclass(frozen=True, slots=True)
class CohortPage:
    """A cohort's sites, a page of them."""

    cohort: Cohort
    programme: Programme
    rows: tuple[CohortSite, ...]
    total: int
    page: int
    may_keep: bool

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def list_programmes(session: Session, *, archived: bool = False) -> tuple[list[ListedProgramme], bool]:
    """Return the programmes by name, and whether this person may write one."""
    count = sa.func.count
    tenant = tenant_of(session)
    cohorts = (
        sa.select(Cohort.programme_id, count().label("n")).where(Cohort.tenant_id == tenant).group_by("programme_id")
    ).subquery("cohorts")
    sites = (
        scoped(session, ProgrammeSite.programme_id, count().label("n")).group_by(ProgrammeSite.programme_id)
    ).subquery("sites")
    statement = (
        scoped(session, Programme)
        .outerjoin(cohorts, cohorts.c.programme_id == Programme.id)
        .outerjoin(sites, sites.c.programme_id == Programme.id)
        .where(Programme.archived_at.is_not(None) if archived else Programme.archived_at.is_(None))
        .add_columns(cohorts.c.n.label("cohorts"), sites.c.n.label("sites"))
        .order_by(sa.func.lower(Programme.name))
    )
    found = [
        ListedProgramme(
            row.Programme.id, row.Programme.name, row.Programme.summary, row.cohorts or 0, row.sites or 0, archived
        )
        for row in session.execute(statement)
    ]
    return found, may_keep(scope_of(session))


def show_programme(session: Session, programme_id: int, *, today: date) -> ShownProgramme:
    """Return a programme the person may see."""
    row, linked = queries.open_programme(session, programme_id)
    scope = scope_of(session)
    return ShownProgramme(
        row=row,
        results=results_of(session, row, linked=linked, today=today),
        cohorts=cohort_progress(session, programme_id, linked=linked, today=today),
        activities=tuple(
            session.scalars(_parts(session, ProgrammeActivity, programme_id).order_by(ProgrammeActivity.start.desc()))
        ),
        indicators=_indicators(session, programme_id),
        money=tuple(session.scalars(_parts(session, LeveragedMoney, programme_id).order_by(LeveragedMoney.id))),
        is_whole=scope.organisation_ids is None,
        may_keep=may_keep(scope),
        linked=linked,
    )


def cohort_progress(session: Session, programme_id: int, *, linked: bool, today: date) -> tuple[CohortProgress, ...]:
    """Return how far each cohort is, in the order they were formed."""
    if linked:
        return _progress(session, programme_id, today, linked=True)
    return kept(
        session, ("cohort_progress", programme_id), lambda: _progress(session, programme_id, today, linked=False)
    )


def _progress(session: Session, programme_id: int, today: date, *, linked: bool) -> tuple[CohortProgress, ...]:
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    _count(counts, session.execute(queries.stages(session, queries.own_part(session, programme_id), own=True)))
    if linked:
        with every_tenant(session, "sites that other tenants gave to a programme, in counts"):
            part = queries.linked_part(session, programme_id, today)
            _count(counts, session.execute(queries.stages(session, part, own=False)))
    cohorts = session.scalars(_parts(session, Cohort, programme_id).order_by(Cohort.id)).all()
    return tuple(
        CohortProgress(id=each.id, name=each.name, start=each.start, end=each.end, **counts[each.id])
        for each in cohorts
    )


_COUNTED = ("sites", "audited", "planned", "implemented", "verified", "measures", "measures_done")


def _count(counts: dict[int, dict[str, int]], rows: Iterable[Any]) -> None:
    for row in rows:
        for name in _COUNTED:
            counts[row.cohort_id][name] += int(getattr(row, name))


def _parts(session: Session, model: Any, programme_id: int) -> sa.Select[Any]:
    return scoped(session, model).where(model.programme_id == programme_id)


def _indicators(session: Session, programme_id: int) -> tuple[ShownIndicator, ...]:
    indicators = session.scalars(
        _parts(session, ProgrammeIndicator, programme_id).order_by(ProgrammeIndicator.id)
    ).all()
    values: dict[int, list[IndicatorValue]] = defaultdict(list)
    ids = [each.id for each in indicators]
    if ids:
        statement = scoped(session, IndicatorValue).where(IndicatorValue.indicator_id.in_(ids))
        for value in session.scalars(statement.order_by(IndicatorValue.quarter.desc())):
            values[value.indicator_id].append(value)
    return tuple(ShownIndicator(each, tuple(values[each.id])) for each in indicators)


def show_cohort(session: Session, cohort_id: int, *, today: date, page: int = 1) -> CohortPage:
    """Return a page of a cohort's sites by name; what another tenant no longer shares stands last, without its name."""
    cohort = find(session, Cohort, cohort_id)
    programme = find(session, Programme, cohort.programme_id)
    links = session.execute(
        scoped(session, ProgrammeSite)
        .outerjoin(Site, (Site.id == ProgrammeSite.site_id) & (Site.tenant_id == tenant_of(session)))
        .where(ProgrammeSite.cohort_id == cohort_id)
        .add_columns(Site.name.label("name"))
    ).all()
    names: dict[int, str] = {}
    if any(link.ProgrammeSite.site_tenant_id != tenant_of(session) for link in links):
        with every_tenant(session, "names of sites that other tenants gave to a programme"):
            names = {row.id: row.name for row in session.execute(queries.given_sites(session, today))}
    rows = [_site(link, names, tenant_of(session)) for link in links]
    rows.sort(key=lambda each: (not each.name, each.name.casefold()))
    page = min(max(1, page), max(1, -(-len(rows) // PAGE)))
    shown = tuple(rows[(page - 1) * PAGE : page * PAGE])
    return CohortPage(cohort, programme, shown, len(rows), page, may_keep(scope_of(session)))


def _site(link: Any, names: dict[int, str], tenant: int) -> CohortSite:
    row = link.ProgrammeSite
    is_linked = row.site_tenant_id != tenant
    name = names.get(row.site_id, "") if is_linked else link.name or ""
    return CohortSite(row.id, row.site_id, name, Sector(row.sector), row.destination, is_linked)
