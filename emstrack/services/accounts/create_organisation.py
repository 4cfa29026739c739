"""New organisations: the root of a tree, which is a tenant, and what hangs below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.accounts import Locality, OrganisationKind, Permission
from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.services.accounts.check_locality import checked_locality
from emstrack.storage.models import Organisation
from emstrack.storage.scope import every_tenant, find, require, scoped
from emstrack.storage.uniqueness import first_come

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

LONGEST_NAME = 200
NOWHERE = Locality()


def create_tenant(
    session: Session,
    name: str,
    kind: str = OrganisationKind.MUNICIPALITY,
    *,
    now: datetime,
    locality: Locality = NOWHERE,
    is_demonstration: bool = False,
) -> Organisation:
    """Create the root of an organisation tree; the caller then sets a scope to work in it.

    Raises
    ------
    RefusedError
        ``organisation.exists`` where another tree has this name: the command line goes by names.
    """
    name, locality = checked_name(name), checked_locality(locality)
    with every_tenant(session, "a new tenant belongs to none yet"):
        roots = sa.select(Organisation.name).where(Organisation.parent_id.is_(None))
        if name.casefold() in {each.casefold() for each in session.scalars(roots)}:
            raise RefusedError("organisation.exists", name=name)
        root = Organisation(
            tenant_id=0,
            kind=OrganisationKind(kind),
            name=name,
            country=locality.country,
            currency=locality.currency,
            language=locality.language,
            time_zone=locality.time_zone,
            is_demonstration=is_demonstration,
            created_at=now,
        )
        session.add(root)
        session.flush()
        root.tenant_id = root.id
        session.flush()
    return root


def create_organisation(
    session: Session,
    name: str,
    *,
    parent_id: int,
    kind: str,
    now: datetime,
    locality: Locality = NOWHERE,
) -> Organisation:
    """Create an organisation below another; country, currency, language and time zone are its parent's unless given."""
    require(session, Permission.ADMINISTER)
    parent = find(session, Organisation, parent_id)
    if parent.archived_at is not None:
        raise NotFoundError("record.not_found", thing="organisation")
    name = checked_name(name)
    refuse_taken_name(session, parent.tenant_id, name)
    inherited = Locality(
        country=locality.country or parent.country,
        currency=locality.currency or ("" if locality.country else parent.currency),
        language=locality.language or parent.language,
        time_zone=locality.time_zone if locality.time_zone != "UTC" or locality.country else parent.time_zone,
    )
    locality = checked_locality(inherited)
    child = Organisation(
        tenant_id=parent.tenant_id,
        parent_id=parent.id,
        kind=OrganisationKind(kind),
        name=name,
        country=locality.country,
        currency=locality.currency,
        language=locality.language,
        time_zone=locality.time_zone,
        fiscal_year_start_month=parent.fiscal_year_start_month,
        created_at=now,
    )
    with first_come(session, lambda: refuse_taken_name(session, parent.tenant_id, name)):
        session.add(child)
    return child


def checked_name(name: str) -> str:
    """Return a name without stray spaces, or refuse it."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise RefusedError("organisation.name", longest=LONGEST_NAME)
    return name


def refuse_taken_name(session: Session, tenant_id: int, name: str, *, but: int | None = None) -> None:
    """Refuse a name that another organisation of the tenant has, whether this person sees it or not."""
    taken = sa.select(Organisation.id, Organisation.name).where(Organisation.tenant_id == tenant_id)
    if any(row.name.casefold() == name.casefold() and row.id != but for row in session.execute(taken)):
        raise RefusedError("organisation.exists", name=name)


def visible_organisations(session: Session) -> list[Organisation]:
    """Return the organisations the scope may see that are in use, by name."""
    statement = scoped(session, Organisation).where(Organisation.archived_at.is_(None)).order_by(Organisation.name)
    return list(session.scalars(statement))
