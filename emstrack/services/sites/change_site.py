"""A site is changed, moved to another organisation, archived or restored; each leaves its old values in history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.services.sites.check_site import check_site
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.models import Site
from emstrack.storage.scope import find, require
from emstrack.storage.uniqueness import first_come

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.domain.sites import SiteDetails


def change_site(
    session: Session, site_id: int, details: SiteDetails, *, version: int, now: datetime, reason: str = ""
) -> Site:
    """Change a site as long as nobody else did since this version was read."""
    require(session, Permission.EDIT_SITES)
    site = find(session, Site, site_id)
    values = check_site(session, details, site=site)
    with first_come(session, lambda: check_site(session, details, site=find(session, Site, site_id))):
        change_row(session, site, values, Subject("site", site_id), version=version, now=now, reason=reason)
    return site


def archive_site(session: Session, site_id: int, *, version: int, now: datetime, reason: str = "") -> Site:
    """Take a site out of lists and forms; its readings and its past savings stay."""
    require(session, Permission.EDIT_SITES)
    site = find(session, Site, site_id)
    if site.archived_at is None:
        values = {"archived_at": now}
        change_row(session, site, values, Subject("site", site_id), version=version, now=now, reason=reason)
    return site


def restore_site(session: Session, site_id: int, *, version: int, now: datetime, reason: str = "") -> Site:
    """Bring an archived site back."""
    require(session, Permission.EDIT_SITES)
    site = find(session, Site, site_id)
    values = {"archived_at": None}
    change_row(session, site, values, Subject("site", site_id), version=version, now=now, reason=reason)
    return site
