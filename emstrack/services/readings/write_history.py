"""What was changed is kept, and each transaction's rows are chained to the one before."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.storage.models import History, HistoryLink, Reading
from emstrack.storage.scope import scope_of, scoped, within

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session


def record_change(
    session: Session,
    *,
    entity: str,
    entity_id: int,
    meter_id: int | None,
    old: Mapping[str, object],
    new: Mapping[str, object] | None,
    reason: str,
    now: datetime,
) -> None:
    """Keep a change, or a deletion where there is no new."""
    scope = scope_of(session)
    session.add(
        History(
            tenant_id=scope.tenant_id,
            entity=entity,
            entity_id=entity_id,
            meter_id=meter_id,
            action="delete" if new is None else "update",
            old={name: _plain(value) for name, value in old.items()},
            new=None if new is None else {name: _plain(value) for name, value in new.items()},
            reason=reason,
            at=now,
            user_id=scope.user_id,
        )
    )


def close_link(session: Session, *, now: datetime) -> None:
    """Chain the rows this transaction inserted or changed to the previous link."""
    session.flush()
    scope = scope_of(session)
    table = Reading.__table__
    names = [c.name for c in table.c if c.name not in {"link_id", "tenant_id"}]
    readings = session.execute(
        scoped(session, *(table.c[n] for n in names)).where(Reading.link_id.is_(None)).order_by(Reading.id)
    ).all()
    changes = session.scalars(scoped(session, History).where(History.link_id.is_(None)).order_by(History.id)).all()
    if not readings and not changes:
        return
    lines = [json.dumps([_plain(value) for value in row]) for row in readings]
    lines += [json.dumps([c.entity, c.entity_id, c.action, c.old, c.new], sort_keys=True) for c in changes]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()
    last = session.execute(
        scoped(session, HistoryLink.sequence, HistoryLink.hash).order_by(HistoryLink.sequence.desc()).limit(1)
    ).one_or_none()
    previous = last.hash if last else ""
    link = HistoryLink(
        tenant_id=scope.tenant_id,
        sequence=last.sequence + 1 if last else 1,
        previous_hash=previous,
        digest=digest,
        hash=hashlib.sha256(f"{previous}{digest}".encode()).hexdigest(),
        rows=len(lines),
        at=now,
        user_id=scope.user_id,
    )
    session.add(link)
    session.flush()
    for model, ids in ((Reading, [row.id for row in readings]), (History, [change.id for change in changes])):
        if ids:
            session.execute(
                sa.update(model).where(*within(session, model), model.id.in_(ids)).values(link_id=link.id)
            )


def _plain(value: object) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
