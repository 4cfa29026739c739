"""Sites, meters and stations that a batch made, taken away again where nothing else has come to use them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.storage.base import Base
from emstrack.storage.models import Meter, Site, SiteAttribute, WeatherStation
from emstrack.storage.queries.readings import parts
from emstrack.storage.scope import scoped, tenant_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from emstrack.services.readings.undone import Undone

_DERIVED = frozenset({"monthly_value", "savings_result"})
"""Computed from readings: no use of its own."""


def remove_unused(session: Session, batch_id: int, undone: Undone) -> None:
    """Remove meters, then sites, then stations; name what stays."""
    session.execute(
        sa.delete(SiteAttribute)
        .where(SiteAttribute.tenant_id == tenant_of(session))
        .where(SiteAttribute.batch_id == batch_id, SiteAttribute.version == 1)
        .execution_options(synchronize_session=False)
    )
    for model, code in ((Meter, "undo.meter_kept"), (Site, "undo.site_kept"), (WeatherStation, "undo.station_kept")):
        _remove(session, model, batch_id, code, undone)


def _remove(session: Session, model: Any, batch_id: int, code: str, undone: Undone) -> None:
    name = model.code if model is WeatherStation else model.name
    version = getattr(model, "version", sa.literal(1))
    made = session.execute(scoped(session, model.id, name, version).where(model.batch_id == batch_id)).all()
    used = _used(session, model.__tablename__, [row[0] for row in made])
    edited = {row[0] for row in made if row[2] > 1}
    for row in made:
        if row[0] in used | edited:
            undone.keep(code, name=row[1])
    for some in parts([row[0] for row in made if row[0] not in used | edited]):
        for table, column in _references(model.__tablename__):
            if table.name in _DERIVED:
                session.execute(sa.delete(table).where(table.c.tenant_id == tenant_of(session), column.in_(some)))
        session.execute(
            sa.delete(model)
            .where(model.tenant_id == tenant_of(session), model.id.in_(some))
            .execution_options(synchronize_session=False)
        )


def _used(session: Session, table_name: str, ids: Sequence[int]) -> set[int]:
    used: set[int] = set()
    for table, column in _references(table_name):
        if table.name in _DERIVED:
            continue
        for some in parts(ids):
            statement = sa.select(column).where(table.c.tenant_id == tenant_of(session), column.in_(some)).distinct()
            used |= set(session.scalars(statement))
    return used


def _references(table_name: str) -> Iterator[tuple[sa.Table, sa.Column[Any]]]:
    """Yield every column of every table that points at rows of this one."""
    for table in Base.metadata.sorted_tables:
        for constraint in table.foreign_key_constraints:
            if constraint.referred_table.name == table_name:
                yield from ((table, column) for column in constraint.columns if column.name != "tenant_id")
