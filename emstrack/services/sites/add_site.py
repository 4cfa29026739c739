"""A new building, hotel or other site, with what it is at the beginning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.sites import BEGINNING, Attribute, SiteDetails
from emstrack.services.sites.check_site import check_site
from emstrack.services.sites.set_site_attribute import checked_value
from emstrack.storage.models import Site, SiteAttribute
from emstrack.storage.scope import require
from emstrack.storage.uniqueness import first_come

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session


def add_site(
    session: Session,
    details: SiteDetails,
    *,
    now: datetime,
    attributes: Mapping[Attribute, float] | None = None,
) -> Site:
    """Add a site; its first attributes hold since the beginning, so that bills of the past find them."""
    scope = require(session, Permission.EDIT_SITES)
    values = check_site(session, details)
    site = Site(tenant_id=scope.tenant_id, created_at=now, created_by=scope.user_id, **values)
    with first_come(session, lambda: check_site(session, details)):
        session.add(site)
    for attribute, value in (attributes or {}).items():
        session.add(
            SiteAttribute(
                tenant_id=scope.tenant_id,
                site_id=site.id,
                attribute=attribute.value,
                value=checked_value(attribute, value),
                start=BEGINNING,
                created_at=now,
                created_by=scope.user_id,
            )
        )
    session.flush()
    return site
