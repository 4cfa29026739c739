"""The wall behind `scope`: a statement on tenant-owned rows that names no tenant never reaches the database.

It reads the statement itself, so it holds for ORM and Core alike; inserts and the ORM's own writes are checked by
value. Textual SQL in a session is refused unless it says why (execution option ``emstrack_text``).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.sql import operators, visitors

from emstrack.storage.base import Base, TenantOwned
from emstrack.storage.scope import scope_of, sees_every_tenant

if TYPE_CHECKING:
    from sqlalchemy.orm import Session, sessionmaker

_FLUSHING = "flushing"
WRITTEN_BY_GUESTS = frozenset(
    {
        *("audit", "audit_answer", "finding", "audit_photo", "stored_file"),
        *("balance", "unit_operation", "process_stream"),
        *("history", "history_link", "idempotency_key"),
        *("savings_result", "baseline"),  # computed anew, and locked by a report, for whoever reads them
    }
)
"""What somebody of another tenant may write where a part was shared with them: what an audit is made of."""


class UnscopedStatementError(RuntimeError):
    """A defect of ours: a statement that would reach over tenants. It reaches the log, and the request fails closed."""


def install(engine: sa.Engine) -> None:
    """Check every statement of this engine's sessions."""

    @event.listens_for(engine, "before_execute")
    def _check(
        connection: sa.Connection, statement: Any, multiparams: Any, params: Any, execution_options: Any
    ) -> None:
        info = connection.get_execution_options().get("emstrack_info")
        if info is None or sees_every_tenant(info) or info.get(_FLUSHING):
            return
        if isinstance(statement, sa.TextClause):
            if "emstrack_text" not in execution_options:
                raise UnscopedStatementError(f"textual SQL in a session: {statement.text[:200]}")
        elif isinstance(statement, sa.Insert):
            _check_guest(info, statement.table.name)
            _check_insert(info, statement, multiparams or ([params] if params else []))
        elif isinstance(statement, sa.sql.ClauseElement):
            if isinstance(statement, sa.Update | sa.Delete):
                _check_guest(info, getattr(statement.table, "name", ""))
            _check_tables(info, statement)


def install_session(factory: sessionmaker[Session]) -> None:
    """Check the ORM's own writes by the value on each object."""

    @event.listens_for(factory, "before_flush")
    def _before(session: Session, _context: object, _instances: object) -> None:
        if not sees_every_tenant(session.info):
            for row in (*session.new, *session.dirty, *session.deleted):
                if not isinstance(row, TenantOwned):
                    continue
                if row.tenant_id != scope_of(session).tenant_id:
                    raise UnscopedStatementError(f"{type(row).__name__} of another tenant")
                _check_guest(session.info, row.__tablename__)  # type: ignore[attr-defined]  # a mapped class has one
        session.info[_FLUSHING] = True

    @event.listens_for(factory, "after_flush")
    def _after(session: Session, _context: object) -> None:
        session.info[_FLUSHING] = False

    @event.listens_for(factory, "after_soft_rollback")
    def _rolled_back(session: Session, _previous: object) -> None:
        session.info[_FLUSHING] = False


@cache
def tenant_tables() -> frozenset[str]:
    """Return the names of the tables whose rows belong to a tenant."""
    return frozenset(
        mapper.local_table.name  # type: ignore[attr-defined]  # a mapped table has a name
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, TenantOwned)
    )


def _tenant(info: dict[Any, Any]) -> int:
    scope = info.get("scope")
    if scope is None:
        raise UnscopedStatementError("a statement on tenant-owned rows in a session without a scope")
    return int(scope.tenant_id)


def _check_guest(info: dict[Any, Any], table: str) -> None:
    """Refuse what somebody of another tenant would write beside audits: a service that forgot to ask is a defect."""
    scope = info.get("scope")
    if scope is None or scope.shared_audits is None or table not in tenant_tables():
        return
    if table not in WRITTEN_BY_GUESTS:
        raise UnscopedStatementError(f"{table} written by a guest of the tenant")


def _check_insert(info: dict[Any, Any], statement: sa.Insert, rows: list[Any]) -> None:
    if statement.table.name not in tenant_tables():
        return
    tenant = _tenant(info)
    if statement.select is not None:
        _check_tables(info, statement.select)
        return
    given = [row for batch in rows for row in (batch if isinstance(batch, list) else [batch])]
    compiled = statement.compile().params
    if any(row.get("tenant_id", compiled.get("tenant_id")) != tenant for row in given or [compiled]):
        raise UnscopedStatementError(f"insert into {statement.table} for another tenant")


def _check_tables(info: dict[Any, Any], statement: sa.sql.ClauseElement) -> None:
    touched: set[str] = set()
    aliased: set[str] = set()
    bound: set[str] = set()
    tenant: int | None = None
    for element in visitors.iterate(statement):
        if isinstance(element, sa.Alias) and isinstance(element.element, sa.Table):
            if element.element.name in tenant_tables():
                touched.add(str(element.name))
                aliased.add(element.element.name)
        elif isinstance(element, sa.Table) and element.name in tenant_tables():
            touched.add(element.name)
        elif isinstance(element, sa.BinaryExpression) and element.operator is operators.eq:
            left, right = element.left, element.right
            if isinstance(left, sa.Column) and left.name == "tenant_id" and isinstance(right, sa.BindParameter):
                tenant = _tenant(info) if tenant is None else tenant
                if right.effective_value == tenant:
                    bound.add(str(left.table.name))
    loose = touched - bound - {name for name in aliased if name not in bound and not _stands_alone(statement, name)}
    if loose:
        raise UnscopedStatementError(f"a statement that names no tenant for {sorted(loose)}: {statement}")


def _stands_alone(statement: sa.sql.ClauseElement, name: str) -> bool:
    """Tell whether a table that is also aliased is used under its own name too."""
    return any(
        isinstance(element, sa.Column) and isinstance(element.table, sa.Table) and element.table.name == name
        for element in visitors.iterate(statement)
    )
