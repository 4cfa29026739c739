"""What the administration page says of mail: whether it goes out, what waits, what failed and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError
from emstrack.storage.models import OutboxMail
from emstrack.storage.scope import require

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class FailedMail:
    """A mail that did not go out, with what the server said."""

    id: int
    recipient: str
    subject: str
    created_at: datetime
    failed_at: datetime | None
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class MailState:
    """The outbox of one tenant."""

    waiting: int
    sent: int
    failed: tuple[FailedMail, ...]


def show_mails(session: Session, *, limit: int = 50) -> MailState:
    """Return what waits and what failed, newest first; a mail the server refused for now is listed too."""
    own = _own(session)
    waiting = OutboxMail.sent_at.is_(None) & OutboxMail.failed_at.is_(None)
    troubled = OutboxMail.failed_at.is_not(None) | (waiting & (OutboxMail.last_error != ""))
    rows = session.scalars(
        sa.select(OutboxMail).where(own, troubled).order_by(OutboxMail.created_at.desc(), OutboxMail.id).limit(limit)
    )
    return MailState(
        waiting=_count(session, own & waiting),
        sent=_count(session, own & OutboxMail.sent_at.is_not(None)),
        failed=tuple(
            FailedMail(r.id, r.recipient, r.subject, r.created_at, r.failed_at, r.attempts, r.last_error) for r in rows
        ),
    )


def retry_mail(session: Session, mail_id: int, *, now: datetime) -> None:
    """Send a failed mail again, as if it were new: a person decided so."""
    row = session.scalars(sa.select(OutboxMail).where(_own(session), OutboxMail.id == mail_id)).one_or_none()
    if row is None or row.sent_at is not None:
        raise NotFoundError("record.not_found", thing="mail")
    row.created_at = row.next_attempt_at = now
    row.failed_at, row.lease_until, row.last_error, row.attempts = None, None, "", 0


def _own(session: Session) -> sa.ColumnElement[bool]:
    return OutboxMail.tenant_id == require(session, Permission.ADMINISTER).tenant_id


def _count(session: Session, criterion: Any) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(OutboxMail).where(criterion)) or 0
