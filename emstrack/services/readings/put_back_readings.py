"""Many corrected readings put back as they were, in a few statements: an undo must not hold the database for long."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.services.readings.describe_state import restored, same_content, states_of_rows
from emstrack.services.readings.undone import Undone, place_of
from emstrack.services.readings.write_history_link import Change, OpenLink, add_changes
from emstrack.storage.models import Reading
from emstrack.storage.queries.readings import parts
from emstrack.storage.scope import tenant_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from emstrack.storage.models import History

BOOKKEEPING = frozenset({"id", "tenant_id", "version", "link_id", "created_at", "created_by", "batch_id"})
"""What an undo leaves as it stands: it is no content, and goes on."""


def put_back_readings(session: Session, corrected: Sequence[History], link: OpenLink, undone: Undone) -> None:
    """Put readings back to what a correction found, save those that somebody changed since, each named."""
    session.flush()
    by_id = {row.entity_id: row for row in corrected}
    changes: list[Change] = []
    for some in parts(list(by_id)):
        present = {
            state["id"]: state for block in states_of_rows(session, Reading, Reading.id.in_(some)) for state in block
        }
        for id_ in some:
            change = _change(session, by_id[id_], present.get(id_), link, undone)
            if change is not None:
                changes.append(change)
    _write(session, changes, link)
    link.wrote_states([change.new for change in changes if change.new is not None])
    add_changes(session, link, changes)
    undone.meters.update(change.meter_id for change in changes if change.meter_id is not None)
    undone.put_back += len(changes)


def _change(
    session: Session, row: History, present: dict[str, Any] | None, link: OpenLink, undone: Undone
) -> Change | None:
    if present is None or row.new is None:
        undone.keep("undo.gone", thing=row.entity, id=row.entity_id)
        return None
    if not same_content(present, row.new):
        undone.keep("undo.reading_changed", **place_of(session, present))
        return None
    old = {name: value for name, value in row.old.items() if name not in BOOKKEEPING and name in present}
    after = {**present, **old, "version": present["version"] + 1, "link_id": link.id}
    return Change("reading", row.entity_id, present, after, present["meter_id"])


def _write(session: Session, changes: Sequence[Change], link: OpenLink) -> None:
    """Write what differs, the same columns of many readings at once."""
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for change in changes:
        new = change.new or {}
        differing = tuple(n for n in new if n not in BOOKKEEPING and new[n] != change.old[n])
        values = restored(Reading, {name: new[name] for name in differing})
        alike[differing].append({"of": change.entity_id, **{f"new_{name}": each for name, each in values.items()}})
    table: Any = Reading.__table__
    for names, rows in alike.items():
        statement = (
            sa.update(table)
            .where(table.c.tenant_id == tenant_of(session), table.c.id == sa.bindparam("of"))
            .values(
                {table.c[name]: sa.bindparam(f"new_{name}") for name in names}
                | {table.c.version: table.c.version + 1, table.c.link_id: link.id}
            )
        )
        session.connection().execute(statement, rows)
    for row in [each for each in session if isinstance(each, Reading)]:
        session.expunge(row)  # whoever asks for it again reads what stands now
