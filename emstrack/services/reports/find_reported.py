"""The site that an operator names for a report: a name alone is enough where only one organisation has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from emstrack.domain.errors import NotFoundError, RefusedError
from emstrack.services.accounts.operate import operator_scope
from emstrack.services.savings.compute_savings import site_named
from emstrack.storage.models import Site
from emstrack.storage.scope import every_tenant

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def open_site(session: Session, named: str, organisation: str | None = None) -> int:
    """Open the organisation that has the site, or the one that was named, and return the site's id.

    Raises
    ------
    NotFoundError
        ``savings.no_such_site``, ``organisation.not_found``.
    RefusedError
        ``report.several_sites`` where more than one organisation has it; ``savings.several_sites`` within one.
    """
    if organisation is not None:
        operator_scope(session, organisation)
        return site_named(session, named)
    wanted = named.strip()
    with every_tenant(session, "the operator names the site"):
        rows = session.execute(sa.select(Site.id, Site.tenant_id, Site.name, Site.external_id)).all()
    for matches in (
        [row for row in rows if wanted in {row.name, row.external_id}],
        [row for row in rows if row.name.casefold() == wanted.casefold()],
        [row for row in rows if str(row.id) == wanted],
    ):
        if len({row.tenant_id for row in matches}) > 1:
            raise RefusedError("report.several_sites", site=wanted)
        if matches:
            operator_scope(session, matches[0].tenant_id)
            return site_named(session, named)
    raise NotFoundError("savings.no_such_site", site=wanted)
