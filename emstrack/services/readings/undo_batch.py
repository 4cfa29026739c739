"""A batch taken back: everything as it was before, except what somebody changed since, and that is named.

What was written is told from history: rows made carry the batch, changes and deletions are rows of history. "Changed
since" is decided by what a row says, so that a change that was itself undone does not stand in the way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.readings import BatchStatus
from emstrack.services.audits.file_of_recommendations import remove_measures_of_batch
from emstrack.services.readings.describe_state import same_content, state_of, states_of_rows
from emstrack.services.readings.recompute_monthly_values import recompute_monthly_values
from emstrack.services.readings.remove_unused import remove_unused
from emstrack.services.readings.undo_changes import undo_changes
from emstrack.services.readings.undone import Undone, place_of
from emstrack.services.readings.weather_series import SERIES, Series
from emstrack.services.readings.write_history_link import Change, OpenLink, add_changes, close_link, open_link
from emstrack.storage.models import DriverValue, History, ImportBatch, Reading
from emstrack.storage.queries import readings as queries
from emstrack.storage.scope import find, require, scoped, tenant_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session


def undo_batch(session: Session, batch_id: int, *, now: datetime) -> Undone:
    """Take a batch back.

    Raises
    ------
    RefusedError
        ``batch.already_undone``, or ``batch.not_done`` where there is nothing to take back.
    """
    scope = require(session, Permission.IMPORT)
    batch = find(session, ImportBatch, batch_id)
    if batch.status == BatchStatus.UNDONE:
        raise RefusedError("batch.already_undone", batch=batch_id)
    if batch.status != BatchStatus.DONE:
        raise RefusedError("batch.not_done", batch=batch_id)
    undone = Undone(batch_id)
    link = open_link(session, now=now, batch_id=batch_id)
    changes = _changes_of(session, batch_id, link)
    _remove_new_readings(session, batch_id, link, undone)
    undo_changes(session, changes, link, undone)
    _remove_new_rows(session, batch_id, link, undone)
    remove_measures_of_batch(session, batch_id, link, undone)
    recompute_monthly_values(session, undone.meters)
    remove_unused(session, batch_id, undone)
    if link.digests:
        close_link(session, link)
    else:
        session.delete(link.row)
    batch.status, batch.undone_at, batch.undone_by = BatchStatus.UNDONE.value, now, scope.user_id
    batch.report = {**batch.report, "undo": _report(undone)}
    session.flush()
    return undone


def _report(undone: Undone) -> dict[str, Any]:
    kept = [{"code": each.code, "evidence": dict(each.evidence)} for each in undone.kept]
    return {"removed": undone.removed, "put_back": undone.put_back, "kept": kept}


def _changes_of(session: Session, batch_id: int, link: OpenLink) -> list[History]:
    """Return what the batch changed or deleted, the newest first; not what an undo wrote under its name."""
    statement = scoped(session, History).where(History.batch_id == batch_id, History.link_id != link.id)
    return list(session.scalars(statement.order_by(History.id.desc())))


def _remove_new_readings(session: Session, batch_id: int, link: OpenLink, undone: Undone) -> None:
    """Take away the readings that the batch made and that still say what it made them say."""
    kept: list[int] = []
    for states in states_of_rows(session, Reading, Reading.batch_id == batch_id):
        touched = [state["id"] for state in states if state["version"] > 1]
        first_states = _first_states(session, touched)
        changes = []
        for state in states:
            original = first_states.get(state["id"])
            if original is not None and not same_content(state, original):
                undone.keep("undo.reading_changed", **place_of(session, state))
                kept.append(state["id"])
            else:
                changes.append(Change("reading", state["id"], state, None, state["meter_id"]))
        add_changes(session, link, changes)
        undone.removed += len(changes)
        undone.meters.update(change.meter_id for change in changes if change.meter_id is not None)
    _delete_readings(session, batch_id, kept)


def _delete_readings(session: Session, batch_id: int, kept: list[int]) -> None:
    """Delete what a batch made, in one statement where nothing stays."""
    made = sa.delete(Reading).where(Reading.tenant_id == tenant_of(session), Reading.batch_id == batch_id)
    if kept:
        every = session.scalars(scoped(session, Reading.id).where(Reading.batch_id == batch_id)).all()
        for some in queries.parts(sorted(set(every) - set(kept))):
            session.execute(made.where(Reading.id.in_(some)).execution_options(synchronize_session=False))
    else:
        session.execute(made.execution_options(synchronize_session=False))


def _first_states(session: Session, ids: list[int]) -> dict[int, dict[str, Any]]:
    """Return what readings said when they were made, from the oldest row of their history."""
    states: dict[int, dict[str, Any]] = {}
    for some in queries.parts(ids):
        columns = (History.entity_id, History.old)
        statement = scoped(session, *columns).where(History.entity == "reading", History.entity_id.in_(some))
        for row in session.execute(statement.order_by(History.id)):
            states.setdefault(row.entity_id, row.old)
    return states


def _remove_new_rows(session: Session, batch_id: int, link: OpenLink, undone: Undone) -> None:
    """Take away the drivers and days of weather that the batch made."""
    for row in _made(session, DriverValue, batch_id):
        original = _first_state(session, "driver_value", row.id)
        if original is not None and not same_content(state_of(row), original):
            undone.keep(
                "undo.driver_value_changed", driver=row.driver, start=row.start.isoformat(), end=row.end.isoformat()
            )
            continue
        add_changes(session, link, [Change("driver_value", row.id, state_of(row), None)])
        session.delete(row)
        undone.removed += 1
    for series in SERIES.values():
        _remove_weather(session, series, batch_id, link, undone)


def _remove_weather(session: Session, series: Series, batch_id: int, link: OpenLink, undone: Undone) -> None:
    """Take away the days, typical days or months that the batch made and nobody changed since."""
    changed = _changed_days(session, series, batch_id)
    changes: list[Change] = []
    gone: dict[int, list[Any]] = {}
    for row in _made(session, series.model, batch_id):
        state = state_of(row)
        original = changed.get((row.station_id, state[series.key]))
        if original is not None and not same_content(state, original):
            undone.keep(f"undo.{series.entity}_changed", day=str(state[series.key]))
            continue
        changes.append(Change(series.entity, row.station_id, state, None))
        gone.setdefault(row.station_id, []).append(series.key_of(row))
    add_changes(session, link, changes)
    for station, keys in gone.items():
        for some in queries.parts(keys):
            session.execute(
                sa.delete(series.model)
                .where(series.model.tenant_id == tenant_of(session), series.model.station_id == station)
                .where(series.column.in_(some))
                .execution_options(synchronize_session="fetch")
            )
    undone.removed += len(changes)


def _changed_days(session: Session, series: Series, batch_id: int) -> dict[tuple[int, Any], dict[str, Any]]:
    """Return what days of weather that the batch made said at first, where they were changed since."""
    made = scoped(session, series.model.station_id).where(series.model.batch_id == batch_id)
    statement = scoped(session, History.entity_id, History.old).where(
        History.entity == series.entity, History.entity_id.in_(made)
    )
    states: dict[tuple[int, Any], dict[str, Any]] = {}
    for row in session.execute(statement.order_by(History.id)):
        states.setdefault((row.entity_id, row.old[series.key]), row.old)
    return states


def _made(session: Session, model: Any, batch_id: int) -> Iterator[Any]:
    yield from session.scalars(scoped(session, model).where(model.batch_id == batch_id)).all()


def _first_state(session: Session, entity: str, id_: int) -> dict[str, Any] | None:
    statement = scoped(session, History.old).where(History.entity == entity, History.entity_id == id_)
    found: dict[str, Any] | None = session.scalar(statement.order_by(History.id).limit(1))
    return found
