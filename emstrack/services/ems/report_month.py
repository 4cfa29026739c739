"""Gather what the mayor or the owner reads of a month, within the sites a committee looks after."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from emstrack.documents.month_page import MonthValues, write_month_page
from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.committees import MeetingStatus
from emstrack.domain.periods import Month
from emstrack.language.follow_ups import title_of
from emstrack.services.audits.list_follow_ups import first_follow_ups, follow_ups_in_meeting
from emstrack.services.savings.show_home import show_home
from emstrack.storage.models import Committee, FollowUp, Meeting, Organisation
from emstrack.storage.queries import committees as queries
from emstrack.storage.queries.sites import subtree
from emstrack.storage.scope import find, require, scope_of, scoped, set_scope, tenant_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from emstrack.language.languages import Language

MOST = 8
"""Lines of each list: all of it has to stay on one page."""


def report_month(
    session: Session, committee_id: int, language: Language, *, today: date, now: datetime
) -> tuple[bytes, str]:
    """Return the page of last month as a PDF, and the name it is saved under."""
    require(session, Permission.VIEW)
    committee = find(session, Committee, committee_id)
    root = session.execute(
        scoped(session, Organisation.name, Organisation.is_demonstration).where(Organisation.id == tenant_of(session))
    ).one_or_none()
    organisation = session.scalar(
        scoped(session, Organisation.name).where(Organisation.id == committee.organisation_id)
    )
    following = session.scalar(
        scoped(session, Meeting.day)
        .where(
            Meeting.committee_id == committee.id, Meeting.status == MeetingStatus.PLANNED.value, Meeting.day >= today
        )
        .order_by(Meeting.day)
        .limit(1)
    )
    decided = _decided(session, committee, language, today)
    before = scope_of(session)
    set_scope(session, _narrowed(session, committee, before))
    try:
        values = _values(session, committee, language, today)
    finally:
        set_scope(session, before)
    values = replace(
        values,
        organisation=organisation or "",
        decided=decided,
        next_day=following,
        is_demonstration=bool(root and root.is_demonstration),
    )
    return write_month_page(values, language, made_at=now), f"{committee.name}-{values.month}.pdf"


def _narrowed(session: Session, committee: Committee, scope: Scope) -> Scope:
    """Return what the committee looks after, as far as this person may see it."""
    if committee.site_ids:
        return replace(scope, organisation_ids=frozenset(), site_ids=frozenset(committee.site_ids))
    below = frozenset(session.scalars(subtree(session, committee.organisation_id)))
    seen = below if scope.organisation_ids is None else below & scope.organisation_ids
    return replace(scope, organisation_ids=seen)


def _values(session: Session, committee: Committee, language: Language, today: date) -> MonthValues:
    home = show_home(session, today=today)
    overdue, late = first_follow_ups(session, FollowUp.due < today, today=today, most=MOST)
    waiting = queries.awaiting_decision(session, queries.sites_of(session, committee), 1)
    best = [
        (site.name, language.money(site.cost, ranking.currency))
        for ranking in home.rankings
        for site in ranking.sites[:3]
        if site.cost is not None and site.cost > 0
    ]
    return MonthValues(
        committee=committee.name,
        organisation="",
        month=Month.of(today).plus(-1),
        sites=home.sites,
        meters=home.meters,
        missing_meters=home.missing_meters,
        missing=[(row.name, row.missing, ", ".join(row.who)) for row in home.missing[:MOST]],
        money=[(each.amount, each.currency) for each in home.money],
        saved=[
            {
                "resource": each.resource,
                "unit": each.unit,
                "avoided": each.avoided,
                "band": each.band_90,
                "fraction": each.fraction,
                "cost": each.cost,
                "currency": each.currency,
                "claim": each.claim.value if each.claim else "",
            }
            for each in home.saved[:MOST]
        ],
        best=best[:6],
        overdue=[
            (title_of(language, row.kind, row.title, row.span, row.span_unit), row.site, row.owner, row.days_overdue)
            for row in overdue
        ],
        overdue_count=late,
        decided=(),
        waiting=waiting[0].total if waiting else 0,
        next_day=None,
        is_demonstration=False,
    )


def _decided(session: Session, committee: Committee, language: Language, today: date) -> Sequence[tuple[str, str, str]]:
    last = session.scalars(
        scoped(session, Meeting)
        .where(Meeting.committee_id == committee.id, Meeting.status == MeetingStatus.APPROVED.value)
        .order_by(Meeting.day.desc())
        .limit(1)
    ).one_or_none()
    if last is None:
        return ()
    return [
        (title_of(language, row.kind, row.title, row.span, row.span_unit), row.owner or "–", language.date(row.due))
        for row in follow_ups_in_meeting(session, last.id, today=today)[:MOST]
    ]
