"""What an administrator should know of the installation: mail, the scheduler, demonstrations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.services.accounts.list_mails import MailState, show_mails
from emstrack.services.accounts.remove_tenant import list_demonstrations
from emstrack.storage.models import JobRun
from emstrack.storage.scope import require

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Administration:
    """The state of the installation as one tenant's administrator sees it."""

    scheduler_seen_at: datetime | None
    mails: MailState
    demonstrations: list[tuple[int, str]]


def show_administration(session: Session) -> Administration:
    """Return what runs, what waits and what is only for show."""
    require(session, Permission.ADMINISTER)
    return Administration(
        scheduler_seen_at=session.scalar(sa.select(sa.func.max(JobRun.started_at))),
        mails=show_mails(session),
        demonstrations=list_demonstrations(session),
    )
