"""The one place that knows what the present request, command or job may see, and builds every query from it.

A session carries a `domain.accounts.Scope`. Without one, every query on tenant-owned rows is refused.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import event

from emstrack.domain.errors import EmstrackError, NotAllowedError, NotFoundError
from emstrack.storage.base import Base, TenantOwned

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session, sessionmaker

    from emstrack.domain.accounts import Permission, Scope

_SCOPE = "scope"
_EVERY_TENANT = "every_tenant"

Owned = TypeVar("Owned", bound=TenantOwned)


def set_scope(session: Session, scope: Scope) -> None:
    """Put a scope on a session; on PostgreSQL the transaction's row-level security follows."""
    session.info[_SCOPE] = scope
    if session.in_transaction():
        _tell_database(session, session.connection())


def scope_of(session: Session) -> Scope:
    """Return the session's scope.

    Raises
    ------
    EmstrackError
        ``scope.missing`` where none was set: refusing is the only safe default.
    """
    scope = session.info.get(_SCOPE)
    if scope is None:
        raise EmstrackError("scope.missing")
    return cast("Scope", scope)


def tenant_of(session: Session) -> int:
    """Return the id of the tenant whose rows are open."""
    return scope_of(session).tenant_id


def require(session: Session, permission: Permission) -> Scope:
    """Return the scope if it holds a permission; otherwise refuse."""
    scope = scope_of(session)
    if not scope.may(permission):
        raise NotAllowedError("record.not_allowed", permission=permission.value)
    return scope


@contextmanager
def every_tenant(session: Session, reason: str) -> Iterator[None]:
    """Open the rows of all tenants for a named reason: sign-in, a job over tenants, the operator's commands."""
    before = session.info.get(_EVERY_TENANT)
    session.info[_EVERY_TENANT] = reason
    if session.in_transaction():
        _tell_database(session, session.connection())
    try:
        yield
    finally:
        session.info[_EVERY_TENANT] = before
        if session.in_transaction():
            _tell_database(session, session.connection())


def sees_every_tenant(info: dict[Any, Any]) -> bool:
    """Tell whether a session stands inside `every_tenant`."""
    return bool(info.get(_EVERY_TENANT))


def scoped(session: Session, *entities: Any) -> sa.Select[Any]:
    """Return a select of what the scope may see of these entities: the beginning of every query on tenant-owned rows.

    Each mapped class or table among the entities is bound to the tenant, and to the visible organisations and sites.
    Columns may be named too: their tables are bound.
    """
    statement = sa.select(*entities)
    for table in _tables_of(statement):
        statement = statement.where(*within(session, table))
    return statement


def within(session: Session, entity: Any) -> list[sa.ColumnElement[bool]]:
    """Return the criteria that keep a table (mapped class, alias or table) inside the scope, for a join."""
    table = sa.inspect(entity).selectable if not isinstance(entity, sa.FromClause) else entity
    scope = scope_of(session)
    if "tenant_id" not in table.c:
        return []
    criteria: list[sa.ColumnElement[bool]] = [table.c.tenant_id == scope.tenant_id]
    if scope.organisation_ids is not None:
        criteria += _visible_part(session, scope, table)
    return criteria


def find(session: Session, model: type[Owned], id_: int) -> Owned:
    """Return one row the scope may see.

    Raises
    ------
    NotFoundError
        Where it is not there or not visible: both look alike.
    """
    found = session.scalars(scoped(session, model).where(sa.inspect(model).selectable.c.id == id_)).one_or_none()
    if found is None:
        raise NotFoundError("record.not_found", thing=sa.inspect(model).local_table.name.replace("_", " "))
    return cast("Owned", found)


def visible_sites(session: Session) -> sa.Select[Any]:
    """Return a select of the ids of the sites the scope may see."""
    site = Base.metadata.tables["site"]
    return sa.select(site.c.id).where(*within(session, site))


def _visible_part(session: Session, scope: Scope, table: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    organisations = scope.organisation_ids or frozenset()
    name = getattr(table, "element", table)
    if getattr(name, "name", "") == "organisation":
        return [table.c.id.in_(organisations)]
    if getattr(name, "name", "") == "site":
        seen = table.c.organisation_id.in_(organisations)
        return [seen | table.c.id.in_(scope.site_ids)] if scope.site_ids else [seen]
    if "site_id" in table.c:
        visible = table.c.site_id.in_(visible_sites(session))
        return [visible | table.c.site_id.is_(None)] if table.c.site_id.nullable else [visible]
    if "meter_id" in table.c:
        meter = Base.metadata.tables["meter"]
        return [table.c.meter_id.in_(sa.select(meter.c.id).where(*within(session, meter)))]
    if "organisation_id" in table.c:
        return [table.c.organisation_id.in_(organisations)]
    return []


def _tables_of(statement: sa.Select[Any]) -> list[sa.FromClause]:
    return [table for table in statement.columns_clause_froms if isinstance(table, sa.Table | sa.Alias)]


def _tell_database(session: Session, connection: sa.Connection) -> None:
    if connection.dialect.name != "postgresql":
        return
    scope = session.info.get(_SCOPE)
    connection.execute(
        sa.text(
            "SELECT set_config('emstrack.tenant_id', :tenant, true), set_config('emstrack.every_tenant', :all, true)"
        ),
        {"tenant": str(scope.tenant_id) if scope else "", "all": "on" if sees_every_tenant(session.info) else "off"},
        execution_options={"emstrack_text": "names no table"},
    )


def install(factory: sessionmaker[Session]) -> None:
    """Tell each new transaction whose rows are open, and let the guard see the session behind a connection."""

    @event.listens_for(factory, "after_begin")
    def _after_begin(session: Session, _transaction: object, connection: sa.Connection) -> None:
        connection.execution_options(emstrack_info=session.info)
        _tell_database(session, connection)
