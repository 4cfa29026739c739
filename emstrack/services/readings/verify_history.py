"""Whether the readings and their history are what was written: each link is computed again from the rows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from emstrack.services.readings.describe_state import content_of_state, digest_of_change, digests_of_rows, instant
from emstrack.services.readings.write_history_link import NOTHING, digest_of_link, hash_of_link
from emstrack.storage.queries import readings as queries

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

_BLOCK = 10_000


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: how many links hold, the newest hash to write down elsewhere, and the first that does not."""

    links: int
    rows: int
    head: str
    broken: int | None = None
    broken_at: datetime | None = None
    broken_batch: int | None = None

    @property
    def holds(self) -> bool:
        """Whether all of it is as it was written."""
        return self.broken is None


def verify_history(session: Session) -> Verified:
    """Compute every link of the tenant again, and name the first that does not hold."""
    earlier = _digests_of_history(session)
    known = {link.id: link for link in queries.links(session)}
    held: dict[int, bool] = {}
    rows = 0
    for link_id, digests in _digests_by_link(session):
        link = known.get(link_id)
        whole = digests + earlier.pop(link_id, [])
        rows += len(whole)
        held[link_id] = link is not None and link.rows == len(whole) and link.digest == digest_of_link(link, whole)
    for link_id, digests in earlier.items():
        link = known.get(link_id)
        rows += len(digests)
        held[link_id] = link is not None and link.rows == len(digests) and link.digest == digest_of_link(link, digests)
    previous, sequence = NOTHING, 0
    for link in known.values():
        sequence += 1
        fits = link.sequence == sequence and link.previous_hash == previous
        empty = link.rows == 0 and link.digest == digest_of_link(link, [])
        if not fits or not held.get(link.id, empty) or link.hash != hash_of_link(previous, link.digest):
            return Verified(sequence - 1, rows, previous, sequence, link.at, link.batch_id)
        previous = link.hash
    return Verified(sequence, rows, previous)


def _digests_by_link(session: Session) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the digests of the readings each link was the last to write."""
    present: int | None = None
    digests: list[bytes] = []
    block: list[tuple[Any, ...]] = []
    for link_id, content in queries.content_by_link(session):
        if link_id != present or len(block) == _BLOCK:
            digests += digests_of_rows([_as_text(row) for row in block])
            block = []
        if link_id != present:
            if present is not None:
                yield present, digests
            present, digests = link_id, []
        block.append(content)
    if present is not None:
        yield present, digests + digests_of_rows([_as_text(row) for row in block])


def _as_text(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A date is text here on every database."""
    return (row[0], str(row[1]), str(row[2]), *row[3:])


def _digests_of_history(session: Session) -> defaultdict[int, list[bytes]]:
    """Return, by link, the readings it wrote that were overwritten or deleted since, and the changes it made."""
    digests: defaultdict[int, list[bytes]] = defaultdict(list)
    earlier: list[tuple[int, tuple[Any, ...]]] = []
    for row in queries.overwritten(session):
        signed = [row.action, row.entity, row.entity_id, row.meter_id, row.old, row.new, row.reason]
        digests[row.link_id].append(digest_of_change([*signed, instant(row.at), row.user_id, row.batch_id]))
        wrote = row.old.get("link_id")
        if row.entity == "reading" and wrote is not None:
            earlier.append((wrote, content_of_state(row.old)))
            if len(earlier) == _BLOCK:
                _take_earlier(digests, earlier)
    _take_earlier(digests, earlier)
    return digests


def _take_earlier(digests: defaultdict[int, list[bytes]], earlier: list[tuple[int, tuple[Any, ...]]]) -> None:
    for (wrote, _), digest in zip(earlier, digests_of_rows([content for _, content in earlier]), strict=True):
        digests[wrote].append(digest)
    earlier.clear()
