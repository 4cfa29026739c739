"""Write a contributor's mail of the month: a link that opens only what their buildings still lack."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from emstrack.documents.mail import render_mail
from emstrack.domain.accounts import Permission, Role, Scope
from emstrack.domain.periods import Month
from emstrack.language.languages import Language
from emstrack.services.accounts.one_time_links import issue_link
from emstrack.services.accounts.open_contribution import KIND, contributor_scope
from emstrack.services.accounts.queue_mail import queue_mail, was_queued
from emstrack.storage.models import Membership, Organisation, User
from emstrack.storage.queries.contributions import asked_meters
from emstrack.storage.scope import scoped, set_scope

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.services.reports.claim_work import Work

OPEN_FOR = timedelta(days=40)


def ask_contributor(session: Session, work: Work, *, link_base: str, now: datetime) -> dict[str, int]:
    """Make the link and queue the mail; nothing where nothing is missing, or the role has ended meanwhile."""
    if work.tenant_id is None:
        return {"skipped": 1}
    set_scope(session, Scope(tenant_id=work.tenant_id, permissions=frozenset({Permission.RECORD_READINGS})))
    found = session.execute(
        scoped(session, Membership, Organisation)
        .join(User, User.id == Membership.user_id)
        .add_columns(User)
        .where(
            Organisation.id == Membership.organisation_id,
            Membership.id == work.payload["membership_id"],
            Membership.role == Role.CONTRIBUTOR,
            Organisation.archived_at.is_(None),
            User.disabled_at.is_(None),
        )
    ).one_or_none()
    if found is None:
        return {"skipped": 1}
    _, organisation, user = found
    month = Month.parse(work.payload["month"])
    set_scope(session, contributor_scope(session, organisation.id, user.id))
    missing = len(asked_meters(session, month))
    if missing == 0:
        return {"nothing_missing": 1}
    key = work.key
    if was_queued(session, key):
        return {}
    token = issue_link(
        session,
        KIND,
        now=now,
        lifetime=OPEN_FOR,
        email=user.email,
        tenant_id=work.tenant_id,
        user_id=user.id,
        payload={"organisation_id": organisation.id, "month": str(month)},
    )
    mail = render_mail(
        "contribution",
        Language(user.language or organisation.language or "en"),
        organisation=organisation.name,
        month=month,
        missing=missing,
        link=f"{link_base}/contribution/{token}",
        until=(now + OPEN_FOR).date(),
    )
    queue_mail(session, user.email, mail, now=now, tenant_id=work.tenant_id, key=key)
    return {"asked": 1}
