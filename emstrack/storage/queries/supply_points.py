"""Sites and meters by what a file calls them, and what they inherit from their organisations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from emstrack.storage.models import Meter, Organisation, Site
from emstrack.storage.queries.readings import parts
from emstrack.storage.scope import scope_of, scoped, tenant_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class FoundSite:
    """A site as a file's rows need it; `visible` is whether the present scope reaches it."""

    id: int
    name: str
    organisation_id: int
    country: str
    currency: str
    visible: bool


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a site without its own gets from its organisation, or the nearest one above that has it."""

    country: str
    currency: str


def find_sites(session: Session, names: Sequence[str]) -> dict[str, FoundSite]:
    """Return the tenant's sites by the external id or the name a file gives them."""
    table = (Site.id, Site.name, Site.external_id, Site.organisation_id, Site.country, Site.currency)
    rows: list[Any] = []
    for first in range(0, len(names), 500):
        some = names[first : first + 500]
        named = Site.name.in_(some) | Site.external_id.in_(some)
        rows += session.execute(sa.select(*table).where(Site.tenant_id == tenant_of(session), named)).all()
    visible = _visible(session, [row.id for row in rows])
    inherited = inherited_by_organisation(session)
    found: dict[str, FoundSite] = {}
    for by_external_id in (False, True):
        for row in rows:
            text = row.external_id if by_external_id else row.name
            if text is None:
                continue
            above = inherited.get(row.organisation_id, Inherited("", ""))
            found[text] = FoundSite(
                row.id,
                row.name,
                row.organisation_id,
                row.country or above.country,
                row.currency or above.currency,
                row.id in visible,
            )
    wanted = set(names)
    return {text: site for text, site in found.items() if text in wanted}


def _visible(session: Session, ids: Sequence[int]) -> set[int]:
    if scope_of(session).organisation_ids is None:
        return set(ids)
    seen: set[int] = set()
    for some in parts(ids):
        seen |= set(session.scalars(scoped(session, Site.id).where(Site.id.in_(some))))
    return seen


def inherited_by_organisation(session: Session) -> dict[int, Inherited]:
    """Return the country and currency each organisation of the tenant has or inherits."""
    columns = (Organisation.id, Organisation.parent_id, Organisation.country, Organisation.currency)
    statement = sa.select(*columns).where(Organisation.tenant_id == tenant_of(session))
    rows = {row.id: row for row in session.execute(statement)}
    known: dict[int, Inherited] = {}

    def of(id_: int | None, depth: int = 0) -> Inherited:
        if id_ is None or id_ not in rows or depth > len(rows):
            return Inherited("", "")
        if id_ not in known:
            row = rows[id_]
            above = of(row.parent_id, depth + 1) if not (row.country and row.currency) else Inherited("", "")
            known[id_] = Inherited(row.country or above.country, row.currency or above.currency)
        return known[id_]

    return {id_: of(id_) for id_ in rows}


def meters_of_sites(session: Session, site_ids: Sequence[int]) -> list[Any]:
    """Return the meters of these sites: id, identity, basis, version."""
    columns = (
        Meter.id,
        Meter.site_id,
        Meter.name,
        Meter.resource,
        Meter.variety,
        Meter.destination,
        Meter.direction,
        Meter.basis,
    )
    rows: list[Any] = []
    for some in parts(site_ids):
        rows += session.execute(scoped(session, *columns).where(Meter.site_id.in_(some))).all()
    return rows
