"""The one place that knows what the present request, command or job may see, and builds every query from it.

A session carries a `domain.accounts.Scope`. Without one, every query on tenant-owned rows is refused.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy import event

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import EmstrackError, NotAllowedError, NotFoundError
from emstrack.storage.base import Base, TenantOwned

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session, sessionmaker

    from emstrack.domain.accounts import Scope

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


def auditable_sites(session: Session) -> sa.Select[Any]:
    """Return a select of the ids of the sites whose audits the scope may write: in somebody else's tenant, a part."""
    site = Base.metadata.tables["site"]
    scope = scope_of(session)
    statement = sa.select(site.c.id).where(*within(session, site))
    if not scope.may(Permission.AUDIT):
        return statement.where(sa.false())
    if scope.shared_audits is None:
        return statement
    part = scope.shared_audits
    return statement.where(site.c.organisation_id.in_(part.organisation_ids) | site.c.id.in_(part.site_ids))


def _visible_part(session: Session, scope: Scope, table: sa.FromClause) -> list[sa.ColumnElement[bool]]:
    """Return what a part of a tenant may see of a table: decided per table, and nothing of one nobody decided on."""
    organisations = scope.organisation_ids or frozenset()
    name = str(getattr(getattr(table, "element", table), "name", ""))
    if name in _OPEN_WITHIN_A_TENANT:
        return []
    if name in _DECIDED:
        return [_DECIDED[name](session, scope, table)]
    if "site_id" in table.c:
        return [table.c.site_id.in_(visible_sites(session))]
    if "meter_id" in table.c:
        return [table.c.meter_id.in_(_visible_meters(session))]
    if "organisation_id" in table.c:
        return [table.c.organisation_id.in_(organisations)]
    return [sa.false()]


_OPEN_WITHIN_A_TENANT = frozenset(
    {
        *("weather_station", "weather_day", "weather_month", "weather_typical_day", "weather_typical_year"),
        *("idempotency_key", "tenant_stamp", "exchange_rate"),
    }
)
"""Weather and exchange rates are nobody's secret, an answer is only found by who holds the random key it was asked
with, and a stamp says only that something changed."""


