"""A stored file, for whoever may see what it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emstrack.domain.accounts import Permission
from emstrack.domain.errors import NotFoundError
from emstrack.storage.models import StoredFile
from emstrack.storage.scope import find, require

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from emstrack.gateways.stored_files import StoredFiles


def open_file(session: Session, files: StoredFiles, file_id: int) -> tuple[bytes, StoredFile]:
    """Return a file's content and what is known of it.

    Raises
    ------
    NotFoundError
        Where it is not there, not for this person, or gone from the disk.
    """
    require(session, Permission.VIEW)
    stored = find(session, StoredFile, file_id)
    try:
        return files.open(stored.path), stored
    except FileNotFoundError:
        raise NotFoundError("record.not_found", thing="file") from None
