"""Pictures of how it was before a measure, and how it is since."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import RefusedError
from emstrack.domain.measures import Moment
from emstrack.readers import pictures
from emstrack.services.sites.record_change import Subject, record_change
from emstrack.storage.models import Measure, MeasurePhoto, StoredFile
from emstrack.storage.scope import find, require, scoped

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from emstrack.gateways.stored_files import StoredFiles

MOST_PHOTOS = 40


def add_photo(
    session: Session,
    files: StoredFiles,
    measure_id: int,
    content: bytes,
    *,
    name: str,
    moment: Moment,
    caption: str,
    now: datetime,
) -> MeasurePhoto:
    """Keep a picture of a measure, made smaller and without its place and camera."""
    scope = require(session, Permission.EDIT_SITES)
    measure = find(session, Measure, measure_id)
    standing = scoped(session, MeasurePhoto.id).where(MeasurePhoto.measure_id == measure_id)
    if len(session.scalars(standing).all()) >= MOST_PHOTOS:
        raise RefusedError("measure.too_many_photos", most=MOST_PHOTOS)
    picture = pictures.read_picture(content, name)
    stored = StoredFile(
        tenant_id=scope.tenant_id,
        path=files.save(picture, ".jpg"),
        name=name[:200],
        media_type=pictures.MEDIA_TYPE,
        size=len(picture),
        sha256=hashlib.sha256(picture).hexdigest(),
        site_id=measure.site_id,
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(stored)
    session.flush()
    photo = MeasurePhoto(
        tenant_id=scope.tenant_id,
        measure_id=measure_id,
        file_id=stored.id,
        moment=Moment(moment).value,
        caption=" ".join(caption.split())[:200],
        created_at=now,
        created_by=scope.user_id,
    )
    session.add(photo)
    session.flush()
    told = {"moment": photo.moment, "caption": photo.caption}
    record_change(session, Subject("measure", measure_id, f"photo {photo.id}"), old=None, new=told, now=now)
    return photo


def remove_photo(session: Session, measure_id: int, photo_id: int, *, now: datetime) -> None:
    """Take a picture off a measure; the file stays stored, as history does."""
    require(session, Permission.EDIT_SITES)
    find(session, Measure, measure_id)
    photo = find(session, MeasurePhoto, photo_id)
    if photo.measure_id != measure_id:
        raise RefusedError("measure.photo_elsewhere")
    told = {"moment": photo.moment, "caption": photo.caption}
    session.delete(photo)
    record_change(session, Subject("measure", measure_id, f"photo {photo_id}"), old=told, new=None, now=now)
    session.flush()