def _organisation(_session: Session, scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    return table.c.id.in_(scope.organisation_ids or frozenset())


def _site(_session: Session, scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    seen = table.c.organisation_id.in_(scope.organisation_ids or frozenset())
    return seen | table.c.id.in_(scope.site_ids) if scope.site_ids else seen


def _stored_file(session: Session, scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Pictures and bills with their site; a file of no site with who sent it, or who may import for its batch."""
    seen: sa.ColumnElement[bool] = table.c.site_id.in_(visible_sites(session))
    if scope.user_id is not None:
        seen |= table.c.created_by == scope.user_id
    if _may_import(scope):
        batch = Base.metadata.tables["import_batch"]
        seen |= table.c.id.in_(sa.select(batch.c.file_id).where(*within(session, batch)))
    return seen


def _share(session: Session, scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    shared = table.c.organisation_id.in_(scope.organisation_ids or frozenset())
    return shared | table.c.site_id.in_(visible_sites(session))


def _history(session: Session, _scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """What happened goes with what it happened to: its meter, its site, or the row of its own."""
    seen: sa.ColumnElement[bool] = table.c.meter_id.in_(_visible_meters(session))
    seen |= (table.c.entity == "site") & table.c.entity_id.in_(visible_sites(session))
    for entity in _WITH_HISTORY:
        rows = Base.metadata.tables[entity]
        seen |= (table.c.entity == entity) & table.c.entity_id.in_(sa.select(rows.c.id).where(*within(session, rows)))
    return seen


_WITH_HISTORY = (
    *("driver_value", "isolated_saving", "audit", "measure", "balance", "follow_up", "committee", "programme"),
    *("facility", "financing"),
)
"""Tables whose rows keep a history of their own, beside sites and meters."""


def _checklist(_session: Session, scope: Scope, _table: sa.FromClause) -> sa.ColumnElement[bool]:
    """A tenant's templates are open to all its people and to who audits for it; an audit shows its own copy."""
    return sa.true() if scope.shared_audits is None or scope.may(Permission.AUDIT) else sa.false()


def _of_measure(session: Session, _scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """A measure's parts go with it."""
    return table.c.measure_id.in_(_visible_measures(session))


def _case_study(session: Session, scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """A case study goes with its measure; one let out is read by all of the tenant's own people, not by guests."""
    seen = _of_measure(session, scope, table)
    return seen if scope.shared_audits is not None else seen | (table.c.audience != "draft")


def _of_balance(session: Session, _scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Operations and streams go with their balance, and that with its site."""
    balance = Base.metadata.tables["balance"]
    return table.c.balance_id.in_(sa.select(balance.c.id).where(*within(session, balance)))


def _of_committee(session: Session, _scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Members, meetings and policies go with their committee."""
    return table.c.committee_id.in_(_visible_committees(session))


def _of_meeting(session: Session, _scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """An agenda goes with its meeting."""
    meeting = Base.metadata.tables["meeting"]
    return table.c.meeting_id.in_(sa.select(meeting.c.id).where(*within(session, meeting)))


def _follow_up_rule(session: Session, _scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """The tenant's own rules hold everywhere in it; a site's rule goes with the site."""
    return table.c.site_id.is_(None) | table.c.site_id.in_(visible_sites(session))


def _programme_site(session: Session, scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """A part of a tenant sees its own sites of a programme; somebody else's share opens none of it."""
    if scope.shared_audits is not None:
        return sa.false()
    return (table.c.site_tenant_id == scope.tenant_id) & table.c.site_id.in_(visible_sites(session))


def _visible_programmes(session: Session) -> sa.Select[Any]:
    """Return a select of the programmes that a part of a tenant has a site in."""
    site = Base.metadata.tables["programme_site"]
    return sa.select(site.c.programme_id).where(*within(session, site))


def _programme(session: Session, _scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    return table.c.id.in_(_visible_programmes(session))


def _of_programme(session: Session, _scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """What a programme is made of goes with it."""
    return table.c.programme_id.in_(_visible_programmes(session))


def _of_indicator(session: Session, _scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    indicator = Base.metadata.tables["programme_indicator"]
    return table.c.indicator_id.in_(sa.select(indicator.c.id).where(*within(session, indicator)))


def _facility(_session: Session, scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Its owner sees it, and who has a financing of it sees its terms."""
    if scope.shared_audits is not None:
        return sa.false()
    own = table.c.organisation_id.in_(scope.organisation_ids or frozenset())
    return own | table.c.id.in_(_borrowed(scope, "facility_id"))


def _financing(_session: Session, scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """The borrower's side sees its own, the side of the facility all of it; who only audits sees none."""
    if scope.shared_audits is not None:
        return sa.false()
    return table.c.id.in_(_visible_financings(scope))


def _of_financing(_session: Session, scope: Scope, table: sa.FromClause) -> sa.ColumnElement[bool]:
    """Measures and entries go with their financing; a facility's own entries with who owns it."""
    if scope.shared_audits is not None:
        return sa.false()
    seen: sa.ColumnElement[bool] = table.c.financing_id.in_(_visible_financings(scope))
    if "facility_id" in table.c:
        seen |= table.c.financing_id.is_(None) & table.c.facility_id.in_(_owned_facilities(scope))
    return seen


def _owned_facilities(scope: Scope) -> sa.Select[Any]:
    facility = Base.metadata.tables["facility"]
    return sa.select(facility.c.id).where(
        facility.c.tenant_id == scope.tenant_id,
        facility.c.organisation_id.in_(scope.organisation_ids or frozenset()),
    )


def _borrowed(scope: Scope, column: str) -> sa.Select[Any]:
    financing = Base.metadata.tables["financing"]
    return sa.select(financing.c[column]).where(
        financing.c.tenant_id == scope.tenant_id,
        financing.c.organisation_id.in_(scope.organisation_ids or frozenset()),
    )


def _visible_financings(scope: Scope) -> sa.CompoundSelect[Any]:
    financing = Base.metadata.tables["financing"]
    of_facility = sa.select(financing.c.id).where(
        financing.c.tenant_id == scope.tenant_id, financing.c.facility_id.in_(_owned_facilities(scope))
    )
    return _borrowed(scope, "id").union_all(of_facility)


def _import_mapping(_session: Session, scope: Scope, _table: sa.FromClause) -> sa.ColumnElement[bool]:
    """The tenant's spreadsheets are described once, for whoever imports them; nobody else has a use for it."""
    return sa.true() if _may_import(scope) else sa.false()


_DECIDED: dict[str, Callable[[Session, Scope, sa.FromClause], sa.ColumnElement[bool]]] = {
    "organisation": _organisation,
    "site": _site,
    "stored_file": _stored_file,
    "share": _share,
    "history": _history,
    "import_mapping": _import_mapping,
    "measure_effect": _of_measure,
    "investment_line": _of_measure,
    "verification_plan": _of_measure,
    "measure_photo": _of_measure,
    "case_study": _case_study,
    "checklist": _checklist,
    "checklist_edition": _checklist,
    "unit_operation": _of_balance,
    "process_stream": _of_balance,
    "follow_up_rule": _follow_up_rule,
    "committee_member": _of_committee,
    "meeting": _of_committee,
    "policy_item": _of_committee,
    "agenda_item": _of_meeting,
    "programme": _programme,
    "programme_site": _programme_site,
    "cohort": _of_programme,
    "programme_activity": _of_programme,
    "programme_indicator": _of_programme,
    "leveraged_money": _of_programme,
    "published_result": _of_programme,
    "indicator_value": _of_indicator,
    "facility": _facility,
    "financing": _financing,
    "financed_measure": _of_financing,
    "financing_entry": _of_financing,
}


def _may_import(scope: Scope) -> bool:
    return scope.may(Permission.IMPORT)


def _visible_meters(session: Session) -> sa.Select[Any]:
    meter = Base.metadata.tables["meter"]
    return sa.select(meter.c.id).where(*within(session, meter))


def _visible_measures(session: Session) -> sa.Select[Any]:
    measure = Base.metadata.tables["measure"]
    return sa.select(measure.c.id).where(*within(session, measure))


def _visible_committees(session: Session) -> sa.Select[Any]:
    committee = Base.metadata.tables["committee"]
    return sa.select(committee.c.id).where(*within(session, committee))


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
