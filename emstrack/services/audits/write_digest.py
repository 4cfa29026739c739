"""One mail per person with all that waits for them: due, overdue, readings missing, savings that fade."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from emstrack.documents.mail import render_mail
from emstrack.domain.accounts import Permission
from emstrack.domain.periods import Month
from emstrack.domain.reminders import AT, SOON_DAYS, Reminders, is_reminded_on
from emstrack.domain.schedules import Daily, moments_between
from emstrack.language.follow_ups import title_of
from emstrack.language.languages import Language
from emstrack.services.accounts.find_places import Place, find_places
from emstrack.services.accounts.plan_contributions import known_zone
from emstrack.services.accounts.queue_mail import queue_mail, was_queued
from emstrack.services.audits.list_follow_ups import ListedFollowUp, follow_ups_of
from emstrack.services.reports.plan_work import Plan, plan_work
from emstrack.storage.models import FollowUp, Membership, Organisation, User
from emstrack.storage.queries import follow_ups as queries
from emstrack.storage.queries.prepared_savings import missing_by_site
from emstrack.storage.scope import every_tenant, set_scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from emstrack.services.reports.claim_work import Work

KIND = "reminder.write"
LOOK_BACK = timedelta(days=3)
LOOK_AHEAD = timedelta(days=1)
MOST = 25
"""More lines than this nobody reads; the mail says how many more there are, and links to the list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What waits for a person in one place."""

    organisation: str
    overdue: Sequence[ListedFollowUp] = ()
    soon: Sequence[ListedFollowUp] = ()
    escalated: Sequence[ListedFollowUp] = ()
    missing: Sequence[tuple[str, int]] = ()
    missing_meters: int = 0
    fading: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (self.overdue or self.soon or self.escalated or self.missing or self.fading)


def plan_digests(session: Session, *, now: datetime) -> dict[str, int]:
    """Plan the mails of today and of the days missed while nothing ran; the latest of them only, once per person."""
    root = aliased(Organisation)
    with every_tenant(session, "people of all tenants are reminded"):
        people = session.execute(
            sa.select(User.id, User.time_zone, User.reminders, sa.func.min(Organisation.time_zone).label("place"))
            .join(Membership, Membership.user_id == User.id)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .join(root, root.id == Organisation.tenant_id)
            .where(
                root.is_demonstration.is_(False),
                User.disabled_at.is_(None),
                User.reminders != Reminders.NEVER.value,
                Organisation.archived_at.is_(None),
            )
            .group_by(User.id, User.time_zone, User.reminders)
        ).all()
    planned = 0
    for person in people:
        zone = known_zone(person.time_zone or person.place)
        due = [
            (at, day)
            for at in moments_between(Daily(AT), now - LOOK_BACK, now + LOOK_AHEAD, zone)
            if is_reminded_on(Reminders(person.reminders), day := at.astimezone(ZoneInfo(zone)).date())
        ]
        past = [each for each in due if each[0] <= now][-1:]
        for at, day in [*past, *(each for each in due if each[0] > now)]:
            plan = Plan(
                kind=KIND,
                key=f"{KIND}:{person.id}:{day}",
                due_at=at,
                payload={"user_id": person.id, "day": day.isoformat()},
                local_rule=f"{Daily(AT)} {zone}",
            )
            planned += plan_work(session, plan, now=now)
    return {"planned": planned}


def write_digest(session: Session, work: Work, *, link_base: str, now: datetime) -> dict[str, int]:
    """Queue one person's mail; nothing where nothing waits, or where they are gone or want none meanwhile."""
    user = session.scalars(sa.select(User).where(User.id == work.payload["user_id"])).one_or_none()
    if user is None or user.disabled_at is not None or user.reminders == Reminders.NEVER:
        return {"skipped": 1}
    if was_queued(session, work.key):
        return {}
    today = date.fromisoformat(work.payload["day"])
    waiting = []
    for place in _widest(find_places(session, user.id, today=today)):
        set_scope(session, place.scope(user.id))
        found = gather(session, user.id, place, today=today)
        if not found.is_empty:
            waiting.append(found)
    if not waiting:
        return {"nothing_waits": 1}
    language = Language(user.language or "en")
    mail = render_mail(
        "digest",
        language,
        waiting=waiting,
        title_of=title_of,
        month=Month.of(today).plus(-1),
        overdue=sum(len(each.overdue) for each in waiting),
        soon=sum(len(each.soon) for each in waiting),
        most=MOST,
        link_base=link_base,
        today=today,
    )
    queue_mail(session, user.email, mail, now=now, key=work.key)
    return {"reminded": 1}


def gather(session: Session, user_id: int, place: Place, *, today: date) -> Waiting:
    """Return what waits for a person where the session's scope lets them look."""
    mine = FollowUp.owner_id == user_id
    scope = place.scope(user_id)
    rows = follow_ups_of(session, mine, FollowUp.due <= today + timedelta(days=SOON_DAYS), today=today)
    escalated: Sequence[ListedFollowUp] = ()
    missing: Sequence[tuple[str, int]] = ()
    meters = 0
    if scope.may(Permission.MANAGE_PEOPLE):
        others = sa.or_(FollowUp.owner_id.is_(None), FollowUp.owner_id != user_id)
        escalated = follow_ups_of(session, others, FollowUp.escalated_at.is_not(None), today=today)
    if scope.may(Permission.RECORD_READINGS):
        month = Month.of(today).plus(-1)
        lacking = missing_by_site(session, month.start, month.end, MOST)
        missing = [(row.name, row.missing) for row in lacking]
        meters = int(lacking[0].all_missing) if lacking else 0
    return Waiting(
        organisation=place.name,
        overdue=[row for row in rows if row.due < today],
        soon=[row for row in rows if row.due >= today],
        escalated=escalated,
        missing=missing,
        missing_meters=meters,
        fading=[(row.site, row.meter) for row in queries.fading(session)],
    )


def _widest(places: Sequence[Place]) -> list[Place]:
    """Leave out what lies inside another of the person's places, so that nothing is said twice."""
    return [
        place
        for place in places
        if not place.shared
        and not any(
            other is not place
            and other.tenant_id == place.tenant_id
            and not other.shared
            and (other.organisation_ids is None or place.organisation_id in other.organisation_ids)
            for other in places
        )
    ]
