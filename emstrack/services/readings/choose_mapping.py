"""Mappings of somebody's own spreadsheet, kept by name: proposed, confirmed once, used every month."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.gateways.limited_process import call
from emstrack.readers.mapped import Mapping
from emstrack.readers.mapping import propose_mapping
from emstrack.readers.rows import Options
from emstrack.storage.models import ImportMapping
from emstrack.storage.scope import require, scope_of, scoped

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from emstrack.services.readings.read_chunks import Limits


def propose(path: Path, name: str, limits: Limits) -> Mapping:
    """Return what the columns seem to be, for a person to confirm; read in the limited process."""
    options = Options(name=name, max_mb=max(limits.max_upload_mb, 200))
    found: Mapping = call(
        propose_mapping, path, options, memory_mb=limits.import_memory_mb, seconds=limits.import_seconds
    )
    return found


def find_mapping(session: Session, name: str) -> Mapping:
    """Return a mapping by its name.

    Raises
    ------
    NotFoundError
        ``mapping.not_found``.
    """
    row = session.scalars(scoped(session, ImportMapping).where(ImportMapping.name == name)).one_or_none()
    if row is None:
        raise NotFoundError("mapping.not_found", name=name, known=mapping_names(session))
    return of_document(row.mapping)


def as_document(mapping: Mapping) -> dict[str, Any]:
    """Return a mapping as the database keeps it."""
    document: dict[str, Any] = json.loads(mapping.to_json())
    return document


def of_document(document: dict[str, Any]) -> Mapping:
    """Return the mapping that the database kept."""
    return Mapping.from_json(json.dumps(document))


def mapping_names(session: Session) -> list[str]:
    """Return the names of the mappings there are."""
    return list(session.scalars(scoped(session, ImportMapping.name).order_by(ImportMapping.name)))


def save_mapping(session: Session, name: str, mapping: Mapping, *, now: datetime) -> None:
    """Keep a mapping under a name; the same name is replaced."""
    scope = require(session, Permission.IMPORT)
    name = name.strip()
    if not name or len(name) > 80:
        raise RefusedError("mapping.needs_a_name")
    row = session.scalars(scoped(session, ImportMapping).where(ImportMapping.name == name)).one_or_none()
    document = as_document(mapping)
    if row is not None:
        row.mapping = document
        row.version += 1
        return
    session.add(
        ImportMapping(
            tenant_id=scope_of(session).tenant_id,
            name=name,
            mapping=document,
            created_at=now,
            created_by=scope.user_id,
        )
    )
