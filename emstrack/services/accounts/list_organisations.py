"""The tree of organisations as somebody sees it, with how many sites hang on each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.storage.models import Organisation, Site
from emstrack.storage.scope import every_tenant, scoped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Branch:
    """One organisation in the tree, with its depth from the highest that is seen."""

    organisation: Organisation
    depth: int
    sites: int

    @property
    def id(self) -> int:
        """The organisation's id."""
        return self.organisation.id


def list_organisations(session: Session, *, archived: bool = False) -> list[Branch]:
    """Return the organisations that may be seen, each after what it belongs to, by name among its siblings."""
    rows = session.scalars(scoped(session, Organisation)).all()
    counts = session.execute(_counted(scoped(session, Site.organisation_id, sa.func.count())))
    return _tree([row for row in rows if archived or row.archived_at is None], counts)


def list_every_organisation(session: Session) -> list[dict[str, Any]]:
    """Return the trees of all tenants, for the operator, as plain values."""
    with every_tenant(session, "the operator lists the installation's organisations"):
        rows = list(session.scalars(sa.select(Organisation)))
        branches = _tree(rows, session.execute(_counted(sa.select(Site.organisation_id, sa.func.count()))))
    names = {row.id: row.name for row in rows}
    return [
        {
            "id": each.id,
            "name": each.organisation.name,
            "kind": each.organisation.kind,
            "parent": names.get(each.organisation.parent_id or 0),
            "tenant": names[each.organisation.tenant_id],
            "country": each.organisation.country,
            "currency": each.organisation.currency,
            "sites": each.sites,
            "archived": each.organisation.archived_at is not None,
            "depth": each.depth,
        }
        for each in branches
    ]


def _counted(statement: Any) -> sa.Select[Any]:
    counted: sa.Select[Any] = statement.where(Site.archived_at.is_(None)).group_by(Site.organisation_id)
    return counted


def _tree(rows: list[Organisation], counted: Iterable[Any]) -> list[Branch]:
    counts: Counter[int] = Counter(dict(tuple(row) for row in counted))
    rows = sorted(rows, key=lambda row: (row.name.casefold(), row.id))
    seen = {row.id for row in rows}
    children: dict[int | None, list[Organisation]] = {}
    for row in rows:
        children.setdefault(row.parent_id if row.parent_id in seen else None, []).append(row)
    branches: list[Branch] = []

    def walk(parent: int | None, depth: int) -> None:
        for row in children.get(parent, []):
            branches.append(Branch(row, depth, counts[row.id]))
            walk(row.id, depth + 1)

    walk(None, 0)
    return branches
