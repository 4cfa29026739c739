"""When each contributor is asked for the month before: on a day of the month, at eight by the organisation's clock."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import sqlalchemy as sa

from emstrack.domain.accounts import Role
from emstrack.domain.periods import Month
from emstrack.domain.schedules import Monthly, moments_between
from emstrack.services.reports.plan_work import Plan, plan_work
from emstrack.services.reports.record_run import RESTORE
from emstrack.storage.models import JobRun, Membership, Organisation, User
from emstrack.storage.scope import every_tenant

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

KIND = "contribution.ask"
DEFAULT_DAY = 3
AT = time(8)
LOOK_BACK = timedelta(days=62)
LOOK_AHEAD = timedelta(days=7)


def plan_contributions(session: Session, *, now: datetime) -> dict[str, int]:
    """Plan the mails of the next week and those missed while nothing ran; each month once per contributor.

    Nothing is planned for moments before the database was last restored: those mails may have gone out already.
    """
    restored = session.scalar(sa.select(sa.func.max(JobRun.started_at)).where(JobRun.kind == RESTORE))
    floor = max(now - LOOK_BACK, restored or now - LOOK_BACK)
    planned = 0
    with every_tenant(session, "contributors of all tenants are asked"):
        members = session.execute(
            sa.select(Membership, Organisation)
            .join(Organisation, Organisation.id == Membership.organisation_id)
            .join(User, User.id == Membership.user_id)
            .where(Membership.role == Role.CONTRIBUTOR, Organisation.archived_at.is_(None), User.disabled_at.is_(None))
        ).all()
    for membership, organisation in members:
        zone = known_zone(organisation.time_zone)
        rule = Monthly(contribution_day(organisation.profile), AT)
        for due in moments_between(rule, max(floor, membership.created_at), now + LOOK_AHEAD, zone):
            month = Month.of(due.astimezone(ZoneInfo(zone)).date()).plus(-1)
            plan = Plan(
                kind=KIND,
                key=f"{KIND}:{membership.id}:{month}",
                due_at=due,
                tenant_id=membership.tenant_id,
                payload={"membership_id": membership.id, "month": str(month)},
                local_rule=f"{rule} {zone}",
            )
            planned += plan_work(session, plan, now=now)
    return {"planned": planned}


def contribution_day(profile: dict[str, object]) -> int:
    """Return the day of the month an organisation asks on."""
    day = profile.get("contribution_day")
    return day if isinstance(day, int) and 1 <= day <= 31 else DEFAULT_DAY


def known_zone(name: str) -> str:
    """Return the zone, or UTC where this computer does not know it: the mail comes an hour off rather than never."""
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return "UTC"
    return name or "UTC"
