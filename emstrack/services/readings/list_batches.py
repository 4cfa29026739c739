"""What came in by file, newest first; one batch with all that was said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError
from emstrack.storage.models import ImportBatch, Organisation, User
from emstrack.storage.scope import every_tenant, find, require, within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def list_batches(session: Session, *, before: int | None = None, limit: int = 50) -> Sequence[Any]:
    """Return batches with the organisation and the person, without their reports' findings."""
    require(session, Permission.VIEW)
    columns = (
        ImportBatch.id,
        ImportBatch.kind,
        ImportBatch.file_name,
        ImportBatch.format,
        ImportBatch.status,
        ImportBatch.created_at,
        ImportBatch.rows_done,
        ImportBatch.rows_total,
        ImportBatch.report["counts"].label("counts"),
        Organisation.name.label("organisation"),
        Organisation.time_zone,
        User.name.label("person"),
    )
    statement = (
        sa.select(*columns)
        .select_from(ImportBatch)
        .join(Organisation, Organisation.id == ImportBatch.organisation_id)
        .outerjoin(User, User.id == ImportBatch.created_by)
        .where(*within(session, ImportBatch), *within(session, Organisation))
        .order_by(ImportBatch.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(ImportBatch.id < before)
    return session.execute(statement).all()


def show_batch(session: Session, batch_id: int) -> ImportBatch:
    """Return one batch."""
    require(session, Permission.VIEW)
    return find(session, ImportBatch, batch_id)


def time_zone_of(session: Session, batch: ImportBatch) -> str:
    """Return the time zone of the organisation that a batch was imported for."""
    return find(session, Organisation, batch.organisation_id).time_zone


def tenant_of_batch(session: Session, batch_id: int) -> int:
    """Return the tenant of a batch, for the operator who names it by its number alone."""
    with every_tenant(session, "the operator names a batch"):
        tenant = session.scalar(sa.select(ImportBatch.tenant_id).where(ImportBatch.id == batch_id))
    if tenant is None:
        raise NotFoundError("batch.not_found", batch=batch_id)
    return tenant


def tenants(session: Session) -> Sequence[Any]:
    """Return id and name of every tenant, for the operator's commands over all of them."""
    with every_tenant(session, "the operator's command goes over every tenant"):
        statement = sa.select(Organisation.id, Organisation.name).where(Organisation.parent_id.is_(None))
        return session.execute(statement.order_by(Organisation.id)).all()
