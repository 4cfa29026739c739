"""Changing, moving and archiving organisations, and the modules a tenant works with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.domain.accounts import Locality, Module, OrganisationKind, Permission, descendants, modules_of
from emstrack.domain.errors import ConflictError, NotAllowedError, NotFoundError, RefusedError
from emstrack.services.accounts.check_locality import checked_locality
from emstrack.services.accounts.create_organisation import checked_name, refuse_taken_name
from emstrack.storage.models import Organisation, Site
from emstrack.storage.scope import find, require, scope_of, scoped, within
from emstrack.storage.uniqueness import first_come

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class OrganisationChange:
    """What a form may change of an organisation; the version is the one the person read."""

    name: str
    kind: str
    parent_id: int | None
    locality: Locality
    fiscal_year_start_month: int
    version: int


def change_organisation(session: Session, organisation_id: int, change: OrganisationChange) -> None:
    """Change an organisation; another parent moves it with everything below it, in one row.

    Raises
    ------
    ConflictError
        ``record.changed_meanwhile``.
    RefusedError
        ``organisation.exists``, ``organisation.moved_below_itself`` or ``organisation.root_stays``.
    """
    require(session, Permission.ADMINISTER)
    organisation = find(session, Organisation, organisation_id)
    name = checked_name(change.name)
    refuse_taken_name(session, organisation.tenant_id, name, but=organisation.id)
    if change.parent_id != organisation.parent_id:
        _check_move(session, organisation, change.parent_id)
    locality = checked_locality(change.locality)
    values = {
        "name": name,
        "kind": OrganisationKind(change.kind),
        "parent_id": change.parent_id,
        "country": locality.country,
        "currency": locality.currency,
        "language": locality.language,
        "time_zone": locality.time_zone,
        "fiscal_year_start_month": change.fiscal_year_start_month,
    }
    tenant = organisation.tenant_id
    with first_come(session, lambda: refuse_taken_name(session, tenant, name, but=organisation_id)):
        _write(session, organisation, change.version, values)


def archive_organisation(session: Session, organisation_id: int, *, version: int, now: datetime) -> None:
    """Put an organisation away that has neither organisations nor sites in use; nothing of it is lost.

    Raises
    ------
    RefusedError
        ``organisation.in_use`` or ``organisation.root_stays``.
    """
    require(session, Permission.ADMINISTER)
    organisation = find(session, Organisation, organisation_id)
    if organisation.parent_id is None:
        raise RefusedError("organisation.root_stays")
    below = session.scalars(
        scoped(session, Organisation.id).where(
            Organisation.parent_id == organisation.id, Organisation.archived_at.is_(None)
        )
    ).all()
    sites = session.scalars(
        scoped(session, Site.id).where(Site.organisation_id == organisation.id, Site.archived_at.is_(None))
    ).all()
    if below or sites:
        raise RefusedError("organisation.in_use", organisations=len(below), sites=len(sites))
    _write(session, organisation, version, {"archived_at": now})


def restore_organisation(session: Session, organisation_id: int, *, version: int) -> None:
    """Bring an archived organisation back; what it belongs to has to be there."""
    require(session, Permission.ADMINISTER)
    organisation = find(session, Organisation, organisation_id)
    if organisation.parent_id is not None and find(session, Organisation, organisation.parent_id).archived_at:
        raise RefusedError("organisation.parent_archived")
    _write(session, organisation, version, {"archived_at": None})


def switch_modules(session: Session, wanted: Collection[str], *, version: int) -> None:
    """Switch the tenant's modules on and off; only what differs from the kind's own is kept."""
    root = tenant_root(session)
    kind = OrganisationKind(root.kind)
    own = modules_of(kind, {})
    switched = {str(module): module in wanted for module in Module if (module in wanted) != (module in own)}
    _write(session, root, version, {"profile": {**root.profile, "modules": switched}})


def tenant_root(session: Session) -> Organisation:
    """Return the root of the tree, for somebody who administers the whole of it."""
    scope = require(session, Permission.ADMINISTER)
    if scope.organisation_ids is not None:
        raise NotAllowedError("record.not_allowed", permission=Permission.ADMINISTER.value)
    return find(session, Organisation, scope.tenant_id)


def _check_move(session: Session, organisation: Organisation, parent_id: int | None) -> None:
    if organisation.parent_id is None or parent_id is None:
        raise RefusedError("organisation.root_stays")
    parent = find(session, Organisation, parent_id)
    if parent.archived_at is not None:
        raise NotFoundError("record.not_found", thing="organisation")
    tree = sa.select(Organisation.id, Organisation.parent_id).where(
        Organisation.tenant_id == scope_of(session).tenant_id
    )
    parents = {row.id: row.parent_id for row in session.execute(tree)}
    if parent_id in descendants(parents, [organisation.id]):
        raise RefusedError("organisation.moved_below_itself")


def _write(session: Session, organisation: Organisation, version: int, values: dict[str, Any]) -> None:
    """Write if nobody wrote since the person read: a single conditional statement, so that two at once cannot both."""
    id_, name = organisation.id, organisation.name
    written = session.execute(
        sa.update(Organisation)
        .where(*within(session, Organisation), Organisation.id == id_, Organisation.version == version)
        .values(**values, version=Organisation.version + 1)
        .returning(Organisation.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    now = scoped(session, Organisation).where(Organisation.id == id_).execution_options(populate_existing=True)
    stored = session.scalars(now).one()
    if written is None:
        raise ConflictError("record.changed_meanwhile", mine=values.get("name", name), theirs=stored.name)
