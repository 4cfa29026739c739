"""Queries on programmes that add up over their sites in the database.

A site of another tenant is seen only while that tenant shares it, itself or with its organisation, with an organisation
of the programme's tenant; then as a name and in sums. `every_tenant` is opened for those statements alone, and each is
bound to the sites that were given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from emstrack.domain.audits import AuditStatus
from emstrack.domain.errors import NotFoundError
from emstrack.domain.measures import MeasureStatus
from emstrack.storage.models import (
    Audit,
    Measure,
    Organisation,
    Programme,
    ProgrammeSite,
    SavingsResult,
    Share,
    Site,
    VerificationPlan,
)
from emstrack.storage.scope import scope_of, scoped, tenant_of, within

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

IMPLEMENTED = tuple(status.value for status in MeasureStatus if status.is_implemented)
PLANNED = tuple(status.value for status in (MeasureStatus.ACCEPTED, MeasureStatus.FINANCED, MeasureStatus.IN_PROGRESS))
AUDITED = (AuditStatus.REPORTED.value, AuditStatus.CLOSED.value)
YEAR_DAYS = 365


def given_sites(session: Session, today: date) -> sa.Select[Any]:
    """Return a select of (tenant_id, id, name) of the sites that other tenants show to the scope's; see the module."""
    tenant = tenant_of(session)
    live = (
        sa.select(Share.tenant_id, Share.organisation_id, Share.site_id)
        .join(Organisation, Organisation.id == Share.grantee_id)
        .where(
            Organisation.tenant_id == tenant,
            Organisation.archived_at.is_(None),
            Share.tenant_id != tenant,
            Share.revoked_at.is_(None),
            Share.until.is_(None) | (Share.until >= today),
        )
        .subquery("live_share")
    )
    tree = (
        sa.select(live.c.organisation_id.label("id"))
        .where(live.c.organisation_id.is_not(None))
        .cte("given_organisation", recursive=True)
    )
    below = Organisation.__table__.alias("below")
    tree = tree.union(sa.select(below.c.id).where(below.c.parent_id == tree.c.id))
    by_site = sa.select(live.c.site_id).where(live.c.site_id.is_not(None))
    found = sa.select(Site.tenant_id, Site.id, Site.name).where(
        Site.tenant_id != tenant,
        Site.archived_at.is_(None),
        Site.id.in_(by_site) | Site.organisation_id.in_(sa.select(tree.c.id)),
    )
    return cast("sa.Select[Any]", found)


def own_part(session: Session, programme_id: int) -> sa.Select[Any]:
    """Return a select of the programme's sites in the scope's own tenant that the scope may see, joined with them."""
    return (
        scoped(session, ProgrammeSite)
        .join(Site, (Site.id == ProgrammeSite.site_id) & (Site.tenant_id == ProgrammeSite.site_tenant_id))
        .where(
            ProgrammeSite.programme_id == programme_id,
            ProgrammeSite.site_tenant_id == tenant_of(session),
            *within(session, Site),
        )
    )


def linked_part(session: Session, programme_id: int, today: date) -> sa.Select[Any]:
    """Return the same of other tenants' sites, as far as they are given; inside `every_tenant` alone."""
    given = given_sites(session, today).subquery("given_site")
    return (
        sa.select(ProgrammeSite)
        .join(given, (given.c.id == ProgrammeSite.site_id) & (given.c.tenant_id == ProgrammeSite.site_tenant_id))
        .join(Site, Site.id == ProgrammeSite.site_id)
        .where(ProgrammeSite.tenant_id == tenant_of(session), ProgrammeSite.programme_id == programme_id)
    )


def count_sites(part: sa.Select[Any]) -> sa.Select[Any]:
    """Count sites by sector."""
    counted = part.with_only_columns(ProgrammeSite.sector, sa.func.count().label("sites"))
    return cast("sa.Select[Any]", counted.group_by(ProgrammeSite.sector))


def _tenant_criteria(session: Session, table: Any, *, own: bool) -> list[sa.ColumnElement[bool]]:
    if own:
        return [table.tenant_id == tenant_of(session)]
    return [table.tenant_id != tenant_of(session)]


def sum_measures(session: Session, part: sa.Select[Any], *, own: bool) -> sa.Select[Any]:
    """Add up measures by sector and currency: money of implemented ones, counts of all that were recommended."""
    sites = part.with_only_columns(ProgrammeSite.site_id, ProgrammeSite.sector).subquery("part")
    done = Measure.status.in_(IMPLEMENTED)
    both = done & Measure.investment.is_not(None) & Measure.annual_saving.is_not(None)
    return (
        sa.select(
            sites.c.sector,
            Measure.currency,
            sa.func.count().label("recommended"),
            sa.func.count().filter(done).label("implemented"),
            sa.func.count().filter(both).label("priced"),
            sa.func.sum(Measure.investment).filter(done).label("investment"),
            sa.func.sum(Measure.annual_saving).filter(done).label("estimated"),
            sa.func.sum(Measure.investment).filter(both).label("both_investment"),
            sa.func.sum(Measure.annual_saving).filter(both).label("both_estimated"),
        )
        .join_from(Measure, sites, sites.c.site_id == Measure.site_id)
        .where(*_tenant_criteria(session, Measure, own=own), Measure.archived_at.is_(None))
        .group_by(sites.c.sector, Measure.currency)
    )


