"""The cookie of somebody signed in: who it stands for is decided at each request, before any view."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import g, request
from flask import session as browser

from emstrack.domain.errors import UnavailableError
from emstrack.language.languages import LANGUAGES
from emstrack.services.accounts import resume_session
from emstrack.web import requests

if TYPE_CHECKING:
    from flask import Flask, Response
    from werkzeug.wrappers import Response as AnyResponse

LANGUAGE_SECONDS = 365 * 24 * 3600
_WITHOUT_PERSON = frozenset({"static", "htmx.static", "health.process", "health.ready"})


def register(app: Flask) -> None:
    """Resume the session before each view, and remember the language chosen in the address."""
    app.before_request(_resume)
    app.after_request(_remember_language)


def is_secure() -> bool:
    """Tell whether people reach this installation over https."""
    return requests.settings().link_base.startswith("https://")


def cookie_name() -> str:
    """Return the cookie's name; over https the browser itself holds it to this host."""
    return "__Host-emstrack" if is_secure() else "emstrack"


def begin(response: AnyResponse, token: str) -> None:
    """Give the browser the secret of a session that began; what it held before sign-in is forgotten."""
    browser.clear()
    response.set_cookie(
        cookie_name(),
        token,
        max_age=requests.settings().session_hours * 3600,
        path="/",
        secure=is_secure(),
        httponly=True,
        samesite="Lax",
    )


def end(response: AnyResponse) -> None:
    """Take the cookie back."""
    browser.clear()
    response.delete_cookie(cookie_name(), path="/", secure=is_secure(), httponly=True, samesite="Lax")


def remember_language(response: AnyResponse, code: str) -> None:
    """Keep the language this browser was asked for."""
    response.set_cookie("lang", code, max_age=LANGUAGE_SECONDS, path="/", secure=is_secure(), samesite="Lax")


def local_address(wanted: str | None) -> str:
    """Return where to go on within this site, and the first page for anything that leads elsewhere."""
    if not wanted or not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return "/"
    if any(ord(sign) < 33 or ord(sign) == 127 for sign in wanted):
        return "/"
    parts = urlsplit(wanted)
    return "/" if parts.scheme or parts.netloc else wanted


def _resume() -> None:
    token = request.cookies.get(cookie_name())
    if not token or request.endpoint in _WITHOUT_PERSON:
        return
    settings, now = requests.settings(), requests.now()
    with requests.transaction(read_only=True) as session:
        resumed = resume_session.resume_session(
            session,
            token,
            now=now,
            idle=timedelta(hours=settings.session_idle_hours),
            lifetime=timedelta(hours=settings.session_hours),
        )
    if resumed is None:
        return
    g.actor = resumed.actor
    if resumed.note_seen:
        try:
            with requests.transaction() as session:
                resume_session.note_seen(session, resumed.actor, now=now)
        except UnavailableError:
            return  # somebody writes for long just now; the next request notes it


def _remember_language(response: Response) -> Response:
    wanted = request.args.get("lang", "").replace("_", "-").split("-")[0]
    if wanted in LANGUAGES:
        remember_language(response, wanted)
    return response
