"""A site's photo: so that people know which building a figure is about."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError
from emstrack.readers import pictures
from emstrack.services.sites.record_change import Subject, change_row
from emstrack.storage.models import Site, StoredFile
from emstrack.storage.scope import find, require

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.gateways.stored_files import StoredFiles


def set_photo(
    session: Session, files: StoredFiles, site_id: int, content: bytes, *, name: str, now: datetime
) -> StoredFile:
    """Keep a picture as the site's photo; the one before stays stored, as history does."""
    scope = require(session, Permission.EDIT_SITES)
    site = find(session, Site, site_id)
    picture = pictures.read_picture(content, name)
    stored = StoredFile(
        tenant_id=scope.tenant_id,
        path=files.save(picture, ".jpg"),
        name=name[:200],
        media_type=pictures.MEDIA_TYPE,
        size=len(picture),
        sha256=hashlib.sha256(picture).hexdigest(),
        site_id=site_id,
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(stored)
    session.flush()
    change_row(session, site, {"photo_id": stored.id}, Subject("site", site_id), version=site.version, now=now)
    return stored


def remove_photo(session: Session, site_id: int, *, now: datetime) -> Site:
    """Show the site without a photo."""
    require(session, Permission.EDIT_SITES)
    site = find(session, Site, site_id)
    change_row(session, site, {"photo_id": None}, Subject("site", site_id), version=site.version, now=now)
    return site


def open_photo(session: Session, files: StoredFiles, site_id: int) -> tuple[bytes, str]:
    """Return the photo and its media type.

    Raises
    ------
    NotFoundError
        Where the site has none, or its file is gone.
    """
    site = find(session, Site, site_id)
    if site.photo_id is None:
        raise NotFoundError("record.not_found", thing="photo")
    stored = find(session, StoredFile, site.photo_id)
    try:
        return files.open(stored.path), stored.media_type
    except FileNotFoundError:
        raise NotFoundError("record.not_found", thing="photo") from None
