"""A new supply point on a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.services.sites.check_meter import check_meter, lock_site
from emstrack.storage.models import Meter
from emstrack.storage.scope import require
from emstrack.storage.uniqueness import first_come

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.meters import MeterDetails


def add_meter(session: Session, site_id: int, details: MeterDetails, *, now: datetime) -> Meter:
    """Add a meter to a site."""
    scope = require(session, Permission.EDIT_SITES)
    site = lock_site(session, site_id)
    values = check_meter(session, site, details)
    meter = Meter(tenant_id=scope.tenant_id, site_id=site_id, created_at=now, created_by=scope.user_id, **values)
    with first_come(session, lambda: check_meter(session, site, details)):
        session.add(meter)
    return meter
