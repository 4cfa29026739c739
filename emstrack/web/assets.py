"""Addresses of static files carry a digest of their content: kept by browsers for a year, never an old one shown."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import request

if TYPE_CHECKING:
    from flask import Flask, Response

_ENDPOINT = "static"


def register(app: Flask) -> None:
    """Add ``v`` to every address of a static file, of the application or of a blueprint."""

    @app.url_defaults
    def _version(endpoint: str, values: dict[str, Any]) -> None:
        folder = _folder(app, endpoint)
        if folder and "filename" in values and "v" not in values:
            values["v"] = _digest(str(Path(folder) / values["filename"]))

    @app.after_request
    def _whole(response: Response) -> Response:
        """Hand small files on whole: compression leaves a streamed one open."""
        if response.direct_passthrough and response.status_code == 200 and _folder(app, request.endpoint or ""):
            response.direct_passthrough = False
            response.make_sequence()
        return response


def _folder(app: Flask, endpoint: str) -> str | None:
    if endpoint == _ENDPOINT:
        return app.static_folder
    blueprint, _, name = endpoint.rpartition(".")
    return app.blueprints[blueprint].static_folder if name == _ENDPOINT and blueprint in app.blueprints else None


@cache
def _digest(path: str) -> str | None:
    file = Path(path)
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else None
