"""An uploaded file on its way in: kept, looked at, waiting for a person's word, imported or given up."""

from __future__ import annotations

import hashlib
import json
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.readings import BatchStatus
from emstrack.readers.mapped import Mapping
from emstrack.services.readings.keep_batch import is_alive, start_batch, this_process
from emstrack.services.readings.read_chunks import Request
from emstrack.storage.models import ImportBatch, StoredFile
from emstrack.storage.scope import find, require, tenant_of

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from emstrack.gateways.stored_files import StoredFiles


COLUMNS_HELP = frozenset({"header.missing", "header.not_recognised", "mapping.needed", "mapping.does_not_fit"})
"""Refusals of a whole file that saying what each column is may mend."""

_BUSY = (BatchStatus.RUNNING, BatchStatus.PREVIEW)


def receive_file(
    session: Session,
    content: bytes,
    name: str,
    *,
    organisation_id: int,
    options: dict[str, Any],
    files: StoredFiles,
    now: datetime,
) -> ImportBatch:
    """Keep an uploaded file under a random name, and begin its preview.

    Raises
    ------
    RefusedError
        ``import.no_file``, or ``import.busy`` while another file of the tenant is being worked on.
    """
    scope = require(session, Permission.IMPORT)
    if not name:
        raise RefusedError("import.no_file")
    refuse_while_busy(session)
    digest = hashlib.sha256(content).hexdigest()
    shown = PurePath(name.replace("\\", "/")).name[:200] or "file"
    suffix = PurePath(shown).suffix.lower()
    stored = StoredFile(
        tenant_id=scope.tenant_id,
        path=files.save(content, suffix if suffix in {".csv", ".xlsx", ".txt", ".tsv", ".epw"} else ""),
        name=shown,
        media_type="application/octet-stream",
        size=len(content),
        sha256=digest,
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(stored)
    session.flush()
    return start_batch(
        session,
        organisation_id=organisation_id,
        file_name=shown,
        now=now,
        status=BatchStatus.PREVIEW,
        options=options,
        kind=options.get("kind") or "readings",
        sha256=digest,
        file_id=stored.id,
    )


def refuse_while_busy(session: Session, *, but: int | None = None) -> None:
    """One file at a time per tenant: two would wait for each other and plan on what the other is changing."""
    statement = sa.select(ImportBatch.id, ImportBatch.options, ImportBatch.status, ImportBatch.report["counts"])
    statement = statement.where(ImportBatch.tenant_id == tenant_of(session), ImportBatch.status.in_(_BUSY))
    for row in session.execute(statement):
        waits_for_a_person = row.status == BatchStatus.PREVIEW and row[3] is not None
        if row.id != but and not waits_for_a_person and is_alive(row.options.get("process") or {}):
            raise RefusedError("import.busy")


def path_of_batch(session: Session, batch: ImportBatch, files: StoredFiles) -> Path:
    """Return where the file of a batch lies."""
    if batch.file_id is None:
        raise RefusedError("import.file_gone")
    path = files.place(find(session, StoredFile, batch.file_id).path)
    if not path.is_file():
        raise RefusedError("import.file_gone")
    return path


def request_of_batch(session: Session, batch: ImportBatch, files: StoredFiles, today: date) -> Request:
    """Return what a person asked for when they uploaded the file, and said since."""
    options = batch.options
    mapping = options.get("mapping")
    return Request(
        path=path_of_batch(session, batch, files),
        name=batch.file_name,
        organisation_id=batch.organisation_id,
        kind=options.get("kind", ""),
        mapping=Mapping.from_json(json.dumps(mapping)) if mapping else None,
        currency=options.get("currency", ""),
        today=today,
    )


def confirm(session: Session, batch_id: int) -> None:
    """Give the word: the preview becomes an import. Only one click counts.

    Raises
    ------
    RefusedError
        ``batch.not_previewed``, ``import.busy``.
    """
    require(session, Permission.IMPORT)
    batch = find(session, ImportBatch, batch_id)
    if batch.status != BatchStatus.PREVIEW or not batch.report.get("counts"):
        raise RefusedError("batch.not_previewed", batch=batch_id)
    refuse_while_busy(session, but=batch_id)
    _restart(session, batch, BatchStatus.RUNNING)


def use_mapping(session: Session, batch_id: int, mapping: Mapping) -> None:
    """Look at the file again with what a person said its columns are."""
    require(session, Permission.IMPORT)
    batch = find(session, ImportBatch, batch_id)
    if batch.status != BatchStatus.PREVIEW:
        raise RefusedError("batch.not_previewed", batch=batch_id)
    refuse_while_busy(session, but=batch_id)
    batch.options = {**batch.options, "mapping": json.loads(mapping.to_json())}
    _restart(session, batch, BatchStatus.PREVIEW)


def _restart(session: Session, batch: ImportBatch, status: BatchStatus) -> None:
    moved = session.execute(
        sa.update(ImportBatch)
        .where(ImportBatch.tenant_id == tenant_of(session), ImportBatch.id == batch.id)
        .where(ImportBatch.status == BatchStatus.PREVIEW.value, ImportBatch.version == batch.version)
        .values(
            status=status.value,
            version=ImportBatch.version + 1,
            report={},
            rows_done=0,
            options={**batch.options, "process": this_process()},
        )
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # an update has a count
        raise RefusedError("batch.not_previewed", batch=batch.id)
    session.expire(batch)
