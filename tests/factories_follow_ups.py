"""Measures in place and follow-ups for tests."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from conftest import NOW

from emstrack.services.audits.write_follow_up import NewFollowUp, add_follow_up
from emstrack.storage.models import FollowUp, Measure
from emstrack.storage.scope import tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TODAY = NOW.date()


def make_measure(session: Session, site_id: int, title: str = "Luminarias LED", **given: Any) -> Measure:
    """A measure that is in place since August, unless told otherwise."""
    values = {"status": "implemented", "implemented_on": date(2026, 8, 31), **given}
    row = Measure(
        tenant_id=tenant_of(session),
        site_id=site_id,
        title=title,
        category="technology_change",
        status_at=NOW,
        created_at=NOW,
        **values,
    )
    session.add(row)
    session.flush()
    return row


def make_follow_up(session: Session, site_id: int, title: str = "Ver la caldera", **given: Any) -> FollowUp:
    """A follow-up by hand, due in December."""
    values = {"due": date(2026, 12, 1), **given}
    return add_follow_up(session, NewFollowUp(site_id=site_id, title=title, **values), today=TODAY, now=NOW)
