"""Sums kept between two writes: what a reader added up under a tenant's stamp serves the next one with the same sight.

Only readers keep and take: a transaction that writes sees rows that may yet be rolled back. The stamp is read in the
reader's own transaction, and the whole scope is part of the key, so nobody is shown what another may see.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar, cast

import sqlalchemy as sa

from emstrack.storage.models.stamps import TenantStamp
from emstrack.storage.scope import scope_of, tenant_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from sqlalchemy.orm import Session

_KEPT, _STAMP = "kept", "stamp"
MOST = 256
"""So many answers are kept, the last used ones: a few hundred kilobytes each at a thousand sites."""

Answer = TypeVar("Answer")


class Kept:
    """The answers of one database, shared by the threads of this process."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, tuple[Any, Any]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: Hashable, stamp: Hashable) -> tuple[bool, Any]:
        """Return whether there is an answer of this very stamp, and the answer."""
        with self._lock:
            found = self._answers.get(key)
            if found is None or found[0] != stamp:
                return False, None
            self._answers.move_to_end(key)
            return True, found[1]

    def keep(self, key: Hashable, stamp: Hashable, answer: Any) -> None:
        """Keep an answer in place of an older one; the least used goes."""
        with self._lock:
            self._answers[key] = (stamp, answer)
            self._answers.move_to_end(key)
            while len(self._answers) > MOST:
                self._answers.popitem(last=False)


def info_of_readers() -> dict[Any, Any]:
    """Return what sessions that only read carry."""
    return {_KEPT: Kept()}


def kept(session: Session, name: Hashable, compute: Callable[[], Answer]) -> Answer:
    """Return the answer of this name as of the tenant's stamp: immutable, and made of stamped tables only."""
    shelf: Kept | None = session.info.get(_KEPT)
    stamp = _stamp_of(session) if shelf is not None else None
    if shelf is None or stamp is None:
        return compute()
    key = (name, scope_of(session))
    found, answer = shelf.take(key, stamp)
    if not found:
        answer = compute()
        shelf.keep(key, stamp, answer)
    return cast("Answer", answer)


def _stamp_of(session: Session) -> tuple[int, int] | None:
    """Return the stamp as this transaction sees it, read once for as long as it lasts; None where there is none."""
    tenant = tenant_of(session)
    read: tuple[Any, int, tuple[int, int]] | None = session.info.get(_STAMP)
    transaction = session.get_transaction()
    if read is not None and read[0] is transaction and read[1] == tenant and transaction is not None:
        return read[2]
    count, total = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(TenantStamp.stamp), 0)).where(
            TenantStamp.tenant_id == tenant
        )
    ).one()
    if not count:
        return None
    stamp = (int(count), int(total))
    session.info[_STAMP] = (session.get_transaction(), tenant, stamp)
    return stamp
