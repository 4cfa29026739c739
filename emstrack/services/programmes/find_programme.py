"""The operator at the command line names a programme; its tenant is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.storage.models import Programme
from emstrack.storage.scope import every_tenant, set_scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def find_programme(session: Session, named: str) -> int:
    """Open the tenant of a programme, by name or id, and return its id.

    Raises
    ------
    NotFoundError
        ``programme.not_found``.
    RefusedError
        ``programme.ambiguous`` where several have the name.
    """
    wanted = named.strip()
    with every_tenant(session, "the operator names the programme"):
        rows = session.execute(sa.select(Programme.id, Programme.name, Programme.tenant_id)).all()
    found = [row for row in rows if row.name == wanted] or [
        row for row in rows if row.name.casefold() == wanted.casefold()
    ]
    if not found and wanted.isascii() and wanted.isdigit():
        found = [row for row in rows if str(row.id) == wanted]
    if not found:
        raise NotFoundError("programme.not_found", named=wanted[:200])
    if len(found) > 1:
        raise RefusedError("programme.ambiguous", named=wanted, ids=[row.id for row in found])
    set_scope(session, Scope(found[0].tenant_id, permissions=frozenset(Permission)))
    return int(found[0].id)
