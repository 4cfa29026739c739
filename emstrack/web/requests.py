"""What a view may ask of the present request: the session, the person, the language, the day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from flask import current_app, g, request

from emstrack.domain.errors import NotSignedInError
from emstrack.language.languages import LANGUAGES, Language
from emstrack.services.accounts import resume_session

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy.orm import Session

    from emstrack.domain.accounts import Actor
    from emstrack.settings import Settings

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def settings() -> Settings:
    """Return the installation's settings."""
    return cast("Settings", current_app.extensions["emstrack.settings"])


def session() -> Session:
    """Return the request's session: one that reads for GET, one that writes for the rest; the edge commits it."""
    if "session" not in g:
        g.session = current_app.extensions["emstrack.database"].open(read_only=request.method in READING_METHODS)
        found = actor_or_none()
        if found is not None:
            resume_session.act_as(g.session, found)
    return cast("Session", g.session)


def transaction(*, read_only: bool = False) -> AbstractContextManager[Session]:
    """Return a short transaction beside the request's own, for what has to be kept also when the request fails."""
    database = current_app.extensions["emstrack.database"]
    return cast("AbstractContextManager[Session]", database.transaction(read_only=read_only))


def actor_or_none() -> Actor | None:
    """Return who is signed in, or None."""
    return cast("Actor | None", g.get("actor"))


def actor() -> Actor:
    """Return who is signed in; without anybody, lead to sign-in."""
    found = actor_or_none()
    if found is None:
        raise NotSignedInError("account.not_signed_in")
    return found


def language() -> Language:
    """Return the language: chosen in the address, by the person, in the cookie, by the browser, by the operator."""
    if "language" not in g:
        g.language = Language(_wanted_language())
    return cast("Language", g.language)


def now() -> datetime:
    """Return this instant: the one clock of the pages."""
    return datetime.now(UTC)


def today(time_zone: str = "UTC") -> date:
    """Return the day it is at a place."""
    return now().astimezone(ZoneInfo(time_zone or "UTC")).date()


def _wanted_language() -> str:
    found = actor_or_none()
    for wanted in (request.args.get("lang"), request.cookies.get("lang"), found.language if found else ""):
        if wanted and wanted.replace("-", "_").split("_")[0] in LANGUAGES:
            return wanted
    for tag in request.accept_languages.values():
        if tag.split("-")[0] in LANGUAGES:
            return tag
    return settings().language or "en"
