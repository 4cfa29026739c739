"""An error becomes a page with a sentence and a way on; what is a defect is logged and says nothing of itself."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING

from flask import g, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException

from emstrack.domain import errors
from emstrack.web import requests

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response

log = logging.getLogger(__name__)

STATUS: dict[type[errors.EmstrackError], int] = {
    errors.NotFoundError: 404,
    errors.NotAllowedError: 403,
    errors.ConflictError: 409,
    errors.UnavailableError: 503,
    errors.RefusedError: 422,
}
TOLD_BY_THE_PAGE = frozenset({"record.not_found", "record.not_allowed"})
"""The page of their status says the same in better words."""
KNOWN_PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503})


def register(app: Flask) -> None:
    """Answer every error with a page."""
    app.register_error_handler(errors.EmstrackError, _told)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _defect)


def _told(error: errors.EmstrackError) -> Response | tuple[str, int]:
    if isinstance(error, errors.NotSignedInError) and request.method == "GET" and "HX-Request" not in request.headers:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    status = 401 if isinstance(error, errors.NotSignedInError) else STATUS.get(type(error), 400)
    sentence = "" if error.code in TOLD_BY_THE_PAGE else requests.language().sentence(error)
    return _page(status, sentence)


def _http(error: HTTPException) -> HTTPException | tuple[str, int]:
    if error.code is None or error.code < 400:
        return error
    return _page(error.code, "")


def _defect(error: Exception) -> tuple[str, int]:
    reference = uuid.uuid4().hex[:8]
    log.error("defect %s at %s %s", reference, request.method, request.path, exc_info=error)
    return _page(500, "", reference)


def _page(status: int, sentence: str, reference: str = "") -> tuple[str, int]:
    session = g.get("session")
    if session is not None:
        session.rollback()
    page = status if status in KNOWN_PAGES else 500 if status >= 500 else 400
    return render_template("errors/error.html", status=page, sentence=sentence, reference=reference), status
