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
    name = hashlib.sha256(key.encode()).hexdigest()[:32] if key else secrets.token_hex(16)
    message_id = f"<{name}@emstrack.invalid>"
    if key and session.scalar(sa.select(OutboxMail.id).where(OutboxMail.message_id == message_id)) is not None:
        return False
    session.add(
        OutboxMail(
            tenant_id=tenant_id,
            message_id=message_id,
            recipient=recipient,
            subject=mail.subject,
            text=mail.text,
            html=mail.html,
            created_at=now,
            next_attempt_at=now,
        )
    )
    return True