def measured_savings(session: Session, part: sa.Select[Any], *, own: bool) -> sa.Select[Any]:
    """Add up what meters say of verified measures, by sector, currency and reporting period: the one place it is asked.

    A measure counts as measured once its verification is signed and its plan names the meter (option C); the saving is
    the meter's prepared one, once however many measures stand on it. What is told in money only for less than a year
    is not stretched into one. Where savings of measures are kept in a ledger, this query reads it instead.
    """
    sites = part.with_only_columns(ProgrammeSite.site_id, ProgrammeSite.sector).subquery("part")
    verified = (
        sa.select(VerificationPlan.meter_id)
        .join(Measure, Measure.id == VerificationPlan.measure_id)
        .where(
            *_tenant_criteria(session, VerificationPlan, own=own),
            *_tenant_criteria(session, Measure, own=own),
            Measure.archived_at.is_(None),
            Measure.status == MeasureStatus.VERIFIED.value,
            VerificationPlan.option == "C",
            VerificationPlan.meter_id.is_not(None),
        )
    )
    result = SavingsResult
    return (
        sa.select(
            *(sites.c.sector, result.currency, result.reporting_start, result.reporting_end),
            sa.func.sum(result.cost_avoided).label("saved"),
        )
        .join_from(result, sites, sites.c.site_id == result.site_id)
        .where(
            *_tenant_criteria(session, result, own=own),
            result.counted.is_(True),
            result.cost_avoided.is_not(None),
            result.meter_id.in_(verified),
        )
        .group_by(sites.c.sector, result.currency, result.reporting_start, result.reporting_end)
    )


def stages(session: Session, part: sa.Select[Any], *, own: bool) -> sa.Select[Any]:
    """Count, by cohort, sites, those audited, with a plan, implementing, verified; and recommendations put in."""
    sites = part.with_only_columns(ProgrammeSite.site_id, ProgrammeSite.cohort_id).subquery("part")
    audited = (
        sa.select(Audit.site_id)
        .where(*_tenant_criteria(session, Audit, own=own), Audit.archived_at.is_(None), Audit.status.in_(AUDITED))
        .group_by(Audit.site_id)
        .subquery("audited")
    )
    counts = {
        "planned": Measure.status.in_((*PLANNED, *IMPLEMENTED)),
        "implemented": Measure.status.in_(IMPLEMENTED),
        "verified": Measure.status == MeasureStatus.VERIFIED.value,
    }
    work = (
        sa.select(
            Measure.site_id,
            sa.func.count().label("recommended"),
            *(sa.func.count().filter(criterion).label(name) for name, criterion in counts.items()),
        )
        .where(*_tenant_criteria(session, Measure, own=own), Measure.archived_at.is_(None))
        .group_by(Measure.site_id)
        .subquery("work")
    )
    return (
        sa.select(
            sites.c.cohort_id,
            sa.func.count().label("sites"),
            sa.func.count(audited.c.site_id).label("audited"),
            *(sa.func.count().filter(work.c[name] > 0).label(name) for name in counts),
            sa.func.coalesce(sa.func.sum(work.c.recommended), 0).label("measures"),
            sa.func.coalesce(sa.func.sum(work.c.implemented), 0).label("measures_done"),
        )
        .join_from(sites, audited, audited.c.site_id == sites.c.site_id, isouter=True)
        .join(work, work.c.site_id == sites.c.site_id, isouter=True)
        .group_by(sites.c.cohort_id)
    )


def open_programme(session: Session, programme_id: int) -> tuple[Programme, bool]:
    """Return a programme, and whether it names sites of other tenants to a scope that may see what was given of them.

    Raises
    ------
    NotFoundError
        Where it is not there or not visible.
    """
    tenant, link = tenant_of(session), ProgrammeSite
    linked = sa.exists().where(
        link.tenant_id == tenant, link.programme_id == Programme.id, link.site_tenant_id != tenant
    )
    statement = scoped(session, Programme).add_columns(linked.label("linked")).where(Programme.id == programme_id)
    found = session.execute(statement).one_or_none()
    if found is None:
        raise NotFoundError("record.not_found", thing="programme")
    return found.Programme, bool(found.linked) and scope_of(session).organisation_ids is None
