"""The tree of organisations as somebody sees it, with how many sites hang on each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.storage.models import Organisation, Site
from emstrack.storage.scope import scoped

if TYPE_CHECKING:
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
    statement = scoped(session, Organisation).order_by(Organisation.name, Organisation.id)
    rows = [row for row in session.scalars(statement) if archived or row.archived_at is None]
    counts = Counter(
        dict(
            session.execute(
                scoped(session, Site.organisation_id, sa.func.count())
                .where(Site.archived_at.is_(None))
                .group_by(Site.organisation_id)
            ).tuples()
        )
    )
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
