"""A write that carries a key is done once: sent again, it gets the same answer; with another body, it is refused."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.errors import RefusedError
from emstrack.storage.models import IdempotencyKey
from emstrack.storage.scope import scoped, tenant_of, within

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

KEPT = timedelta(days=7)
LONGEST_KEY = 100


def answer_once(
    session: Session, key: str | None, body: Mapping[str, object], do: Callable[[], dict[str, Any]], *, now: datetime
) -> dict[str, Any]:
    """Do it and keep the answer, or give back the answer kept. The caller holds a lock that makes equal keys wait."""
    if not key:
        return do()
    if len(key) > LONGEST_KEY:
        raise RefusedError("entry.key_too_long", most=LONGEST_KEY)
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()
    kept = session.execute(
        scoped(session, IdempotencyKey.digest, IdempotencyKey.answer).where(IdempotencyKey.key == key)
    ).one_or_none()
    if kept is not None:
        if kept.digest != digest:
            raise RefusedError("entry.key_reused")
        return dict(kept.answer)
    answer = do()
    session.add(IdempotencyKey(tenant_id=tenant_of(session), key=key, digest=digest, answer=answer, at=now))
    return answer


def forget_old_answers(session: Session, *, now: datetime) -> None:
    """Drop the answers that nobody will ask for again."""
    session.execute(sa.delete(IdempotencyKey).where(*within(session, IdempotencyKey), IdempotencyKey.at < now - KEPT))
