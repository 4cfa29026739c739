"""The pages: urls (the whole site on one screen), views, forms, presenters, static files.

This module wires Flask: one session per request, committed here and nowhere else; language, headers, errors.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, g, request
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect, generate_csrf
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from emstrack.language.languages import LANGUAGES
from emstrack.paths import resource_root
from emstrack.web import addresses, assets, errors, navigation, requests, sign_in_cookie, urls

if TYPE_CHECKING:
    from flask import Response

    from emstrack.settings import Settings
    from emstrack.storage.session import Database

CONTENT_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class RowId(IntegerConverter):
    """A row's number in an address: plain digits that a database can hold; anything else is no such page."""

    regex = "[1-9][0-9]{0,17}"


def create(settings: Settings, database: Database) -> Flask:
    """Return the web application."""
    app = Flask("emstrack.web", template_folder=str(resource_root() / "templates"), static_folder="static")
    app.config.update(
        SECRET_KEY=settings.signing_key(),
        MAX_CONTENT_LENGTH=settings.max_upload_mb * 1024 * 1024,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.link_base.startswith("https://"),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),
        WTF_CSRF_TIME_LIMIT=None,
        COMPRESS_MIN_SIZE=500,
    )
    app.url_map.converters["int"] = RowId
    app.extensions["emstrack.settings"] = settings
    app.extensions["emstrack.database"] = database
    CSRFProtect(app)
    Compress(app)
    _speak(app)
    _serve_assets(app)
    assets.register(app)
    errors.register(app)
    sign_in_cookie.register(app)
    addresses.register(app, urls.URLS)
    _believe_proxies(app, settings.trusted_proxies)
    app.after_request(_finish)
    app.teardown_request(_close)
    return app


def _believe_proxies(app: Flask, count: int) -> None:
    """Take who asks, over which host and how, from so many servers in front; without any, headers could be forged."""
    if count > 0:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]  # Flask's own way


def _speak(app: Flask) -> None:
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    def gettext(message: str, **values: object) -> str:
        return requests.language().text(message, **values)

    def ngettext(one: str, many: str, n: int, **values: object) -> str:
        return requests.language().plural(one, many, n, **values)

    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=False)  # type: ignore[attr-defined]  # by the extension
    app.jinja_env.globals.update({"_": gettext, "ngettext": ngettext, "csrf_token": generate_csrf})

    @app.context_processor
    def _context() -> dict[str, Any]:
        language = requests.language()
        return {
            "language": language,
            "_": language.text,  # the one of this request: a page asks for hundreds of words
            "ngettext": language.plural,
            "actor": requests.actor_or_none(),
            "languages": LANGUAGES,
            "navigation": navigation.navigation(requests.actor_or_none()),
        }


def _serve_assets(app: Flask) -> None:
    import js_lib_htmx  # noqa: PLC0415 - a package that only carries files

    folder = next(iter(js_lib_htmx.__path__)) + "/static/htmx"
    app.register_blueprint(Blueprint("htmx", "htmx", static_folder=folder, static_url_path="/assets/htmx"))


def _finish(response: Response) -> Response:
    session = g.get("session")
    if session is not None and response.status_code < 400:
        session.commit()
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if not request.path.startswith(("/static/", "/assets/")):
        headers.setdefault("Cache-Control", "no-store")
    return response


def _close(_error: BaseException | None) -> None:
    session = g.pop("session", None)
    if session is not None:
        session.close()
