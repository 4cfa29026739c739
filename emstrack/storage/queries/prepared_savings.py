"""What the first page and the savings pages read: aggregates of prepared results, never the months themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.periods import MOST_OF_A_MONTH
from emstrack.domain.sites import SiteKind
from emstrack.storage.models import Baseline, Membership, Meter, MonthlyValue, Organisation, SavingsResult, Site, User
from emstrack.storage.queries.savings import sites_with, unprepared_meters, wanted_meters
from emstrack.storage.scope import tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

R = SavingsResult
_SENDERS = ("contributor", "committee", "manager")


def _current(session: Session) -> list[sa.ColumnElement[bool]]:
    """Return the criteria of results that may be shown: current ones, of sites in use."""
    in_use = sa.select(Site.id).where(*within(session, Site), Site.archived_at.is_(None))
    return [*within(session, SavingsResult), R.site_id.in_(in_use), R.stale.is_(False)]


def count_places(session: Session) -> sa.Row[Any]:
    """Return how many sites and meters are in use, and how many results there are and wait to be computed."""
    meters = (
        sa.select(sa.func.count(Meter.id))
        .join(Site, Site.id == Meter.site_id)
        .where(*within(session, Meter), *within(session, Site), Site.archived_at.is_(None), Meter.archived_at.is_(None))
        .scalar_subquery()
    )
    sites = (
        sa.select(sa.func.count(Site.id)).where(*within(session, Site), Site.archived_at.is_(None)).scalar_subquery()
    )
    results = sa.select(sa.func.count(R.baseline_id)).where(*within(session, SavingsResult)).scalar_subquery()
    waiting = (
        sa.select(sa.func.count())
        .select_from(wanted_meters(session, unprepared_meters(session, None)).subquery())
        .scalar_subquery()
    )
    statement: sa.Select[Any] = sa.select(
        sites.label("sites"), meters.label("meters"), results.label("results"), waiting.label("unprepared")
    )
    return session.execute(statement).one()


def totals(session: Session) -> Sequence[sa.Row[Any]]:
    """Return the savings to date per resource, unit and heating-value basis; a site's rooms count once.

    A resource that is bought in several currencies has a row for each; what has no price goes with the only currency.
    """
    counted = _counted(session)
    c = counted.c
    key = (c.resource, c.unit, c.basis, c.bought_in)
    saved = (
        sa.select(
            *key,
            sa.func.sum(c.avoided).label("avoided"),
            sa.func.sum(c.adjusted_baseline).label("adjusted"),
            sa.func.sum(c.band_90 * c.band_90).label("variance"),
            sa.func.count().label("meters"),
            sa.func.count(c.band_90).label("bands"),
            sa.func.sum(c.cost).label("cost"),
            sa.func.count(c.cost).label("costs"),
            sa.func.max(c.currencies).label("currencies"),
            sa.func.max(c.claim).label("claim"),
            sa.func.min(c.reporting_start).label("start"),
            sa.func.max(c.reporting_end).label("end"),
        )
        .group_by(*key)
        .subquery()
    )
    by_site = sa.select(*key, sa.func.max(c.rooms).label("rooms")).group_by(*key, c.site_id).subquery()
    names = ("resource", "unit", "basis", "bought_in")
    there = sites_with(session, []).subquery()
    sites = (
        sa.select(
            *(by_site.c[name] for name in names),
            sa.func.sum(by_site.c.rooms).label("rooms"),
            sa.func.count(by_site.c.rooms).label("sites_with_rooms"),
            sa.func.count().label("sites"),
        )
        .group_by(*(by_site.c[name] for name in names))
        .subquery()
    )
    statement: sa.Select[Any] = (
        sa.select(
            *saved.c, sites.c.rooms, sites.c.sites_with_rooms, sites.c.sites, there.c.sites.label("sites_with_meters")
        )
        .join(sites, sa.and_(*(saved.c[name] == sites.c[name] for name in names)))
        .outerjoin(there, sa.and_(there.c.resource == saved.c.resource, there.c.basis == saved.c.basis))
    )
    return session.execute(statement.order_by(*(saved.c[name] for name in names))).all()


def _counted(session: Session) -> sa.Subquery:
    """Return the results that enter totals, each with the currency whose line it stands in: none where none is known.

    `currencies` tells one known currency (0) from several (1) of a resource, unit and basis.
    """
    known = sa.func.nullif(R.currency, "")
    lowest = sa.func.min(known).over(partition_by=[R.resource, R.unit, R.basis])
    highest = sa.func.max(known).over(partition_by=[R.resource, R.unit, R.basis])
    columns = (R.resource, R.unit, R.basis, R.site_id, R.avoided, R.adjusted_baseline, R.band_90, R.rooms, R.claim)
    return (
        sa.select(
            *columns,
            R.reporting_start,
            R.reporting_end,
            sa.type_coerce(R.cost_avoided, sa.BigInteger).label("cost"),
            sa.case((lowest == highest, lowest), else_=R.currency).label("bought_in"),
            sa.case((lowest == highest, 0), (lowest.is_(None), 0), else_=1).label("currencies"),
        )
        .where(*_current(session), R.counted.is_(True))
        .subquery()
    )


def ranked_sites(session: Session, most: int) -> Sequence[sa.Row[Any]]:
    """Return the sites that save most money per room (hotels) or per m² (others), each kind and currency apart."""
    known = sa.func.nullif(R.currency, "")
    one_currency = sa.func.min(known) == sa.func.max(known)
    saved = (
        sa.select(
            R.site_id,
            sa.case((one_currency, sa.func.max(known)), else_="").label("currency"),
            sa.case((one_currency, sa.func.sum(sa.type_coerce(R.cost_avoided, sa.BigInteger)))).label("cost"),
            sa.func.max(R.rooms).label("rooms"),
            sa.func.max(R.floor_area_m2).label("area"),
            sa.func.sum(sa.case((R.resource == "electricity", R.avoided))).label("electricity"),
        )
        .where(*_current(session), R.counted.is_(True))
        .group_by(R.site_id)
        .subquery()
    )
    is_hotel = Site.kind == SiteKind.HOTEL.value
    per_site = (
        sa.select(
            Site.id,
            Site.name,
            Site.organisation_id,
            is_hotel.label("is_hotel"),
            saved.c.currency,
            saved.c.cost,
            saved.c.electricity,
            sa.case((is_hotel, saved.c.rooms), else_=saved.c.area).label("size"),
        )
        .join(saved, saved.c.site_id == Site.id)
        .where(*within(session, Site))
        .subquery()
    )
    s = per_site.c
    by_size = sa.case((s.size > 0, s.cost / s.size))
    order = [by_size.is_(None), by_size.desc(), s.electricity.is_(None), s.electricity.desc(), s.name]
    numbered = sa.select(
        *s,
        by_size.label("per_size"),
        sa.func.row_number().over(partition_by=[s.is_hotel, s.currency], order_by=order).label("rank"),
        sa.func.count().over(partition_by=[s.is_hotel, s.currency]).label("among"),
    ).subquery()
    return session.execute(
        sa.select(numbered)
        .where(numbered.c.rank <= most)
        .order_by(numbered.c.is_hotel.desc(), numbered.c.currency, numbered.c.rank)
    ).all()


def results_with_findings(session: Session, most: int) -> Sequence[sa.Row[Any]]:
    """Return results whose claim is withheld, with the whole item; `total` is how many there are."""
    return session.execute(
        sa.select(R.site_id, R.meter_id, R.item, Site.name.label("site"), sa.func.count().over().label("total"))
        .join(Site, Site.id == R.site_id)
        .where(*_current(session), *within(session, Site), R.disqualified.is_(True))
        .order_by(Site.name, R.meter_id)
        .limit(most)
    ).all()


def missing_by_site(session: Session, month: date, after: date, most: int) -> Sequence[sa.Row[Any]]:
    """Return the sites whose monthly bills have not come, those that lack most first; totals beside.

    A bill is the bill of the month that has most of its days (M-1.6), as on the page where it is typed in.
    """
    come = sa.select(MonthlyValue.meter_id).where(
        *within(session, MonthlyValue), MonthlyValue.month == month, MonthlyValue.coverage >= MOST_OF_A_MONTH
    )
    lacking = (
        sa.select(
            Site.id,
            Site.name,
            Site.organisation_id,
            sa.func.count(Meter.id).label("missing"),
            sa.func.min(Meter.name).label("a_meter"),
            sa.func.min(Meter.resource).label("a_resource"),
        )
        .select_from(Meter)
        .join(Site, Site.id == Meter.site_id)
        .where(
            *within(session, Meter),
            *within(session, Site),
            Site.archived_at.is_(None),
            Meter.archived_at.is_(None),
            Meter.cadence == "monthly",
            Meter.opened.is_(None) | (Meter.opened < after),
            Meter.closed.is_(None) | (Meter.closed > month),
            Meter.id.not_in(come),
        )
        .group_by(Site.id, Site.name, Site.organisation_id)
        .subquery()
    )
    s = lacking.c
    together = (sa.func.sum(s.missing).over().label("all_missing"), sa.func.count().over().label("all_sites"))
    statement: sa.Select[Any] = sa.select(*s, *together).order_by(s.missing.desc(), s.name).limit(most)
    return session.execute(statement).all()


def organisations(session: Session) -> dict[int, tuple[str, int | None, list[str]]]:
    """Return name, parent and the people who send in the bills of the tenant's organisations.

    Contributors, else the committee, else managers; and of what lies outside the scope the names alone.
    """
    sends = sa.and_(
        Membership.organisation_id == Organisation.id,
        Membership.role.in_(_SENDERS),
        *within(session, Membership),
    )
    rows = session.execute(
        sa.select(Organisation.id, Organisation.name, Organisation.parent_id, Membership.role, User.name, User.email)
        .outerjoin(Membership, sends)
        .outerjoin(User, User.id == Membership.user_id)
        .where(Organisation.tenant_id == tenant_of(session))
        .order_by(User.name)
    )
    places: dict[int, tuple[str, int | None]] = {}
    people: dict[int, dict[str, list[str]]] = {}
    for id_, name, parent, role, person, email in rows:
        places[id_] = (name, parent)
        if role is not None:
            people.setdefault(id_, {}).setdefault(role, []).append(person or email)
    return {
        id_: (*place, next((people[id_][role] for role in _SENDERS if role in people.get(id_, {})), []))
        for id_, place in places.items()
    }


def result_order(session: Session) -> tuple[int, ...]:
    """Return the baselines of all results that may be shown, by organisation, site, resource and meter."""
    statement = (
        sa.select(R.baseline_id)
        .join(Site, Site.id == R.site_id)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .where(*_of_listed(session))
        .order_by(Organisation.name, Site.name, Site.id, R.resource, R.meter_id)
    )
    return tuple(session.scalars(statement))


def listed_results(session: Session, baseline_ids: Sequence[int]) -> dict[int, sa.Row[Any]]:
    """Return some results with their documents, where they belong and the baseline each rests on, by baseline."""
    columns: tuple[Any, ...] = (
        R.site_id,
        R.meter_id,
        R.baseline_id,
        R.item,
        Organisation.name.label("organisation"),
        Baseline.revision,
        Baseline.reason,
        Baseline.locked_at,
    )
    statement = (
        sa.select(*columns)
        .join(Site, Site.id == R.site_id)
        .join(Organisation, Organisation.id == Site.organisation_id)
        .join(Baseline, Baseline.id == R.baseline_id)
        .where(*_of_listed(session), *within(session, Baseline), R.baseline_id.in_(baseline_ids))
    )
    return {row.baseline_id: row for row in session.execute(statement)}


def _of_listed(session: Session) -> list[sa.ColumnElement[bool]]:
    seen = (*within(session, SavingsResult), *within(session, Site))
    return [*seen, Organisation.tenant_id == tenant_of(session), Site.archived_at.is_(None), R.stale.is_(False)]
