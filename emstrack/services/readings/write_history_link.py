"""The chain: one link per transaction that writes readings, over every row it wrote and every change it made.

Open the link first: it keeps other writers of the tenant waiting until this transaction ends, and gives the id that
the rows carry. Close it last.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.services.readings.describe_state import (
    content_of_state,
    digest_of_change,
    digests_of_changes,
    digests_of_columns,
    digests_of_rows,
    instant,
    state_of,
    text_of_state,
)
from emstrack.storage import bulk
from emstrack.storage.models import History, HistoryLink, Organisation
from emstrack.storage.scope import scope_of, tenant_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.storage.models import Reading

NOTHING = "0" * 64
"""What the first link follows."""


@dataclass(frozen=True, slots=True)
class Change:
    """A row as it was and as it is; `new` is None where it was deleted."""

    entity: str
    entity_id: int
    old: dict[str, Any]
    new: dict[str, Any] | None
    meter_id: int | None = None


@dataclass(slots=True)
class OpenLink:
    """A link being written."""

    row: HistoryLink
    digests: list[bytes] = field(default_factory=list)

    @property
    def id(self) -> int:
        """What the rows written carry."""
        return self.row.id

    def wrote_columns(self, columns: Mapping[str, Sequence[Any]], constants: Mapping[str, Any], count: int) -> None:
        """Take in readings inserted as columns."""
        self.digests += digests_of_columns(columns, constants, count)

    def wrote_states(self, states: Sequence[Mapping[str, Any]]) -> None:
        """Take in readings by their states."""
        self.digests += digests_of_rows([content_of_state(state) for state in states])


def write_history_link(
    session: Session,
    *,
    written: Sequence[Reading],
    changes: Sequence[Change] = (),
    reason: str = "",
    now: datetime,
    batch_id: int | None = None,
) -> HistoryLink:
    """Write the link of a few readings added or changed by hand, and the history of the changes."""
    link = open_link(session, now=now, batch_id=batch_id)
    for reading in written:
        reading.link_id = link.id
    session.flush()
    link.wrote_states([state_of(reading) for reading in written])
    add_changes(session, link, changes, reason=reason)
    return close_link(session, link)


def open_link(session: Session, *, now: datetime, batch_id: int | None = None) -> OpenLink:
    """Take the tenant's next link; other writers of its readings wait for this transaction."""
    tenant = tenant_of(session)
    session.execute(
        sa.select(Organisation.id)
        .where(Organisation.tenant_id == tenant, Organisation.id == tenant)
        .with_for_update(key_share=True)
    )
    newest = session.execute(
        sa.select(HistoryLink.sequence, HistoryLink.hash)
        .where(HistoryLink.tenant_id == tenant)
        .order_by(HistoryLink.sequence.desc())
        .limit(1)
    ).one_or_none()
    row = HistoryLink(
        tenant_id=tenant,
        sequence=(newest.sequence if newest else 0) + 1,
        previous_hash=newest.hash if newest else NOTHING,
        digest="",
        hash="",
        rows=0,
        at=now,
        user_id=scope_of(session).user_id,
        batch_id=batch_id,
    )
    session.add(row)
    session.flush()
    return OpenLink(row)


def add_changes(session: Session, link: OpenLink, changes: Sequence[Change], *, reason: str = "") -> None:
    """Write the history of changes and deletions under a link."""
    for first in range(0, len(changes), 5_000):
        some = changes[first : first + 5_000]
        columns: dict[str, list[Any]] = {
            "entity": [change.entity for change in some],
            "entity_id": [change.entity_id for change in some],
            "meter_id": [change.meter_id for change in some],
            "action": ["delete" if change.new is None else "update" for change in some],
            "old": [text_of_state(change.old) for change in some],
            "new": [None if change.new is None else text_of_state(change.new) for change in some],
        }
        row = link.row
        bulk.insert_columns(
            session,
            History.__table__,  # type: ignore[arg-type]  # a mapped class has a Table
            columns,
            reason=reason,
            at=row.at,
            user_id=row.user_id,
            batch_id=row.batch_id,
            link_id=row.id,
        )
        after = [reason, instant(row.at), row.user_id, row.batch_id]
        link.digests += digests_of_changes(
            [(action, *_signed(change)) for action, change in zip(columns["action"], some, strict=True)], after
        )


def close_link(session: Session, link: OpenLink) -> HistoryLink:
    """Seal the link: its digest over all that was written, its hash over that and the link before."""
    row = link.row
    row.rows = len(link.digests)
    row.digest = digest_of_link(row, link.digests)
    row.hash = hash_of_link(row.previous_hash, row.digest)
    session.flush()
    return row


def digest_of_link(row: HistoryLink, digests: Sequence[bytes]) -> str:
    """Return the SHA-256 over who, when and the sorted digests of the rows; order of writing plays no part."""
    head = digest_of_change([row.tenant_id, row.sequence, instant(row.at), row.user_id, row.batch_id, len(digests)])
    whole = hashlib.sha256(head)
    for digest in sorted(digests):
        whole.update(digest)
    return whole.hexdigest()


def hash_of_link(previous: str, digest: str) -> str:
    """Return the SHA-256 of the previous link's hash and this one's digest."""
    return hashlib.sha256(f"{previous}{digest}".encode()).hexdigest()


def _signed(change: Change) -> tuple[Any, ...]:
    return change.entity, change.entity_id, change.meter_id, change.old, change.new


def signed_change(row: HistoryLink, action: str, change: Change | Any, reason: str) -> list[Any]:
    """Return what a row of history is held to: a `Change`, or the stored row itself."""
    return [
        action,
        change.entity,
        change.entity_id,
        change.meter_id,
        change.old,
        change.new,
        reason,
        instant(row.at),
        row.user_id,
        row.batch_id,
    ]
