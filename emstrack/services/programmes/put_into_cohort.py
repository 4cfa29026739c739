"""Sites go into a cohort, each once in a programme, and out again.

A site of another tenant may be put in while that tenant shares it with an organisation of this one; once the share ends
the programme sees nothing of it any more, and it stays named as a link until it is taken out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.domain.programmes import LONGEST_NAME, MOST_SITES, SECTOR_OF_KIND
from emstrack.domain.sectors import Sector
from emstrack.domain.sites import SiteKind
from emstrack.services.programmes.keep_programme import require_whole, subject_of
from emstrack.services.sites.record_change import record_change
from emstrack.storage.models import Cohort, ProgrammeSite, Site
from emstrack.storage.queries.programmes import given_sites
from emstrack.storage.scope import every_tenant, find, scoped, tenant_of
from emstrack.storage.uniqueness import first_come

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    import sqlalchemy as sa
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Offered:
    """A site that may be put into a cohort; `is_linked` where another tenant gave it."""

    id: int
    name: str
    kind: SiteKind
    is_linked: bool


def offer_sites(session: Session, programme_id: int, *, today: date) -> list[Offered]:
    """Return the sites that are in no cohort of the programme yet: own ones by name, then those that were given."""
    require_whole(session)
    taken = set(session.scalars(scoped(session, ProgrammeSite.site_id).where(_of(programme_id))))
    own = session.execute(
        scoped(session, Site.id, Site.name, Site.kind).where(Site.archived_at.is_(None)).order_by(Site.name)
    )
    found = [Offered(row.id, row.name, SiteKind(row.kind), is_linked=False) for row in own]
    with every_tenant(session, "sites that other tenants give may be put into a programme"):
        given = session.execute(given_sites(session, today).add_columns(Site.kind).order_by(Site.name))
        found += [Offered(row.id, row.name, SiteKind(row.kind), is_linked=True) for row in given]
    return [each for each in found if each.id not in taken]


def put_into_cohort(
    session: Session,
    cohort_id: int,
    site_ids: Sequence[int],
    *,
    sector: Sector | None = None,
    destination: str = "",
    today: date,
    now: datetime,
) -> int:
    """Put sites into a cohort; return how many.

    Raises
    ------
    RefusedError
        ``programme.no_site_chosen``, ``programme.too_many_sites``; ``programme.site_in_cohort`` where one is in a
        cohort of the programme already.
    NotFoundError
        Where a site is neither the tenant's nor given to it.
    """
    scope = require_whole(session)
    cohort = find(session, Cohort, cohort_id)
    wanted = list(dict.fromkeys(site_ids))
    if not wanted:
        raise RefusedError("programme.no_site_chosen", field="sites")
    if len(wanted) > MOST_SITES:
        raise RefusedError("programme.too_many_sites", most=MOST_SITES, field="sites")
    if len(destination) > LONGEST_NAME:
        raise RefusedError("programme.name_too_long", limit=LONGEST_NAME, field="destination")
    known = _sites(session, wanted, today)
    if len(known) < len(wanted):
        raise NotFoundError("record.not_found", thing="site")

    def check() -> None:
        _check_free(session, cohort, wanted)

    check()
    with first_come(session, check):
        session.add_all(
            ProgrammeSite(
                tenant_id=scope.tenant_id,
                programme_id=cohort.programme_id,
                cohort_id=cohort_id,
                site_tenant_id=known[site_id].tenant_id,
                site_id=site_id,
                sector=(sector or SECTOR_OF_KIND.get(SiteKind(known[site_id].kind), Sector.ANY)).value,
                destination=destination.strip(),
                created_at=now,
                created_by=scope.user_id,
            )
            for site_id in wanted
        )
        session.flush()
    names = ", ".join(known[site_id].name for site_id in wanted)
    record_change(
        session, subject_of(cohort.programme_id, f"cohorts:{cohort_id}"), old=None, new={"sites": names}, now=now
    )
    return len(wanted)


def take_out(session: Session, link_id: int, *, now: datetime, reason: str = "") -> int:
    """Take a site out of its cohort; nothing of the site changes. Returns the programme."""
    require_whole(session)
    row = find(session, ProgrammeSite, link_id)
    programme_id = row.programme_id
    old = {"site_id": row.site_id, "sector": row.sector, "destination": row.destination}
    subject = subject_of(programme_id, f"cohorts:{row.cohort_id}")
    record_change(session, subject, old=old, new=None, reason=reason, now=now)
    session.delete(row)
    session.flush()
    return programme_id


def _of(programme_id: int) -> sa.ColumnElement[bool]:
    return ProgrammeSite.programme_id == programme_id


@dataclass(frozen=True, slots=True)
class _Known:
    tenant_id: int
    name: str
    kind: str


def _sites(session: Session, wanted: Sequence[int], today: date) -> dict[int, _Known]:
    own = session.execute(
        scoped(session, Site.id, Site.name, Site.kind).where(Site.id.in_(wanted), Site.archived_at.is_(None))
    )
    known = {row.id: _Known(tenant_of(session), row.name, row.kind) for row in own}
    if len(known) < len(wanted):
        with every_tenant(session, "a site that another tenant gave is put into a programme"):
            given = session.execute(given_sites(session, today).add_columns(Site.kind).where(Site.id.in_(wanted)))
            known |= {row.id: _Known(row.tenant_id, row.name, row.kind) for row in given}
    return known


def _check_free(session: Session, cohort: Cohort, wanted: Sequence[int]) -> None:
    taken = session.execute(
        scoped(session, ProgrammeSite.site_id)
        .join(Cohort, Cohort.id == ProgrammeSite.cohort_id)
        .where(_of(cohort.programme_id), ProgrammeSite.site_id.in_(wanted), Cohort.tenant_id == tenant_of(session))
        .add_columns(Cohort.name)
    ).first()
    if taken is not None:
        named = session.scalar(scoped(session, Site.name).where(Site.id == taken.site_id)) or str(taken.site_id)
        raise RefusedError("programme.site_in_cohort", site=named, cohort=taken.name, field="sites")
