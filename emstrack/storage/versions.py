"""An update that holds only while nobody else changed the row since it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa

from emstrack.storage.scope import tenant_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.storage.base import TenantOwned


def update_if_unchanged(session: Session, row: TenantOwned, version: int, values: dict[str, Any]) -> bool:
    """Write values and the next version if the row still has this one; tell whether it did.

    The database decides, so that of two who read the same version only one is taken; the other sees the row as it is.
    """
    model, id_ = type(row), cast("Any", row).id
    table = cast("sa.Table", model.__table__)  # type: ignore[attr-defined]  # mapped classes have a table
    session.flush()
    result = session.execute(
        sa.update(table)
        .where(table.c.tenant_id == tenant_of(session), table.c.id == id_, table.c.version == version)
        .values(**values, version=version + 1)
    )
    fresh = sa.select(model).where(table.c.tenant_id == tenant_of(session), table.c.id == id_)
    session.scalars(fresh.execution_options(populate_existing=True)).one()
    return cast("sa.CursorResult[Any]", result).rowcount == 1
