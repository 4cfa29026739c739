"""The operator at the command line: names an organisation, and may do everything in it and below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Permission, Scope, descendants
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.storage.models import Organisation
from emstrack.storage.scope import every_tenant, set_scope

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def operator_scope(session: Session, named: str | int) -> Organisation:
    """Open an organisation with what is below it, by name or id, and return it.

    Raises
    ------
    NotFoundError
        ``organisation.not_found``.
    RefusedError
        ``organisation.ambiguous`` where several have the name.
    """
    with every_tenant(session, "the operator names the organisation"):
        organisation = _named(session, str(named).strip())
        tree = sa.select(Organisation.id, Organisation.parent_id).where(
            Organisation.tenant_id == organisation.tenant_id
        )
        parents = {row.id: row.parent_id for row in session.execute(tree)}
    whole = organisation.id == organisation.tenant_id
    set_scope(
        session,
        Scope(
            tenant_id=organisation.tenant_id,
            organisation_ids=None if whole else descendants(parents, [organisation.id]),
            permissions=frozenset(Permission),
        ),
    )
    return organisation


def _named(session: Session, named: str) -> Organisation:
    if named.isascii() and named.isdigit() and len(named) < 19:
        found = session.get(Organisation, int(named))
        if found is not None:
            return found
    wanted = named.casefold()
    names = session.execute(sa.select(Organisation.id, Organisation.name).order_by(Organisation.id)).all()
    ids = [row.id for row in names if row.name == named] or [row.id for row in names if row.name.casefold() == wanted]
    if not ids:
        raise NotFoundError("organisation.not_found", named=named)
    if len(ids) > 1:
        raise RefusedError("organisation.ambiguous", named=named, ids=ids)
    return session.scalars(sa.select(Organisation).where(Organisation.id == ids[0])).one()
