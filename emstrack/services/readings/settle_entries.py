"""How a transaction of entries by hand begins and ends: one link of history, monthly values once."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.services.readings.answer_once import forget_old_answers
from emstrack.services.readings.recompute_monthly_values import recompute_monthly_values
from emstrack.services.readings.write_history_link import close_link, open_link
from emstrack.storage.scope import require

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.services.readings.write_history_link import OpenLink


@dataclass(slots=True)
class Entries:
    """The entries of one transaction: the link they are chained under, and the meters they touched."""

    link: OpenLink
    now: datetime
    meters: set[int] = field(default_factory=set)


@contextmanager
def entries(session: Session, *, now: datetime) -> Iterator[Entries]:
    """Open the tenant's link, so that other writers wait; at the end bring the months up to date and seal it."""
    require(session, Permission.RECORD_READINGS)
    open_ = Entries(open_link(session, now=now), now)
    yield open_
    session.flush()
    if open_.meters:
        recompute_monthly_values(session, sorted(open_.meters))
    forget_old_answers(session, now=now)
    if open_.link.digests:
        close_link(session, open_.link)
    else:
        session.delete(open_.link.row)  # nothing was written: no link
    session.flush()
