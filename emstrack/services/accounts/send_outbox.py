"""Send what waits in the outbox: at least once, always under the same Message-ID, one bad mail never in others' way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from emstrack.domain.errors import UnavailableError
from emstrack.gateways.mail import Letter, MailRefusedError, MailServer
from emstrack.storage.models import OutboxMail

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from datetime import datetime

    from sqlalchemy.orm import Session

LEASE = timedelta(minutes=5)
BATCH = 20
SERVER_AWAY = timedelta(minutes=5)
"""A server that does not answer is asked again this soon, so that all is out within minutes of its return."""
LONGEST_WAIT = timedelta(hours=1)
GIVEN_UP_AFTER = timedelta(days=5)
_MESSAGE_LENGTH = 500


def send_outbox(
    transaction: Callable[[], AbstractContextManager[Session]], server: MailServer, *, clock: Callable[[], datetime]
) -> dict[str, int]:
    """Send all that is due; each mail is settled in its own transaction. Return how many were sent, put off, failed."""
    counts = {"sent": 0, "put_off": 0, "failed": 0}
    with transaction() as session:
        counts["failed"] += _give_up_old(session, now=clock())
        waiting = session.scalar(sa.select(sa.func.count()).select_from(OutboxMail).where(_due(clock())))
    if not waiting:
        return counts
    try:
        with server.connection() as connection:
            while True:
                with transaction() as session:
                    batch = _claim(session, now=clock())
                if not batch:
                    return counts
                for id_, letter in batch:
                    try:
                        connection.send(letter)
                    except MailRefusedError as refusal:
                        with transaction() as session:
                            counts[_refused(session, id_, refusal, now=clock())] += 1
                    else:
                        with transaction() as session:
                            _sent(session, id_, now=clock())
                        counts["sent"] += 1
    except UnavailableError as error:
        with transaction() as session:
            counts["put_off"] += _wait_for_server(session, str(error.evidence.get("reason", "")), now=clock())
    return counts


def _due(now: datetime) -> sa.ColumnElement[bool]:
    free = OutboxMail.lease_until.is_(None) | (OutboxMail.lease_until <= now) | (OutboxMail.lease_until > now + LEASE)
    return OutboxMail.sent_at.is_(None) & OutboxMail.failed_at.is_(None) & (OutboxMail.next_attempt_at <= now) & free


def _claim(session: Session, *, now: datetime) -> list[tuple[int, Letter]]:
    chosen = sa.select(OutboxMail.id).where(_due(now)).order_by(OutboxMail.next_attempt_at, OutboxMail.id).limit(BATCH)
    claimed = []
    for id_ in session.scalars(chosen).all():
        taken = _update(session, id_, _due(now), lease_until=now + LEASE, attempts=OutboxMail.attempts + 1)
        if taken:
            row = session.scalars(sa.select(OutboxMail).where(OutboxMail.id == id_)).one()
            letter = Letter(row.message_id, row.recipient, row.subject, row.text, row.html, row.created_at)
            claimed.append((id_, letter))
    return claimed


def _sent(session: Session, id_: int, *, now: datetime) -> None:
    """Mark it; what it said is cleared, because it may hold a link that opens something."""
    _update(session, id_, OutboxMail.sent_at.is_(None), sent_at=now, lease_until=None, last_error="", text="", html="")


def _refused(session: Session, id_: int, refusal: MailRefusedError, *, now: datetime) -> str:
    said = {"last_error": refusal.reason[:_MESSAGE_LENGTH], "lease_until": None}
    if refusal.permanent:
        _update(session, id_, OutboxMail.sent_at.is_(None), failed_at=now, **said)
        return "failed"
    attempts = session.scalar(sa.select(OutboxMail.attempts).where(OutboxMail.id == id_)) or 1
    wait = min(timedelta(minutes=2 ** min(attempts - 1, 10)), LONGEST_WAIT)
    _update(session, id_, OutboxMail.sent_at.is_(None), next_attempt_at=now + wait, **said)
    return "put_off"


def _wait_for_server(session: Session, reason: str, *, now: datetime) -> int:
    """Put every waiting mail off a little: the server is away, and no mail is to blame."""
    waiting = OutboxMail.sent_at.is_(None) & OutboxMail.failed_at.is_(None)
    soon = now + SERVER_AWAY
    ours = waiting & (OutboxMail.next_attempt_at <= soon)
    result = session.execute(
        sa.update(OutboxMail)
        .where(ours)
        .values(next_attempt_at=soon, lease_until=None, last_error=reason[:_MESSAGE_LENGTH])
        .execution_options(synchronize_session=False)
    )
    return cast("sa.CursorResult[Any]", result).rowcount


def _give_up_old(session: Session, *, now: datetime) -> int:
    old = OutboxMail.sent_at.is_(None) & OutboxMail.failed_at.is_(None)
    result = session.execute(
        sa.update(OutboxMail)
        .where(old & (OutboxMail.created_at < now - GIVEN_UP_AFTER))
        .values(failed_at=now, lease_until=None)
        .execution_options(synchronize_session=False)
    )
    return cast("sa.CursorResult[Any]", result).rowcount


def _update(session: Session, id_: int, still: sa.ColumnElement[bool], **values: Any) -> bool:
    result = session.execute(
        sa.update(OutboxMail)
        .where(OutboxMail.id == id_, still)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return cast("sa.CursorResult[Any]", result).rowcount == 1
