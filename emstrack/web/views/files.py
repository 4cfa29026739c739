"""Files that people sent: a picture is shown, anything else is saved, and nothing of it may run."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from flask import send_file

from emstrack.gateways.stored_files import StoredFiles
from emstrack.services.readings.open_file import open_file
from emstrack.web import requests

if TYPE_CHECKING:
    from flask import Response

SHOWN = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""Browsers refuse to show a PDF in a sandbox, so it is saved."""
POLICY = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def show(file_id: int) -> Response:
    """Send a stored file."""
    content, stored = open_file(requests.session(), StoredFiles(requests.settings().files_dir), file_id)
    shown = stored.media_type in SHOWN
    known = shown or stored.media_type == "application/pdf"
    response = send_file(
        io.BytesIO(content),
        mimetype=stored.media_type if known else "application/octet-stream",
        as_attachment=not shown,
        download_name=stored.name or "file",
    )
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cache-Control"] = "no-store"
    return response
