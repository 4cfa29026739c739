"""Put a mail into the outbox, in the transaction that has a reason to send it; the scheduler sends it."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.storage.models import OutboxMail

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.documents.mail import MailText


def queue_mail(
    session: Session, recipient: str, mail: MailText, *, now: datetime, tenant_id: int | None = None, key: str = ""
) -> bool:
    """Queue a mail; with a key, once only however often it is asked for. True where it was queued now."""
    if key and was_queued(session, key):
        return False
    session.add(
        OutboxMail(
            tenant_id=tenant_id,
            message_id=_message_id(key or secrets.token_hex(16)),
            recipient=recipient,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            created_at=now,
            next_attempt_at=now,
        )
    )
    return True


def was_queued(session: Session, key: str) -> bool:
    """Tell whether a mail with this key was queued before, sent or not."""
    return session.scalar(sa.select(OutboxMail.id).where(OutboxMail.message_id == _message_id(key))) is not None


def _message_id(key: str) -> str:
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@emstrack.invalid>"
