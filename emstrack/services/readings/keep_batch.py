"""The row of a batch through its life: begun, moving, finished, or found dead."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.readings import BatchStatus
from emstrack.services.readings.describe_import import report_of
from emstrack.storage.models import ImportBatch, Organisation
from emstrack.storage.scope import every_tenant, find, require, scoped, tenant_of

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.errors import EmstrackError
    from emstrack.services.readings.import_outcome import Outcome

_ALIVE = (BatchStatus.RUNNING, BatchStatus.PREVIEW)


def start_batch(
    session: Session,
    *,
    organisation_id: int,
    file_name: str,
    now: datetime,
    status: BatchStatus = BatchStatus.RUNNING,
    options: dict[str, Any] | None = None,
    **columns: Any,
) -> ImportBatch:
    """Begin a batch; it carries which process works on it."""
    scope = require(session, Permission.IMPORT)
    find(session, Organisation, organisation_id)
    batch = ImportBatch(
        **{"kind": "readings", **columns},
        tenant_id=scope.tenant_id,
        organisation_id=organisation_id,
        file_name=file_name,
        options={**(options or {}), "process": this_process()},
        status=status.value,
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(batch)
    session.flush()
    return batch


def note_progress(session: Session, batch_id: int, rows: int, total: int | None) -> bool:
    """Write how far a batch is; return whether it shall go on."""
    session.execute(
        sa.update(ImportBatch)
        .where(ImportBatch.tenant_id == tenant_of(session), ImportBatch.id == batch_id)
        .values(rows_done=rows, rows_total=total)
        .execution_options(synchronize_session=False)
    )
    return still_wanted(session, batch_id)


def still_wanted(session: Session, batch_id: int) -> bool:
    """Tell whether a batch is alive and nobody asked to cancel it."""
    statement = scoped(session, ImportBatch.status, ImportBatch.cancel_asked).where(ImportBatch.id == batch_id)
    row = session.execute(statement).one_or_none()
    return row is not None and row.status in _ALIVE and not row.cancel_asked


def ask_to_cancel(session: Session, batch_id: int) -> None:
    """Ask the process that works on a batch to stop; it looks between two chunks and before it commits.

    Raises
    ------
    RefusedError
        ``batch.not_running``.
    """
    require(session, Permission.IMPORT)
    batch = find(session, ImportBatch, batch_id)
    if batch.status not in _ALIVE:
        raise RefusedError("batch.not_running", batch=batch_id)
    batch.cancel_asked = True
    if batch.status == BatchStatus.PREVIEW and batch.report:
        batch.status = BatchStatus.CANCELLED.value


def finish_batch(
    session: Session,
    batch_id: int,
    status: BatchStatus,
    *,
    outcome: Outcome | None = None,
    error: EmstrackError | None = None,
    now: datetime,
) -> None:
    """Write how a batch ended."""
    batch = find(session, ImportBatch, batch_id)
    batch.status = status.value
    batch.report = report_of(outcome, error)
    if outcome is not None:
        batch.kind, batch.format = outcome.kind, outcome.format
        batch.rows_done = batch.rows_total = outcome.counts["found"]
    if status is not BatchStatus.PREVIEW:
        batch.finished_at = now
    session.flush()


def mark_interrupted(session: Session, *, now: datetime) -> int:
    """Call every batch interrupted whose process is gone; nothing of it was written."""
    with every_tenant(session, "a start looks for batches whose process died"):
        found = session.scalars(sa.select(ImportBatch).where(ImportBatch.status.in_(_ALIVE))).all()
        dead = [batch for batch in found if not batch.report and not is_alive(batch.options.get("process") or {})]
        for batch in dead:
            batch.status, batch.finished_at = BatchStatus.INTERRUPTED.value, now
        session.flush()
    return len(dead)


def this_process() -> dict[str, Any]:
    """Return what tells this process from any other, later ones of the same number included."""
    return {"host": socket.gethostname(), "pid": os.getpid(), "born": _born(os.getpid())}


def is_alive(process: dict[str, Any]) -> bool:
    """Tell whether a process still lives; one of another host is believed to."""
    if process.get("host") != socket.gethostname():
        return True
    pid = int(process.get("pid") or 0)
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process.get("born") == _born(pid)


def _born(pid: int) -> str:
    """When the process started, as the kernel counts it; empty where there is no /proc."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return ""
