"""What was changed about a site, a meter or an audit, the newest first: who, when, old, new, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emstrack.storage.models import History, Meter, Site, User
from emstrack.storage.scope import find, scoped

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

LATEST = 100


@dataclass(frozen=True, slots=True)
class Change:
    """One field that changed, or one part (a device, a share, an attribute) that came, changed or went."""

    at: datetime
    who: str
    field: str
    old: Any
    new: Any
    reason: str


def changes_of_site(session: Session, site_id: int) -> list[Change]:
    """Return the changes of a site the person may see."""
    return changes_of_found(session, find(session, Site, site_id))


def changes_of_found(session: Session, site: Site) -> list[Change]:
    """Return the same of a site that was found already."""
    return changes_of(session, "site", site.id)


def changes_of_meter(session: Session, meter_id: int) -> list[Change]:
    """Return the changes of a meter the person may see."""
    find(session, Meter, meter_id)
    return changes_of(session, "meter", meter_id)


def changes_of(session: Session, entity: str, entity_id: int) -> list[Change]:
    """Return the changes of a row that the caller found to be the person's to see."""
    rows = session.execute(
        scoped(session, History)
        .outerjoin(User, User.id == History.user_id)
        .add_columns(User.name, User.email)
        .where(History.entity == entity, History.entity_id == entity_id)
        .order_by(History.id.desc())
        .limit(LATEST)
    )
    return [
        Change(row.History.at, row.name or row.email or "", field, old, new, row.History.reason)
        for row in rows
        for field, old, new in _fields(row.History)
    ]


def _fields(row: History) -> list[tuple[str, Any, Any]]:
    new = row.new or {}
    return [(field, row.old.get(field), new.get(field)) for field in {**row.old, **new}]
