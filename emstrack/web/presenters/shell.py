"""What the frame of every page shows: the organisation, where one may go, the languages, one's account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import request, url_for

from emstrack.language.languages import LANGUAGES
from emstrack.web import requests
from emstrack.web.forms.accounts import LANGUAGE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from emstrack.domain.accounts import Actor


def frame(entries: Iterable[Any]) -> dict[str, Any]:
    """Return the values that base.html reads."""
    actor, language = requests.actor_or_none(), requests.language()
    here = request.path
    places = [{"href": url_for(each.name), "label": language.text(each.label)} for each in entries]
    for place in places:
        place["current"] = here == place["href"] or (place["href"] != "/" and here.startswith(place["href"] + "/"))  # type: ignore[assignment]  # a truth beside texts
    return {
        "navigation": places,
        "languages": [
            {"tag": code, "name": LANGUAGE_NAMES[code], "href": _in_language(code), "current": code == language.code}
            for code in LANGUAGES
        ],
        "organisation_name": actor.organisation_name if actor else "",
        "is_demonstration": bool(actor and actor.is_demonstration),
        "home_href": "/",
        "account_links": account_links(actor) if actor else [],
    }


def account_links(actor: Actor) -> list[dict[str, Any]]:
    """Return what one's own menu offers: nothing one may not open."""
    text = requests.language().text
    links: list[dict[str, Any]] = [
        {"href": url_for("account.show"), "label": text("Your account")},
        {"href": url_for("accounts.sign_out"), "label": text("Sign out"), "post": True},
    ]
    return links


def _in_language(code: str) -> str:
    """This page again, in another language; a page that answered a form is not asked for again."""
    if request.method != "GET" or request.endpoint is None:
        return f"?lang={code}"
    kept = {name: value for name, value in request.args.items(multi=False) if name != "lang"}
    return url_for(request.endpoint, **{**(request.view_args or {}), **kept, "lang": code})
