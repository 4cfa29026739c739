"""What lists, mails, calendars and the daily job read of follow-ups: a single query each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from emstrack.domain.follow_ups import FollowUpStatus
from emstrack.storage.models import FollowUp, Measure, Membership, Meter, Organisation, SavingsResult, Site, User
from emstrack.storage.scope import scope_of, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

OPEN = FollowUp.status == FollowUpStatus.OPEN.value
OWNING_ROLES = ("administrator", "manager", "committee", "auditor")
"""Who may be given a follow-up: whoever may change what it is about."""


def listed(session: Session, *criteria: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """Return a select of visible follow-ups with the names of what they are about and of who owns them."""
    statement: Any = (
        sa.select(
            FollowUp,
            Site.name.label("site"),
            Site.time_zone.label("time_zone"),
            Meter.name.label("meter"),
            Measure.title.label("measure"),
            User.name.label("owner_name"),
            User.email.label("owner_email"),
        )
        .select_from(FollowUp)
        .join(Site, Site.id == FollowUp.site_id)
        .outerjoin(Meter, sa.and_(Meter.id == FollowUp.meter_id, Meter.tenant_id == tenant_of(session)))
        .outerjoin(Measure, sa.and_(Measure.id == FollowUp.measure_id, Measure.tenant_id == tenant_of(session)))
        .outerjoin(User, User.id == FollowUp.owner_id)
        .where(*within(session, FollowUp), *within(session, Site), *criteria)
    )
    return cast("sa.Select[Any]", statement)


def number_of(session: Session, *criteria: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """Return how many `listed` has, beside a page of it: counted on the keys alone, so a page's order stays free."""
    return (
        sa.select(sa.func.count())
        .select_from(FollowUp)
        .join(Site, Site.id == FollowUp.site_id)
        .where(*within(session, FollowUp), *within(session, Site), *criteria)
        .correlate(None)
        .scalar_subquery()
    )


def people_of_site(session: Session, site_id: int) -> Sequence[sa.Row[Any]]:
    """Return id, name and e-mail of everybody who may own what happens at a site."""
    tenant = tenant_of(session)
    above = sa.select(Site.organisation_id.label("id")).where(Site.tenant_id == tenant, Site.id == site_id)
    tree = above.cte("organisation_above", recursive=True)
    tree = tree.union_all(
        sa.select(Organisation.parent_id).where(
            Organisation.tenant_id == tenant, Organisation.id == tree.c.id, Organisation.parent_id.is_not(None)
        )
    )
    rows: Sequence[sa.Row[Any]] = session.execute(
        sa.select(User.id, User.name, User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.tenant_id == tenant,
            Membership.organisation_id.in_(sa.select(tree.c.id)),
            Membership.role.in_(OWNING_ROLES),
            User.disabled_at.is_(None),
        )
        .distinct()
        .order_by(User.name, User.email)
    ).all()  # type: ignore[assignment]  # a row is a row
    return rows


def people(session: Session) -> Sequence[sa.Row[Any]]:
    """Return id, name and e-mail of everybody who may own something in the visible part of the tenant or above it."""
    rows: Sequence[sa.Row[Any]] = session.execute(
        sa.select(User.id, User.name, User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.tenant_id == tenant_of(session),
            Membership.role.in_(OWNING_ROLES),
            User.disabled_at.is_(None),
        )
        .distinct()
        .order_by(User.name, User.email)
    ).all()  # type: ignore[assignment]  # a row is a row
    return rows


def fading(session: Session) -> Sequence[sa.Row[Any]]:
    """Return site and meter of adopted savings that fade."""
    rows: Sequence[sa.Row[Any]] = session.execute(
        sa.select(
            Site.id.label("site_id"), Meter.id.label("meter_id"), Site.name.label("site"), Meter.name.label("meter")
        )
        .select_from(SavingsResult)
        .join(Site, Site.id == SavingsResult.site_id)
        .join(Meter, Meter.id == SavingsResult.meter_id)
        .where(*within(session, SavingsResult), *within(session, Site), *within(session, Meter))
        .where(SavingsResult.fading.is_(True), SavingsResult.stale.is_(False))
        .order_by(Site.name, Meter.name)
    ).all()  # type: ignore[assignment]  # a row is a row
    return rows


def counts(session: Session, today: date) -> sa.Row[Any]:
    """Return how many open follow-ups are overdue, how many are due by today, and how many of both are mine."""
    mine = FollowUp.owner_id == (scope_of(session).user_id or 0)
    late = FollowUp.due < today

    def number(*criteria: sa.ColumnElement[bool]) -> sa.ColumnElement[Any]:
        return sa.func.coalesce(sa.func.sum(sa.case((sa.and_(*criteria), 1), else_=0)), 0)

    row: sa.Row[Any] = session.execute(
        sa.select(
            number(late).label("overdue"), number(mine, late).label("mine_overdue"), number(mine).label("mine")
        ).where(*within(session, FollowUp), OPEN)
    ).one()  # type: ignore[assignment]  # a row is a row
    return row


def comes_after(session: Session, site_id: int) -> dict[int, int | None]:
    """Return what each follow-up of a site comes after."""
    rows = session.execute(
        sa.select(FollowUp.id, FollowUp.after_id).where(*within(session, FollowUp), FollowUp.site_id == site_id)
    )
    return {row.id: row.after_id for row in rows}


def keys_made(session: Session, prefixes: Collection[str]) -> set[str]:
    """Return the keys of follow-ups that rules have made in this tenant, so that none is made twice."""
    begins = sa.or_(*(FollowUp.made_key.startswith(each, autoescape=True) for each in prefixes))
    found = session.scalars(sa.select(FollowUp.made_key).where(FollowUp.tenant_id == tenant_of(session), begins))
    return {key for key in found if key is not None}
