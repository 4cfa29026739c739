"""A site's photo."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from conftest import NOW
from factories_sites import make_building
from PIL import Image

from emstrack.domain.accounts import Permission, Scope
from emstrack.domain.errors import NotAllowedError, NotFoundError, RefusedError
from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.sites.set_photo import open_photo, remove_photo, set_photo
from emstrack.storage.scope import scope_of, set_scope

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session


@pytest.fixture
def files(tmp_path: Path) -> StoredFiles:
    """An empty folder of files."""
    return StoredFiles(tmp_path / "files")


def jpeg(colour: str = "green") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(written, "JPEG")
    return written.getvalue()


def test_a_photo_is_kept_and_shown_and_taken_off(session: Session, files: StoredFiles) -> None:
    site = make_building(session)
    stored = set_photo(session, files, site.id, jpeg(), name="Fachada.JPG", now=NOW)
    content, media_type = open_photo(session, files, site.id)
    assert (stored.name, stored.size, media_type) == ("Fachada.JPG", len(content), "image/jpeg")
    assert "Fachada" not in stored.path
    remove_photo(session, site.id, now=NOW)
    with pytest.raises(NotFoundError):
        open_photo(session, files, site.id)


def test_what_is_no_picture_leaves_the_photo_as_it_was(session: Session, files: StoredFiles) -> None:
    site = make_building(session)
    first = set_photo(session, files, site.id, jpeg(), name="a.jpg", now=NOW)
    with pytest.raises(RefusedError):
        set_photo(session, files, site.id, b"no", name="a.pdf", now=NOW)
    assert site.photo_id == first.id


def test_a_file_that_was_lost_is_not_found(session: Session, files: StoredFiles) -> None:
    site = make_building(session)
    stored = set_photo(session, files, site.id, jpeg(), name="a.jpg", now=NOW)
    files.remove(stored.path)
    with pytest.raises(NotFoundError):
        open_photo(session, files, site.id)


def test_who_may_only_look_sets_no_photo(session: Session, files: StoredFiles) -> None:
    site = make_building(session)
    set_scope(session, Scope(scope_of(session).tenant_id, permissions=frozenset({Permission.VIEW})))
    with pytest.raises(NotAllowedError):
        set_photo(session, files, site.id, jpeg(), name="a.jpg", now=NOW)
    assert not files.folder.exists()
