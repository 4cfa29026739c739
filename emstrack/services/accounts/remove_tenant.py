"""Taking the demonstration away: everything of one tenant, table by table, and nothing of any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import NotFoundError
from emstrack.gateways.stored_files import StoredFiles
from emstrack.storage.base import Base
from emstrack.storage.models import Membership, Organisation, Share, Site, StoredFile, TenantStamp, User
from emstrack.storage.scope import every_tenant, require, scope_of, set_scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def list_demonstrations(session: Session) -> list[tuple[int, str]]:
    """Return the demonstrations of this installation: id and name."""
    with every_tenant(session, "the demonstration is a tenant of its own"):
        roots = sa.select(Organisation.id, Organisation.name).where(
            Organisation.parent_id.is_(None), Organisation.is_demonstration.is_(True)
        )
        return [(row.id, row.name) for row in session.execute(roots)]


def remove_demonstration(session: Session, tenant_id: int, *, files_dir: str) -> None:
    """Remove a demonstration with its files, on any administrator's word.

    Raises
    ------
    NotFoundError
        For a tenant that is not a demonstration: its rows are never removed this way.
    """
    require(session, Permission.ADMINISTER)
    if tenant_id not in {id_ for id_, _ in list_demonstrations(session)}:
        raise NotFoundError("record.not_found", thing="demonstration")
    before = scope_of(session)
    set_scope(session, Scope(tenant_id))
    try:
        paths = _remove(session, tenant_id)
    finally:
        set_scope(session, before)
    files = StoredFiles(files_dir)
    for path in paths:
        files.remove(path)


def _remove(session: Session, tenant_id: int) -> list[str]:
    paths = list(session.scalars(sa.select(StoredFile.path).where(StoredFile.tenant_id == tenant_id)))
    people = list(session.scalars(sa.select(Membership.user_id).where(Membership.tenant_id == tenant_id)))
    session.execute(sa.update(Site).where(Site.tenant_id == tenant_id).values(photo_id=None))
    with every_tenant(session, "tables are emptied of one tenant, each statement naming it"):
        for table in reversed(Base.metadata.sorted_tables):
            if "tenant_id" in table.c and table.name != "organisation":
                session.execute(sa.delete(table).where(table.c.tenant_id == tenant_id))
        kept: sa.CompoundSelect[int | None] = sa.union(
            sa.select(Membership.user_id), sa.select(Share.created_by).where(Share.created_by.is_not(None))
        )
        session.execute(sa.delete(User).where(User.id.in_(people), User.id.not_in(kept)))
        session.execute(sa.delete(Organisation).where(Organisation.tenant_id == tenant_id))
        session.execute(sa.delete(TenantStamp).where(TenantStamp.tenant_id == tenant_id))  # the rest stamped it anew
    session.expunge_all()
    return paths
